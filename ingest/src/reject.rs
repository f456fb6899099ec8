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

impl RejectCode {
    /// The code as it stands in the reject file and in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TextUndecodable => "text_undecodable",
            Self::PnuMalformed => "pnu_malformed",
            Self::PnuDamaged => "pnu_damaged",
            Self::BjdMismatch => "bjd_mismatch",
            Self::RegionUnknown => "region_unknown",
            Self::GeometryMissing => "geometry_missing",
            Self::GeometryBroken => "geometry_broken",
            Self::FieldInvalid => "field_invalid",
        }
    }

    /// What probably helps when most rows are rejected for this reason.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::TextUndecodable => "say the text's encoding with --encoding cp949 or --encoding utf-8",
            Self::PnuMalformed | Self::PnuDamaged => "export the PNU column as text, not as a number",
            Self::BjdMismatch => "check that PNU and the legal-dong code are of the same parcel",
            Self::RegionUnknown => {
                "check the date of the codes with --vintage YYYY-MM-DD, and the encoding with --encoding"
            }
            Self::GeometryMissing | Self::GeometryBroken => "check that the file holds polygons",
            Self::FieldInvalid => "check the number and date columns",
        }
    }
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
