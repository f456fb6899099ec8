//! Areas of a level from those of the level below.

use pilji_ingest::AreaLevel;
use pilji_udfs::coverage::Coverage;
use pilji_udfs::geometry::Wkb;

use crate::error::{Error, Result};

/// An administrative area.
#[derive(Debug, Clone)]
pub struct Area {
    pub level: AreaLevel,
    /// The 법정동 code, of ten digits.
    pub code: String,
    /// Of 시도, 시군구, 읍면동, 리.
    pub names: [Option<String>; 4],
    /// How many parcels it has.
    pub parcels: i64,
    /// WKB in longitude and latitude, EPSG:4326.
    pub geometry: Vec<u8>,
}

/// An area that takes in those below it.
#[derive(Debug)]
pub struct Upper {
    area: Area,
    coverage: Coverage,
}

/// Takes an area in to the one of a higher level that it belongs to: the last one, or a new one.
///
/// Areas must come in the order of their codes.
///
/// # Errors
///
/// [`Error::Areas`] when its geometry is damaged.
pub fn add(uppers: &mut Vec<Upper>, level: AreaLevel, below: &Area) -> Result<()> {
    let digits = level.digits().min(below.code.len());
    let code = format!("{:0<10}", &below.code[..digits]);
    if uppers.last().is_none_or(|upper| upper.area.code != code) {
        let mut names = below.names.clone();
        for name in &mut names[level.n_names()..] {
            *name = None;
        }
        uppers.push(Upper {
            area: Area {
                level,
                code: code.clone(),
                names,
                parcels: 0,
                geometry: Vec::new(),
            },
            coverage: Coverage::default(),
        });
    }
    let failed = |source| Error::Areas {
        code: code.clone(),
        source,
    };
    if let Some(upper) = uppers.last_mut() {
        upper.area.parcels += below.parcels;
        upper
            .coverage
            .add(&Wkb::read(&below.geometry).map_err(failed)?)
            .map_err(failed)?;
    }
    Ok(())
}

impl Upper {
    /// The area with its outline.
    ///
    /// # Errors
    ///
    /// [`Error::Areas`] when there is none.
    pub fn finish(self) -> Result<Area> {
        let geometry = self.coverage.dissolved().map_err(|source| Error::Areas {
            code: self.area.code.clone(),
            source,
        })?;
        Ok(Area {
            geometry: geometry.to_wkb(),
            ..self.area
        })
    }
}
