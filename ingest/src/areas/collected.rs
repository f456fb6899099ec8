//! Areas whose pieces are being collected.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use pilji_udfs::coverage::Coverage;
use pilji_udfs::geometry::Wkb;
use pilji_udfs::{BjdCode, Crs, RegionName, area_m2};

use super::AreaLevel;
use crate::error::{Error, Result};
use crate::plain::{PlainColumns, Shape};

/// A row that is an area or a piece of one.
#[derive(Debug)]
pub(crate) struct Piece {
    /// The number of its part, and its row there.
    pub(crate) place: (usize, u64),
    pub(crate) level: AreaLevel,
    pub(crate) name: RegionName,
    /// In longitude and latitude, EPSG:4326.
    pub(crate) wkb: Vec<u8>,
}

/// The pieces of all areas by code; shared by the converting threads.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    areas: Mutex<BTreeMap<BjdCode, Vec<Piece>>>,
}

/// Areas as rows of a dataset.
#[derive(Debug, Default)]
pub(crate) struct AreaRows {
    /// Encoded.
    pub(crate) records: Vec<u8>,
    /// How many pieces went into an area that had a row already.
    pub(crate) joined: u64,
}

/// The columns of a dataset of areas, beside `geometry` and `bbox`.
pub(crate) fn area_columns() -> Result<PlainColumns> {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let mut fields: Vec<Field> = ["level", "code", "si_nm", "sgg_nm", "emd_nm", "ri_nm"].map(text).into();
    fields.push(Field::new("parcels", DataType::Int64, true));
    fields.push(Field::new("area_m2", DataType::Float64, true));
    PlainColumns::new("areas", &Schema::new(fields), &mut Vec::new())
}

impl Collected {
    /// Adds a piece of the area of a code.
    pub(crate) fn add(&self, code: BjdCode, piece: Piece) {
        let mut areas = self.areas.lock().unwrap_or_else(PoisonError::into_inner);
        areas.entry(code).or_default().push(piece);
    }

    /// The rows, one for each area. Pieces come in the order of parts and rows, so that equal inputs give equal rows.
    ///
    /// # Errors
    ///
    /// [`Error::Area`] when pieces cannot be put together or measured.
    pub(crate) fn finish(self, columns: &PlainColumns) -> Result<AreaRows> {
        let areas = self.areas.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut joined = 0;
        let (mut levels, mut codes, mut sizes) = (Vec::new(), Vec::new(), Vec::new());
        let mut names: [Vec<Option<String>>; 4] = Default::default();
        let mut shapes = Vec::new();
        for (code, mut pieces) in areas {
            pieces.sort_by_key(|piece| piece.place);
            joined += pieces.len() as u64 - 1;
            let failed = |source| Error::Area {
                code: code.to_string(),
                source,
            };
            let wkb = match pieces.as_mut_slice() {
                [only] => std::mem::take(&mut only.wkb),
                several => together(several).map_err(failed)?,
            };
            let Some(first) = pieces.into_iter().next() else {
                continue;
            };
            let (size, shape) = measured(wkb).map_err(failed)?;
            let RegionName { si, sgg, emd, ri } = first.name;
            for (column, name) in names.iter_mut().zip([Some(si), sgg, emd, ri]) {
                column.push(name);
            }
            levels.push(first.level.name());
            codes.push(code.to_string());
            sizes.push(size);
            shapes.push(shape);
        }
        let mut attributes: Vec<ArrayRef> =
            vec![Arc::new(StringArray::from(levels)), Arc::new(StringArray::from(codes))];
        attributes.extend(names.map(|names| Arc::new(StringArray::from(names)) as ArrayRef));
        attributes.push(Arc::new(Int64Array::new_null(sizes.len())));
        attributes.push(Arc::new(Float64Array::from(sizes)));
        let records = columns.records(&attributes, &shapes).map_err(|source| Error::Arrow {
            what: "the rows' byte form",
            source,
        })?;
        Ok(AreaRows { records, joined })
    }
}

/// One geometry of several.
fn together(pieces: &[Piece]) -> Result<Vec<u8>, pilji_udfs::Error> {
    let mut coverage = Coverage::default();
    for piece in pieces {
        coverage.add(&Wkb::read(&piece.wkb)?)?;
    }
    Ok(coverage.dissolved()?.to_wkb())
}

/// The area in m², and the geometry with its bounds.
fn measured(wkb: Vec<u8>) -> Result<(f64, Shape), pilji_udfs::Error> {
    let geometry = Wkb::read(&wkb)?;
    let size = area_m2(&geometry, Crs::from_epsg(4326)?)?;
    let bounds = geometry.bounds();
    let bbox = bounds.map_or([f64::NAN; 4], |bounds| {
        [bounds.xmin, bounds.ymin, bounds.xmax, bounds.ymax]
    });
    Ok((size, Shape { wkb, bbox }))
}
