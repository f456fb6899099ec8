//! From a function written down to one that `DataFusion` calls.

use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{ScalarValue, plan_err};
use datafusion::error::{DataFusionError, Result as PlanResult};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::documentation::documentation;
use super::field_crs::{FieldCrs, geometry_field};
use super::{Argument, ArgumentKind, Call};
use crate::{Error, Result};

/// A scalar SQL function over geometries or parcel numbers.
#[derive(Debug, Clone, Copy)]
pub struct SpatialFunction {
    /// The SQL name, in lower case.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// What it returns and when it fails, in whole sentences.
    pub about: &'static str,
    /// A statement that shows it, or an expression.
    pub example: &'static str,
    /// What it takes, in order.
    pub arguments: &'static [Argument],
    /// What it gives.
    pub returns: Returns,
    /// The work, on a batch of rows.
    pub call: fn(&Call<'_>) -> Result<ArrayRef>,
}

/// What a function gives.
#[derive(Debug, Clone, Copy)]
pub enum Returns {
    /// `Float64`.
    Number,
    /// `Int64`.
    Integer,
    /// `Utf8`.
    Text,
    /// `Boolean`.
    Boolean,
    /// `Binary` that is no geometry.
    Binary,
    /// A geometry in the CRS of the arguments.
    Geometry,
    /// A geometry whose CRS the constant arguments name.
    GeometryIn(fn(&Literals<'_>) -> Result<Option<FieldCrs>>),
    /// Any other type.
    Other(fn(&Literals<'_>) -> Result<FieldRef>),
}

/// What is known of the arguments before a row is read.
#[derive(Debug)]
pub struct Literals<'a> {
    fields: &'a [FieldRef],
    values: &'a [Option<&'a ScalarValue>],
    crs: Option<FieldCrs>,
}

impl Literals<'_> {
    /// The CRS that the geometries among the arguments have.
    #[must_use]
    pub fn crs(&self) -> Option<&FieldCrs> {
        self.crs.as_ref()
    }

    /// The number of arguments.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// True when there are no arguments.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The field of an argument.
    #[must_use]
    pub fn field(&self, idx: usize) -> Option<&FieldRef> {
        self.fields.get(idx)
    }

    /// A constant argument; `None` when it is left out, NULL or not constant.
    #[must_use]
    pub fn value(&self, idx: usize) -> Option<&ScalarValue> {
        self.values.get(idx).copied().flatten().filter(|value| !value.is_null())
    }

    /// A constant whole number.
    #[must_use]
    pub fn integer(&self, idx: usize) -> Option<i64> {
        match self.value(idx)?.cast_to(&DataType::Int64).ok()? {
            ScalarValue::Int64(value) => value,
            _ => None,
        }
    }

    /// A constant text.
    #[must_use]
    pub fn text(&self, idx: usize) -> Option<&str> {
        self.value(idx)?.try_as_str().flatten()
    }

    /// The CRS that a constant argument names; `None` when it is left out, or 0, PostGIS's sign for none.
    ///
    /// # Errors
    ///
    /// [`Error::CrsText`] and [`Error::CrsCode`] when it names none; [`Error::NotConstant`] when it is not the same for all rows.
    pub fn named_crs(&self, idx: usize) -> Result<Option<FieldCrs>> {
        if idx >= self.fields.len() {
            return Ok(None);
        }
        if let Some(text) = self.text(idx) {
            return FieldCrs::parse(text).map(Some);
        }
        match self.integer(idx) {
            Some(0) => Ok(None),
            Some(code) => FieldCrs::from_srid(code).map(Some),
            None if self.fields[idx].data_type() == &DataType::Null || self.values[idx].is_some() => Ok(None),
            None => Err(Error::NotConstant {
                argument: "coordinate system",
            }),
        }
    }
}

impl SpatialFunction {
    /// The function as `DataFusion` registers it.
    #[must_use]
    pub fn udf(self) -> ScalarUDF {
        ScalarUDF::new_from_impl(Registered {
            signature: Signature::user_defined(Volatility::Immutable),
            aliases: self.aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            documentation: documentation(self.name, self.about, self.example, self.arguments),
            function: self,
        })
    }

    fn return_field(&self, fields: &[FieldRef], values: &[Option<&ScalarValue>]) -> Result<FieldRef> {
        let geometries = self
            .arguments
            .iter()
            .zip(fields)
            .filter(|(argument, _)| matches!(argument.kind, ArgumentKind::Geometry | ArgumentKind::Geometries));
        let crs = FieldCrs::common(geometries.map(|(_, field)| field.as_ref()))?;
        let literals = Literals { fields, values, crs };
        let plain = |data_type| Arc::new(Field::new(self.name, data_type, true));
        Ok(match self.returns {
            Returns::Number => plain(DataType::Float64),
            Returns::Integer => plain(DataType::Int64),
            Returns::Text => plain(DataType::Utf8),
            Returns::Boolean => plain(DataType::Boolean),
            Returns::Binary => plain(DataType::Binary),
            Returns::Geometry => Arc::new(geometry_field(self.name, literals.crs.as_ref())),
            Returns::GeometryIn(crs) => Arc::new(geometry_field(self.name, crs(&literals)?.as_ref())),
            Returns::Other(field) => field(&literals)?,
        })
    }
}

/// A function with what `DataFusion` wants of it.
#[derive(Debug)]
struct Registered {
    function: SpatialFunction,
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

impl ScalarUDFImpl for Registered {
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
        Err(DataFusionError::Internal(
            "the type is that of the return field".to_owned(),
        ))
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> PlanResult<FieldRef> {
        self.function
            .return_field(args.arg_fields, args.scalar_arguments)
            .map_err(|error| DataFusionError::Plan(format!("{}: {error}", self.function.name)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> PlanResult<ColumnarValue> {
        let name = self.function.name;
        let is_constant = args.args.iter().all(|value| matches!(value, ColumnarValue::Scalar(_)));
        let call = Call::new(self.function.arguments, &args)
            .map_err(|error| DataFusionError::Execution(format!("{name}: {error}")))?;
        // Libraries of algorithms may panic on geometries that nobody has tried. The query fails, and nothing else.
        let answer = catch_unwind(AssertUnwindSafe(|| (self.function.call)(&call)));
        let array = answer
            .unwrap_or(Err(Error::Unanswerable))
            .map_err(|error| DataFusionError::Execution(format!("{name}: {error}")))?;
        if is_constant {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?));
        }
        Ok(ColumnarValue::Array(array))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// The types that the arguments of a function are brought to.
///
/// # Errors
///
/// A message for whoever wrote the query when there are too few or too many, or one is no such value.
pub(super) fn coerced(
    name: &str,
    arguments: &[Argument],
    syntax: &str,
    found: &[DataType],
) -> PlanResult<Vec<DataType>> {
    let required = arguments.iter().filter(|argument| !argument.is_optional).count();
    if found.len() < required || found.len() > arguments.len() {
        return plan_err!("{syntax} was called with {} arguments", found.len());
    }
    let coerced = arguments.iter().zip(found).enumerate().map(|(idx, (argument, found))| {
        argument.kind.coerced(found).ok_or_else(|| {
            DataFusionError::Plan(format!(
                "{name}: argument {} ({}) must be {}, found {found}",
                idx + 1,
                argument.name,
                argument.kind.name(),
            ))
        })
    });
    coerced.collect()
}
