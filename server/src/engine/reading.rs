//! From text to a statement whose tables are known, each at one version.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::Query;

use pilji_dsl::{Diagnostic, PARCEL};

use super::past::{self, Past};
use super::piljiql::{self, Expanded, Hints, Tables, Texts, Values};
use super::settings::Options;
use super::snapshot::{self, Scope, Snapshot};
use super::statement::{self, Kind};
use super::write::{self, Target};
use super::{Versions, clauses, neighbours, parameters};
use crate::error::{Error, Result};

/// A text that has been read.
pub(super) struct Read {
    pub(super) statement: Statement,
    pub(super) kind: Kind,
    /// Where it writes.
    pub(super) target: Option<Target>,
    /// Texts in `PiljiQL` within it.
    texts: Texts,
}

/// A statement whose tables are known.
pub(super) struct Known {
    pub(super) statement: Statement,
    /// The names of its parameters, in the order in which values are bound.
    pub(super) parameters: Vec<String>,
    pub(super) snapshot: Snapshot,
    /// The versions and revisions of all that it reads.
    pub(super) pinned: Versions,
    /// What is to be said of it though it can be run.
    pub(super) notes: Vec<Diagnostic>,
}

/// How looking up the tables of a statement ended.
pub(super) enum LookedUp {
    /// They are known.
    Known(Box<Known>),
    /// The values of this query are needed first. Its tables are known to the session.
    Wants(Box<Query>),
}

/// Parses a text and refuses what is not accepted.
pub(super) fn read(session: &SessionState, text: &str, options: &Options) -> Result<Read> {
    let mut statement = match piljiql::statement(session, text, options)? {
        Some(statement) => statement,
        None => parse(session, text)?,
    };
    let kind = statement::check(&statement)?;
    let texts = match kind {
        Kind::Query | Kind::Write => Texts::of(&statement)?,
        Kind::Definition | Kind::Assignment => Texts::default(),
    };
    let target = match kind {
        Kind::Write => Some(write::target(&mut statement)?),
        _ => None,
    };
    Ok(Read {
        statement,
        kind,
        target,
        texts,
    })
}

fn parse(session: &SessionState, text: &str) -> Result<Statement> {
    let dialect = session.config_options().sql_parser.dialect;
    match session.sql_to_statement(text, &dialect) {
        Err(DataFusionError::NotImplemented(_)) => Err(Error::ManyStatements),
        Err(error) => Err(clauses::explain(text).unwrap_or(Error::Query(error))),
        Ok(statement) => Ok(statement),
    }
}

impl Read {
    /// Looks up the tables that the statement names, puts right what the planner would not understand, and makes the tables
    /// known to the session. `depth` is the number of views around.
    pub(super) async fn look_up(
        self,
        scope: Scope<'_>,
        session: &mut SessionState,
        versions: Option<&Versions>,
        depth: usize,
        values: Arc<Values>,
    ) -> Result<LookedUp> {
        let Self {
            mut statement, texts, ..
        } = self;
        let mut calls = BTreeSet::new();
        let (mut references, mut notes) = (Vec::new(), Vec::new());
        if !texts.is_empty() {
            (references, calls) = texts.references(session, scope.settings)?;
        }
        if texts.is_empty() {
            calls = rewrite(&mut statement)?;
        }
        let named = session.resolve_table_references(&statement)?;
        references.extend(
            named
                .into_iter()
                .filter(|reference| reference.table() != piljiql::FUNCTION || texts.is_empty()),
        );
        let mut snapshot = Snapshot::take(scope, &references, versions, depth).await?;
        for location in texts.files() {
            snapshot.add_file(scope, location).await?;
        }
        let mut pinned = snapshot.versions.clone();
        past::load(scope.warehouse, calls, versions, &mut pinned, session).await?;
        session.register_catalog_list(snapshot.catalogs());
        if !texts.is_empty() {
            let has_unique_pnu = match snapshot.dataset(PARCEL).filter(|_| texts.attach()) {
                Some(parcels) => parcels.primary_key().await?.is_some(),
                None => false,
            };
            let mut hints = Hints {
                known: Vec::new(),
                values,
                has_unique_pnu,
            };
            let tables = Tables::new(session, &snapshot, scope.settings, hints.clone());
            let mut expanded = texts.expand(&mut statement, &tables);
            if expanded.as_ref().is_err_and(piljiql::names_no_model) {
                // Only to say which there are: every model is read for that.
                hints.known = snapshot::known(scope).await?;
                let tables = Tables::new(session, &snapshot, scope.settings, hints);
                expanded = texts.expand(&mut statement, &tables);
            }
            match expanded? {
                Expanded::Done(said) => notes = said,
                Expanded::Wants(query) => return Ok(LookedUp::Wants(query)),
            }
            rewrite(&mut statement)?;
        }
        let parameters = parameters::find(&mut statement)?;
        Ok(LookedUp::Known(Box::new(Known {
            statement,
            parameters,
            snapshot,
            pinned,
            notes,
        })))
    }
}

/// Refuses clauses that would be left out, and puts in what stands for functions of ours.
fn rewrite(statement: &mut Statement) -> Result<BTreeSet<Past>> {
    clauses::check(statement)?;
    neighbours::expand(statement)?;
    past::find(statement)
}
