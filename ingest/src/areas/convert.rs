//! From a batch of a file of boundaries to pieces of areas, and the rows that are none.

use arrow::error::ArrowError;
use chrono::NaiveDate;
use geozero::ToWkt;
use pilji_udfs::{BjdCode, BjdEntry, BjdTable, RegionName, ToWgs84};
use unicode_normalization::UnicodeNormalization;

use super::collected::{Collected, Piece};
use super::{AreaColumns, AreaLevel};
use crate::cadastral::convert::{Fault, no_geometry};
use crate::columns::{Column, row_as_json};
use crate::geometry::{Broken, WkbWriter};
use crate::plain::Converted;
use crate::reject::{RejectCode, Rejected};
use crate::source::Batch;

/// What is known about a part before its rows are read.
pub(crate) struct AreaPart {
    pub(crate) columns: AreaColumns,
    pub(crate) to_wgs84: ToWgs84,
    /// The date that the boundaries describe; `None` when nobody says.
    pub(crate) date: Option<NaiveDate>,
}

/// Takes the areas of a batch, of the part with this number, to the others. The answer has no records: these are made of the
/// areas when all have come.
///
/// # Errors
///
/// Fails when a column has a type that has no text form.
pub(crate) fn convert(
    part: &AreaPart,
    part_idx: usize,
    collected: &Collected,
    batch: Batch,
) -> Result<Converted, ArrowError> {
    let mut rows = Converter::new(part, &batch)?;
    let mut converted = Converted::default();
    for row in 0..batch.rows.len() {
        match rows.row(row, &mut converted) {
            Ok(found) => {
                let place = (part_idx, batch.rows[row]);
                collected.add(
                    found.code,
                    Piece {
                        place,
                        level: found.level,
                        name: found.name,
                        wkb: found.wkb,
                    },
                );
                converted.published += 1;
            }
            Err(Fault { code, message, value }) => converted.rejected.push(Rejected {
                row: batch.rows[row],
                code,
                message,
                value,
                record: row_as_json(&batch.attributes, row),
                wkt: batch.geometry[row].as_ref().and_then(|geometry| geometry.to_wkt().ok()),
            }),
        }
    }
    converted.notes.rings_closed = batch.counts.rings_closed;
    converted.notes.rings_turned = batch.counts.rings_turned;
    converted.notes.heights_dropped = batch.counts.heights_dropped;
    converted.notes.rows_deleted = batch.counts.rows_deleted;
    converted.rejected.extend(batch.rejected);
    Ok(converted)
}

struct Found {
    level: AreaLevel,
    code: BjdCode,
    name: RegionName,
    wkb: Vec<u8>,
}

/// Columns and memory for the rows of one batch.
struct Converter<'a> {
    part: &'a AreaPart,
    batch: &'a Batch,
    code: Column,
    names: [Option<Column>; 4],
    any_name: Option<Column>,
    geometry: WkbWriter<'a>,
}

impl<'a> Converter<'a> {
    fn new(part: &'a AreaPart, batch: &'a Batch) -> Result<Self, ArrowError> {
        let column = |idx: usize| Column::new(batch.attributes.column(idx));
        let optional = |idx: Option<usize>| idx.map(column).transpose();
        let [si, sgg, emd, ri] = part.columns.names;
        Ok(Self {
            part,
            batch,
            code: column(part.columns.code)?,
            names: [optional(si)?, optional(sgg)?, optional(emd)?, optional(ri)?],
            any_name: optional(part.columns.any_name)?,
            geometry: WkbWriter::new(&part.to_wgs84),
        })
    }

    fn row(&mut self, row: usize, converted: &mut Converted) -> Result<Found, Fault> {
        let code = self.code(row)?;
        let level = AreaLevel::of_code(&code);
        let entry = entry(&code, self.part.date);
        let name = self.name(row, &code, level, entry)?;
        let Some(geometry) = &self.batch.geometry[row] else {
            return Err(no_geometry());
        };
        let mut wkb = Vec::new();
        let facts = self
            .geometry
            .write_polygonal(geometry, &mut wkb)
            .map_err(|broken| match broken {
                Broken::Empty => no_geometry(),
                Broken::Unusable(reason) => Fault::new(RejectCode::GeometryBroken, reason, ""),
            })?;
        converted.notes.invalid_geometries += u64::from(!facts.valid);
        converted.notes.names_differ += u64::from(entry.is_none_or(|entry| entry.name != name));
        Ok(Found { level, code, name, wkb })
    }

    /// The code, of ten digits whatever the file has.
    fn code(&self, row: usize) -> Result<BjdCode, Fault> {
        let column = &self.part.columns.code_name;
        let text = self.code.text(row).unwrap_or_default();
        let is_code = matches!(text.len(), 2 | 5 | 8 | 10);
        let code = is_code.then(|| BjdCode::parse(&format!("{text:0<10}")).ok()).flatten();
        code.ok_or_else(|| {
            let message = format!("{column}: expected a code of 2, 5, 8 or 10 digits, found {text:?}");
            Fault::new(RejectCode::FieldInvalid, message, &text)
        })
    }

    /// The names of all levels: of the area itself as the file has it, of those above as the official table has them, and each
    /// from the other where one has none.
    fn name(
        &self,
        row: usize,
        code: &BjdCode,
        level: AreaLevel,
        entry: Option<&BjdEntry>,
    ) -> Result<RegionName, Fault> {
        let unknown = |message: String, value: &str| Fault::new(RejectCode::RegionUnknown, message, value);
        let in_file = |level: AreaLevel| self.names[level as usize].as_ref().and_then(|column| column.text(row));
        let own = in_file(level).or_else(|| self.any_name.as_ref()?.text(row));
        // 세종 has no 시군구, although files have an area of that level.
        let has_none = |entry: &&BjdEntry| level == AreaLevel::Sigungu && entry.name.sgg.is_none();
        let (Some(own), None) = (&own, entry.filter(has_none)) else {
            let message = || format!("{code} has no name in the file, and none in the official tables");
            let name = entry.map(|entry| entry.name.clone());
            return name.ok_or_else(|| unknown(message(), code.as_str()));
        };
        let above = |above: AreaLevel| {
            if above >= level {
                return None;
            }
            match above_in_tables(code, above, self.part.date) {
                Some(name) => name,
                None => in_file(above).map(|name| name.nfc().collect()),
            }
        };
        let own: String = own.nfc().collect();
        let mut name = RegionName {
            si: above(AreaLevel::Sido).unwrap_or_default(),
            sgg: above(AreaLevel::Sigungu),
            emd: above(AreaLevel::Emd),
            ri: None,
        };
        let own = own_name(&own, &name, entry.and_then(|entry| of_level(&entry.name, level)));
        match level {
            AreaLevel::Sido => name.si.clone_from(&own),
            AreaLevel::Sigungu => name.sgg = Some(own.clone()),
            AreaLevel::Emd => name.emd = Some(own.clone()),
            AreaLevel::Ri => name.ri = Some(own.clone()),
        }
        if name.si.is_empty() {
            return Err(unknown(
                format!("the 시도 of {code} is not in the official tables"),
                &own,
            ));
        }
        Ok(name)
    }
}

/// What the official tables say of a code: that of the date, else any.
fn entry(code: &BjdCode, date: Option<NaiveDate>) -> Option<&'static BjdEntry> {
    let dates = [date.unwrap_or(NaiveDate::MAX), NaiveDate::MAX, NaiveDate::MIN];
    dates.into_iter().find_map(|date| BjdTable::at(date).get(code))
}

/// The name of a level above the area of a code; `None` when the official tables do not have that level's code.
#[expect(clippy::option_option, reason = "a level without a name is not an unknown one")]
fn above_in_tables(code: &BjdCode, level: AreaLevel, date: Option<NaiveDate>) -> Option<Option<String>> {
    let code = BjdCode::parse(&format!("{:0<10}", &code.as_str()[..level.digits()])).ok()?;
    entry(&code, date).map(|entry| of_level(&entry.name, level).map(str::to_owned))
}

fn of_level(name: &RegionName, level: AreaLevel) -> Option<&str> {
    match level {
        AreaLevel::Sido => Some(&name.si),
        AreaLevel::Sigungu => name.sgg.as_deref(),
        AreaLevel::Emd => name.emd.as_deref(),
        AreaLevel::Ri => name.ri.as_deref(),
    }
}

/// An area's own name in a text that may begin with the names of the levels above. Where it differs from the official one by
/// blanks only, it is that.
fn own_name(text: &str, above: &RegionName, official: Option<&str>) -> String {
    let mut own = text.trim();
    let above = [Some(above.si.as_str()), above.sgg.as_deref(), above.emd.as_deref()];
    for name in above.into_iter().flatten().filter(|name| !name.is_empty()) {
        let rest = own
            .strip_prefix(name)
            .filter(|rest| rest.starts_with(char::is_whitespace));
        own = rest.map_or(own, str::trim_start);
    }
    let without_blanks = |text: &str| text.split_whitespace().collect::<String>();
    match official {
        Some(official) if without_blanks(official) == without_blanks(own) => official.to_owned(),
        _ => own.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_out_of_the_full_one() {
        let above = RegionName {
            si: "경상북도".to_owned(),
            sgg: Some("경산시".to_owned()),
            emd: Some("남산면".to_owned()),
            ri: None,
        };
        for (text, official, expected) in [
            ("경상북도 경산시 남산면 우검리", Some("우검리"), "우검리"),
            ("남산면 우검리", None, "우검리"),
            ("우 검 리", Some("우검리"), "우검리"),
            ("우 검 리", None, "우 검 리"),
            ("남산면리", Some("우검리"), "남산면리"),
            (" 우검리 ", Some("다른리"), "우검리"),
        ] {
            assert_eq!(own_name(text, &above, official), expected, "{text}");
        }
    }
}
