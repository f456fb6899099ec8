//! Rows that are not published, and why.

/// Why a row was rejected. The code is stable and stands in the reject file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectCode {
    /// Attribute bytes that the encoding cannot decode.
    TextUndecodable,
    /// A PNU that is not 19 digits or whose ledger digit is out of range.
    PnuMalformed,
    /// A PNU that went through a floating-point number and cannot be rebuilt.
    PnuDamaged,
    /// A PNU whose first ten digits differ from the 법정동 code column.
    BjdMismatch,
    /// A region name that cannot be split, or a code without a name in the official table.
    RegionUnknown,
    /// A row without a geometry.
    GeometryMissing,
    /// A geometry that cannot be read as a polygon.
    GeometryBroken,
    /// A number or date that cannot be read.
    FieldInvalid,
}

/// A row that was not published, with everything needed to mend and load it again.
#[derive(Debug, Clone, PartialEq)]
pub struct Rejected {
    /// 1-based record number in its part.
    pub row: u64,
    /// Why.
    pub code: RejectCode,
    /// What was found and what was expected.
    pub message: String,
    /// The offending value, undecodable bytes as `\xNN`.
    pub value: String,
    /// The row's fields as found, undecodable bytes as `\xNN`.
    pub record: serde_json::Map<String, serde_json::Value>,
    /// The geometry as WKT in the source CRS, when it could be read.
    pub wkt: Option<String>,
}
