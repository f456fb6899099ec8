//! The file formats of a sample.

use chrono::{Datelike, NaiveDate};
use pilji_udfs::BjdEntry;

use super::attributes::Record;
use super::dbf::Column;

/// The layout of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// `AL_D002_{sido}_{YYYYMMDD}.zip`: shapefiles with A0 to A6, EPSG:5174.
    #[default]
    Official,
    /// As [`Format::Official`], with A7 (시군구 code) as the files of 2025 have it.
    #[serde(rename = "2025")]
    Official2025,
    /// `LSMD_CONT_LDREG_{sido}_{YYYYMM}.zip`: shapefiles with PNU, JIBUN, BCHK, `SGG_OID`, `COL_ADM_SE`, EPSG:5186.
    Lsmd,
    /// `AL_D002_{sido}_{YYYYMMDD}.csv`: CSV with WKT in EPSG:4326 and PNUs that went through a floating-point number.
    Csv,
}

const OFFICIAL: [Column; 8] = [
    Column("A0", b'N', 10),
    Column("A1", b'C', 19),
    Column("A2", b'C', 10),
    Column("A3", b'C', 254),
    Column("A4", b'C', 10),
    Column("A5", b'C', 200),
    Column("A6", b'D', 8),
    Column("A7", b'C', 5),
];

const LSMD: [Column; 5] = [
    Column("PNU", b'C', 19),
    Column("JIBUN", b'C', 15),
    Column("BCHK", b'C', 1),
    Column("SGG_OID", b'N', 10),
    Column("COL_ADM_SE", b'C', 5),
];

impl Format {
    /// EPSG code of the coordinates.
    #[must_use]
    pub fn epsg(self) -> u32 {
        match self {
            Self::Official | Self::Official2025 => 5174,
            Self::Lsmd => 5186,
            Self::Csv => 4326,
        }
    }

    /// The columns of the DBF; none for CSV.
    pub(super) fn columns(self) -> &'static [Column] {
        match self {
            Self::Official => &OFFICIAL[..7],
            Self::Official2025 => &OFFICIAL,
            Self::Lsmd => &LSMD,
            Self::Csv => &[],
        }
    }

    /// The name of a 시도's file without its extension, which its shapefiles share.
    pub(super) fn stem(self, sido: &str, vintage: NaiveDate) -> String {
        match self {
            Self::Lsmd => format!("LSMD_CONT_LDREG_{sido}_{:04}{:02}", vintage.year(), vintage.month()),
            _ => format!("AL_D002_{sido}_{}", compact(vintage)),
        }
    }

    /// Appends the DBF record of a parcel.
    pub(super) fn push_dbf(self, entry: &BjdEntry, name: &str, date: &str, record: &Record, bytes: &mut Vec<u8>) {
        let oid = record.oid.to_string();
        let pnu = match &record.pnu {
            Ok(pnu) => pnu.as_str(),
            Err(text) => text,
        };
        let code = &entry.code;
        // BCHK means something unknown: 1 nearly always, 9 in one of two thousand.
        let bchk = if record.oid.is_multiple_of(2048) { "9" } else { "1" };
        let values: &[&str] = match self {
            Self::Lsmd => &[pnu, &record.jibun, bchk, &oid, code.sigungu()],
            _ => &[
                &oid,
                pnu,
                code.as_str(),
                name,
                &record.number,
                &record.jibun,
                date,
                code.sigungu(),
            ],
        };
        super::dbf::push_record(self.columns(), values, bytes);
    }
}

/// A date as `YYYYMMDD`.
pub(super) fn compact(date: NaiveDate) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}
