//! Parameters of a query: where they stand in its text, which types they have, and the values that are put in.
//!
//! Texts write them as `?`, `$1`, `:name` or `$name`; the planner knows `$1` and `$name` ([`find`]). It infers the type
//! of a parameter that is compared with something; one that is an argument or stands alone gets the first type that
//! fits its place without a conversion ([`Typed::of`]). Clients are told types that all of them can write.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef, TimeUnit};
use datafusion::common::metadata::{FieldMetadata, ScalarAndMetadata};
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{ParamValues, ScalarValue};
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::expr::Placeholder;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::optimizer::OptimizerConfig;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{Value, ValueWithSpan, VisitMut, VisitorMut};

use crate::error::{Error, Result};
use crate::wire_schema::plain_type;

/// Highest number of a parameter: as many as `PostgreSQL` has.
const MAX_PARAMETERS: usize = 65_535;

/// Types that a parameter may have whose place does not say it, the likeliest first.
const CANDIDATES: [DataType; 8] = [
    DataType::Utf8,
    DataType::Float64,
    DataType::Int64,
    DataType::Boolean,
    DataType::Binary,
    DataType::Date32,
    DataType::Timestamp(TimeUnit::Millisecond, None),
    DataType::Timestamp(TimeUnit::Nanosecond, None),
];

/// Finds the parameters of a statement and gives them the names that the planner knows.
///
/// Answers with these names, in the order in which values are bound: `?` by place, `$1` by number (with those that are
/// left out), names by first appearance.
///
/// # Errors
///
/// [`Error::Parameters`] when `?`, numbers and names are mixed, or a number is none.
pub fn find(statement: &mut Statement) -> Result<Vec<String>> {
    let sql = match statement {
        Statement::Statement(sql) => sql,
        Statement::Explain(explain) => return find(&mut explain.statement),
        Statement::CreateExternalTable(_) | Statement::CopyTo(_) | Statement::Reset(_) => return Ok(Vec::new()),
    };
    let mut found = Found::default();
    // Collecting never breaks off.
    let _ = sql.visit(&mut found);
    if found.0.is_empty() {
        return Ok(Vec::new());
    }
    // The visitor's order is that of the syntax tree; values are bound in that of the text.
    found.0.sort_by_key(|(line, column, _)| (*line, *column));
    let texts: Vec<&str> = found.0.iter().map(|(.., text)| text.as_str()).collect();
    let ids = ids(&texts)?;
    let mut names: HashMap<(u64, u64), String> = HashMap::new();
    let mut order: Vec<String> = Vec::new();
    for ((line, column, _), id) in found.0.iter().zip(&ids) {
        names.insert((*line, *column), id.clone());
        if !order.contains(id) {
            order.push(id.clone());
        }
    }
    let numbers: Vec<usize> = order.iter().filter_map(|id| id[1..].parse().ok()).collect();
    if let Some(highest) = numbers.iter().max() {
        order = (1..=*highest).map(|number| format!("${number}")).collect();
    }
    let _ = sql.visit(&mut Rename(names));
    Ok(order)
}

/// The planner's name for each placeholder, in the order of the text.
fn ids(texts: &[&str]) -> Result<Vec<String>> {
    let kind = |text: &str| match text.get(1..) {
        None | Some("") => "?",
        Some(rest) if rest.bytes().all(|byte| byte.is_ascii_digit()) => "numbers",
        Some(_) => "names",
    };
    let first = kind(texts[0]);
    if let Some(other) = texts.iter().map(|text| kind(text)).find(|other| *other != first) {
        return Err(Error::Parameters {
            reason: format!(
                "the statement mixes parameters of two kinds, {first} and {other}: use one of ?, $1, :name"
            ),
        });
    }
    texts
        .iter()
        .enumerate()
        .map(|(idx, text)| match first {
            "?" => Ok(format!("${}", idx + 1)),
            "numbers" => match text[1..].parse::<usize>() {
                Ok(number) if (1..=MAX_PARAMETERS).contains(&number) => Ok(format!("${number}")),
                _ => Err(Error::Parameters {
                    reason: format!("{text} is no parameter: numbers go from $1 to ${MAX_PARAMETERS}"),
                }),
            },
            _ => Ok(format!("${}", &text[1..])),
        })
        .collect()
}

/// Line, column and text of each placeholder.
#[derive(Default)]
struct Found(Vec<(u64, u64, String)>);

impl VisitorMut for Found {
    type Break = ();

    fn pre_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<()> {
        if let Value::Placeholder(text) = &value.value {
            let start = value.span.start;
            self.0.push((start.line, start.column, text.clone()));
        }
        ControlFlow::Continue(())
    }
}

/// The names that placeholders get, by line and column.
struct Rename(HashMap<(u64, u64), String>);

impl VisitorMut for Rename {
    type Break = ();

    fn pre_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<()> {
        let start = value.span.start;
        if let Value::Placeholder(text) = &mut value.value
            && let Some(id) = self.0.get(&(start.line, start.column))
        {
            text.clone_from(id);
        }
        ControlFlow::Continue(())
    }
}

/// A plan whose parameters have types.
#[derive(Debug, Clone)]
pub struct Typed {
    /// The plan, neither analyzed nor optimized.
    pub plan: LogicalPlan,
    /// The planner's names, in the order in which values are bound.
    ids: Vec<String>,
    types: Vec<DataType>,
}

impl Typed {
    /// Finds the types of a plan's parameters. Where their places leave it open, `bound` says what it will be.
    ///
    /// # Errors
    ///
    /// [`Error::Query`] when no type fits, or two places want different ones.
    pub fn of(session: &SessionState, plan: LogicalPlan, ids: Vec<String>, bound: Option<&Schema>) -> Result<Self> {
        if ids.is_empty() {
            let types = Vec::new();
            return Ok(Self { plan, ids, types });
        }
        // A parameter that is compared with several columns has one type, whatever else is known of these.
        let plan = retyped(plan, |id, field| {
            field.map(|field| Arc::new(Field::new(id, field.data_type().clone(), true)))
        })?;
        let inferred = plan.get_parameter_fields()?;
        let mut types: Vec<Option<DataType>> = ids
            .iter()
            .map(|id| {
                let field = inferred.get(id).and_then(Option::as_ref);
                field
                    .map(|field| field.data_type().clone())
                    .filter(|known| !known.is_null())
            })
            .collect();
        for idx in 0..ids.len() {
            if types[idx].is_some() {
                continue;
            }
            let told = bound
                .and_then(|schema| schema.fields().get(idx))
                .map(|field| plain_type(field.data_type()));
            let told = told.filter(|told| !told.is_null());
            types[idx] = Some(match told {
                Some(told) => told,
                None => first_fit(session, &plan, &ids, &types, idx),
            });
        }
        let types: Vec<DataType> = types.into_iter().map(|known| known.unwrap_or(DataType::Utf8)).collect();
        let wanted: Vec<Option<DataType>> = types.iter().cloned().map(Some).collect();
        let plan = with_types(plan, &ids, &wanted)?;
        Ok(Self { plan, ids, types })
    }

    /// What clients are told of the parameters: names, and types that every driver can write. All may be NULL.
    #[must_use]
    pub fn fields(&self) -> SchemaRef {
        let fields = self.ids.iter().zip(&self.types).map(|(id, data_type)| {
            let name = id.trim_start_matches('$');
            Field::new(name, told_type(data_type), true)
        });
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    /// The values of each row that is bound.
    ///
    /// # Errors
    ///
    /// [`Error::Parameters`] when the number of values is not that of the parameters, or a value is of a type that its
    /// parameter cannot have.
    pub fn values(&self, rows: &RecordBatch) -> Result<Vec<ParamValues>> {
        let (given, wanted) = (rows.num_columns(), self.ids.len());
        if given != wanted {
            return Err(Error::Parameters {
                reason: format!("the statement has {wanted} parameters, and {given} values are bound"),
            });
        }
        let columns: Vec<usize> = (0..wanted).map(|idx| self.column_of(rows, idx)).collect();
        (0..rows.num_rows())
            .map(|row| {
                let mut values = HashMap::with_capacity(wanted);
                for ((id, data_type), column) in self.ids.iter().zip(&self.types).zip(&columns) {
                    let value = value(rows, *column, row, data_type).map_err(|source| Error::Value {
                        parameter: id.clone(),
                        reason: match source.find_root() {
                            DataFusionError::ArrowError(source, _) => source.to_string(),
                            other => other.strip_backtrace(),
                        },
                    })?;
                    values.insert(id.trim_start_matches('$').to_owned(), value);
                }
                Ok(ParamValues::Map(values))
            })
            .collect()
    }

    /// The column that holds a parameter: the one of its name, else the one in its place.
    fn column_of(&self, rows: &RecordBatch, idx: usize) -> usize {
        let is_named = |id: &str| id[1..].parse::<usize>().is_err();
        let id = &self.ids[idx];
        if !is_named(id) {
            return idx;
        }
        let schema = rows.schema_ref();
        let named = schema.fields().iter().position(|field| {
            let name = field.name().trim_start_matches([':', '$', '@']);
            name == &id[1..]
        });
        named.unwrap_or(idx)
    }
}

/// A value in its parameter's type. What is said of a column that is geometry stays said.
fn value(
    rows: &RecordBatch,
    column: usize,
    row: usize,
    data_type: &DataType,
) -> Result<ScalarAndMetadata, DataFusionError> {
    let scalar = ScalarValue::try_from_array(rows.column(column), row)?;
    let value = if scalar.data_type() == *data_type {
        scalar
    } else {
        scalar.cast_to(data_type)?
    };
    let metadata = rows.schema_ref().field(column).metadata();
    let metadata = (!metadata.is_empty()).then(|| FieldMetadata::from(metadata.clone()));
    Ok(ScalarAndMetadata::new(value, metadata))
}

/// The type to which the text converts a parameter; else the first candidate that its place takes as it is; else the first
/// that it takes with a conversion.
fn first_fit(
    session: &SessionState,
    plan: &LogicalPlan,
    ids: &[String],
    types: &[Option<DataType>],
    idx: usize,
) -> DataType {
    let casts_before = casts_of(plan, &ids[idx]);
    if let [wanted] = casts_before.as_slice() {
        return plain_type(wanted);
    }
    let mut converted = None;
    for candidate in CANDIDATES {
        let mut tried = types.to_vec();
        tried[idx] = Some(candidate.clone());
        let analyzed = with_types(plan.clone(), ids, &tried).and_then(|plan| {
            session
                .analyzer()
                .execute_and_check(plan, &session.options(), |_, _| {})
        });
        match analyzed {
            Ok(analyzed) if casts_of(&analyzed, &ids[idx]).len() <= casts_before.len() => return candidate,
            Ok(_) => {
                converted.get_or_insert(candidate);
            }
            Err(_) => {}
        }
    }
    converted.unwrap_or(DataType::Utf8)
}

/// The types to which a parameter is converted, by the text or by the planner.
fn casts_of(plan: &LogicalPlan, id: &str) -> Vec<DataType> {
    let mut casts = Vec::new();
    // Collecting does not fail.
    let _ = plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            expr.apply(|expr| {
                let converted = match expr {
                    Expr::Cast(cast) => Some((&cast.expr, cast.field.data_type())),
                    Expr::TryCast(cast) => Some((&cast.expr, cast.field.data_type())),
                    _ => None,
                };
                if let Some((converted, data_type)) = converted
                    && matches!(converted.as_ref(), Expr::Placeholder(placeholder) if placeholder.id == id)
                {
                    casts.push(data_type.clone());
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    });
    casts
}

/// A plan with the types of its parameters written into them.
fn with_types(plan: LogicalPlan, ids: &[String], types: &[Option<DataType>]) -> Result<LogicalPlan, DataFusionError> {
    let fields: HashMap<&str, FieldRef> = ids
        .iter()
        .zip(types)
        .filter_map(|(id, data_type)| {
            let field = Field::new(id, data_type.clone()?, true);
            Some((id.as_str(), Arc::new(field)))
        })
        .collect();
    retyped(plan, |id, field| fields.get(id).map(Arc::clone).or(field))
}

/// The plan with other fields for its placeholders.
fn retyped(
    plan: LogicalPlan,
    typed: impl Fn(&str, Option<FieldRef>) -> Option<FieldRef>,
) -> Result<LogicalPlan, DataFusionError> {
    plan.transform_up_with_subqueries(|node| {
        let names = NamePreserver::new(&node);
        node.map_expressions(|expr| {
            let name = names.save(&expr);
            let replaced = expr.transform_up(|expr| match expr {
                Expr::Placeholder(Placeholder { id, field }) => {
                    let known = typed(&id, field);
                    Ok(Transformed::yes(Expr::Placeholder(Placeholder::new_with_field(
                        id, known,
                    ))))
                }
                other => Ok(Transformed::no(other)),
            })?;
            Ok(replaced.update_data(|expr| name.restore(expr)))
        })?
        .map_data(LogicalPlan::recompute_schema)
    })
    .data()
}

/// A type that drivers can write. JDBC writes milliseconds whatever the unit, so that it is asked for these.
fn told_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Millisecond, zone.clone()),
        DataType::Time32(_) | DataType::Time64(_) => DataType::Time32(TimeUnit::Millisecond),
        other => plain_type(other),
    }
}
