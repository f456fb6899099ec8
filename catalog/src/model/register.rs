//! From data that somebody points at to a model.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use chrono::{SecondsFormat, Utc};
use datafusion::prelude::SessionContext;

use super::location::Location;
use super::models::{already, owner_name};
use super::{ColumnType, FileSource, Model, ModelColumn, ModelSource, Models, Place, Reach, comments, guess};
use crate::source::{self, Format, SAMPLE_ROWS, SourceOptions};
use crate::{Error, Result, name};

/// Data that is to become a model.
#[derive(Debug, Clone)]
pub struct RegisterRequest {
    /// Whose the model will be.
    pub owner: String,
    /// The model's name; that of the file or folder when unset.
    pub name: Option<String>,
    /// Where the data is: a path, `CONNECTION:PATH` or `dataset:NAME`.
    pub location: String,
    /// What to take as given while inspecting.
    pub options: SourceOptions,
    /// What the data is.
    pub comment: Option<String>,
    /// Types that are given; columns that are not named keep what was found.
    pub types: Vec<(String, DataType)>,
    /// How far the request reaches into the server's file system.
    pub reach: Reach,
}

/// A model that came about, and what it was made from.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The model.
    pub model: Arc<Model>,
    /// The number of data files.
    pub files: usize,
    /// Their size in bytes.
    pub bytes: u64,
    /// The number of rows, where the files say it.
    pub rows: Option<u64>,
    /// The number of rows that roles were guessed from.
    pub sampled_rows: usize,
}

/// What was found at a location.
pub(super) struct Found {
    source: ModelSource,
    schema: SchemaRef,
    sample: Vec<RecordBatch>,
    remarks: Vec<String>,
    files: usize,
    bytes: u64,
    rows: Option<u64>,
}

impl Models {
    /// Inspects data and keeps the model of it.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] when there is a model of this name, [`Error::Location`] when the location is none; else as
    /// [`Models::inspect`].
    pub async fn register(&self, request: &RegisterRequest) -> Result<Registered> {
        let inspected = self.inspect(request).await?;
        let model = self.create(Model::clone(&inspected.model)).await?;
        Ok(Registered { model, ..inspected })
    }

    /// Inspects data and says what its model would be; nothing is written.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] when there is a model of this name, [`Error::NoConnection`], [`Error::NoDataset`] or
    /// [`Error::OutsideRoots`] when the location leads nowhere, [`Error::NoColumn`] when a type is given for a column
    /// that is not there; else those of [`source::inspect`].
    pub async fn inspect(&self, request: &RegisterRequest) -> Result<Registered> {
        let owner = owner_name(&request.owner)?;
        let location = Location::parse(&request.location)?;
        let name = match &request.name {
            Some(name) => name::parse("model", name)?,
            None => location.default_name().ok_or_else(|| Error::Location {
                location: request.location.clone(),
                reason: "its name cannot be a model's; give one (`--name`)".to_owned(),
            })?,
        };
        if matches!(self.find(&owner, &name).await, Ok(Some(_)) | Err(Error::Toml { .. })) {
            return Err(already(&owner, &name));
        }
        self.draft(request, owner, name, &location).await
    }

    /// The model that data would be, which is kept nowhere: for a query that reads a file once.
    ///
    /// # Errors
    ///
    /// As [`Models::inspect`], but for the name.
    pub async fn look_at(&self, request: &RegisterRequest) -> Result<Arc<Model>> {
        let owner = owner_name(&request.owner)?;
        let location = Location::parse(&request.location)?;
        let name = location.default_name().unwrap_or_else(|| "file".to_owned());
        Ok(self.draft(request, owner, name, &location).await?.model)
    }

    async fn draft(
        &self,
        request: &RegisterRequest,
        owner: String,
        name: String,
        location: &Location,
    ) -> Result<Registered> {
        let found = match location {
            Location::Dataset(dataset) => self.look_at_dataset(dataset).await?,
            Location::Files(place) => self.look_at_files(place, request).await?,
        };
        let (columns, remarks) = columns(&found, &request.types)?;
        let model = Model {
            owner,
            name,
            revision: 0,
            comment: request.comment.clone(),
            registered: Some(Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true)),
            source: found.source,
            columns,
            remarks,
        };
        Ok(Registered {
            model: Arc::new(model),
            files: found.files,
            bytes: found.bytes,
            rows: found.rows,
            sampled_rows: found.sample.iter().map(RecordBatch::num_rows).sum(),
        })
    }

    pub(super) async fn look_at_files(&self, place: &Place, request: &RegisterRequest) -> Result<Found> {
        let located = self.locate(place, &request.reach).await?;
        let inspected = source::inspect(located.store, &located.path, &request.options).await?;
        let spec = inspected.spec();
        Ok(Found {
            source: ModelSource::Files(FileSource {
                place: place.clone(),
                format: spec.format,
                partition_columns: spec.partition_columns,
                row_bytes: spec.row_bytes,
                refresh_secs: spec.refresh_secs,
            }),
            schema: inspected.schema,
            sample: inspected.sample,
            remarks: inspected.remarks,
            files: inspected.files,
            bytes: inspected.bytes,
            rows: inspected.rows,
        })
    }

    async fn look_at_dataset(&self, name: &str) -> Result<Found> {
        let Some(dataset) = self.warehouse.dataset(name).await? else {
            return Err(Error::NoDataset {
                name: name.to_owned(),
                dir: self.warehouse.dir().to_owned(),
            });
        };
        let context = SessionContext::new();
        let sampled = async {
            self.warehouse.register(&context.runtime_env())?;
            let rows = context.read_table(dataset.table_provider())?;
            rows.limit(0, Some(SAMPLE_ROWS))?.collect().await
        };
        let sample = sampled.await.map_err(|source| Error::Sample {
            dataset: name.to_owned(),
            source: Box::new(source),
        })?;
        Ok(Found {
            source: ModelSource::Dataset(name.to_owned()),
            schema: dataset.schema(),
            sample,
            remarks: Vec::new(),
            files: dataset.files().len(),
            bytes: dataset.bytes(),
            rows: Some(dataset.rows()),
        })
    }
}

/// The columns of a model with guessed roles and comments, and the remarks that go with them.
pub(super) fn columns(found: &Found, types: &[(String, DataType)]) -> Result<(Vec<ModelColumn>, Vec<String>)> {
    if let Some((column, _)) = types
        .iter()
        .find(|(name, _)| found.schema.field_with_name(name).is_err())
    {
        return Err(Error::NoColumn {
            column: column.clone(),
            known: found.schema.fields().iter().map(|field| field.name().clone()).collect(),
        });
    }
    let is_text_file = matches!(
        &found.source,
        ModelSource::Files(FileSource {
            format: Format::Csv(_) | Format::JsonLines,
            ..
        })
    );
    let guess = guess::roles(&found.schema, &found.sample);
    let mut remarks = found.remarks.clone();
    remarks.extend(guess.remarks);
    let mut columns = Vec::with_capacity(found.schema.fields().len());
    for (field, guessed) in found.schema.fields().iter().zip(guess.columns) {
        let given = types.iter().find(|(name, _)| name == field.name());
        let is_code = guessed.as_ref().is_some_and(|guessed| guessed.role.is_code());
        let data_type = match given {
            Some((_, data_type)) => data_type.clone(),
            None if is_code && is_text_file => DataType::Utf8,
            None => field.data_type().clone(),
        };
        if is_code && data_type.is_numeric() && given.is_none() {
            remarks.push(format!(
                "`{0}` is a number in the files; `--type {0}=text` shows it as text, as codes are elsewhere",
                field.name()
            ));
        }
        let (role, evidence) = guessed.map(|guessed| (guessed.role, guessed.evidence)).unzip();
        columns.push(ModelColumn {
            name: field.name().clone(),
            data_type: ColumnType::from(&data_type),
            required: false,
            comment: comments::korean_comment(field.name()).map(str::to_owned),
            role,
            evidence,
            metadata: field.metadata().clone().into_iter().collect(),
        });
    }
    Ok((columns, remarks))
}
