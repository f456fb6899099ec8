//! From the tree to stages that know their columns: every name is looked up, every stage becomes one query over the one
//! before, and what orders the rows is carried along.

mod address;
mod aggregate;
mod arrange;
mod columns;
mod combine;
mod expr;
mod geo;
mod names;
mod project;
mod relation;
mod reshape;
mod rows;
mod source;
mod time;
mod totals;

use sqlparser::ast::{Expr, Query, SelectItem};

use crate::catalog::{Catalog, Given};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::places::Places;
use crate::sql::{self, Selection};
use crate::syntax::{Command, Pipeline, Stage};

pub use relation::{Column, Relation};

/// A result whose error says what is wrong with the text.
pub type Bound<T> = Result<T, Box<Diagnostic>>;

/// A stage as a query over the one before.
#[derive(Debug, Clone)]
pub struct Step {
    /// The name by which later steps call it.
    pub name: String,
    /// The number of the stage, from 1.
    pub stage: usize,
    /// The query.
    pub query: Query,
}

/// What is known after a stage.
#[derive(Debug, Clone)]
pub struct StageColumns {
    /// The number of the stage, from 1.
    pub stage: usize,
    /// Where the stage is in the text.
    pub span: Span,
    /// The columns of its rows.
    pub columns: Vec<Column>,
}

/// A text that means something.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The stages that became queries.
    pub steps: Vec<Step>,
    /// The rows at the end.
    pub result: Relation,
    /// The columns after each stage.
    pub stages: Vec<StageColumns>,
    /// What is to be said though the text can be run.
    pub notes: Vec<Diagnostic>,
}

/// Why a pipeline is no plan.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// What is wrong, at least one error; one for each stage at most.
    Wrong(Vec<Diagnostic>),
    /// The values of this query must be known first: they become columns.
    Wants(Box<Query>),
}

/// Binds a pipeline.
///
/// # Errors
///
/// [`Failure`].
pub fn bind(text: &str, pipeline: &Pipeline, catalog: &dyn Catalog) -> Result<Plan, Failure> {
    let mut binder = Binder {
        catalog,
        places: Places::new(text),
        steps: Vec::new(),
        relation: Relation::default(),
        stages: Vec::new(),
        notes: Vec::new(),
        stage: 1,
        serial: 0,
        is_uncertain: false,
        asks_planner: false,
        counted_rows: None,
        wanted: None,
    };
    binder.pipeline(pipeline);
    if let Some(query) = binder.wanted {
        return Err(Failure::Wants(Box::new(query)));
    }
    let (wrong, notes): (Vec<_>, Vec<_>) = binder
        .notes
        .into_iter()
        .partition(|note| note.severity == Severity::Error);
    if !wrong.is_empty() {
        return Err(Failure::Wrong(wrong));
    }
    Ok(Plan {
        steps: binder.steps,
        result: binder.relation,
        stages: binder.stages,
        notes,
    })
}

/// The state of binding.
pub struct Binder<'a> {
    catalog: &'a dyn Catalog,
    places: Places<'a>,
    steps: Vec<Step>,
    /// The rows of the stage before.
    relation: Relation,
    stages: Vec<StageColumns>,
    notes: Vec<Diagnostic>,
    stage: usize,
    /// Number of names of our own that were given.
    serial: usize,
    /// Whether a stage failed that may have made columns, so that one that is missing later is no news.
    is_uncertain: bool,
    /// Whether an expression has something of which only the planner knows whether it makes sense.
    asks_planner: bool,
    /// The rows of each group that aggregates count at the moment; all where there is no condition.
    counted_rows: Option<Expr>,
    /// A query whose values must be known first.
    wanted: Option<Query>,
}

impl Binder<'_> {
    /// All stages; what is wrong is kept, and the next stage is looked at all the same.
    fn pipeline(&mut self, pipeline: &Pipeline) {
        match self.source(&pipeline.source) {
            Ok(()) => {}
            Err(error) => {
                self.keep(*error);
                self.is_uncertain = true;
            }
        }
        let span = 0..pipeline
            .stages
            .first()
            .map_or(self.places.text().len(), |stage| stage.word.start);
        self.stage_done(span);
        for stage in &pipeline.stages {
            self.stage += 1;
            if let Err(error) = self.command(stage) {
                self.keep(*error);
                let keeps_columns = matches!(
                    stage.command,
                    Command::Where(_) | Command::Sort { .. } | Command::Head(_) | Command::Dedup { .. }
                );
                self.is_uncertain |= !keeps_columns;
            }
            self.stage_done(stage.span.clone());
        }
    }

    /// All stages of a pipeline inside of this stage.
    fn inner(&mut self, pipeline: &Pipeline) -> Bound<()> {
        self.source(&pipeline.source)?;
        pipeline.stages.iter().try_for_each(|stage| self.command(stage))
    }

    fn stage_done(&mut self, span: Span) {
        self.stages.push(StageColumns {
            stage: self.stage,
            span,
            columns: self.relation.visible().cloned().collect(),
        });
    }

    fn keep(&mut self, error: Diagnostic) {
        // What is missing because an earlier stage failed is told there.
        if self.is_uncertain && matches!(error.code, "E0201" | "E0300") {
            return;
        }
        self.note(error);
    }

    /// Says something of this stage.
    fn note(&mut self, note: Diagnostic) {
        self.notes.push(Diagnostic {
            stage: note.stage.or(Some(self.stage)),
            ..note
        });
    }

    fn command(&mut self, stage: &Stage) -> Bound<()> {
        match &stage.command {
            Command::Where(condition) => self.keep_rows(condition),
            Command::Fields { drops, columns } => self.fields(*drops, columns),
            Command::Rename(pairs) => self.rename(pairs),
            Command::Eval(columns) => self.eval(columns),
            Command::Totals(totals) => self.totals(*totals, stage),
            Command::Stats { aggregates, keys } => self.stats(aggregates, keys),
            Command::EventStats { aggregates, keys } => self.event_stats(aggregates, keys),
            Command::Sort { limit, keys, within } => {
                self.note_unsigned(keys, &stage.word);
                self.sort(*limit, keys, within)
            }
            Command::Head(limit) => self.head(*limit),
            Command::Frequency {
                limit,
                columns,
                within,
                is_rare,
            } => self.frequency(*limit, columns, within, *is_rare),
            Command::Dedup { limit, columns, keys } => self.dedup(*limit, columns, keys, &stage.word),
            Command::Distinct(columns) => self.distinct(columns),
            Command::Count => self.count(),
            Command::FillNa(columns) => self.fill(columns),
            Command::TypeCast(columns) => self.type_cast(columns),
            Command::Sql(sql) => self.sql(sql),
            Command::Join(join) => self.join(join, &stage.span),
            Command::Union {
                all,
                by_name,
                right,
                order,
            } => self.union((*all, *by_name), right, order, &stage.word),
            Command::Lookup { table, keys, output } => self.lookup(table, keys, output),
            Command::Pivot(pivot) => self.pivot(pivot, &stage.word),
            Command::Unpivot(columns) => self.unpivot(columns),
            Command::Explode { column, separator } => self.explode(column, separator),
            Command::Shift(shift) => self.shift(shift),
            Command::Numbering(name) => self.numbering(name.as_ref(), &stage.word),
            Command::Concat { parts, name } => self.concat(parts, name.as_ref(), &stage.word),
            Command::Replace { column, from, to } => self.replace(column, from, to),
            Command::Substr {
                column,
                start,
                length,
                name,
            } => self.substr(column, *start, *length, name.as_ref()),
            Command::Round {
                digits,
                columns,
                to_text,
            } => self.round(digits, columns, *to_text, &stage.span),
            Command::Regex { pattern, group } => self.regex(pattern, *group, &stage.span),
            Command::Sampling(sample) => self.sampling(sample, &stage.span),
            Command::Summary => self.summary(&stage.word),
            Command::Describe => self.describe(),
            Command::Timeline { column, step } => self.timeline(column, step, &stage.span),
            Command::Rows(rows) => self.rows(rows),
            Command::Bucket { column, step, name } => self.bucket(column, step, name.as_ref()),
            Command::TimeChart {
                column,
                step,
                aggregates,
                keys,
            } => self.time_chart(column.as_ref(), step, aggregates, keys, &stage.span),
            Command::Address(address) => self.address(address),
            Command::Geo(geo) => self.geo(geo, &stage.word, &stage.span),
        }
    }

    /// The next stage: a query, and its columns, of which those that are made get the types that the planner finds.
    ///
    /// Nothing is planned where all columns stay and nobody needs to know whether the query can be planned.
    fn step(&mut self, query: Query, columns: Vec<Column>, planned: Option<&[Given]>, span: &Span) -> Bound<()> {
        let mut columns = columns;
        if let Some(given) = planned {
            let schema = self
                .catalog
                .plan(&query, given)
                .map_err(|refused| self.refused(&refused, span))?;
            for (column, field) in columns.iter_mut().zip(schema.fields()) {
                let named = field.as_ref().clone().with_name(column.name());
                column.field = std::sync::Arc::new(named);
            }
        }
        let name = self.own_name("s");
        self.steps.push(Step {
            name: name.clone(),
            stage: self.stage,
            query,
        });
        self.relation.name = name;
        self.relation.columns = columns;
        Ok(())
    }

    /// A name that no table and no column of a user has.
    fn own_name(&mut self, what: &str) -> String {
        let taken = self.steps.iter().filter(|step| step.stage == self.stage).count();
        match (what, taken) {
            ("s", 0) => format!("_s{}", self.stage),
            ("s", n) => format!("_s{}_{n}", self.stage),
            _ => {
                self.serial += 1;
                format!("_{what}_{}", self.serial)
            }
        }
    }

    /// What the planner says of a stage, at its place.
    fn refused(&self, refused: &crate::catalog::Refused, span: &Span) -> Box<Diagnostic> {
        let place = refused.span.and_then(|span| self.places.bytes(span));
        let place = place.filter(|place| place.start >= span.start && place.end <= span.end.max(place.start));
        Box::new(Diagnostic::error(
            "E0300",
            place.unwrap_or_else(|| span.clone()),
            refused.message.clone(),
            format!("이 단계를 실행할 수 없습니다: {}", refused.message),
        ))
    }

    /// The rows before with all their columns, in a query over them.
    fn all(&self) -> Selection {
        Selection::from(&self.relation.name, vec![sql::star()])
    }

    /// The columns before that are not hidden, as items.
    fn visible_items(&self) -> Vec<SelectItem> {
        self.relation
            .visible()
            .map(|column| SelectItem::UnnamedExpr(sql::own(column.name())))
            .collect()
    }
}
