//! What a text is bound against: the tables, functions and districts that there are. The server answers; nothing here is read
//! from a disk.

use arrow_schema::SchemaRef;
use sqlparser::ast::Query;
use sqlparser::tokenizer::Span;

/// A table or model, as SQL names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The parts of its name in SQL: schema and name.
    pub parts: Vec<String>,
    /// Its columns.
    pub schema: SchemaRef,
}

/// Why a name is no table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// Nothing has that name; these there are.
    Unknown(Vec<String>),
    /// Several owners have one.
    Ambiguous(Vec<String>),
}

/// What a function makes of its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionKind {
    /// A value for each row.
    Scalar,
    /// A value for each group.
    Aggregate,
    /// A value for each row that depends on others.
    Window,
}

/// A relation that is no table, with its columns: an earlier stage.
#[derive(Debug, Clone)]
pub struct Given {
    /// The name by which a query calls it.
    pub name: String,
    /// Its columns.
    pub schema: SchemaRef,
}

/// Why a query cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What the planner says.
    pub message: String,
    /// The place that it names, as it was planted in the query.
    pub span: Option<Span>,
}

/// A legal district of any level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// The ten digits of its code, zeros behind its level.
    pub code: String,
    /// The names of 시도, 시군구, 읍면동 and 리; nothing below its level.
    pub names: [Option<String>; 4],
}

/// The tables, functions and districts that there are for the one who asks.
pub trait Catalog {
    /// A table or model by its name, whatever its capitals; with an owner, that one's.
    ///
    /// # Errors
    ///
    /// [`Missing`].
    fn relation(&self, owner: Option<&str>, name: &str) -> Result<Found, Missing>;

    /// The model that `*` stands for.
    fn default_model(&self) -> Option<String>;

    /// Whether the customs of the legacy hold: joins without a condition, NULL for what cannot be converted.
    fn is_legacy(&self) -> bool;

    /// What a function makes of its arguments; nothing where there is none of that name, in small letters.
    fn function(&self, name: &str) -> Option<FunctionKind>;

    /// The names of all functions.
    fn functions(&self) -> Vec<String>;

    /// The columns of a query over tables and earlier stages.
    ///
    /// # Errors
    ///
    /// [`Refused`] when it cannot be planned.
    fn plan(&self, query: &Query, given: &[Given]) -> Result<SchemaRef, Refused>;

    /// The different values of a column, as texts in order, where they have been asked for; nothing where they must be
    /// asked for first.
    fn values(&self, query: &Query) -> Option<Vec<String>>;

    /// The districts in force, all levels, by code.
    fn regions(&self) -> &[Region];

    /// What a former 시도, or a 시군구 of it, became; nothing for one that is still there or never was.
    fn successors(&self, si: &str, sgg: Option<&str>) -> Vec<(String, Option<String>)>;

    /// The legal districts that an administrative dong (행정동) covers, where the official tables know it.
    fn administrative(&self, name: &str) -> Vec<String>;

    /// The day, as `2021-05-01`, that the names of districts in the parcels are of, where that is known.
    fn vintage(&self) -> Option<String>;

    /// Whether no two rows of a dataset have the same value in a column.
    fn is_unique(&self, dataset: &str, column: &str) -> bool;
}
