//! A parcel row: as bytes on its way through the shuffle, as Arrow in the file.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryBuilder, BooleanBuilder, Date32Builder, Float64Builder, Int32Builder, Int64Builder, RecordBatch,
    StringBuilder, StructArray,
};
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use arrow::error::ArrowError;
use pilji_udfs::{Jimok, Pnu};

use crate::region::{LEVELS, Region};
use crate::writer::{bbox_fields, geometry_field};

/// Digits of a parcel number.
const PNU_BYTES: usize = 19;
/// Bytes after the geometry: `sgg_oid`, flags, jimok, bonbun, bubon, `base_date`, bbox, hash and number of the region.
const TAIL_BYTES: usize = 8 + 1 + 1 + 2 + 2 + 4 + 4 * 8 + 4 + 4;

const HAS_SGG_OID: u8 = 1;
const HAS_BASE_DATE: u8 = 2;
const SAN: u8 = 4;

/// What a parcel row says beside its parcel number, geometry and region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Attributes {
    pub(crate) sgg_oid: Option<i64>,
    pub(crate) bonbun: u16,
    pub(crate) bubon: u16,
    pub(crate) jimok: Option<Jimok>,
    pub(crate) san: bool,
    /// Days since 1970-01-01.
    pub(crate) base_date: Option<i32>,
    /// `xmin, ymin, xmax, ymax`, degrees.
    pub(crate) bbox: [f64; 4],
}

/// A parcel row read from bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ParcelRow<'a> {
    pub(crate) pnu: &'a str,
    pub(crate) wkb: &'a [u8],
    pub(crate) attributes: Attributes,
    /// The number of its region.
    pub(crate) region: u32,
}

/// Writes a row as bytes: parcel number and geometry first, by which rows of one place are ordered.
///
/// Of the region, what its name alone decides stands before its number, which depends on the order of the input.
pub(crate) fn encode(pnu: &Pnu, attributes: &Attributes, region: &Region, wkb: &[u8], payload: &mut Vec<u8>) {
    payload.clear();
    payload.extend_from_slice(pnu.as_str().as_bytes());
    payload.extend_from_slice(wkb);
    payload.extend_from_slice(&attributes.sgg_oid.unwrap_or_default().to_le_bytes());
    let flag = |on: bool, bit: u8| if on { bit } else { 0 };
    payload.push(
        flag(attributes.sgg_oid.is_some(), HAS_SGG_OID)
            | flag(attributes.base_date.is_some(), HAS_BASE_DATE)
            | flag(attributes.san, SAN),
    );
    payload.push(attributes.jimok.and_then(jimok_number).unwrap_or_default());
    payload.extend_from_slice(&attributes.bonbun.to_le_bytes());
    payload.extend_from_slice(&attributes.bubon.to_le_bytes());
    payload.extend_from_slice(&attributes.base_date.unwrap_or_default().to_le_bytes());
    for edge in attributes.bbox {
        payload.extend_from_slice(&edge.to_le_bytes());
    }
    payload.extend_from_slice(&region.name_hash.to_le_bytes());
    payload.extend_from_slice(&region.number.to_le_bytes());
}

/// Reads a row; `None` when the bytes are not one.
pub(crate) fn decode(payload: &[u8]) -> Option<ParcelRow<'_>> {
    let (pnu, rest) = payload.split_at_checked(PNU_BYTES)?;
    let (wkb, tail) = rest.split_at_checked(rest.len().checked_sub(TAIL_BYTES)?)?;
    let (sgg_oid, tail) = tail.split_first_chunk()?;
    let ([flags, jimok], tail) = tail.split_first_chunk()?;
    let (bonbun, tail) = tail.split_first_chunk()?;
    let (bubon, tail) = tail.split_first_chunk()?;
    let (base_date, tail) = tail.split_first_chunk()?;
    let mut bbox = [0.0; 4];
    let (edges, tail) = tail.split_at_checked(size_of_val(&bbox))?;
    for (edge, bytes) in bbox.iter_mut().zip(edges.as_chunks().0) {
        *edge = f64::from_le_bytes(*bytes);
    }
    let (_name_hash, tail) = tail.split_first_chunk::<4>()?;
    let attributes = Attributes {
        sgg_oid: (flags & HAS_SGG_OID != 0).then_some(i64::from_le_bytes(*sgg_oid)),
        bonbun: u16::from_le_bytes(*bonbun),
        bubon: u16::from_le_bytes(*bubon),
        jimok: usize::from(*jimok)
            .checked_sub(1)
            .and_then(|idx| Jimok::ALL.get(idx))
            .copied(),
        san: flags & SAN != 0,
        base_date: (flags & HAS_BASE_DATE != 0).then_some(i32::from_le_bytes(*base_date)),
        bbox,
    };
    Some(ParcelRow {
        pnu: std::str::from_utf8(pnu).ok()?,
        wkb,
        attributes,
        region: u32::from_le_bytes(*tail.first_chunk()?),
    })
}

/// 1 to 28, in the order of the codes.
fn jimok_number(jimok: Jimok) -> Option<u8> {
    jimok.code().parse().ok()
}

/// The columns of a cadastral dataset, partition columns in place.
pub(crate) fn schema() -> SchemaRef {
    let text = |name: &str, nullable| Field::new(name, DataType::Utf8, nullable);
    Arc::new(Schema::new(vec![
        geometry_field(false),
        Field::new("sgg_oid", DataType::Int64, true),
        text("pnu", false),
        text("bjd_cd", false),
        text("bjd_nm", false),
        text("si_nm", false),
        text("sgg_nm", true),
        text("emd_nm", true),
        text("ri_nm", true),
        Field::new("bonbun", DataType::Int32, true),
        Field::new("bubon", DataType::Int32, true),
        text("jimok", true),
        Field::new("san", DataType::Boolean, true),
        Field::new("base_date", DataType::Date32, true),
        Field::new("bbox", DataType::Struct(bbox_fields()), true),
    ]))
}

/// Collects rows into batches of the file schema.
#[derive(Default)]
pub(crate) struct ParcelBuilder {
    n_rows: usize,
    geometry: BinaryBuilder,
    sgg_oid: Int64Builder,
    pnu: StringBuilder,
    bjd_cd: StringBuilder,
    bjd_nm: StringBuilder,
    /// The levels of the region, those included that folders are named after.
    levels: [StringBuilder; LEVELS.len()],
    bonbun: Int32Builder,
    bubon: Int32Builder,
    jimok: StringBuilder,
    san: BooleanBuilder,
    base_date: Date32Builder,
    bbox: [Float64Builder; 4],
}

impl ParcelBuilder {
    pub(crate) fn len(&self) -> usize {
        self.n_rows
    }

    pub(crate) fn push(&mut self, row: &ParcelRow<'_>, region: &Region) {
        let attributes = &row.attributes;
        self.n_rows += 1;
        self.geometry.append_value(row.wkb);
        self.sgg_oid.append_option(attributes.sgg_oid);
        self.pnu.append_value(row.pnu);
        self.bjd_cd.append_value(&row.pnu[..10]);
        self.bjd_nm.append_value(&region.full_name);
        for (builder, level) in self.levels.iter_mut().zip(region.levels()) {
            builder.append_option(level);
        }
        self.bonbun.append_value(attributes.bonbun.into());
        self.bubon.append_value(attributes.bubon.into());
        self.jimok.append_option(attributes.jimok.map(Jimok::sign));
        self.san.append_value(attributes.san);
        self.base_date.append_option(attributes.base_date);
        for (builder, edge) in self.bbox.iter_mut().zip(attributes.bbox) {
            builder.append_value(edge);
        }
    }

    /// The rows so far, as a batch of the file schema; the builder is empty afterwards.
    pub(crate) fn finish(&mut self, file_schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
        self.n_rows = 0;
        let edges: Vec<ArrayRef> = self
            .bbox
            .iter_mut()
            .map(|builder| Arc::new(builder.finish()) as ArrayRef)
            .collect();
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(self.geometry.finish()),
            Arc::new(self.sgg_oid.finish()),
            Arc::new(self.pnu.finish()),
            Arc::new(self.bjd_cd.finish()),
            Arc::new(self.bjd_nm.finish()),
        ];
        for builder in &mut self.levels {
            columns.push(Arc::new(builder.finish()));
        }
        columns.extend([
            Arc::new(self.bonbun.finish()) as ArrayRef,
            Arc::new(self.bubon.finish()),
            Arc::new(self.jimok.finish()),
            Arc::new(self.san.finish()),
            Arc::new(self.base_date.finish()),
            Arc::new(StructArray::try_new(Fields::clone(&bbox_fields()), edges, None)?),
        ]);
        let in_file = |name: &str| file_schema.column_with_name(name).is_some();
        let columns = schema()
            .fields()
            .iter()
            .zip(columns)
            .filter(|(field, _)| in_file(field.name()))
            .map(|(_, column)| column)
            .collect();
        RecordBatch::try_new(Arc::clone(file_schema), columns)
    }
}

#[cfg(test)]
mod tests {
    use pilji_udfs::RegionName;

    use super::*;
    use crate::region::Regions;

    #[test]
    fn a_row_comes_back_as_it_went_in() -> Result<(), Box<dyn std::error::Error>> {
        let full = Attributes {
            sgg_oid: Some(-164_661),
            bonbun: 1454,
            bubon: 9,
            jimok: Jimok::from_sign("장"),
            san: true,
            base_date: Some(18_748),
            bbox: [127.0, 37.0, 127.5, 37.25],
        };
        let bare = Attributes {
            sgg_oid: None,
            jimok: None,
            san: false,
            base_date: None,
            ..full
        };
        let pnu = Pnu::parse("1111010100114540009")?;
        let regions = Regions::default();
        regions.number(&RegionName::parse("서울특별시 종로구 청운동")?);
        let region = regions.number(&RegionName::parse("서울특별시 종로구 신교동")?);
        let mut payload = Vec::new();
        for attributes in [full, bare] {
            for wkb in [b"geometry".as_slice(), b""] {
                encode(&pnu, &attributes, &region, wkb, &mut payload);
                assert_eq!(
                    decode(&payload),
                    Some(ParcelRow {
                        pnu: pnu.as_str(),
                        wkb,
                        attributes,
                        region: 1,
                    })
                );
            }
        }
        assert_eq!(decode(&payload[1..]), None);
        for jimok in Jimok::ALL {
            encode(
                &pnu,
                &Attributes {
                    jimok: Some(jimok),
                    ..full
                },
                &region,
                b"",
                &mut payload,
            );
            assert_eq!(decode(&payload).and_then(|row| row.attributes.jimok), Some(jimok));
        }
        Ok(())
    }

    #[test]
    fn the_schema_has_the_columns_users_know_in_their_order() {
        let names: Vec<String> = schema().fields().iter().map(|field| field.name().clone()).collect();
        let expected =
            "geometry sgg_oid pnu bjd_cd bjd_nm si_nm sgg_nm emd_nm ri_nm bonbun bubon jimok san base_date bbox";
        assert_eq!(names.join(" "), expected);
    }
}
