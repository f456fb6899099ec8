//! Columns whose names have capitals, found by names that are not quoted.
//!
//! SQL makes names that are not quoted lower case, and users' files have columns named `EMD_CD`. When the planner does
//! not find a column, the one that differs by capitals only is put in its place, quoted, and the text is planned
//! again. A column that is found as it is written is never looked at, so that lower-case tables pay nothing.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::common::{Column, SchemaError, Span, TableReference};
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Join, JoinConstraint, JoinOperator, ObjectName, Select, TableFactor, VisitMut, VisitorMut,
};

use crate::error::{Error, Result};

/// How many columns are looked up without regard to capitals before a text is given up.
const MAX_COLUMNS: usize = 1000;

/// Whether a name that was not found is what an error is about.
#[must_use]
pub fn may_be_why(error: &DataFusionError) -> bool {
    not_found(error).is_some()
}

/// Plans a statement whose plan failed with an error, each time with one more column found without regard to capitals.
///
/// # Errors
///
/// Outside, [`Error::AmbiguousColumn`]; inside, why the statement cannot be planned all the same.
pub async fn plan(
    session: &mut SessionState,
    mut statement: Statement,
    mut error: DataFusionError,
    others: &BTreeSet<String>,
) -> Result<datafusion::error::Result<LogicalPlan>> {
    // So that errors say where a name stands, which costs a little.
    session.config_mut().options_mut().sql_parser.collect_spans = true;
    for _ in 0..MAX_COLUMNS {
        match session.statement_to_plan(statement.clone()).await {
            Ok(plan) => return Ok(Ok(plan)),
            Err(next) => {
                if !mend(&mut statement, &next, others)? {
                    return Ok(Err(next));
                }
                error = next;
            }
        }
    }
    Ok(Err(error))
}

/// Quotes in a statement the column that an error says was not found. False when there is nothing to put right.
///
/// The error names the columns of the place where it stands. In a subquery that refers to the query around it these are
/// not all; `others` are the columns of all tables of the statement.
///
/// # Errors
///
/// [`Error::AmbiguousColumn`] when several columns differ from the name by capitals only.
fn mend(statement: &mut Statement, error: &DataFusionError, others: &BTreeSet<String>) -> Result<bool> {
    let Some((field, valid_fields)) = not_found(error) else {
        return Ok(false);
    };
    let span = field.spans().first().or_else(|| span_of(error));
    // `a.b` may also be the field `b` of the column `a`.
    let of_struct = field.relation.as_ref().and_then(|relation| match relation {
        TableReference::Bare { table } => Some(Column::new_unqualified(table.as_ref())),
        TableReference::Partial { schema, table } => Some(Column::new(Some(schema.as_ref()), table.as_ref())),
        TableReference::Full { .. } => None,
    });
    for wanted in [Some(field.clone()), of_struct].into_iter().flatten() {
        let Some(name) = the_one(&wanted, valid_fields, others)? else {
            continue;
        };
        // Some places have no span: every name that fits is taken then.
        for span in [span, None] {
            let mut mender = Mender::new(&wanted, &name, span);
            visit(statement, &mut mender);
            if mender.mended {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The column that was not found, and those that there are.
fn not_found(error: &DataFusionError) -> Option<(&Column, &[Column])> {
    let DataFusionError::SchemaError(source, _) = error.find_root() else {
        return None;
    };
    match source.as_ref() {
        SchemaError::FieldNotFound { field, valid_fields } => Some((field, valid_fields)),
        _ => None,
    }
}

fn visit(statement: &mut Statement, mender: &mut Mender) {
    match statement {
        Statement::Statement(sql) => {
            // It never breaks off.
            let _ = sql.visit(mender);
        }
        Statement::Explain(explain) => visit(&mut explain.statement, mender),
        Statement::CreateExternalTable(_) | Statement::CopyTo(_) | Statement::Reset(_) => {}
    }
}

/// Where the text has the column, by what the error says beside its message.
fn span_of(error: &DataFusionError) -> Option<Span> {
    match error {
        DataFusionError::Diagnostic(diagnostic, inner) => diagnostic.span.or_else(|| span_of(inner)),
        DataFusionError::Context(_, inner) => span_of(inner),
        DataFusionError::Collection(errors) => errors.first().and_then(span_of),
        _ => None,
    }
}

/// The column that differs from the wanted one by capitals only.
fn the_one(wanted: &Column, valid_fields: &[Column], others: &BTreeSet<String>) -> Result<Option<String>> {
    let lower = wanted.name.to_lowercase();
    let differs_by_capitals = |name: &&str| *name != wanted.name && name.to_lowercase() == lower;
    let in_relation = |column: &&Column| match (&wanted.relation, &column.relation) {
        (Some(wanted), Some(relation)) => wanted.resolved_eq(relation),
        (Some(_), None) => false,
        (None, _) => true,
    };
    let here = valid_fields.iter().filter(in_relation).map(Column::name);
    let mut names: BTreeSet<&str> = here.filter(differs_by_capitals).collect();
    if names.is_empty() {
        names = others.iter().map(String::as_str).filter(differs_by_capitals).collect();
    }
    let mut names = names.into_iter();
    match (names.next(), names.next()) {
        (Some(first), Some(second)) => Err(Error::AmbiguousColumn {
            name: wanted.name.clone(),
            columns: [first, second].into_iter().chain(names).map(quoted).collect(),
        }),
        (first, _) => Ok(first.map(str::to_owned)),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Quotes the names that fit.
struct Mender<'a> {
    wanted: &'a Column,
    wanted_lower: String,
    name: &'a str,
    /// The place of the whole name with its qualifiers; any place when `None`.
    span: Option<Span>,
    mended: bool,
}

impl<'a> Mender<'a> {
    fn new(wanted: &'a Column, name: &'a str, span: Option<Span>) -> Self {
        Self {
            wanted,
            wanted_lower: wanted.name.to_lowercase(),
            name,
            span,
            mended: false,
        }
    }

    /// Whether a name stands where the error is.
    fn is_there(&self, idents: &[Ident]) -> bool {
        let Some(span) = self.span else { return true };
        let spans = idents
            .iter()
            .filter_map(|ident| Span::try_from_sqlparser_span(ident.span));
        Span::union_iter(spans) == Some(span)
    }

    fn fits(&self, ident: &Ident) -> bool {
        ident.quote_style.is_none() && ident.value.to_lowercase() == self.wanted_lower
    }

    fn mend(&mut self, ident: &mut Ident) {
        self.name.clone_into(&mut ident.value);
        ident.quote_style = Some('"');
        self.mended = true;
    }

    fn mend_one(&mut self, ident: &mut Ident) {
        if self.is_there(std::slice::from_ref(ident)) && self.fits(ident) {
            self.mend(ident);
        }
    }

    /// Mends the part of a qualified name that is the column: behind its table, or in front of its fields.
    fn mend_compound(&mut self, idents: &mut [Ident]) {
        if !self.is_there(idents) {
            return;
        }
        let column_idx = match &self.wanted.relation {
            None => idents.iter().position(|ident| self.fits(ident)),
            Some(relation) => idents
                .windows(2)
                .position(|pair| {
                    let qualifier = match pair[0].quote_style {
                        Some(_) => pair[0].value.clone(),
                        None => pair[0].value.to_lowercase(),
                    };
                    qualifier == relation.table() && self.fits(&pair[1])
                })
                .map(|idx| idx + 1),
        };
        if let Some(ident) = column_idx.and_then(|idx| idents.get_mut(idx)) {
            self.mend(ident);
        }
    }

    fn mend_using(&mut self, join: &mut Join) {
        let (JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)
        | JoinOperator::Right(constraint)
        | JoinOperator::RightOuter(constraint)
        | JoinOperator::FullOuter(constraint)
        | JoinOperator::LeftSemi(constraint)
        | JoinOperator::RightSemi(constraint)
        | JoinOperator::LeftAnti(constraint)
        | JoinOperator::RightAnti(constraint)) = &mut join.join_operator
        else {
            return;
        };
        let JoinConstraint::Using(columns) = constraint else {
            return;
        };
        for column in columns {
            let [part] = column.0.as_slice() else { continue };
            let Some(ident) = part.as_ident() else { continue };
            let mut ident = ident.clone();
            // The error of USING has no place.
            if self.span.is_none() && self.fits(&ident) {
                self.mend(&mut ident);
                *column = ObjectName::from(vec![ident]);
            }
        }
    }
}

impl VisitorMut for Mender<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(ident) => self.mend_one(ident),
            Expr::CompoundIdentifier(idents) => self.mend_compound(idents),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for join in select.from.iter_mut().flat_map(|from| &mut from.joins) {
            self.mend_using(join);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::NestedJoin { table_with_joins, .. } = factor {
            for join in &mut table_with_joins.joins {
                self.mend_using(join);
            }
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::Arc;

    use arrow::datatypes::{DataType, Field, Fields, Schema};
    use datafusion::catalog::MemTable;
    use datafusion::prelude::SessionContext;

    use super::*;

    /// Plans a text over `dong` and `lower`; gives the columns that come out, or what is said of it.
    async fn columns(sql: &str) -> std::result::Result<Vec<String>, String> {
        let bbox = DataType::Struct(Fields::from(vec![Field::new("xmin", DataType::Float64, true)]));
        let text = |name: &str| Field::new(name, DataType::Utf8, true);
        let dong = vec![
            text("EMD_CD"),
            text("동이름Nm"),
            text("Name"),
            text("NAME"),
            text("lower"),
            Field::new("Area", DataType::Float64, true),
            Field::new("BBOX", bbox, true),
        ];
        let lower = vec![text("emd_cd"), text("name"), text("only_here")];
        let context = SessionContext::new();
        let mut others = BTreeSet::new();
        for (name, fields) in [("dong", dong), ("lower", lower)] {
            others.extend(fields.iter().map(|field| field.name().clone()));
            let table = MemTable::try_new(Arc::new(Schema::new(fields)), vec![vec![]]).unwrap();
            context.register_table(name, Arc::new(table)).unwrap();
        }
        let mut session = context.state();
        let dialect = session.config_options().sql_parser.dialect;
        let statement = session.sql_to_statement(sql, &dialect).unwrap();
        let planned = match session.statement_to_plan(statement.clone()).await {
            Err(error) if may_be_why(&error) => plan(&mut session, statement, error, &others).await,
            planned => Ok(planned),
        };
        let plan = planned
            .map_err(|error| error.to_string())?
            .map_err(|error| error.to_string())?;
        let optimized = session.optimize(&plan).map_err(|error| error.to_string())?;
        Ok(optimized
            .schema()
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect())
    }

    async fn check(sql: &str, expected: &[&str]) {
        assert_eq!(
            columns(sql).await.as_deref(),
            Ok(expected.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice()),
            "{sql}"
        );
    }

    #[tokio::test]
    async fn a_column_with_capitals_is_found_by_any_spelling() {
        for sql in [
            "SELECT emd_cd FROM dong",
            "SELECT EMD_CD FROM dong",
            "SELECT Emd_Cd FROM dong WHERE emd_cd = '1' ORDER BY EMD_CD",
            "SELECT dong.emd_cd FROM dong",
            "SELECT d.emd_cd FROM dong AS d",
            "SELECT D.EMD_CD FROM dong d GROUP BY d.emd_cd HAVING count(DISTINCT Area) > 1",
            "SELECT \"EMD_CD\" FROM dong WHERE area > 1",
            "WITH c AS (SELECT emd_cd FROM dong) SELECT emd_cd FROM c",
            "SELECT emd_cd FROM (SELECT * FROM dong) AS s WHERE s.area < 2",
            "SELECT d.emd_cd FROM dong d WHERE EXISTS (SELECT 1 FROM lower l WHERE l.emd_cd = d.emd_cd)",
            "SELECT emd_cd FROM dong d WHERE area > (SELECT avg(x.area) FROM dong x WHERE x.lower = d.lower)",
            "SELECT DISTINCT ON (emd_cd) emd_cd FROM dong",
            "SELECT emd_cd FROM dong UNION ALL SELECT emd_cd FROM lower",
        ] {
            check(sql, &["EMD_CD"]).await;
        }
        check("SELECT 동이름nm FROM dong", &["동이름Nm"]).await;
        check(
            "SELECT d.emd_cd, sum(area) OVER (PARTITION BY emd_cd) AS n FROM dong d",
            &["EMD_CD", "n"],
        )
        .await;
        check("SELECT bbox.xmin AS x FROM dong", &["x"]).await;
        check("SELECT d.bbox.xmin AS x, d.bbox['xmin'] AS y FROM dong d", &["x", "y"]).await;
        check("SELECT a.emd_cd AS x FROM dong a JOIN dong b USING (emd_cd)", &["x"]).await;
        check(
            "SELECT emd_cd FROM dong JOIN (SELECT only_here FROM lower) l ON emd_cd = l.only_here",
            &["EMD_CD"],
        )
        .await;
    }

    #[tokio::test]
    async fn a_name_that_is_found_as_it_is_written_stays() {
        check("SELECT emd_cd FROM lower", &["emd_cd"]).await;
        check(
            "SELECT emd_cd FROM (SELECT 1 AS emd_cd, \"EMD_CD\" FROM dong)",
            &["emd_cd"],
        )
        .await;
        check("SELECT l.emd_cd, d.emd_cd FROM lower l, dong d", &["emd_cd", "EMD_CD"]).await;
        check("SELECT area AS emd_cd FROM dong ORDER BY emd_cd", &["emd_cd"]).await;
    }

    #[tokio::test]
    async fn two_columns_that_differ_by_capitals_only_are_told_and_not_chosen_from() {
        let message = columns("SELECT name FROM dong").await.unwrap_err();
        assert!(message.contains("\"NAME\", \"Name\""), "{message}");
        check("SELECT \"Name\" FROM dong", &["Name"]).await;
        check("SELECT l.name FROM lower l, dong d", &["name"]).await;
    }

    #[tokio::test]
    async fn a_quoted_or_unknown_name_stays_unknown() {
        for sql in [
            "SELECT \"emd_cd\" FROM dong",
            "SELECT nothing FROM dong",
            "SELECT emd_cd, nothing FROM dong",
            "SELECT x.emd_cd FROM dong d",
        ] {
            assert!(columns(sql).await.unwrap_err().contains("No field named"), "{sql}");
        }
    }
}
