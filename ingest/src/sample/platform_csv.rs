//! The platform's present CSV: WKT in lon/lat, names split into columns, PNUs damaged by a floating-point number.

use std::fmt::Write;

use pilji_udfs::{BjdEntry, Pnu};

use super::attributes::Record;
use super::layout::mesh::Point;
use super::shapes::Rings;

/// The header line.
pub const HEADER: &str = "WKT,SGG_OID,PNU,BJD_CD,BJD_NM,SI_NM,SGG_NM,EMD_NM,RI_NM,BONBUN,BUBON,JIMOK\n";

/// Appends the line of a parcel, and returns the PNU as it is written.
pub fn push_line(entry: &BjdEntry, name: &str, record: &Record, rings: &Rings, line: &mut String) -> String {
    line.push_str("\"MULTIPOLYGON (");
    for (idx, ring) in rings.rings.iter().enumerate() {
        let is_hole = rings.is_hole[idx];
        line.push_str(match (idx, is_hole) {
            (0, _) => "((",
            (_, true) => ",(",
            (_, false) => "),((",
        });
        push_ring(ring, line);
        line.push(')');
    }
    let pnu = match &record.pnu {
        Ok(pnu) => damaged(pnu),
        Err(text) => text.clone(),
    };
    let level = |level: &Option<String>| level.clone().unwrap_or_default();
    let names = [&entry.name.sgg, &entry.name.emd, &entry.name.ri].map(level).join(",");
    let si = &entry.name.si;
    let Record {
        oid,
        bonbun,
        bubon,
        jimok,
        ..
    } = record;
    let jimok = jimok.unwrap_or("");
    // Writing to a String does not fail.
    let _ = writeln!(
        line,
        "))\",{oid},{pnu},{},{name},{si},{names},{bonbun},{bubon},{jimok}",
        entry.code
    );
    pnu
}

/// A PNU as `%.18g` writes the double nearest to it, without an exponent.
pub fn damaged(pnu: &Pnu) -> String {
    let double: f64 = pnu.as_str().parse().unwrap_or_default();
    // 18 significant digits of a number of 19 digits, and a zero.
    let digits = format!("{double:.17e}");
    let mantissa = digits.split('e').next().unwrap_or_default();
    mantissa.chars().filter(char::is_ascii_digit).chain(['0']).collect()
}

fn push_ring(ring: &[Point], line: &mut String) {
    for (idx, [lon, lat]) in ring.iter().enumerate() {
        let comma = if idx > 0 { "," } else { "" };
        // 15 significant digits: three before the point in a longitude, two in a latitude.
        let _ = write!(
            line,
            "{comma}{} {}",
            trimmed(&format!("{lon:.12}")),
            trimmed(&format!("{lat:.13}"))
        );
    }
}

fn trimmed(number: &str) -> &str {
    number.trim_end_matches('0').trim_end_matches('.')
}
