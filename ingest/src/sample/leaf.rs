//! One 동 or 리 from its plan to the bytes of its rows.

use pilji_udfs::{Crs, FromWgs84};

use super::SampleOptions;
use super::attributes::{Record, describe};
use super::format::{Format, compact};
use super::layout::Layout;
use super::plan::Leaf;
use super::platform_csv;
use super::random::Random;
use super::shapes::{Converter, DRAWN_IN, Rings, cross_ring};
use super::shp::{self, Bounds};
use super::truth::Tally;
use crate::error::{Error, Result};

/// The rows of one 동 or 리, ready to be written.
#[derive(Debug, Default)]
pub struct Encoded {
    /// Shapefile records, one after the other, their numbers left open.
    pub shp: Vec<u8>,
    /// For each row, the bytes of its shapefile record and its box.
    pub records: Vec<(u32, Bounds)>,
    /// DBF records.
    pub dbf: Vec<u8>,
    /// CSV lines.
    pub csv: String,
    /// What is in them.
    pub tally: Tally,
}

/// What turns plans into rows.
pub struct Encoder<'a> {
    options: &'a SampleOptions,
    to_metres: FromWgs84,
    converter: Converter,
}

impl<'a> Encoder<'a> {
    /// Sets the conversions up.
    ///
    /// # Errors
    ///
    /// [`Error::SampleCoordinates`] when the projection library refuses one.
    pub fn new(options: &'a SampleOptions) -> Result<Self> {
        let drawn_in = Crs::from_epsg(DRAWN_IN).and_then(|crs| FromWgs84::new(&crs));
        let to_metres = drawn_in.map_err(|source| Error::SampleCoordinates { source })?;
        let converter = Converter::to(options.format.epsg()).map_err(|source| Error::SampleCoordinates { source })?;
        Ok(Self {
            options,
            to_metres,
            converter,
        })
    }

    /// Draws and encodes one 동 or 리. The same leaf, seed, vintage and format always give the same bytes.
    ///
    /// # Errors
    ///
    /// [`Error::SampleCoordinates`] when a point cannot be converted.
    pub fn encode(&self, leaf: &Leaf) -> Result<Encoded> {
        let rings = leaf
            .outline
            .rings(&self.to_metres)
            .map_err(|source| Error::SampleCoordinates { source })?;
        let code = leaf.entry.code;
        let mut random = Random::new(&[leaf.key]);
        let mut layout = Layout::draw(&rings, leaf.n_parcels, code.is_ri(), &mut random);
        let mut records = describe(&layout, code, leaf.first_oid, &mut random);
        cross_rings(&mut layout, &mut records);
        self.converter
            .convert(&mut layout.points)
            .map_err(|source| Error::SampleCoordinates { source })?;

        let format = self.options.format;
        let name = leaf.entry.name.full_name();
        let date = compact(self.options.vintage);
        let mut encoded = Encoded::default();
        for (parcel, record) in layout.parcels.iter().zip(&records) {
            let rings = Rings::of(parcel, &layout.points);
            if format == Format::Csv {
                platform_csv::push_line(leaf.entry, &name, record, &rings, &mut encoded.csv);
            } else {
                encoded.records.push(shp::push_record(&rings, &mut encoded.shp));
                format.push_dbf(leaf.entry, &name, &date, record, &mut encoded.dbf);
            }
            encoded.tally.add(format, parcel, record, &rings);
        }
        Ok(encoded)
    }
}

/// Crosses the rings of the records that are to be crossed, or of the next ones whose shape allows it.
fn cross_rings(layout: &mut Layout, records: &mut [Record]) {
    let n = records.len();
    let chosen: Vec<usize> = (0..n)
        .filter(|idx| std::mem::take(&mut records[*idx].is_crossed))
        .collect();
    for idx in chosen {
        let is_clean = |record: &Record| record.pnu.is_ok() && !record.is_duplicate && !record.is_crossed;
        let place = (0..n)
            .map(|step| (idx + step) % n)
            .find(|at| is_clean(&records[*at]) && cross_ring(layout, *at));
        if let Some(at) = place {
            records[at].is_crossed = true;
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::sample::plan::plan;

    fn options(sigungu: &[&str], parcels: u64) -> SampleOptions {
        SampleOptions {
            out: "unused".into(),
            parcels,
            sigungu: sigungu.iter().map(|code| (*code).to_owned()).collect(),
            vintage: NaiveDate::from_ymd_opt(2021, 5, 1).unwrap(),
            seed: 1,
            format: Format::Official,
            piece_rows: 1,
        }
    }

    #[test]
    fn every_leaf_gets_as_many_rows_as_planned() {
        let options = options(&[], u64::MAX);
        let encoder = Encoder::new(&options).unwrap();
        let leaves = plan(&options).unwrap();
        let mut wrong = Vec::new();
        for leaf in leaves.iter().step_by(67) {
            let rows = encoder.encode(leaf).unwrap().tally.counts.rows;
            if rows != leaf.n_parcels {
                wrong.push((leaf.entry.code, leaf.n_parcels, rows));
            }
        }
        assert_eq!(wrong, []);
    }

    #[test]
    fn a_leaf_is_the_same_in_a_small_and_in_a_large_sample() {
        let (small, large) = (options(&["11110", "41173"], 5_000), options(&["41173"], 30_000));
        let find = |options: &SampleOptions| {
            let leaf = plan(options)
                .unwrap()
                .into_iter()
                .find(|leaf| leaf.entry.code.as_str() == "4117310100")
                .unwrap();
            let encoded = Encoder::new(options).unwrap().encode(&leaf).unwrap();
            (encoded.shp, encoded.dbf)
        };
        assert!(find(&small) == find(&large));
    }
}
