//! The coordinate systems and their parameters.

use std::sync::LazyLock;

/// 127° and the 10.405" by which the origins of the old survey were later found to lie further east.
const MODIFIED: f64 = 10.405 / 3600.0;

/// What the coordinates are referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Datum {
    /// Bessel 1841, Tokyo origin: EPSG's Korean 1985.
    Korean1985,
    /// WGS 84 ellipsoid, equal to WGS 84 in EPSG's transformation.
    Korean1995,
    /// GRS 80, geocentric: EPSG's KGD2002, once named Korea 2000; equal to WGS 84 in EPSG's transformation.
    Korea2000,
    /// WGS 84.
    Wgs84,
}

/// A projection and its parameters; degrees and metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Projection {
    /// None: longitude and latitude.
    Geographic,
    /// Transverse Mercator.
    TransverseMercator {
        /// Longitude of the origin.
        lon_0: f64,
        /// Latitude of the origin.
        lat_0: f64,
        /// Scale at the origin.
        k: f64,
        /// False easting.
        x_0: f64,
        /// False northing.
        y_0: f64,
    },
    /// Web Mercator on a sphere.
    WebMercator,
}

/// One coordinate system.
#[derive(Debug)]
pub struct Definition {
    /// EPSG code.
    pub epsg: u32,
    /// Name in the EPSG registry.
    pub name: &'static str,
    /// Other names in use, ESRI's first.
    pub aliases: &'static [&'static str],
    /// Datum.
    pub datum: Datum,
    /// Projection.
    pub projection: Projection,
    /// PROJ string with the datum shift.
    pub proj_string: String,
    /// ESRI well-known text.
    pub esri_wkt: String,
}

impl PartialEq for Definition {
    fn eq(&self, other: &Self) -> bool {
        self.epsg == other.epsg
    }
}

impl Eq for Definition {}

impl Definition {
    /// Whether coordinates are degrees.
    pub fn is_geographic(&self) -> bool {
        self.projection == Projection::Geographic
    }
}

/// Every supported system, by code.
pub fn all() -> &'static [Definition] {
    static TABLE: LazyLock<Vec<Definition>> = LazyLock::new(|| ROWS.into_iter().map(define).collect());
    &TABLE
}

const fn belt(lon_0: f64, y_0: f64) -> Projection {
    Projection::TransverseMercator {
        lon_0,
        lat_0: 38.0,
        k: 1.0,
        x_0: 200_000.0,
        y_0,
    }
}

const UNIFIED: Projection = Projection::TransverseMercator {
    lon_0: 127.5,
    lat_0: 38.0,
    k: 0.9996,
    x_0: 1_000_000.0,
    y_0: 2_000_000.0,
};

const fn utm(lon_0: f64) -> Projection {
    Projection::TransverseMercator {
        lon_0,
        lat_0: 0.0,
        k: 0.9996,
        x_0: 500_000.0,
        y_0: 0.0,
    }
}

/// Code, registry name, ESRI's name first among the other names, datum, projection.
type Row = (u32, &'static str, &'static [&'static str], Datum, Projection);

#[rustfmt::skip]
const ROWS: [Row; 26] = {
    use Datum::{Korea2000, Korean1985, Korean1995, Wgs84};
    use Projection::{Geographic, WebMercator};
    [
        (2096, "Korean 1985 / East Belt", &["Korean_1985_Korea_East_Belt"], Korean1985, belt(129.0, 500_000.0)),
        (2097, "Korean 1985 / Central Belt", &["Korean_1985_Korea_Central_Belt"], Korean1985, belt(127.0, 500_000.0)),
        (2098, "Korean 1985 / West Belt", &["Korean_1985_Korea_West_Belt"], Korean1985, belt(125.0, 500_000.0)),
        (3857, "WGS 84 / Pseudo-Mercator", &["WGS_1984_Web_Mercator_Auxiliary_Sphere", "WGS_1984_Web_Mercator"], Wgs84, WebMercator),
        (4162, "Korean 1985", &["GCS_Korean_Datum_1985"], Korean1985, Geographic),
        (4166, "Korean 1995", &["GCS_Korean_Datum_1995"], Korean1995, Geographic),
        (4326, "WGS 84", &["GCS_WGS_1984", "WGS 84 (CRS84)", "WGS 84 longitude-latitude"], Wgs84, Geographic),
        (4737, "KGD2002", &["GCS_Korea_2000", "GCS_KGD2002", "Korea 2000"], Korea2000, Geographic),
        (5173, "Korean 1985 / Modified West Belt", &["Korean_1985_Modified_Korea_West_Belt"], Korean1985, belt(125.0 + MODIFIED, 500_000.0)),
        (5174, "Korean 1985 / Modified Central Belt", &["Korean_1985_Modified_Korea_Central_Belt"], Korean1985, belt(127.0 + MODIFIED, 500_000.0)),
        (5175, "Korean 1985 / Modified Central Belt Jeju", &["Korean_1985_Modified_Korea_Central_Belt_Jeju"], Korean1985, belt(127.0 + MODIFIED, 550_000.0)),
        (5176, "Korean 1985 / Modified East Belt", &["Korean_1985_Modified_Korea_East_Belt"], Korean1985, belt(129.0 + MODIFIED, 500_000.0)),
        (5177, "Korean 1985 / Modified East Sea Belt", &["Korean_1985_Modified_Korea_East_Sea_Belt"], Korean1985, belt(131.0 + MODIFIED, 500_000.0)),
        (5178, "Korean 1985 / Unified CS", &["Korean_1985_Korea_Unified_Coordinate_System"], Korean1985, UNIFIED),
        (5179, "KGD2002 / Unified CS", &["Korea_2000_Korea_Unified_Coordinate_System", "KGD2002_Unified_Coordinate_System", "Korea 2000 / Unified CS"], Korea2000, UNIFIED),
        (5180, "KGD2002 / West Belt", &["Korea_2000_Korea_West_Belt", "KGD2002_West_Belt", "Korea 2000 / West Belt"], Korea2000, belt(125.0, 500_000.0)),
        (5181, "KGD2002 / Central Belt", &["Korea_2000_Korea_Central_Belt", "KGD2002_Central_Belt", "Korea 2000 / Central Belt"], Korea2000, belt(127.0, 500_000.0)),
        (5182, "KGD2002 / Central Belt Jeju", &["Korea_2000_Korea_Central_Belt_Jeju", "KGD2002_Central_Belt_Jeju", "Korea 2000 / Central Belt Jeju"], Korea2000, belt(127.0, 550_000.0)),
        (5183, "KGD2002 / East Belt", &["Korea_2000_Korea_East_Belt", "KGD2002_East_Belt", "Korea 2000 / East Belt"], Korea2000, belt(129.0, 500_000.0)),
        (5184, "KGD2002 / East Sea Belt", &["Korea_2000_Korea_East_Sea_Belt", "KGD2002_East_Sea_Belt", "Korea 2000 / East Sea Belt"], Korea2000, belt(131.0, 500_000.0)),
        (5185, "KGD2002 / West Belt 2010", &["Korea_2000_Korea_West_Belt_2010", "KGD2002_West_Belt_2010", "Korea 2000 / West Belt 2010"], Korea2000, belt(125.0, 600_000.0)),
        (5186, "KGD2002 / Central Belt 2010", &["Korea_2000_Korea_Central_Belt_2010", "KGD2002_Central_Belt_2010", "Korea 2000 / Central Belt 2010"], Korea2000, belt(127.0, 600_000.0)),
        (5187, "KGD2002 / East Belt 2010", &["Korea_2000_Korea_East_Belt_2010", "KGD2002_East_Belt_2010", "Korea 2000 / East Belt 2010"], Korea2000, belt(129.0, 600_000.0)),
        (5188, "KGD2002 / East Sea Belt 2010", &["Korea_2000_Korea_East_Sea_Belt_2010", "KGD2002_East_Sea_Belt_2010", "Korea 2000 / East Sea Belt 2010"], Korea2000, belt(131.0, 600_000.0)),
        (32651, "WGS 84 / UTM zone 51N", &["WGS_1984_UTM_Zone_51N"], Wgs84, utm(123.0)),
        (32652, "WGS 84 / UTM zone 52N", &["WGS_1984_UTM_Zone_52N"], Wgs84, utm(129.0)),
    ]
};

fn define((epsg, name, aliases, datum, projection): Row) -> Definition {
    let proj_string = match projection {
        Projection::Geographic => format!("+proj=longlat {} +no_defs", datum.proj()),
        Projection::TransverseMercator {
            lon_0,
            lat_0,
            k,
            x_0,
            y_0,
        } => format!(
            "+proj=tmerc +lat_0={lat_0} +lon_0={lon_0} +k={k} +x_0={x_0} +y_0={y_0} {} +units=m +no_defs",
            datum.proj()
        ),
        // A sphere, but of ellipsoidal coordinates: the shift between the two is switched off.
        Projection::WebMercator => {
            "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +no_defs"
                .to_owned()
        }
    };
    let esri_name = aliases.first().unwrap_or(&name);
    let degree = r#"PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]"#;
    let geographic = format!("GEOGCS[{},{degree}]", datum.esri());
    let esri_wkt = match projection {
        Projection::Geographic => geographic,
        Projection::TransverseMercator {
            lon_0,
            lat_0,
            k,
            x_0,
            y_0,
        } => format!(
            "PROJCS[\"{esri_name}\",{geographic},PROJECTION[\"Transverse_Mercator\"],\
             PARAMETER[\"False_Easting\",{x_0:?}],PARAMETER[\"False_Northing\",{y_0:?}],\
             PARAMETER[\"Central_Meridian\",{lon_0:?}],PARAMETER[\"Scale_Factor\",{k:?}],\
             PARAMETER[\"Latitude_Of_Origin\",{lat_0:?}],UNIT[\"Meter\",1.0]]"
        ),
        Projection::WebMercator => format!(
            "PROJCS[\"{esri_name}\",{geographic},PROJECTION[\"Mercator_Auxiliary_Sphere\"],\
             PARAMETER[\"False_Easting\",0.0],PARAMETER[\"False_Northing\",0.0],\
             PARAMETER[\"Central_Meridian\",0.0],PARAMETER[\"Standard_Parallel_1\",0.0],\
             PARAMETER[\"Auxiliary_Sphere_Type\",0.0],UNIT[\"Meter\",1.0]]"
        ),
    };
    Definition {
        epsg,
        name,
        aliases,
        datum,
        projection,
        proj_string,
        esri_wkt,
    }
}

impl Datum {
    /// PROJ's parameters of the ellipsoid and of the shift to WGS 84.
    ///
    /// # Source
    ///
    /// Korean 1985: a position-vector transformation equal to EPSG operation 5191 (Molodensky-Badekas, with its own
    /// pivot) within 0.05 mm over the country. The operation's own numbers are no position-vector parameters: written
    /// here they would be 8 to 28 m off. The others: EPSG's transformations to WGS 84 are zero.
    pub fn proj(self) -> &'static str {
        match self {
            Self::Korean1985 => "+ellps=bessel +towgs84=-114.6200,475.9630,675.0183,1.1620,-2.3470,-1.5920,6.3420",
            Self::Korea2000 => "+ellps=GRS80 +towgs84=0,0,0,0,0,0,0",
            Self::Korean1995 => "+ellps=WGS84 +towgs84=0,0,0,0,0,0,0",
            Self::Wgs84 => "+datum=WGS84",
        }
    }

    /// The opening of ESRI's well-known text: name, datum, ellipsoid.
    fn esri(self) -> &'static str {
        match self {
            Self::Korean1985 => {
                r#""GCS_Korean_Datum_1985",DATUM["D_Korean_Datum_1985",SPHEROID["Bessel_1841",6377397.155,299.1528128]]"#
            }
            Self::Korea2000 => r#""GCS_Korea_2000",DATUM["D_Korea_2000",SPHEROID["GRS_1980",6378137.0,298.257222101]]"#,
            Self::Korean1995 => {
                r#""GCS_Korean_Datum_1995",DATUM["D_Korean_Datum_1995",SPHEROID["WGS_1984",6378137.0,298.257223563]]"#
            }
            Self::Wgs84 => r#""GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]"#,
        }
    }
}
