//! What `PiljiQL` is bound against: the tables of a snapshot, `DataFusion`'s functions, and its planner for single stages.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use chrono::NaiveDate;
use datafusion::catalog::{SchemaProvider, TableProvider};
use datafusion::datasource::empty::EmptyTable;
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use datafusion::sql::sqlparser::ast::Query;
use datafusion::sql::sqlparser::tokenizer::{Location, Span};
use futures::FutureExt;
use pilji_dsl::{Catalog, Found, FunctionKind, Given, Missing, PARCEL, Refused, Region};
use pilji_udfs::{BjdEntry, BjdTable, administrative_dong, successors};

use super::{Values, function_names, prepared, written};
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
    /// Whether no two parcels have one PNU.
    has_unique_pnu: bool,
    regions: OnceLock<Arc<[Region]>>,
}

/// What binding needs beside tables.
#[derive(Clone, Default)]
pub struct Hints {
    /// The names of all tables, where one was not found.
    pub known: Vec<String>,
    /// The values of queries that were asked for.
    pub values: Arc<Values>,
    /// Whether no two parcels have one PNU.
    pub has_unique_pnu: bool,
}

impl<'a> Tables<'a> {
    /// Over the tables of a snapshot.
    pub fn new(session: &SessionState, snapshot: &'a Snapshot, settings: &'a Settings, hints: Hints) -> Self {
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
            known: hints.known,
            values: hints.values,
            has_unique_pnu: hints.has_unique_pnu,
            regions: OnceLock::new(),
        }
    }

    /// The day whose names of districts the parcels have.
    fn day(&self) -> Option<NaiveDate> {
        self.snapshot.dataset(PARCEL)?.newest_vintage()
    }

    /// The official table of that day; the newest one where there are no parcels.
    fn districts(&self) -> &'static BjdTable {
        BjdTable::at(self.day().unwrap_or(NaiveDate::MAX))
    }
}

/// The districts of an official table in the form that binding knows; made once.
fn regions_of(table: &'static BjdTable) -> Arc<[Region]> {
    static MADE: Mutex<BTreeMap<NaiveDate, Arc<[Region]>>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let regions = made.entry(table.vintage()).or_insert_with(|| {
        let region = |entry: &BjdEntry| Region {
            code: entry.code.as_str().to_owned(),
            names: [
                Some(entry.name.si.clone()),
                entry.name.sgg.clone(),
                entry.name.emd.clone(),
                entry.name.ri.clone(),
            ],
        };
        table.entries().map(region).collect()
    });
    Arc::clone(regions)
}

impl Catalog for Tables<'_> {
    fn relation(&self, owner: Option<&str>, name: &str) -> Result<Found, Missing> {
        let schema = owner.unwrap_or(SCHEMA);
        for name in written(name) {
            if let Some(table) = self.snapshot.table(schema, &name) {
                // Without an owner it is looked up as any name in SQL is, so that the SQL can be run as it is printed.
                let owner = owner.map(str::to_owned);
                return Ok(Found {
                    parts: owner.into_iter().chain([name]).collect(),
                    schema: table.schema(),
                });
            }
        }
        // Those that need no owner are told without one.
        let lookup = self.settings.lookup();
        let plain = |name: &String| match name.split_once('.') {
            Some((owner, name)) if lookup.contains(&owner) => name.to_owned(),
            _ => name.clone(),
        };
        Err(Missing::Unknown(self.known.iter().map(plain).collect()))
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
        self.regions.get_or_init(|| regions_of(self.districts()))
    }

    fn successors(&self, si: &str, sgg: Option<&str>) -> Vec<(String, Option<String>)> {
        let direct = successors(&(si.to_owned(), sgg.map(str::to_owned)));
        if !direct.is_empty() || sgg.is_some() {
            return direct;
        }
        // Of a 시도 that the oldest table has, those that its 시군구 belong to now.
        let then = BjdTable::at(NaiveDate::MIN);
        let sigungu = then
            .entries()
            .filter(|entry| entry.name.si == si && entry.name.emd.is_none());
        let now: BTreeSet<String> = sigungu
            .flat_map(|entry| successors(&(si.to_owned(), entry.name.sgg.clone())))
            .map(|(si, _)| si)
            .collect();
        now.into_iter().map(|si| (si, None)).collect()
    }

    fn administrative(&self, name: &str) -> Vec<String> {
        let covered: BTreeSet<String> = administrative_dong(name)
            .flat_map(|dong| dong.covered.iter().map(|name| (*name).to_owned()))
            .collect();
        covered.into_iter().collect()
    }

    fn vintage(&self) -> Option<String> {
        self.day().map(|day| day.to_string())
    }

    fn is_unique(&self, dataset: &str, column: &str) -> bool {
        self.has_unique_pnu && dataset == PARCEL && column == "pnu"
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
    let kinds = [
        "Error during planning: ",
        "Schema error: ",
        "SQL error: ",
        "Execution error: ",
    ];
    let message = kinds
        .iter()
        .find_map(|kind| message.strip_prefix(kind))
        .unwrap_or(&message);
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
