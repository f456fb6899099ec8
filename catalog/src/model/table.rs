//! Models as tables of the query engine.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Constraints, Result as DataFusionResult, Statistics};
use datafusion::datasource::ViewTable;
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, TableProviderFilterPushDown, TableType, cast, ident};
use datafusion::physical_plan::ExecutionPlan;

use super::models::lock;
use super::place::Located;
use super::{FileSource, Model, ModelSource, Models, Place, Reach};
use crate::source::{self, Format, SourceSpec};
use crate::{Dataset, Error, Result};

/// A table that was opened, and what it was opened for.
#[derive(Debug)]
pub(super) struct Opened {
    model: Model,
    /// The revision of the connection, where there is one.
    connection: Option<u64>,
    table: Arc<dyn TableProvider>,
}

impl Models {
    /// The model as a table with its types; comments and roles are metadata of the fields.
    ///
    /// It is opened once a revision; later calls cost a look at the connection. A model of a dataset gives the
    /// dataset's newest version; [`Models::table_of_dataset`] takes one that was pinned.
    ///
    /// # Errors
    ///
    /// [`Error::OutsideRoots`] when the model's path is out of reach; [`Error::NoDataset`], [`Error::NoConnection`] or
    /// [`Error::NoColumn`] when what it names is gone; else those of [`source::open`].
    pub async fn table(&self, model: &Model) -> Result<Arc<dyn TableProvider>> {
        match &model.source {
            ModelSource::Dataset(dataset) => {
                let Some(dataset) = self.warehouse.dataset(dataset).await? else {
                    return Err(Error::NoDataset {
                        name: dataset.clone(),
                        dir: self.warehouse.dir().to_owned(),
                    });
                };
                self.table_of_dataset(model, &dataset)
            }
            ModelSource::Files(files) => self.table_of_files(model, files).await,
            ModelSource::Stored(files) => self.table_of_rows(model, files).await,
            ModelSource::View(_) => Err(Error::View {
                name: model.full_name(),
            }),
        }
    }

    /// One version of a dataset with the columns of a model.
    ///
    /// # Errors
    ///
    /// [`Error::NoColumn`] when the dataset has no such column.
    pub fn table_of_dataset(&self, model: &Model, dataset: &Dataset) -> Result<Arc<dyn TableProvider>> {
        let schema = dataset.schema();
        let same =
            schema.fields().len() == model.columns.len()
                && schema.fields().iter().zip(&model.columns).all(|(field, column)| {
                    *field.name() == column.name && field.data_type() == column.data_type.arrow()
                });
        let table = dataset.table_provider();
        if same {
            return Ok(table);
        }
        let mut columns = Vec::with_capacity(model.columns.len());
        for column in &model.columns {
            let Ok(field) = schema.field_with_name(&column.name) else {
                return Err(Error::NoColumn {
                    column: column.name.clone(),
                    known: schema.fields().iter().map(|field| field.name().clone()).collect(),
                });
            };
            let expr = ident(&column.name);
            columns.push(if field.data_type() == column.data_type.arrow() {
                expr
            } else {
                cast(expr, column.data_type.arrow().clone()).alias(&column.name)
            });
        }
        let view = LogicalPlanBuilder::scan(dataset.name(), provider_as_source(table), None)
            .and_then(|scan| scan.project(columns))
            .and_then(LogicalPlanBuilder::build)
            .map_err(|source| Error::Sample {
                dataset: dataset.name().to_owned(),
                source: Box::new(source),
            })?;
        Ok(Arc::new(ViewTable::new(view, None)))
    }

    async fn table_of_files(&self, model: &Model, files: &FileSource) -> Result<Arc<dyn TableProvider>> {
        let located = self.locate(&files.place, &self.reach).await?;
        let connection = match &files.place {
            Place::Path(_) => None,
            Place::Connection { connection, .. } => Some(self.connections.get(connection).await?.revision),
        };
        let spec = SourceSpec {
            format: files.format.clone(),
            partition_columns: files.partition_columns.clone(),
            row_bytes: files.row_bytes,
            refresh_secs: files.refresh_secs,
            files: None,
            schema: model.schema(),
        };
        self.opened(model, connection, &files.place, spec, located).await
    }

    async fn table_of_rows(&self, model: &Model, files: &[String]) -> Result<Arc<dyn TableProvider>> {
        let place = Place::Path(self.table_dir(&model.owner, &model.name));
        // The warehouse's own folder is within everybody's reach.
        let located = self.locate(&place, &Reach::Anywhere).await?;
        let spec = SourceSpec {
            format: Format::Parquet,
            partition_columns: Vec::new(),
            row_bytes: None,
            refresh_secs: u64::MAX,
            files: Some(files.to_vec()),
            schema: model.schema(),
        };
        self.opened(model, None, &place, spec, located).await
    }

    /// The table as it was opened for this revision, opened when it was not.
    async fn opened(
        &self,
        model: &Model,
        connection: Option<u64>,
        place: &Place,
        spec: SourceSpec,
        located: Located,
    ) -> Result<Arc<dyn TableProvider>> {
        let slot = Arc::clone(
            lock(&self.opened)
                .entry(super::models::key(&model.owner, &model.name))
                .or_default(),
        );
        let mut opened = slot.lock().await;
        if let Some(opened) = opened.as_ref()
            && opened.model == *model
            && opened.connection == connection
        {
            return Ok(Arc::clone(&opened.table));
        }
        let table = self.open(model, place, &spec, located).await?;
        *opened = Some(Opened {
            model: model.clone(),
            connection,
            table: Arc::clone(&table),
        });
        Ok(table)
    }

    async fn open(
        &self,
        model: &Model,
        place: &Place,
        spec: &SourceSpec,
        located: Located,
    ) -> Result<Arc<dyn TableProvider>> {
        // Another place has another index, so that a changed model does not read the files of the old one.
        let mut hasher = DefaultHasher::new();
        place.shown().hash(&mut hasher);
        let kept = self
            .index_dir(&model.owner, &model.name)
            .join(format!("{:016x}", hasher.finish()));
        let Located { store, url, path } = located;
        let name = model.full_name();
        let inner = source::open(Arc::clone(&store), url.clone(), &path, spec, Some(&kept), &name).await?;
        Ok(Arc::new(ModelTable {
            inner,
            located: Located { store, url, path },
        }))
    }
}

/// A table of files that brings its store along: scans find it wherever they run.
#[derive(Debug)]
struct ModelTable {
    inner: Arc<dyn TableProvider>,
    located: Located,
}

#[async_trait]
impl TableProvider for ModelTable {
    fn schema(&self) -> SchemaRef {
        self.inner.schema()
    }

    fn constraints(&self) -> Option<&Constraints> {
        self.inner.constraints()
    }

    fn table_type(&self) -> TableType {
        self.inner.table_type()
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let Located { store, url, .. } = &self.located;
        state
            .runtime_env()
            .register_object_store(url.as_ref(), Arc::clone(store));
        self.inner.scan(state, projection, filters, limit).await
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> DataFusionResult<Vec<TableProviderFilterPushDown>> {
        self.inner.supports_filters_pushdown(filters)
    }

    fn statistics(&self) -> Option<Statistics> {
        self.inner.statistics()
    }
}
