//! What a text says, as a tree: a pipeline of stages, each with the command that its words mean.
//!
//! Nothing is looked up here: names stand as they are written, with their places.

mod expr;

use crate::diagnostic::Span;

pub use expr::{Binary, Expr, ExprKind, Unary};

/// A name as it is written, composed (NFC).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name, without quotes.
    pub text: String,
    /// Where it is.
    pub span: Span,
}

/// A text that may stand for several: `*` in it is any characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The text, its stars included.
    pub text: String,
    /// Where it is.
    pub span: Span,
}

/// A whole query.
#[derive(Debug, Clone, PartialEq)]
pub struct Pipeline {
    /// Where rows come from.
    pub source: Source,
    /// What is done to them, in turn.
    pub stages: Vec<Stage>,
}

/// Where rows come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// A model or dataset, by its name.
    Model(ModelSource),
    /// What the session's default model is, with the conditions that stand in front.
    All {
        /// The conditions.
        condition: Option<Expr>,
        /// Where `*` or the conditions are.
        span: Span,
    },
    /// Rows that are written down.
    Rows(Rows),
    /// A query in SQL.
    Sql(SqlText),
    /// A file.
    File(FileSource),
}

/// A file, by where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSource {
    /// A path, or `CONNECTION:PATH`.
    pub location: String,
    /// Where the path is written.
    pub span: Span,
}

/// A model, and which of its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelSource {
    /// Its name.
    pub name: Name,
    /// Its owner.
    pub owner: Option<Name>,
    /// What it is called behind this.
    pub alias: Option<Name>,
    /// Conditions that stand behind it.
    pub condition: Option<Expr>,
    /// The address behind it: `model parcel addr '경기도/안양시 *'`.
    pub address: Option<Address>,
}

/// Where rows are to lie, by names and codes of districts, lots and land categories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// What columns must be.
    pub terms: Vec<Term>,
    /// Where it is.
    pub span: Span,
}

/// What a column of an address must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The column.
    pub column: Name,
    /// One of these values.
    pub values: Vec<TermValue>,
}

/// A value in an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TermValue {
    /// NULL: a level that there is not.
    Null(Span),
    /// A text, in which `*` is any characters.
    Text(Name),
}

/// Rows that are written down.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// Columns with the types that are named.
    pub columns: Vec<(Name, Option<Name>)>,
    /// Values, row by row.
    pub rows: Vec<Vec<Expr>>,
    /// Where they are.
    pub span: Span,
}

/// SQL inside of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlText {
    /// The SQL.
    pub text: String,
    /// Where it begins in the source, so that places in it can be told.
    pub offset: usize,
    /// The literal that holds it.
    pub span: Span,
}

/// A stage: a command and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// What it does.
    pub command: Command,
    /// The word that names it.
    pub word: Span,
    /// All of it, without the bar in front.
    pub span: Span,
}

/// Sums that the legacy makes of columns that are not named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Totals {
    /// A column with the sum of each row.
    Column,
    /// A row with the sum of each column.
    Row,
    /// Both.
    All,
}

/// What a stage does.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// `where`, `search`: keeps the rows for which it is true.
    Where(Expr),
    /// `fields`: keeps columns, or drops them.
    Fields {
        /// Whether they are dropped.
        drops: bool,
        /// Which, with new names.
        columns: Vec<(Pattern, Option<Name>)>,
    },
    /// `rename`: gives columns other names.
    Rename(Vec<(Name, Name)>),
    /// `eval`, `calculate`: new columns, or new values of old ones.
    Eval(Vec<(Name, Expr)>),
    /// `calculate add`: sums of columns that are not named, which is refused.
    Totals(Totals),
    /// `stats`: one row for each group.
    Stats {
        /// What is computed.
        aggregates: Vec<Output>,
        /// What tells the groups apart.
        keys: Vec<Output>,
    },
    /// `eventstats`: what `stats` computes, at every row.
    EventStats {
        /// What is computed.
        aggregates: Vec<Output>,
        /// What tells the groups apart.
        keys: Vec<Output>,
    },
    /// `sort`, `top` in the manner of the legacy: an order, and how many rows of it.
    Sort {
        /// Rows that are kept.
        limit: Option<u64>,
        /// By what.
        keys: Vec<SortKey>,
        /// Within what; the limit is for each of these.
        within: Vec<SortKey>,
    },
    /// `head`, `limit`: the first rows.
    Head(u64),
    /// `freq`, `rare`, `value_counts`: how often values occur.
    Frequency {
        /// Values that are kept.
        limit: Option<u64>,
        /// Which columns.
        columns: Vec<Name>,
        /// Within what.
        within: Vec<Name>,
        /// Whether the rarest come first.
        is_rare: bool,
    },
    /// `dedup`: so many rows of those that are equal in columns.
    Dedup {
        /// Rows that are kept.
        limit: u64,
        /// In which columns they are equal.
        columns: Vec<Name>,
        /// Which come first.
        keys: Vec<SortKey>,
    },
    /// `distinct`: each combination of values once; of all columns when there are none.
    Distinct(Vec<Name>),
    /// `count`: the number of rows.
    Count,
    /// `fillna`: values in the place of NULL, or rows with NULL dropped.
    FillNa(Vec<(Name, Option<Expr>)>),
    /// `typecast`: other types.
    TypeCast(Vec<(Name, Name)>),
    /// `sql`: a query over what comes.
    Sql(SqlText),
    /// `join`, `merge`: rows of another relation beside these.
    Join(Join),
    /// `union`, `append`: rows of another relation behind these.
    Union {
        /// Whether equal rows stay.
        all: bool,
        /// Whether columns meet by their names, else by their places.
        by_name: bool,
        /// Whose rows.
        right: Right,
        /// What the rows are ordered by in the end.
        order: Vec<SortKey>,
    },
    /// `lookup`: columns of the one row of a relation that fits.
    Lookup {
        /// The relation.
        table: Name,
        /// Its key, and the column here that it is compared with.
        keys: Vec<(Name, Name)>,
        /// The columns that are taken, with new names; all others where there are none.
        output: Vec<(Name, Option<Name>)>,
    },
    /// `pivot`: groups by rows and columns.
    Pivot(Pivot),
    /// `unpivot`: columns become rows.
    Unpivot(Vec<Name>),
    /// `explode`: a text becomes several rows.
    Explode {
        /// The column.
        column: Name,
        /// What separates its parts.
        separator: String,
    },
    /// `lag`, `lead`: the value some rows before or behind.
    Shift(Shift),
    /// `numbering`: the number of each row.
    Numbering(Option<Name>),
    /// `concat`: texts one after the other.
    Concat {
        /// The texts.
        parts: Vec<Expr>,
        /// The new column.
        name: Option<Name>,
    },
    /// `replace`: a text in the place of another within a column.
    Replace {
        /// The column.
        column: Name,
        /// What goes.
        from: String,
        /// What comes.
        to: String,
    },
    /// `substr`: a part of a text.
    Substr {
        /// The column.
        column: Name,
        /// The first character, from 1; from the end where it is negative.
        start: i64,
        /// How many characters.
        length: Option<u64>,
        /// The new column.
        name: Option<Name>,
    },
    /// `round`: numbers with fewer digits.
    Round {
        /// Digits behind the point, for all columns or for each.
        digits: Vec<u64>,
        /// Which columns.
        columns: Columns,
        /// Whether they become texts.
        to_text: bool,
    },
    /// `regex`: rows or parts of text that a regular expression fits.
    Regex {
        /// The regular expression.
        pattern: String,
        /// The group that is taken.
        group: Option<u64>,
    },
    /// `sampling`: some of the rows.
    Sampling(Sample),
    /// `summary`: figures of every column.
    Summary,
    /// `describe`: the columns and their types.
    Describe,
    /// `timeline`: rows counted by time.
    Timeline {
        /// The column of times.
        column: Name,
        /// The length of a step.
        step: Expr,
    },
    /// `bucket`: the beginning of the step in which a time lies.
    Bucket {
        /// The column of times.
        column: Name,
        /// The length of a step.
        step: Expr,
        /// The new column.
        name: Option<Name>,
    },
    /// `timechart`: what is computed of steps of time, without gaps.
    TimeChart {
        /// The column of times; the only one where none is named.
        column: Option<Name>,
        /// The length of a step.
        step: Expr,
        /// What is computed.
        aggregates: Vec<Output>,
        /// What tells groups apart.
        keys: Vec<Name>,
    },
    /// `addr`: the rows that lie somewhere.
    Address(Address),
    /// `mkdata`, `modeldata` behind a source: these rows in the place of what comes.
    Rows(Rows),
    /// A command on geometry.
    Geo(Geo),
}

/// Rows of another relation beside these.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// How rows without a partner are treated; nothing where it is not said.
    pub kind: Option<JoinKind>,
    /// The other relation.
    pub right: Right,
    /// What it is called in the condition and before its columns.
    pub alias: Option<Name>,
    /// The condition.
    pub condition: Option<Expr>,
}

/// How rows without a partner are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinKind {
    /// They go.
    Inner,
    /// Those here stay.
    Left,
    /// Those there stay.
    Right,
    /// All stay.
    Full,
    /// Every row here meets every row there.
    Cross,
}

/// Another relation.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "few in a text")]
pub enum Right {
    /// A model.
    Model(ModelSource),
    /// A pipeline of its own.
    Pipeline(Box<Pipeline>),
    /// SQL over what comes.
    Sql(SqlText),
}

/// Groups by rows and columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Pivot {
    /// What is computed.
    pub aggregates: Vec<Output>,
    /// What tells the rows apart.
    pub rows: Vec<Output>,
    /// Whose values become columns.
    pub columns: Vec<Name>,
    /// These values, where they are named.
    pub values: Vec<Expr>,
    /// Which rows are looked at.
    pub filter: Option<Expr>,
    /// Whether the rows are ordered, and the largest first.
    pub descending: Option<bool>,
}

/// The value some rows before or behind.
#[derive(Debug, Clone, PartialEq)]
pub struct Shift {
    /// Whether it is behind.
    pub is_lead: bool,
    /// The column.
    pub column: Name,
    /// What rows are ordered by.
    pub by: Name,
    /// How many rows.
    pub count: u64,
    /// Within what.
    pub within: Vec<Name>,
    /// The value where there is no such row.
    pub default: Option<Expr>,
    /// The new column.
    pub name: Option<Name>,
}

/// Columns by name or by number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Columns {
    /// Those with these names.
    Named(Vec<Name>),
    /// Those at these places, from 0.
    Numbered(Vec<u64>),
    /// All that are numbers.
    All,
}

/// Some of the rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Sample {
    /// So many.
    Count(u64),
    /// Such a share, from 0 to 1, as it is written.
    Ratio(String),
}

/// A command on geometry: its word, what stands behind it, and its options.
#[derive(Debug, Clone, PartialEq)]
pub struct Geo {
    /// Which.
    pub verb: GeoVerb,
    /// Names behind the word.
    pub names: Vec<Name>,
    /// Values behind the word: `50m`, `127.0`.
    pub values: Vec<(OptionValue, Span)>,
    /// `key=value`, and where the value is.
    pub options: Vec<(Name, OptionValue, Span)>,
    /// Rows of another pipeline, in brackets.
    pub pipeline: Option<Box<Pipeline>>,
    /// The new column.
    pub alias: Option<Name>,
    /// What is computed (`geostats`).
    pub aggregates: Vec<Output>,
    /// Within what (`geostats`).
    pub within: Vec<Name>,
}

/// Which command on geometry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GeoVerb {
    /// `geomap`
    Map,
    /// `geocode`
    Code,
    /// `geoconverter`
    Convert,
    /// `geoflip`
    Flip,
    /// `geometric`
    Compute,
    /// `georelation`, `geofilter`
    Relation,
    /// `geostats`
    Stats,
    /// `geojoin`
    Join,
    /// `bbox`
    Bbox,
    /// `nearest`
    Nearest,
    /// `buffer`
    Buffer,
    /// `simplify`
    Simplify,
    /// `geojson`
    GeoJson,
    /// `wkt`
    Wkt,
    /// `tile`
    Tile,
}

/// The value of an option.
#[derive(Debug, Clone, PartialEq)]
pub enum OptionValue {
    /// A word or a text.
    Text(Name),
    /// A number, as it is written.
    Number(String),
    /// A number with a unit behind it: `50m`.
    Quantity(String, String),
    /// Everything: `*`.
    All,
    /// Geometry as it is written: `POLYGON((…))`.
    Geometry(String),
    /// Several.
    List(Vec<OptionValue>),
}

/// An expression with the name of its column.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// The expression.
    pub expr: Expr,
    /// Its name, where one is given.
    pub name: Option<Name>,
}

/// A column that rows are ordered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// The column.
    pub column: Name,
    /// Whether the largest come first.
    pub descending: bool,
    /// Whether a sign says so.
    pub is_signed: bool,
}
