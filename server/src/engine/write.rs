//! Statements that write rows: `INSERT` and `CREATE TABLE`, and rows that clients send.
//!
//! They write the caller's own tables only, which `pilji_catalog` keeps; datasets are written by `pilji ingest`.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::{DdlStatement, LogicalPlan, WriteOp};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{Statement as SqlStatement, TableObject};
use pilji_catalog::{Error as CatalogError, Existing, Staged, StoreRequest, StoredRows};
use tracing::info;

use super::ddl::{TableName, table_name};
use super::definition::{check_own, not_yours};
use super::{Engine, Query, Settings, start};
use crate::error::{Error, Result};

/// A statement that writes rows, ready to be carried out.
pub struct Write {
    pub(super) request: StoreRequest,
    /// Whether a table that is there already is nothing to complain of.
    pub(super) if_not_exists: bool,
    pub(super) query: Box<Query>,
}

/// Where a statement writes, and how.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) table: TableName,
    pub(super) makes: Makes,
    /// Whether what is made lasts as long as the session.
    pub(super) is_temporary: bool,
    /// Whether a view that is there already is nothing to complain of.
    pub(super) if_not_exists: bool,
}

/// What a statement makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Makes {
    /// Rows of a table that is there.
    Rows,
    /// A table.
    Table,
    /// A view of this query.
    View(String),
}

/// What a planned statement does with the rows of its query.
pub(super) struct Effect {
    /// The query.
    pub(super) plan: LogicalPlan,
    /// What becomes of a table that is there.
    pub(super) existing: Existing,
    /// Whether a table that is there already is nothing to complain of.
    pub(super) if_not_exists: bool,
    /// Whether the columns are declared, and not those of a query.
    pub(super) is_declared: bool,
}

impl Write {
    /// Its parameters, in the order in which values are bound.
    #[must_use]
    pub fn parameters(&self) -> &SchemaRef {
        &self.query.parameters
    }

    /// Has it be broken off after a time, where it would not be before.
    pub fn limit_time(&mut self, limit: Option<std::time::Duration>) {
        self.query.limit_time(limit);
    }

    /// The table that is written, with its owner.
    #[must_use]
    pub fn table(&self) -> String {
        format!("{}.{}", self.request.owner, self.request.name)
    }
}

/// The table that a statement writes. What the planner does not know of the statement is taken out of it.
///
/// # Errors
///
/// [`Error::NotAQuery`] for a statement that writes no table of a user, [`Error::Request`] for what is no table's name.
pub(super) fn target(statement: &mut Statement) -> Result<Target> {
    let Statement::Statement(sql) = statement else {
        return Err(super::statement::refused(&statement.to_string()));
    };
    match sql.as_mut() {
        SqlStatement::Insert(insert) => match &insert.table {
            TableObject::TableName(name) => Ok(Target {
                table: table_name(name)?,
                makes: Makes::Rows,
                is_temporary: false,
                if_not_exists: false,
            }),
            _ => Err(super::statement::refused(&sql.to_string())),
        },
        SqlStatement::CreateTable(create) => Ok(Target {
            table: table_name(&create.name)?,
            makes: Makes::Table,
            is_temporary: std::mem::take(&mut create.temporary),
            if_not_exists: false,
        }),
        SqlStatement::CreateView(create) => {
            let query = if create.columns.is_empty() {
                create.query.to_string()
            } else {
                let columns: Vec<String> = create.columns.iter().map(|column| column.name.to_string()).collect();
                format!("SELECT * FROM ({}) AS v({})", create.query, columns.join(", "))
            };
            Ok(Target {
                table: table_name(&create.name)?,
                makes: Makes::View(query),
                is_temporary: std::mem::take(&mut create.temporary),
                if_not_exists: std::mem::take(&mut create.if_not_exists),
            })
        }
        other => Err(super::statement::refused(&other.to_string())),
    }
}

/// Takes a planned statement apart.
///
/// # Errors
///
/// [`Error::Clause`] for what tables do not have.
pub(super) fn effect(plan: LogicalPlan) -> Result<Effect> {
    let refuse = |clause: &str, instead: &str| {
        Err(Error::Clause {
            clause: clause.to_owned(),
            instead: instead.to_owned(),
        })
    };
    let made = |or_replace: bool| {
        if or_replace {
            Existing::Replace
        } else {
            Existing::Refuse
        }
    };
    match plan {
        LogicalPlan::Dml(insert) => match insert.op {
            WriteOp::Insert(InsertOp::Append) => Ok(Effect {
                plan: Arc::unwrap_or_clone(insert.input),
                existing: Existing::Append,
                if_not_exists: false,
                is_declared: false,
            }),
            _ => refuse(
                "INSERT OVERWRITE or REPLACE INTO",
                "write CREATE OR REPLACE TABLE … AS SELECT …",
            ),
        },
        LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(create)) => {
            if !create.constraints.is_empty() {
                return refuse("a constraint", "leave it out; rows are not checked");
            }
            if create.or_replace && create.if_not_exists {
                return refuse("OR REPLACE together with IF NOT EXISTS", "write one of the two");
            }
            if !create.column_defaults.is_empty() {
                return refuse("DEFAULT", "leave it out; a column that is not written is NULL");
            }
            Ok(Effect {
                is_declared: matches!(create.input.as_ref(), LogicalPlan::EmptyRelation(_)),
                plan: Arc::unwrap_or_clone(create.input),
                existing: made(create.or_replace),
                if_not_exists: create.if_not_exists,
            })
        }
        LogicalPlan::Ddl(DdlStatement::CreateView(create)) => Ok(Effect {
            plan: Arc::unwrap_or_clone(create.input),
            existing: made(create.or_replace),
            if_not_exists: false,
            is_declared: false,
        }),
        other => Err(super::statement::refused(&other.display().to_string())),
    }
}

impl Engine {
    /// Carries out a statement that writes, and says how many rows were written. When nobody waits for that any more before
    /// the rows are complete, it is broken off; from then on it goes to its end.
    ///
    /// # Errors
    ///
    /// [`Error::Unbound`] when its parameters have no values; those of the query; [`Error::Catalog`] when the rows are not
    /// those of a table; [`Error::Cancelled`] and [`Error::Timeout`], after which nothing is written.
    pub async fn write(&self, write: Write, id: &str, own: &str) -> Result<u64> {
        let Write {
            request,
            if_not_exists,
            query,
        } = write;
        if if_not_exists && self.shared.models.find(&request.owner, &request.name).await?.is_some() {
            return Ok(0);
        }
        let (running, mut ending) = self.shared.queries.begin(id, own, query.timeout)?;
        let engine = self.clone();
        let work = async move {
            let staged = ending.limit(Box::pin(async {
                let rows = start(*query).await?;
                engine.stage(&request, rows).await
            }));
            let stored = match staged.await {
                Ok(staged) => engine.commit(staged).await,
                Err(error) => Err(error),
            };
            match &stored {
                Ok(_) => running.finished(),
                Err(Error::Cancelled | Error::Timeout { .. }) => {}
                Err(_) => running.failed(),
            }
            stored
        };
        self.shared.cpu.run(Box::pin(work)).await
    }

    /// Stores rows that a client sends, and says how many.
    ///
    /// # Errors
    ///
    /// [`Error::NotYours`] for a schema that is not the caller's; those of [`Engine::write`].
    pub async fn ingest(
        &self,
        request: StoreRequest,
        settings: &Settings,
        rows: SendableRecordBatchStream,
    ) -> Result<u64> {
        if ![&settings.own, &settings.temporary].contains(&&request.owner) {
            return Err(not_yours(&request.owner, &request.name, &settings.own));
        }
        let engine = self.clone();
        let work = async move {
            let staged = engine.stage(&request, rows).await?;
            engine.commit(staged).await
        };
        self.shared.cpu.run(Box::pin(work)).await
    }

    async fn stage(&self, request: &StoreRequest, rows: SendableRecordBatchStream) -> Result<Staged> {
        match self.shared.models.stage(request, rows).await {
            Err(CatalogError::Rows { source }) => Err(Error::Query(*source)),
            staged => Ok(staged?),
        }
    }

    async fn commit(&self, staged: Staged) -> Result<u64> {
        let StoredRows { model, rows } = self.shared.models.commit(staged).await?;
        info!(table = model.full_name(), rows, "rows stored");
        Ok(rows)
    }

    /// Where a caller's statement writes: owner and name.
    ///
    /// # Errors
    ///
    /// [`Error::NotYours`] for the table of somebody else, [`Error::DatasetInSql`] for a dataset, [`Error::Clause`] for a
    /// temporary table in a schema or without a session.
    pub(super) async fn may_write(&self, target: &Target, settings: &Settings) -> Result<(String, String)> {
        let TableName { owner, name } = &target.table;
        if target.makes == Makes::Rows {
            return self.own_table(&target.table, settings).await;
        }
        if target.is_temporary {
            let clause = "TEMPORARY".to_owned();
            let instead = match owner {
                Some(_) => "leave the schema out: temporary tables have none",
                None if settings.temporary.is_empty() => "leave it out; there is no session that could end",
                None => return Ok((settings.temporary.clone(), name.clone())),
            };
            return Err(Error::Clause {
                clause,
                instead: instead.to_owned(),
            });
        }
        check_own(&target.table, &settings.own)?;
        Ok((settings.own.clone(), name.clone()))
    }
}
