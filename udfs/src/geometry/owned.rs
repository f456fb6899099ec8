//! Geometries as values of their own.

use super::{Bounds, Wkb, planar, wkb_write, wkt, wkt_write};
use crate::{Error, Result};

/// The seven types of geometry, with their numbers in well-known binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A point.
    Point = 1,
    /// A line through points.
    LineString = 2,
    /// An area: a shell and holes.
    Polygon = 3,
    /// Points.
    MultiPoint = 4,
    /// Lines.
    MultiLineString = 5,
    /// Areas.
    MultiPolygon = 6,
    /// Geometries of any types.
    GeometryCollection = 7,
}

impl Kind {
    /// The type of a number of well-known binary, 1 to 7.
    #[must_use]
    pub fn from_code(code: u32) -> Option<Self> {
        Some(match code {
            1 => Self::Point,
            2 => Self::LineString,
            3 => Self::Polygon,
            4 => Self::MultiPoint,
            5 => Self::MultiLineString,
            6 => Self::MultiPolygon,
            7 => Self::GeometryCollection,
            _ => return None,
        })
    }

    /// The name in the OGC's spelling, such as `MultiPolygon`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Point => "Point",
            Self::LineString => "LineString",
            Self::Polygon => "Polygon",
            Self::MultiPoint => "MultiPoint",
            Self::MultiLineString => "MultiLineString",
            Self::MultiPolygon => "MultiPolygon",
            Self::GeometryCollection => "GeometryCollection",
        }
    }

    /// The type of the members of a multi-geometry; `None` for simple ones and for collections.
    #[must_use]
    pub fn member(self) -> Option<Self> {
        match self {
            Self::MultiPoint => Some(Self::Point),
            Self::MultiLineString => Some(Self::LineString),
            Self::MultiPolygon => Some(Self::Polygon),
            _ => None,
        }
    }
}

/// The numbers that a coordinate has beside x and y.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Dims {
    /// Heights.
    pub has_z: bool,
    /// Measures.
    pub has_m: bool,
}

impl Dims {
    /// x and y only.
    pub const XY: Self = Self {
        has_z: false,
        has_m: false,
    };

    /// What the dimensions are called in a message, such as `XYZ`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match (self.has_z, self.has_m) {
            (false, false) => "XY",
            (true, false) => "XYZ",
            (false, true) => "XYM",
            (true, true) => "XYZM",
        }
    }

    /// The number of numbers in a coordinate, 2 to 4.
    #[must_use]
    pub fn size(self) -> usize {
        2 + usize::from(self.has_z) + usize::from(self.has_m)
    }
}

/// A coordinate; `z` and `m` are 0 where the geometry has none.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Coord {
    /// Easting or longitude.
    pub x: f64,
    /// Northing or latitude.
    pub y: f64,
    /// Height.
    pub z: f64,
    /// Measure.
    pub m: f64,
}

impl Coord {
    /// A coordinate without height and measure.
    #[must_use]
    pub fn xy(x: f64, y: f64) -> Self {
        Self { x, y, z: 0.0, m: 0.0 }
    }
}

/// A geometry that owns its coordinates.
#[derive(Clone, Debug, PartialEq)]
pub struct Geometry {
    /// What its coordinates have beside x and y.
    pub dims: Dims,
    /// Its type and coordinates.
    pub shape: Shape,
}

/// Type and coordinates of a geometry. A list without entries is an EMPTY geometry of that type.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A point; `None` is `POINT EMPTY`.
    Point(Option<Coord>),
    /// The points of a line.
    LineString(Vec<Coord>),
    /// The rings of an area, the shell first; the last coordinate of a ring is its first.
    Polygon(Vec<Vec<Coord>>),
    /// Points.
    MultiPoint(Vec<Option<Coord>>),
    /// Lines.
    MultiLineString(Vec<Vec<Coord>>),
    /// Areas.
    MultiPolygon(Vec<Vec<Vec<Coord>>>),
    /// Members of any types, with the dimensions of the whole.
    GeometryCollection(Vec<Shape>),
}

impl Geometry {
    /// A geometry of x and y only.
    #[must_use]
    pub fn xy(shape: Shape) -> Self {
        Self { dims: Dims::XY, shape }
    }

    /// Reads well-known binary, ISO's or EWKB; an SRID in it is left to [`Wkb::srid`].
    ///
    /// # Errors
    ///
    /// [`Error::Wkb`] when the bytes are none.
    pub fn from_wkb(bytes: &[u8]) -> Result<Self> {
        Ok(Self::from(Wkb::read(bytes)?))
    }

    /// Reads well-known text, with the SRID where it begins with `SRID=…;`.
    ///
    /// # Errors
    ///
    /// [`Error::Wkt`] with the place when the text is none.
    pub fn from_wkt(text: &str) -> Result<(Self, Option<i32>)> {
        wkt::read(text)
    }

    /// A geometry made by the `geo` library: x and y only.
    #[must_use]
    pub fn from_geo(geometry: &geo::Geometry<f64>) -> Self {
        planar::from_geo(geometry)
    }

    /// x and y as the `geo` library has them; EMPTY members are left out.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`] when a coordinate is NaN or infinite.
    pub fn to_geo(&self) -> Result<geo::Geometry<f64>> {
        planar::to_geo(&self.shape)
    }

    /// ISO well-known binary, little endian.
    #[must_use]
    pub fn to_wkb(&self) -> Vec<u8> {
        wkb_write::iso(self)
    }

    /// Extended well-known binary, as PostGIS has it, little endian.
    #[must_use]
    pub fn to_ewkb(&self, srid: Option<i32>) -> Vec<u8> {
        wkb_write::extended(self, srid)
    }

    /// Well-known text, numbers with at most so many decimals, in PostGIS's spelling.
    #[must_use]
    pub fn to_wkt(&self, max_decimals: usize) -> String {
        wkt_write::write(self, max_decimals)
    }

    /// Extended well-known text, as PostGIS has it, numbers with at most so many decimals.
    #[must_use]
    pub fn to_ewkt(&self, srid: Option<i32>, max_decimals: usize) -> String {
        wkt_write::extended(self, srid, max_decimals)
    }

    /// The type.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.shape.kind()
    }

    /// True when there is no coordinate.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shape.is_empty()
    }

    /// The bounds; `None` for an EMPTY geometry.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds> {
        let mut bounds = Bounds::NOTHING;
        self.shape.for_each(&mut |coord| bounds.add(coord.x, coord.y));
        (!bounds.is_nothing()).then_some(bounds)
    }

    /// The same geometry without measures.
    #[must_use]
    pub fn without_measures(mut self) -> Self {
        self.dims.has_m = false;
        self.map(|coord| Coord { m: 0.0, ..coord })
    }

    /// The same geometry with other coordinates.
    ///
    /// # Errors
    ///
    /// The first error of the function.
    pub fn try_map(mut self, change: impl FnMut(Coord) -> Result<Coord>) -> Result<Self> {
        let mut change = change;
        let mut failed: Option<Error> = None;
        self.shape.for_each_mut(&mut |coord| match change(*coord) {
            Ok(changed) => *coord = changed,
            Err(error) => failed = failed.take().or(Some(error)),
        });
        failed.map_or(Ok(self), Err)
    }

    /// The same geometry with other coordinates.
    #[must_use]
    pub fn map(mut self, mut change: impl FnMut(Coord) -> Coord) -> Self {
        self.shape.for_each_mut(&mut |coord| *coord = change(*coord));
        self
    }
}

impl Shape {
    /// The type.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Point(_) => Kind::Point,
            Self::LineString(_) => Kind::LineString,
            Self::Polygon(_) => Kind::Polygon,
            Self::MultiPoint(_) => Kind::MultiPoint,
            Self::MultiLineString(_) => Kind::MultiLineString,
            Self::MultiPolygon(_) => Kind::MultiPolygon,
            Self::GeometryCollection(_) => Kind::GeometryCollection,
        }
    }

    /// True when there is no coordinate.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Point(coord) => coord.is_none(),
            Self::LineString(coords) => coords.is_empty(),
            Self::Polygon(rings) | Self::MultiLineString(rings) => rings.iter().all(Vec::is_empty),
            Self::MultiPoint(points) => points.iter().all(Option::is_none),
            Self::MultiPolygon(polygons) => polygons.iter().flatten().all(Vec::is_empty),
            Self::GeometryCollection(members) => members.iter().all(Self::is_empty),
        }
    }

    /// An EMPTY shape of a type.
    #[must_use]
    pub fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Point => Self::Point(None),
            Kind::LineString => Self::LineString(Vec::new()),
            Kind::Polygon => Self::Polygon(Vec::new()),
            Kind::MultiPoint => Self::MultiPoint(Vec::new()),
            Kind::MultiLineString => Self::MultiLineString(Vec::new()),
            Kind::MultiPolygon => Self::MultiPolygon(Vec::new()),
            Kind::GeometryCollection => Self::GeometryCollection(Vec::new()),
        }
    }

    /// The multi-geometry of points, of lines or of polygons; a collection of anything else.
    #[must_use]
    pub fn multi(members: Vec<Self>) -> Self {
        let Some(kind) = members.first().map(Self::kind) else {
            return Self::GeometryCollection(members);
        };
        if members.iter().any(|member| member.kind() != kind) {
            return Self::GeometryCollection(members);
        }
        let mut points = Vec::new();
        let mut lines = Vec::new();
        let mut polygons = Vec::new();
        if !matches!(kind, Kind::Point | Kind::LineString | Kind::Polygon) {
            return Self::GeometryCollection(members);
        }
        for member in members {
            match member {
                Self::Point(coord) => points.push(coord),
                Self::LineString(coords) => lines.push(coords),
                Self::Polygon(rings) => polygons.push(rings),
                _ => {}
            }
        }
        match kind {
            Kind::Point => Self::MultiPoint(points),
            Kind::LineString => Self::MultiLineString(lines),
            _ => Self::MultiPolygon(polygons),
        }
    }

    /// Calls for every coordinate in order.
    pub fn for_each(&self, visit: &mut impl FnMut(&Coord)) {
        match self {
            Self::Point(coord) => coord.iter().for_each(visit),
            Self::LineString(coords) => coords.iter().for_each(visit),
            Self::Polygon(rings) | Self::MultiLineString(rings) => rings.iter().flatten().for_each(visit),
            Self::MultiPoint(points) => points.iter().flatten().for_each(visit),
            Self::MultiPolygon(polygons) => polygons.iter().flatten().flatten().for_each(visit),
            Self::GeometryCollection(members) => {
                for member in members {
                    member.for_each(visit);
                }
            }
        }
    }

    /// Calls for every coordinate in order, which may be changed.
    pub fn for_each_mut(&mut self, visit: &mut impl FnMut(&mut Coord)) {
        match self {
            Self::Point(coord) => coord.iter_mut().for_each(visit),
            Self::LineString(coords) => coords.iter_mut().for_each(visit),
            Self::Polygon(rings) | Self::MultiLineString(rings) => rings.iter_mut().flatten().for_each(visit),
            Self::MultiPoint(points) => points.iter_mut().flatten().for_each(visit),
            Self::MultiPolygon(polygons) => polygons.iter_mut().flatten().flatten().for_each(visit),
            Self::GeometryCollection(members) => {
                for member in members {
                    member.for_each_mut(visit);
                }
            }
        }
    }

    /// The simple shapes (points, lines, polygons) that this one consists of, in order.
    #[must_use]
    pub fn into_simple(self) -> Vec<Self> {
        match self {
            Self::MultiPoint(points) => points.into_iter().map(Self::Point).collect(),
            Self::MultiLineString(lines) => lines.into_iter().map(Self::LineString).collect(),
            Self::MultiPolygon(polygons) => polygons.into_iter().map(Self::Polygon).collect(),
            Self::GeometryCollection(members) => members.into_iter().flat_map(Self::into_simple).collect(),
            simple => vec![simple],
        }
    }
}

impl From<Wkb<'_>> for Geometry {
    fn from(wkb: Wkb<'_>) -> Self {
        Self {
            dims: wkb.dims(),
            shape: shape(wkb),
        }
    }
}

fn shape(wkb: Wkb<'_>) -> Shape {
    let coords = |wkb: Wkb<'_>| wkb.coords().iter().collect::<Vec<Coord>>();
    let rings = |wkb: Wkb<'_>| {
        wkb.rings()
            .map(|ring| ring.iter().collect())
            .collect::<Vec<Vec<Coord>>>()
    };
    match wkb.kind() {
        Kind::Point => Shape::Point(wkb.point()),
        Kind::LineString => Shape::LineString(coords(wkb)),
        Kind::Polygon => Shape::Polygon(rings(wkb)),
        Kind::MultiPoint => Shape::MultiPoint(wkb.members().map(|member| member.point()).collect()),
        Kind::MultiLineString => Shape::MultiLineString(wkb.members().map(coords).collect()),
        Kind::MultiPolygon => Shape::MultiPolygon(wkb.members().map(rings).collect()),
        Kind::GeometryCollection => Shape::GeometryCollection(wkb.members().map(shape).collect()),
    }
}
