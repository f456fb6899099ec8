//! Tables whose rows Pilji keeps itself, because they came as rows and not as files.
//!
//! Their files are in the warehouse, `_tables/{owner}/{name}/`, and the model lists them: a file is written and on disk
//! before the revision that lists it, and never changed. So rows appear all at once or not at all, and a query that was
//! planned with an older revision reads the files of that one.

mod columns;
mod draft;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arrow::datatypes::Schema;
use chrono::{SecondsFormat, Utc};
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;

use self::columns::{fit, fitting, new_schema};
use self::draft::{Draft, Written};
use super::models::{already, key, owner_name};
use super::register::{self, RegisterRequest};
use super::{Model, ModelColumn, ModelSource, Models, Place, Reach};
use crate::source::SourceOptions;
use crate::{Error, Result, blocking, name};

/// The folder of the tables in a warehouse.
pub(super) const FOLDER: &str = "_tables";

/// Time for which files that no table lists any more are kept for queries that were planned with them: longer than a
/// ticket can live.
const KEPT: Duration = Duration::from_hours(48);

/// How often a change that another writer overtook is made again.
const ATTEMPTS: usize = 100;

/// Rows that are to become a table, or to be added to one.
#[derive(Debug, Clone)]
pub struct StoreRequest {
    /// Whose the table is.
    pub owner: String,
    /// Its name.
    pub name: String,
    /// What becomes of a table that is there.
    pub existing: Existing,
    /// Whether a table that is not there is made.
    pub create: bool,
    /// Whether columns of a new table that the rows declare as never NULL must never be.
    pub keeps_required: bool,
}

/// What becomes of a table that is there when rows come for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and the rows are refused.
    Refuse,
    /// The rows are added.
    Append,
    /// The rows take its place.
    Replace,
}

/// Rows that were stored.
#[derive(Debug, Clone)]
pub struct StoredRows {
    /// The table that they are in.
    pub model: Arc<Model>,
    /// Their number.
    pub rows: u64,
}

/// Rows that are on disk and that no table lists yet. They are gone when this is dropped.
#[derive(Debug)]
pub struct Staged {
    owner: String,
    name: String,
    file: Written,
    rows: u64,
    becomes: Becomes,
}

/// What staged rows are to be.
#[derive(Debug)]
enum Becomes {
    /// More rows of a table with these columns.
    Added(Vec<ModelColumn>),
    /// A new table.
    Made(Model),
    /// A table in the place of one that is there.
    Replaced(Model),
}

impl Models {
    /// Stores rows. All of them are there afterwards, or none.
    ///
    /// A new table has the columns of the rows, in types that every reader knows, with roles as a registered file has
    /// them. Rows that are added are matched by the names of their columns; a column that they lack is NULL.
    ///
    /// # Errors
    ///
    /// Those of [`Models::stage`] and [`Models::commit`].
    pub async fn store(&self, request: &StoreRequest, rows: SendableRecordBatchStream) -> Result<StoredRows> {
        self.commit(self.stage(request, rows).await?).await
    }

    /// Brings rows to disk, where nobody sees them yet.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] or [`Error::NoModel`] as the request has it, [`Error::NotStored`] for a table whose files are
    /// somebody else's, [`Error::StoredColumns`] for columns that are not the table's, [`Error::StoredValue`] and
    /// [`Error::StoredNull`] for a value that does not fit its column, [`Error::Rows`] when the rows themselves fail.
    pub async fn stage(&self, request: &StoreRequest, mut rows: SendableRecordBatchStream) -> Result<Staged> {
        let owner = owner_name(&request.owner)?;
        let name = name::parse("model", &request.name)?;
        let before = self.may_store(request, &owner, &name).await?;
        let appended = before.as_ref().filter(|_| request.existing == Existing::Append);
        let schema = match appended {
            Some(model) => fitting(model, &rows.schema())?,
            None => new_schema(&rows.schema(), request.keeps_required)?,
        };
        let mut draft = Draft::create(&self.table_dir(&owner, &name), &schema)?;
        while let Some(batch) = rows.next().await {
            let batch = batch.map_err(|source| Error::Rows {
                source: Box::new(source),
            })?;
            draft.write(&fit(&batch, &schema, draft.rows)?)?;
        }
        let (file, rows) = draft.finish()?;
        let becomes = match (appended, &before) {
            (Some(model), _) => Becomes::Added(model.columns.clone()),
            (None, None) => Becomes::Made(self.model_of(&owner, &name, &file, &schema, None).await?),
            (None, Some(before)) => {
                Becomes::Replaced(self.model_of(&owner, &name, &file, &schema, Some(before)).await?)
            }
        };
        Ok(Staged {
            owner,
            name,
            file,
            rows,
            becomes,
        })
    }

    /// Has a table list staged rows. It goes on to its end also when nobody waits for that: a file that is listed must not go.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] or [`Error::Changed`] when somebody else was first.
    pub async fn commit(&self, staged: Staged) -> Result<StoredRows> {
        let models = self.clone();
        let listed = tokio::spawn(async move { models.list_staged(staged).await });
        listed.await.map_err(|source| Error::Worker { source })?
    }

    async fn list_staged(&self, staged: Staged) -> Result<StoredRows> {
        let Staged {
            owner,
            name,
            file,
            rows,
            becomes,
        } = staged;
        let is_replaced = matches!(becomes, Becomes::Replaced(_));
        let model = match becomes {
            Becomes::Added(columns) => self.append(&owner, &name, &columns, &file).await?,
            Becomes::Made(model) => self.create(model).await?,
            Becomes::Replaced(model) => self.update(&model).await?,
        };
        file.keep();
        if is_replaced {
            self.sweep(&owner).await;
        }
        Ok(StoredRows { model, rows })
    }

    /// Whether rows may be stored as the request has it, before they are read; the table that is there.
    ///
    /// # Errors
    ///
    /// Those of [`Models::stage`] that do not depend on the rows.
    async fn may_store(&self, request: &StoreRequest, owner: &str, name: &str) -> Result<Option<Arc<Model>>> {
        let Some(model) = self.find(owner, name).await? else {
            return if request.create {
                Ok(None)
            } else {
                self.get(owner, name).await.map(Some)
            };
        };
        match (request.existing, &model.source) {
            (Existing::Refuse, _) => Err(already(owner, name)),
            (Existing::Append, ModelSource::Stored(_)) | (Existing::Replace, _) => Ok(Some(model)),
            (Existing::Append, _) => Err(Error::NotStored {
                name: model.full_name(),
            }),
        }
    }

    /// Lists one more file, again when others add theirs meanwhile.
    async fn append(&self, owner: &str, name: &str, columns: &[ModelColumn], file: &Written) -> Result<Arc<Model>> {
        let mut attempt = 1;
        loop {
            let model = self.get(owner, name).await?;
            let mut changed = Model::clone(&model);
            let same_columns = model.columns.len() == columns.len()
                && model
                    .columns
                    .iter()
                    .zip(columns)
                    .all(|(now, then)| now.name == then.name && now.data_type == then.data_type);
            match &mut changed.source {
                ModelSource::Stored(files) if same_columns => files.push(file.name.clone()),
                _ => {
                    return Err(Error::Changed {
                        what: format!("table {owner}.{name}"),
                        revision: model.revision + 1,
                    });
                }
            }
            match self.update(&changed).await {
                Err(Error::Changed { .. }) if attempt < ATTEMPTS => attempt += 1,
                outcome => return outcome,
            }
        }
    }

    /// The model of a table that consists of one file, in the place of the one before.
    async fn model_of(
        &self,
        owner: &str,
        name: &str,
        file: &Written,
        schema: &Schema,
        before: Option<&Model>,
    ) -> Result<Model> {
        let request = RegisterRequest {
            owner: owner.to_owned(),
            name: Some(name.to_owned()),
            location: String::new(),
            options: SourceOptions::default(),
            comment: None,
            types: Vec::new(),
            reach: Reach::Anywhere,
        };
        let found = self.look_at_files(&Place::Path(file.path.clone()), &request).await?;
        let (mut columns, remarks) = register::columns(&found, &[])?;
        for (column, field) in columns.iter_mut().zip(schema.fields()) {
            column.required = !field.is_nullable();
        }
        Ok(Model {
            owner: owner.to_owned(),
            name: name.to_owned(),
            revision: before.map_or(0, |before| before.revision),
            comment: None,
            registered: Some(Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true)),
            source: ModelSource::Stored(vec![file.name.clone()]),
            columns,
            remarks,
        })
    }

    /// Removes the files of an owner's tables that no query can want any more. One that cannot be removed now is removed
    /// another time.
    pub(super) async fn sweep(&self, owner: &str) {
        let (models, owner) = (self.clone(), owner.to_owned());
        let swept = blocking::run(move || models.sweep_now(&owner, KEPT)).await;
        if let Err(error) = swept {
            tracing::warn!(%error, "files of former tables stay");
        }
    }

    /// Removes what no table lists since at least `kept`; waits for the disk.
    fn sweep_now(&self, owner: &str, kept: Duration) -> Result<()> {
        let old = |modified: Option<SystemTime>| {
            modified.is_some_and(|modified| modified.elapsed().is_ok_and(|age| age >= kept))
        };
        for dir in folders(&self.warehouse.dir().join(FOLDER).join(owner))? {
            let Some(name) = dir.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            let newest = self.revisions.newest(&key(owner, name))?;
            // What was listed until a moment ago may be read still.
            if newest.as_ref().is_some_and(|newest| !old(newest.modified())) {
                continue;
            }
            let listed = match newest.map(|newest| newest.text()).transpose()?.flatten() {
                None => Vec::new(),
                Some(_) => match self.look(owner, name)? {
                    Some(model) => match &model.source {
                        ModelSource::Stored(files) => files.clone(),
                        _ => Vec::new(),
                    },
                    None => Vec::new(),
                },
            };
            for file in files(&dir)? {
                let is_listed = file
                    .file_name()
                    .is_some_and(|name| listed.iter().any(|listed| name == listed.as_str()));
                let modified = fs::metadata(&file).and_then(|metadata| metadata.modified()).ok();
                if !is_listed && old(modified) {
                    // Gone already is as good.
                    let _ = fs::remove_file(&file);
                }
            }
        }
        Ok(())
    }

    /// The folder of a table's files.
    pub(super) fn table_dir(&self, owner: &str, name: &str) -> PathBuf {
        self.warehouse.dir().join(FOLDER).join(owner).join(name)
    }
}

fn folders(dir: &Path) -> Result<Vec<PathBuf>> {
    Ok(entries(dir)?.into_iter().filter(|path| path.is_dir()).collect())
}

fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    Ok(entries(dir)?.into_iter().filter(|path| path.is_file()).collect())
}

/// What is in a folder; nothing when there is no such folder.
fn entries(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(io("list", dir)(source)),
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path()).map_err(io("list", dir)));
    paths.collect()
}

fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Io { action, path, source }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
    use arrow::datatypes::{DataType, Field};
    use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
    use datafusion::prelude::SessionContext;
    use futures::stream;

    use super::*;
    use crate::{Variables, Warehouse};

    fn models(dir: &Path) -> Models {
        Models::new(&Warehouse::create(dir).unwrap(), Variables::default())
    }

    fn rows(columns: Vec<(&str, ArrayRef)>) -> SendableRecordBatchStream {
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let schema = batch.schema();
        Box::pin(RecordBatchStreamAdapter::new(schema, stream::iter([Ok(batch)])))
    }

    fn numbers(values: &[i64]) -> SendableRecordBatchStream {
        rows(vec![("n", Arc::new(Int64Array::from(values.to_vec())))])
    }

    fn request(existing: Existing, create: bool) -> StoreRequest {
        StoreRequest {
            owner: "kim".to_owned(),
            name: "t".to_owned(),
            existing,
            create,
            keeps_required: false,
        }
    }

    async fn sum(models: &Models, model: &Model) -> i64 {
        let context = SessionContext::new();
        context.register_table("t", models.table(model).await.unwrap()).unwrap();
        let batches = context
            .sql("SELECT sum(n) FROM t")
            .await
            .unwrap()
            .collect()
            .await
            .unwrap();
        let column: &Int64Array = batches[0].column(0).as_any().downcast_ref().unwrap();
        column.value(0)
    }

    #[tokio::test]
    async fn what_is_no_number_is_kept_beside_equal_numbers() {
        let dir = tempfile::tempdir().unwrap();
        let models = models(dir.path());
        let column: ArrayRef = Arc::new(Float64Array::from(vec![1.0, f64::NAN, 1.0]));
        let made = models
            .store(&request(Existing::Refuse, true), rows(vec![("x", column)]))
            .await;
        let context = SessionContext::new();
        let table = models.table(&made.unwrap().model).await.unwrap();
        context.register_table("t", table).unwrap();
        for (expr, expected) in [
            ("sum(isnan(x)::int)", 1),
            ("isnan(max(x))::bigint", 1),
            ("min(x)::bigint", 1),
        ] {
            let frame = context.sql(&format!("SELECT {expr} FROM t")).await.unwrap();
            let batches = frame.collect().await.unwrap();
            let found: &Int64Array = batches[0].column(0).as_any().downcast_ref().unwrap();
            assert_eq!(found.value(0), expected, "{expr}");
        }
    }

    #[tokio::test]
    async fn rows_are_stored_added_and_replaced_and_an_older_revision_is_read_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let models = models(dir.path());
        let made = models
            .store(&request(Existing::Refuse, true), numbers(&[1, 2]))
            .await
            .unwrap();
        assert_eq!((made.rows, made.model.revision), (2, 1));
        let added = models
            .store(&request(Existing::Append, false), numbers(&[10]))
            .await
            .unwrap();
        assert_eq!((added.rows, sum(&models, &added.model).await), (1, 13));
        let replaced = models
            .store(&request(Existing::Replace, true), numbers(&[100]))
            .await
            .unwrap();
        assert_eq!((replaced.model.revision, sum(&models, &replaced.model).await), (3, 100));
        let before = models.at("kim", "t", 2).await.unwrap();
        assert_eq!(sum(&models, &before).await, 13);
    }

    #[tokio::test]
    async fn what_does_not_fit_leaves_the_table_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let models = models(dir.path());
        let absent = models.store(&request(Existing::Append, false), numbers(&[1])).await;
        assert!(matches!(absent, Err(Error::NoModel { .. })));
        models
            .store(&request(Existing::Refuse, true), numbers(&[1]))
            .await
            .unwrap();
        let again = models.store(&request(Existing::Refuse, true), numbers(&[1])).await;
        assert!(matches!(again, Err(Error::Exists { .. })));

        let texts = Arc::new(StringArray::from(vec![Some("5"), None, Some("오")]));
        let message = models
            .store(&request(Existing::Append, false), rows(vec![("n", texts)]))
            .await;
        let message = message.unwrap_err().to_string();
        assert!(message.contains("row 3") && message.contains('n'), "{message}");
        let other = rows(vec![("m", Arc::new(Int64Array::from(vec![1])))]);
        let message = models
            .store(&request(Existing::Append, false), other)
            .await
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("kim.t has no column \"m\"; expected some of n"),
            "{message}"
        );
        let twice = RecordBatch::try_new(
            Arc::new(Schema::new(vec![
                Field::new("n", DataType::Int64, true),
                Field::new("N", DataType::Int64, true),
            ])),
            vec![Arc::new(Int64Array::from(vec![1])), Arc::new(Int64Array::from(vec![1]))],
        )
        .unwrap();
        let twice = RecordBatchStreamAdapter::new(twice.schema(), stream::iter([Ok(twice)]));
        let twice = models.store(&request(Existing::Replace, true), Box::pin(twice)).await;
        assert!(matches!(twice, Err(Error::StoredColumns { .. })));

        let model = models.get("kim", "t").await.unwrap();
        assert_eq!((model.revision, sum(&models, &model).await), (1, 1));
        assert_eq!(
            files(&models.table_dir("kim", "t")).unwrap().len(),
            1,
            "no file of a failure stays"
        );
    }

    #[tokio::test]
    async fn of_many_writers_at_once_none_is_lost() {
        let dir = tempfile::tempdir().unwrap();
        let models = models(dir.path());
        models
            .store(&request(Existing::Refuse, true), numbers(&[0]))
            .await
            .unwrap();
        let writers: Vec<_> = (0..16)
            .map(|_| {
                let other = super::super::Models::new(&models.warehouse, Variables::default());
                tokio::spawn(async move { other.store(&request(Existing::Append, false), numbers(&[1])).await })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap().unwrap();
        }
        assert_eq!(sum(&models, &models.get("kim", "t").await.unwrap()).await, 16);
    }

    #[tokio::test]
    async fn files_that_no_table_lists_are_swept() {
        let dir = tempfile::tempdir().unwrap();
        let models = models(dir.path());
        models
            .store(&request(Existing::Refuse, true), numbers(&[1]))
            .await
            .unwrap();
        models
            .store(&request(Existing::Replace, true), numbers(&[2]))
            .await
            .unwrap();
        let count = || files(&models.table_dir("kim", "t")).unwrap().len();
        models.sweep_now("kim", KEPT).unwrap();
        assert_eq!(count(), 2, "a query may read the former rows");
        models.sweep_now("kim", Duration::ZERO).unwrap();
        assert_eq!(
            (count(), sum(&models, &models.get("kim", "t").await.unwrap()).await),
            (1, 2)
        );
        models.remove("kim", "t").await.unwrap();
        models.sweep_now("kim", Duration::ZERO).unwrap();
        assert_eq!(count(), 0);
    }
}
