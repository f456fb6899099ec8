//! Areas of a level from those of the level below.

use pilji_udfs::coverage::Coverage;
use pilji_udfs::geometry::Wkb;

use crate::error::{Error, Result};

/// A level of administrative areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// 시도.
    Sido,
    /// 시군구.
    Sigungu,
    /// 읍면동.
    Emd,
    /// 리.
    Ri,
}

impl Level {
    /// The name in the column `level`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sido => "sido",
            Self::Sigungu => "sigungu",
            Self::Emd => "emd",
            Self::Ri => "ri",
        }
    }

    /// How many digits of a 법정동 code the areas of the level have in common.
    fn digits(self) -> usize {
        match self {
            Self::Sido => 2,
            Self::Sigungu => 5,
            Self::Emd => 8,
            Self::Ri => 10,
        }
    }

    /// How many names an area of the level has.
    fn n_names(self) -> usize {
        self as usize + 1
    }
}

/// An administrative area.
#[derive(Debug, Clone)]
pub struct Area {
    pub level: Level,
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
pub fn add(uppers: &mut Vec<Upper>, level: Level, below: &Area) -> Result<()> {
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
