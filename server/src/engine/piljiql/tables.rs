//! What `PiljiQL` is bound against: the tables of a snapshot, `DataFusion`'s functions, and its planner for single stages.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{SchemaProvider, TableProvider};
use datafusion::datasource::empty::EmptyTable;
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use datafusion::sql::sqlparser::ast::Query;
use datafusion::sql::sqlparser::tokenizer::{Location, Span};
use futures::FutureExt;
use pilji_dsl::{Catalog, Found, FunctionKind, Given, Missing, Refused, Region};

use super::{Values, function_names, prepared};
use crate::engine::snapshot::Snapshot;
use crate::engine::tables::SCHEMA;
use crate::engine::{Settings, settings::Compat};

/// What a text is bound against.
pub struct Tables<'a> {
    session: SessionState,
    given: Arc<Stages>,
    snapshot: &'a Snapshot,
    settings: &'a Settings,
    /// The names of all tables, where one was not found.
    known: Vec<String>,
    values: Arc<Values>,
}

impl<'a> Tables<'a> {
    /// Over the tables of a snapshot.
    pub fn new(
        session: &SessionState,
        snapshot: &'a Snapshot,
        settings: &'a Settings,
        known: Vec<String>,
        values: Arc<Values>,
    ) -> Self {
        let mut session = session.clone();
        session.config_mut().options_mut().sql_parser.collect_spans = true;
        let given = Arc::new(Stages::new(Arc::new(snapshot.schema(SCHEMA))));
        let public: Arc<dyn SchemaProvider> = Arc::<Stages>::clone(&given);
        session.register_catalog_list(snapshot.catalogs_with(Some((SCHEMA, public))));
        Self {
            session,
            given,
            snapshot,
            settings,
            known,
            values,
        }
    }
}

impl Catalog for Tables<'_> {
    fn relation(&self, owner: Option<&str>, name: &str) -> Result<Found, Missing> {
        let schema = owner.unwrap_or(SCHEMA);
        let folded = name.to_lowercase();
        for name in [name, folded.as_str()] {
            if let Some(table) = self.snapshot.table(schema, name) {
                return Ok(Found {
                    parts: vec![schema.to_owned(), name.to_owned()],
                    schema: table.schema(),
                });
            }
        }
        Err(Missing::Unknown(self.known.clone()))
    }

    fn default_model(&self) -> Option<String> {
        self.settings.options.default_model.clone()
    }

    fn is_legacy(&self) -> bool {
        self.settings.options.compat == Compat::Legacy
    }

    fn function(&self, name: &str) -> Option<FunctionKind> {
        if self.session.scalar_functions().contains_key(name) {
            Some(FunctionKind::Scalar)
        } else if self.session.aggregate_functions().contains_key(name) {
            Some(FunctionKind::Aggregate)
        } else if self.session.window_functions().contains_key(name) {
            Some(FunctionKind::Window)
        } else {
            None
        }
    }

    fn functions(&self) -> Vec<String> {
        function_names(&self.session)
    }

    fn plan(&self, query: &Query, given: &[Given]) -> Result<SchemaRef, Refused> {
        let statement = prepared(query).map_err(|error| Refused {
            message: error.to_string(),
            span: None,
        })?;
        self.given.set(given);
        // All tables are in memory, so that looking them up never waits.
        let planned = self.session.statement_to_plan(statement).now_or_never();
        match planned {
            Some(Ok(plan)) => Ok(Arc::clone(plan.schema().inner())),
            Some(Err(error)) => Err(refused(&error)),
            None => Err(Refused {
                message: "the tables of the query are not at hand".to_owned(),
                span: None,
            }),
        }
    }

    fn values(&self, query: &Query) -> Option<Vec<String>> {
        self.values.get(&query.to_string()).cloned()
    }

    fn regions(&self) -> &[Region] {
        &[]
    }

    fn successors(&self, _level: usize, _name: &str) -> Vec<String> {
        Vec::new()
    }

    fn administrative(&self, _name: &str) -> Vec<String> {
        Vec::new()
    }
}

/// What the planner says, without what only it knows.
fn refused(error: &DataFusionError) -> Refused {
    let span = error.diagnostic().and_then(|diagnostic| diagnostic.span).map(|span| {
        Span::new(
            Location::new(span.start.line, span.start.column),
            Location::new(span.end.line, span.end.column),
        )
    });
    let message = error.find_root().strip_backtrace();
    let message = message.split_once(": ").map_or(message.as_str(), |(kind, rest)| {
        if kind.ends_with("error") || kind.ends_with("Error") {
            rest
        } else {
            message.as_str()
        }
    });
    Refused {
        message: without_stages(message),
        span,
    }
}

/// A message without the names of stages: `_s2."a"` is `"a"`.
fn without_stages(message: &str) -> String {
    let mut text = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(at) = rest.find("_s") {
        let (front, behind) = rest.split_at(at);
        let digits = behind[2..]
            .find(|c: char| !c.is_ascii_digit() && c != '_')
            .unwrap_or(behind.len() - 2);
        let after = &behind[2 + digits..];
        text.push_str(front);
        if digits > 0 && after.starts_with('.') {
            rest = &after[1..];
        } else {
            text.push_str(&behind[..2 + digits]);
            rest = after;
        }
    }
    text.push_str(rest);
    text
}

/// The stages that a query is planned over, in front of the tables of a schema.
pub struct Stages {
    tables: Arc<dyn SchemaProvider>,
    stages: Mutex<BTreeMap<String, Arc<dyn TableProvider>>>,
}

impl fmt::Debug for Stages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stages")
    }
}

impl Stages {
    fn new(tables: Arc<dyn SchemaProvider>) -> Self {
        Self {
            tables,
            stages: Mutex::default(),
        }
    }

    fn set(&self, given: &[Given]) {
        let mut stages = self.stages.lock().unwrap_or_else(PoisonError::into_inner);
        stages.clear();
        for one in given {
            let table: Arc<dyn TableProvider> = Arc::new(EmptyTable::new(Arc::clone(&one.schema)));
            stages.insert(one.name.clone(), table);
        }
    }

    fn stage(&self, name: &str) -> Option<Arc<dyn TableProvider>> {
        let stages = self.stages.lock().unwrap_or_else(PoisonError::into_inner);
        stages.get(name).cloned()
    }
}

#[async_trait]
impl SchemaProvider for Stages {
    fn table_names(&self) -> Vec<String> {
        self.tables.table_names()
    }

    async fn table(&self, name: &str) -> datafusion::error::Result<Option<Arc<dyn TableProvider>>> {
        match self.stage(name) {
            Some(stage) => Ok(Some(stage)),
            None => self.tables.table(name).await,
        }
    }

    fn table_exist(&self, name: &str) -> bool {
        self.stage(name).is_some() || self.tables.table_exist(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_do_not_name_stages() {
        assert_eq!(
            without_stages("no _s2.a and _s10_1.\"b\" in _start"),
            "no a and \"b\" in _start"
        );
    }
}
