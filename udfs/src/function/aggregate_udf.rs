//! From an aggregate function written down to one that `DataFusion` calls.

use std::fmt::Display;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result as PlanResult};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, GroupsAccumulator, Signature, Volatility,
};
use datafusion::physical_expr::expressions::Literal;

use super::documentation::documentation;
use super::field_crs::FieldCrs;
use super::scalar_udf::coerced;
use super::{Argument, ArgumentKind};
use crate::{Error, Result};

/// An aggregate SQL function over geometries.
#[derive(Debug, Clone, Copy)]
pub struct SpatialAggregate {
    /// The SQL name, in lower case.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// What it returns and when it fails, in whole sentences.
    pub about: &'static str,
    /// A statement that shows it.
    pub example: &'static str,
    /// What it takes, in order.
    pub arguments: &'static [Argument],
    /// The field of its answer, of the function's name and the CRS of the geometries.
    pub field: fn(&str, Option<&FieldCrs>) -> Field,
    /// The columns of what is passed on between steps.
    pub state: &'static [(&'static str, DataType)],
    /// The work on one group.
    pub accumulator: fn(&AggregateCall<'_>) -> Result<Box<dyn Accumulator>>,
    /// The work on many groups at once, where that is faster.
    pub groups: Option<Groups>,
}

/// Starts the work on many groups.
pub type Groups = fn(&AggregateCall<'_>) -> Box<dyn GroupsAccumulator>;

/// What is known of the arguments before a row is read.
#[derive(Debug)]
pub struct AggregateCall<'a> {
    fields: &'a [FieldRef],
    values: Vec<Option<&'a ScalarValue>>,
}

impl<'a> AggregateCall<'a> {
    fn new(args: &AccumulatorArgs<'a>) -> Self {
        let values = args.exprs.iter().map(|expr| {
            let literal = expr.downcast_ref::<Literal>();
            literal.map(Literal::value)
        });
        Self {
            fields: args.expr_fields,
            values: values.collect(),
        }
    }

    /// The field of an argument.
    ///
    /// # Errors
    ///
    /// [`Error::GeometryType`] when there is none.
    pub fn field(&self, argument: usize) -> Result<FieldRef> {
        self.fields.get(argument).cloned().ok_or(Error::GeometryType {
            found: "nothing".to_owned(),
        })
    }

    /// A constant argument; `None` when it is left out or NULL.
    ///
    /// # Errors
    ///
    /// [`Error::NotConstant`] when it is not the same for all rows.
    pub fn constant(&self, argument: usize, name: &'static str) -> Result<Option<&'a ScalarValue>> {
        match self.values.get(argument) {
            None => Ok(None),
            Some(Some(value)) => Ok((!value.is_null()).then_some(*value)),
            Some(None) => Err(Error::NotConstant { argument: name }),
        }
    }
}

impl SpatialAggregate {
    /// The function as `DataFusion` registers it.
    #[must_use]
    pub fn udaf(self) -> AggregateUDF {
        AggregateUDF::new_from_impl(Registered {
            signature: Signature::user_defined(Volatility::Immutable),
            aliases: self.aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            documentation: documentation(self.name, self.about, self.example, self.arguments),
            function: self,
        })
    }
}

/// An error of a function as `DataFusion` passes it on.
#[must_use]
pub fn failed(name: &str, error: &impl Display) -> DataFusionError {
    DataFusionError::Execution(format!("{name}: {error}"))
}

/// A function with what `DataFusion` wants of it.
#[derive(Debug)]
struct Registered {
    function: SpatialAggregate,
    signature: Signature,
    aliases: Vec<String>,
    documentation: Documentation,
}

impl PartialEq for Registered {
    fn eq(&self, other: &Self) -> bool {
        self.function.name == other.function.name
    }
}

impl Eq for Registered {}

impl Hash for Registered {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.name.hash(state);
    }
}

impl AggregateUDFImpl for Registered {
    fn name(&self) -> &str {
        self.function.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> PlanResult<Vec<DataType>> {
        coerced(
            self.function.name,
            self.function.arguments,
            &self.documentation.syntax_example,
            found,
        )
    }

    fn return_type(&self, _: &[DataType]) -> PlanResult<DataType> {
        Ok((self.function.field)(self.function.name, None).data_type().clone())
    }

    fn return_field(&self, fields: &[FieldRef]) -> PlanResult<FieldRef> {
        let arguments = self.function.arguments.iter().zip(fields);
        let geometries = arguments.filter(|(argument, _)| argument.kind == ArgumentKind::Geometry);
        let crs = FieldCrs::common(geometries.map(|(_, field)| field.as_ref()))
            .map_err(|error| DataFusionError::Plan(format!("{}: {error}", self.function.name)))?;
        Ok(Arc::new((self.function.field)(self.function.name, crs.as_ref())))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> PlanResult<Vec<FieldRef>> {
        let state = self.function.state.iter();
        let fields = state
            .map(|(name, data_type)| Arc::new(Field::new(format!("{}[{name}]", args.name), data_type.clone(), true)));
        Ok(fields.collect())
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> PlanResult<Box<dyn Accumulator>> {
        (self.function.accumulator)(&AggregateCall::new(&args)).map_err(|error| failed(self.function.name, &error))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        self.function.groups.is_some() && !args.is_distinct
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs<'_>) -> PlanResult<Box<dyn GroupsAccumulator>> {
        match self.function.groups {
            Some(groups) => Ok(groups(&AggregateCall::new(&args))),
            None => Err(DataFusionError::Internal("groups are not supported".to_owned())),
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
