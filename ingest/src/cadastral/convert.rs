//! From a batch of a cadastral layout to encoded parcel rows, and the rows that cannot be published.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arrow::error::ArrowError;
use chrono::NaiveDate;
use geozero::ToWkt;
use pilji_udfs::{BjdCode, BjdTable, Jibun, Jimok, Pnu, RegionName, ToWgs84, hilbert_index};

use super::identity::{self, Identity};
use super::row::{self, Attributes};
use crate::columns::{Column, row_as_json};
use crate::file_layout::FileLayout;
use crate::geometry::{Broken, WkbWriter};
use crate::layout::Fields;
use crate::record;
use crate::region::{Region, Regions};
use crate::reject::{RejectCode, Rejected};
use crate::report::Notes;
use crate::source::Batch;

/// Days from 0001-01-01 to 1970-01-01, the origin of Arrow's dates.
const EPOCH_DAYS: i32 = 719_163;
/// A guess of the bytes of a row, for the first allocation.
const ROW_BYTES: usize = 384;

/// What is known about a part before its rows are read.
pub(crate) struct CadastralPart {
    pub(crate) fields: Fields,
    pub(crate) to_wgs84: ToWgs84,
    /// 데이터기준일자 of all rows, whatever they say.
    pub(crate) vintage: Option<NaiveDate>,
    /// 데이터기준일자 of rows that say none.
    pub(crate) fallback_vintage: Option<NaiveDate>,
}

/// The rows of a batch after conversion.
#[derive(Debug, Default)]
pub(crate) struct Converted {
    /// Encoded records and their bucket.
    pub(crate) buckets: Vec<(u32, Vec<u8>)>,
    /// The regions of the rows, with the newest 데이터기준일자 in each.
    pub(crate) dates: Vec<(Arc<Region>, NaiveDate)>,
    /// Number of rows in the buckets.
    pub(crate) published: u64,
    /// Rows that were kept out.
    pub(crate) rejected: Vec<Rejected>,
    pub(crate) notes: Notes,
}

/// Why a row cannot be published.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fault {
    pub(crate) code: RejectCode,
    pub(crate) message: String,
    pub(crate) value: String,
}

impl Fault {
    pub(crate) fn new(code: RejectCode, message: impl fmt::Display, value: &str) -> Self {
        Self {
            code,
            message: message.to_string(),
            value: value.to_owned(),
        }
    }
}

/// Converts the rows of a batch.
///
/// # Errors
///
/// Fails when a column has a type that has no text form.
pub(crate) fn convert(part: &CadastralPart, regions: &Regions, batch: Batch) -> Result<Converted, ArrowError> {
    let mut rows = Converter::new(part, regions, &batch)?;
    let mut converted = Converted::default();
    let mut bucket_idx = HashMap::new();
    for row in 0..batch.rows.len() {
        match rows.row(row) {
            Ok(parcel) => {
                let idx = *bucket_idx.entry(parcel.bucket).or_insert(converted.buckets.len());
                if idx == converted.buckets.len() {
                    converted
                        .buckets
                        .push((parcel.bucket, Vec::with_capacity(ROW_BYTES * 64)));
                }
                record::push(
                    &mut converted.buckets[idx].1,
                    parcel.group,
                    parcel.position,
                    &rows.payload,
                );
                converted.published += 1;
            }
            Err(fault) => converted.rejected.push(rejected(&batch, row, fault)),
        }
    }
    converted.dates = rows.dates.into_values().collect();
    converted.notes = rows.notes;
    converted.notes.rings_closed = batch.counts.rings_closed;
    converted.notes.rings_turned = batch.counts.rings_turned;
    converted.notes.heights_dropped = batch.counts.heights_dropped;
    converted.notes.rows_deleted = batch.counts.rows_deleted;
    converted.rejected.extend(batch.rejected);
    Ok(converted)
}

fn rejected(batch: &Batch, row: usize, fault: Fault) -> Rejected {
    let Fault { code, message, value } = fault;
    let wkt = batch.geometry[row].as_ref().and_then(|geometry| geometry.to_wkt().ok());
    Rejected {
        row: batch.rows[row],
        code,
        message,
        value,
        record: row_as_json(&batch.attributes, row),
        wkt,
    }
}

/// Where the encoded row belongs.
struct Placed {
    bucket: u32,
    group: u64,
    position: u64,
}

/// The lot as the row's own columns tell it.
#[derive(Debug, Clone, Copy, Default)]
struct Lot {
    /// Main and sub number.
    numbers: Option<(u16, u16)>,
    san: Option<bool>,
    jimok: Option<Jimok>,
    /// Whether there was a text that is no lot number.
    unreadable: bool,
}

/// Columns and memory for the rows of one batch.
struct Converter<'a> {
    part: &'a CadastralPart,
    regions: &'a Regions,
    batch: &'a Batch,
    columns: Columns,
    regions_by_text: HashMap<String, Result<Arc<Region>, Fault>>,
    official_names: HashMap<(BjdCode, u32, Option<NaiveDate>), bool>,
    /// The newest date of the rows of each region, by its address.
    dates: HashMap<*const Region, (Arc<Region>, NaiveDate)>,
    geometry: WkbWriter<'a>,
    wkb: Vec<u8>,
    payload: Vec<u8>,
    notes: Notes,
}

struct Columns {
    pnu: Column,
    sgg_oid: Option<Column>,
    bjd_cd: Option<Column>,
    bjd_nm: Option<Column>,
    jibun: Vec<Column>,
    bonbun: Option<Column>,
    bubon: Option<Column>,
    jimok: Option<Column>,
    san: Option<Column>,
    base_date: Option<Column>,
}

impl Columns {
    fn new(fields: &Fields, batch: &Batch) -> Result<Self, ArrowError> {
        let column = |idx: usize| Column::new(batch.attributes.column(idx));
        let optional = |idx: Option<usize>| idx.map(column).transpose();
        Ok(Self {
            pnu: column(fields.pnu)?,
            sgg_oid: optional(fields.sgg_oid)?,
            bjd_cd: optional(fields.bjd_cd)?,
            bjd_nm: optional(fields.bjd_nm)?,
            jibun: fields.jibun.iter().map(|idx| column(*idx)).collect::<Result<_, _>>()?,
            bonbun: optional(fields.bonbun)?,
            bubon: optional(fields.bubon)?,
            jimok: optional(fields.jimok)?,
            san: optional(fields.san)?,
            base_date: optional(fields.base_date)?,
        })
    }
}

impl<'a> Converter<'a> {
    fn new(part: &'a CadastralPart, regions: &'a Regions, batch: &'a Batch) -> Result<Self, ArrowError> {
        Ok(Self {
            part,
            regions,
            batch,
            columns: Columns::new(&part.fields, batch)?,
            regions_by_text: HashMap::new(),
            official_names: HashMap::new(),
            dates: HashMap::new(),
            geometry: WkbWriter::new(&part.to_wgs84),
            wkb: Vec::new(),
            payload: Vec::new(),
            notes: Notes::default(),
        })
    }

    /// Converts a row into `self.payload`.
    fn row(&mut self, row: usize) -> Result<Placed, Fault> {
        let lot = self.lot(row)?;
        let identity = {
            let pnu = self.columns.pnu.text(row);
            let bjd_cd = self.columns.bjd_cd.as_ref().and_then(|column| column.text(row));
            identity::identify(pnu.as_deref(), bjd_cd.as_deref(), lot.numbers)?
        };
        let Identity {
            pnu,
            repaired,
            lot_differs,
        } = identity;
        let base_date = self.base_date(row)?;
        let region = self.region(row, &pnu, base_date)?;
        let sgg_oid = int(self.columns.sgg_oid.as_ref(), row, "SGG_OID")?;

        self.wkb.clear();
        let Some(geometry) = &self.batch.geometry[row] else {
            return Err(no_geometry());
        };
        let facts = self
            .geometry
            .write_polygonal(geometry, &mut self.wkb)
            .map_err(|broken| match broken {
                Broken::Empty => no_geometry(),
                Broken::Unusable(reason) => Fault::new(RejectCode::GeometryBroken, reason, ""),
            })?;

        let (bonbun, bubon) = lot.numbers.unwrap_or((pnu.bonbun(), pnu.bubon()));
        let attributes = Attributes {
            sgg_oid,
            bonbun,
            bubon,
            jimok: lot.jimok,
            san: lot.san.unwrap_or(pnu.is_san()),
            base_date: base_date.map(|date| chrono::Datelike::num_days_from_ce(&date) - EPOCH_DAYS),
            bbox: facts.bbox,
        };
        row::encode(&pnu, &attributes, &region, &self.wkb, &mut self.payload);

        let san_differs = lot.san.is_some_and(|san| san != pnu.is_san());
        self.notes.repaired_pnus += u64::from(repaired);
        self.notes.jibun_disagrees += u64::from(lot_differs || san_differs);
        self.notes.jibun_unreadable += u64::from(lot.unreadable);
        self.notes.invalid_geometries += u64::from(!facts.valid);
        self.notes.names_differ += u64::from(self.name_differs(&pnu, &region, base_date));
        let [x_min, y_min, x_max, y_max] = facts.bbox;
        if let Some(date) = base_date {
            // One region is one value, so that its address tells it from others without its name.
            let (_, newest) = self
                .dates
                .entry(Arc::as_ptr(&region))
                .or_insert_with(|| (Arc::clone(&region), date));
            *newest = date.max(*newest);
        }
        let position = hilbert_index(f64::midpoint(x_min, x_max), f64::midpoint(y_min, y_max));
        let group = match self.regions.layout() {
            FileLayout::Leaf => region.number.into(),
            FileLayout::Sido | FileLayout::Sigungu | FileLayout::Clustered => {
                pnu.bjd().as_str().parse().unwrap_or_default()
            }
        };
        Ok(Placed {
            bucket: region.bucket,
            group,
            position,
        })
    }

    /// Reads 지번 and 지목 from whichever columns the layout has for them.
    fn lot(&self, row: usize) -> Result<Lot, Fault> {
        let mut lot = Lot {
            san: self.columns.san.as_ref().and_then(|column| column.bool(row)),
            jimok: self.columns.jimok.as_ref().and_then(|column| jimok(&column.text(row)?)),
            ..Lot::default()
        };
        let bonbun = lot_number(self.columns.bonbun.as_ref(), row, "BONBUN")?;
        let bubon = lot_number(self.columns.bubon.as_ref(), row, "BUBON")?;
        lot.numbers = bonbun.map(|bonbun| (bonbun, bubon.unwrap_or_default()));
        for column in &self.columns.jibun {
            let Some(text) = column.text(row) else { continue };
            let Ok(jibun) = Jibun::parse(&text) else {
                // A5 of some files holds the sign alone.
                lot.jimok = lot.jimok.or_else(|| jimok(&text));
                lot.unreadable = lot.unreadable || lot.jimok.is_none();
                continue;
            };
            lot.numbers = lot.numbers.or(Some((jibun.bonbun, jibun.bubon)));
            lot.san = lot.san.or(Some(jibun.san));
            lot.jimok = lot.jimok.or(jibun.jimok);
        }
        Ok(lot)
    }

    fn base_date(&self, row: usize) -> Result<Option<NaiveDate>, Fault> {
        if self.part.vintage.is_some() {
            return Ok(self.part.vintage);
        }
        let Some(column) = &self.columns.base_date else {
            return Ok(self.part.fallback_vintage);
        };
        match column.date(row) {
            Ok(date) => Ok(date.or(self.part.fallback_vintage)),
            Err(found) => {
                let message = format!("expected a date like 20210501, found {found:?}");
                Err(Fault::new(RejectCode::FieldInvalid, message, &found))
            }
        }
    }

    /// The region that the row names, else the official one of its code.
    fn region(&mut self, row: usize, pnu: &Pnu, base_date: Option<NaiveDate>) -> Result<Arc<Region>, Fault> {
        let name = self.columns.bjd_nm.as_ref().and_then(|column| column.text(row));
        let bjd = pnu.bjd();
        let key = name.as_deref().unwrap_or(bjd.as_str());
        if let Some(region) = self.regions_by_text.get(key) {
            return region.clone();
        }
        let named = match &name {
            Some(name) => RegionName::parse(name).map_err(|error| error.to_string()),
            None => official_name(pnu, base_date).cloned().ok_or_else(|| {
                format!(
                    "법정동 {bjd} is not in the official table of {}",
                    table(base_date).vintage()
                )
            }),
        };
        let region = match named {
            Ok(name) if name.emd.is_some() => Ok(self.regions.number(&name)),
            Ok(name) => Err(format!("{:?} names no 읍면동", name.full_name())),
            Err(message) => Err(message),
        };
        let region = region.map_err(|message| Fault::new(RejectCode::RegionUnknown, message, key));
        self.regions_by_text.insert(key.to_owned(), region.clone());
        region
    }

    /// Whether the official table has another name for the parcel's code.
    fn name_differs(&mut self, pnu: &Pnu, region: &Region, base_date: Option<NaiveDate>) -> bool {
        if self.columns.bjd_nm.is_none() {
            return false;
        }
        let key = (pnu.bjd(), region.number, base_date);
        let differs = || official_name(pnu, base_date).is_some_and(|name| *name != region.name);
        *self.official_names.entry(key).or_insert_with(differs)
    }
}

fn table(base_date: Option<NaiveDate>) -> &'static BjdTable {
    BjdTable::at(base_date.unwrap_or(NaiveDate::MAX))
}

fn official_name(pnu: &Pnu, base_date: Option<NaiveDate>) -> Option<&'static RegionName> {
    table(base_date).get(&pnu.bjd()).map(|entry| &entry.name)
}

pub(crate) fn no_geometry() -> Fault {
    Fault::new(RejectCode::GeometryMissing, "the row has no geometry", "")
}

fn jimok(text: &str) -> Option<Jimok> {
    Jimok::from_sign(text).or_else(|| Jimok::from_name(text))
}

fn int(column: Option<&Column>, row: usize, name: &str) -> Result<Option<i64>, Fault> {
    let Some(column) = column else { return Ok(None) };
    column.int(row).map_err(|found| {
        let message = format!("{name}: expected a whole number, found {found:?}");
        Fault::new(RejectCode::FieldInvalid, message, &found)
    })
}

fn lot_number(column: Option<&Column>, row: usize, name: &str) -> Result<Option<u16>, Fault> {
    let Some(number) = int(column, row, name)? else {
        return Ok(None);
    };
    match u16::try_from(number) {
        Ok(number) if number <= 9999 => Ok(Some(number)),
        _ => {
            let message = format!("{name}: expected 0 to 9999, found {number}");
            Err(Fault::new(RejectCode::FieldInvalid, message, &number.to_string()))
        }
    }
}
