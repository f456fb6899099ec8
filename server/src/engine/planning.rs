//! From text to plan.

use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use datafusion::prelude::SQLOptions;
use datafusion::sql::parser::Statement;
use tracing::debug;

use super::snapshot::{self, Scope, Snapshot};
use super::statement::Kind;
use super::{Definition, Engine, Planned, Query, Versions, capitals, clauses, ddl, neighbours, past, statement};
use crate::error::{Error, Result};
use crate::wire_schema::wire_schema;

impl Engine {
    /// Plans a query against the newest version of each dataset, or against the given versions; reads a definition,
    /// without carrying it out.
    ///
    /// `own` is the schema of the one who asks.
    ///
    /// # Errors
    ///
    /// [`Error::NotAQuery`] for what does not only read, [`Error::Parameters`] for placeholders, [`Error::Clause`] and
    /// [`Error::FunctionArguments`] for what is not supported, [`Error::TableNotFound`], [`Error::DatasetNotFound`],
    /// [`Error::AmbiguousColumn`], [`Error::Query`] for text that makes no sense, [`Error::Catalog`] when the
    /// warehouse cannot be read.
    pub async fn plan(&self, text: &str, own: &str, versions: Option<&Versions>) -> Result<Planned> {
        debug!(sql = text, "planning");
        let mut session = self.shared.session.clone();
        session.mark_start_execution();
        let mut statement = parse(&session, text)?;
        if statement::check(&statement)? == Kind::Definition {
            let command = ddl::read(&session, statement).await?;
            let own = own.to_owned();
            return Ok(Planned::Definition(Definition { command, own }));
        }
        clauses::check(&statement)?;
        neighbours::expand(&mut statement)?;
        let calls = past::find(&mut statement)?;
        let references = session.resolve_table_references(&statement)?;

        let (warehouse, models) = (&self.shared.warehouse, &self.shared.models);
        let scope = Scope { warehouse, models, own };
        let snapshot = Snapshot::take(scope, &references, versions).await?;
        let mut pinned = snapshot.versions.clone();
        past::load(warehouse, calls, versions, &mut pinned, &mut session).await?;
        session.register_catalog_list(snapshot.catalogs());
        let (warehouse, models, own) = (warehouse.clone(), models.clone(), own.to_owned());
        let text = text.to_owned();
        self.shared
            .cpu
            .run(async move {
                let first = session.statement_to_plan(statement).await;
                let planned = match first {
                    Err(error) if capitals::may_be_why(&error) => {
                        let mut statement = parse(&session, &text)?;
                        neighbours::expand(&mut statement)?;
                        past::find(&mut statement)?;
                        capitals::plan(&mut session, statement, error, snapshot.columns()).await?
                    }
                    planned => planned,
                };
                let plan = match planned {
                    Ok(plan) => plan,
                    Err(error) => {
                        let scope = Scope {
                            warehouse: &warehouse,
                            models: &models,
                            own: &own,
                        };
                        return Err(snapshot::explain(error, &snapshot.missing, scope).await);
                    }
                };
                let read_only = SQLOptions::new()
                    .with_allow_ddl(false)
                    .with_allow_dml(false)
                    .with_allow_statements(false);
                read_only.verify_plan(&plan)?;
                let plan = session.optimize(&plan)?;
                Ok(Planned::Query(Box::new(Query {
                    schema: wire_schema(plan.schema().as_arrow()),
                    versions: pinned,
                    plan,
                    session,
                })))
            })
            .await
    }
}

fn parse(session: &SessionState, text: &str) -> Result<Statement> {
    let dialect = session.config_options().sql_parser.dialect;
    match session.sql_to_statement(text, &dialect) {
        Err(DataFusionError::NotImplemented(_)) => Err(Error::ManyStatements),
        Err(error) => Err(clauses::explain(text).unwrap_or(Error::Query(error))),
        Ok(statement) => Ok(statement),
    }
}
