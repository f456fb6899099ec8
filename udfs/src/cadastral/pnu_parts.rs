//! `pnu_parts`.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanBuilder, Int64Builder, StringBuilder, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, Fields};

use super::PNU;
use crate::function::{Call, Returns, SpatialFunction};
use crate::{Pnu, Result};

/// The parts of a parcel number.
pub const PNU_PARTS: SpatialFunction = SpatialFunction {
    name: "pnu_parts",
    aliases: &[],
    about: "Returns a struct of the parts of a PNU: `bjd_cd`, the code of the 법정동 (text); `san`, whether it is in the \
            forest register (boolean); `bonbun` and `bubon`, main and sub number (`Int64`). Fails on a text that is no PNU.",
    example: "SELECT pnu_parts('1111010100100010003')['bonbun'] AS bonbun",
    arguments: &[PNU],
    returns: Returns::Other(|_| Ok(Arc::new(Field::new("pnu_parts", DataType::Struct(fields()), true)))),
    call: parts,
};

fn fields() -> Fields {
    Fields::from(vec![
        Field::new("bjd_cd", DataType::Utf8, true),
        Field::new("san", DataType::Boolean, true),
        Field::new("bonbun", DataType::Int64, true),
        Field::new("bubon", DataType::Int64, true),
    ])
}

fn parts(call: &Call<'_>) -> Result<ArrayRef> {
    let mut bjd_cd = StringBuilder::with_capacity(call.n_rows(), call.n_rows() * 10);
    let mut san = BooleanBuilder::with_capacity(call.n_rows());
    let mut bonbun = Int64Builder::with_capacity(call.n_rows());
    let mut bubon = Int64Builder::with_capacity(call.n_rows());
    let mut is_valid = Vec::with_capacity(call.n_rows());
    for row in call.rows() {
        let pnu = row.map(|row| Pnu::parse(row.text(0))).transpose()?;
        is_valid.push(pnu.is_some());
        bjd_cd.append_option(pnu.map(|pnu| pnu.bjd()));
        san.append_option(pnu.map(|pnu| pnu.is_san()));
        bonbun.append_option(pnu.map(|pnu| i64::from(pnu.bonbun())));
        bubon.append_option(pnu.map(|pnu| i64::from(pnu.bubon())));
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(bjd_cd.finish()),
        Arc::new(san.finish()),
        Arc::new(bonbun.finish()),
        Arc::new(bubon.finish()),
    ];
    Ok(Arc::new(StructArray::new(
        fields(),
        columns,
        Some(NullBuffer::from(is_valid)),
    )))
}
