//! Well-known binary, looked at where it lies.
//!
//! Bytes are checked once, by [`Wkb::read`]: lengths, types and depth. What is handed out afterwards borrows from them.
//!
//! # Source
//!
//! OGC 06-103r4, "Well-known Binary Representation for Geometry"; the high bits for Z, M and SRID are those of EWKB.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use super::{Bounds, Coord, Dims, Kind};
use crate::{Error, Result};

/// Collections in collections.
const MAX_DEPTH: usize = 16;
/// The bytes of x and y.
const XY_BYTES: usize = 16;
const EWKB_Z: u32 = 0x8000_0000;
const EWKB_M: u32 = 0x4000_0000;
const EWKB_SRID: u32 = 0x2000_0000;

/// A geometry in checked well-known binary, ISO's or EWKB.
#[derive(Clone, Copy, Debug)]
pub struct Wkb<'a> {
    kind: Kind,
    dims: Dims,
    srid: Option<i32>,
    order: Order,
    /// What follows type and SRID.
    body: &'a [u8],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Big,
    Little,
}

impl Order {
    fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Big => u32::from_be_bytes(bytes),
            Self::Little => u32::from_le_bytes(bytes),
        }
    }

    fn f64(self, bytes: [u8; 8]) -> f64 {
        match self {
            Self::Big => f64::from_be_bytes(bytes),
            Self::Little => f64::from_le_bytes(bytes),
        }
    }
}

impl<'a> Wkb<'a> {
    /// Checks bytes and looks at them as a geometry.
    ///
    /// # Errors
    ///
    /// [`Error::Wkb`] when they are cut short, go on behind the geometry, or have a type or a depth that is not read.
    #[inline]
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        match Self::plain(bytes) {
            Some(wkb) => Ok(wkb),
            None => Self::read_any(bytes),
        }
    }

    /// What a function makes of bytes read as a geometry. Faster than [`Wkb::read`] for what takes no longer than a call, since
    /// what the bytes were found to be stays in registers.
    ///
    /// # Errors
    ///
    /// Those of [`Wkb::read`], and the function's.
    #[inline]
    pub fn look<T>(bytes: &'a [u8], mut at: impl FnMut(&Self) -> Result<T>) -> Result<T> {
        match Self::plain(bytes) {
            Some(wkb) => at(&wkb),
            None => at(&Self::read_any(bytes)?),
        }
    }

    /// The types that parcels and places have, as nearly all writers write them: little-endian, of x and y. `None` when the
    /// bytes are of another kind, or faulty.
    #[expect(
        clippy::inline_always,
        reason = "as a call it hands its answer through memory, which costs more than making it"
    )]
    #[inline(always)]
    fn plain(bytes: &'a [u8]) -> Option<Self> {
        let (kind, body) = Self::plain_head(bytes)?;
        let end = match kind {
            Kind::Point => body.get(XY_BYTES..)?,
            Kind::Polygon => Self::behind_plain_rings(body)?,
            _ => {
                let (n_members, mut end) = count(body, Order::Little)?;
                for _ in 0..n_members {
                    match Self::plain_head(end)? {
                        (Kind::Polygon, body) => end = Self::behind_plain_rings(body)?,
                        _ => return None,
                    }
                }
                end
            }
        };
        end.is_empty().then_some(Self {
            kind,
            dims: Dims::XY,
            srid: None,
            order: Order::Little,
            body,
        })
    }

    #[inline]
    fn plain_head(bytes: &'a [u8]) -> Option<(Kind, &'a [u8])> {
        let (head, body) = bytes.split_first_chunk()?;
        let kind = match head {
            [1, 1, 0, 0, 0] => Kind::Point,
            [1, 3, 0, 0, 0] => Kind::Polygon,
            [1, 6, 0, 0, 0] => Kind::MultiPolygon,
            _ => return None,
        };
        Some((kind, body))
    }

    #[inline]
    fn behind_plain_rings(body: &[u8]) -> Option<&[u8]> {
        let (n_rings, mut end) = count(body, Order::Little)?;
        for _ in 0..n_rings {
            end = skip_coords(end, Order::Little, XY_BYTES)?;
        }
        Some(end)
    }

    #[inline(never)]
    fn read_any(bytes: &'a [u8]) -> Result<Self> {
        let (wkb, rest) = Self::split(bytes, 0)?;
        if !rest.is_empty() {
            return Err(fault(bytes, "bytes follow the geometry"));
        }
        Ok(wkb)
    }

    /// A geometry whose bytes [`Wkb::read`] has found to be good; others give wrong coordinates, or too few.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Wkb`] when the first bytes are none of a geometry.
    #[inline]
    pub(crate) fn read_again(bytes: &'a [u8]) -> Result<Self> {
        if let Some((kind, body)) = Self::plain_head(bytes) {
            return Ok(Self {
                kind,
                dims: Dims::XY,
                srid: None,
                order: Order::Little,
                body,
            });
        }
        let (head, body) = Self::head(bytes)?;
        Ok(Self { body, ..head })
    }

    /// A geometry at the beginning of the bytes, checked, and the bytes behind it.
    fn split(bytes: &'a [u8], depth: usize) -> Result<(Self, &'a [u8])> {
        let (head, rest) = Self::head(bytes)?;
        let cut = || fault(bytes, "the bytes end within the geometry");
        let mut end = rest;
        let coord_bytes = 8 * head.dims.size();
        match head.kind {
            Kind::Point => end = end.get(coord_bytes..).ok_or_else(cut)?,
            Kind::LineString => end = skip_coords(end, head.order, coord_bytes).ok_or_else(cut)?,
            Kind::Polygon => {
                let (n_rings, behind) = count(end, head.order).ok_or_else(cut)?;
                end = behind;
                for _ in 0..n_rings {
                    end = skip_coords(end, head.order, coord_bytes).ok_or_else(cut)?;
                }
            }
            Kind::MultiPoint | Kind::MultiLineString | Kind::MultiPolygon | Kind::GeometryCollection => {
                if depth == MAX_DEPTH {
                    return Err(fault(bytes, "too many collections in collections"));
                }
                let (n_members, behind) = count(end, head.order).ok_or_else(cut)?;
                end = behind;
                for _ in 0..n_members {
                    let (member, behind) = Self::split(end, depth + 1)?;
                    if head.kind.member().is_some_and(|kind| kind != member.kind) {
                        return Err(fault(end, "a member of a multi-geometry has another type"));
                    }
                    if member.dims != head.dims {
                        return Err(fault(end, "a member has other dimensions than the whole"));
                    }
                    end = behind;
                }
            }
        }
        let body = &rest[..rest.len() - end.len()];
        Ok((Self { body, ..head }, end))
    }

    /// Byte order, type and SRID; the body is still empty. Comes with the bytes behind these.
    fn head(bytes: &'a [u8]) -> Result<(Self, &'a [u8])> {
        let cut = || fault(bytes, "the bytes end within the geometry");
        let (order, rest) = bytes.split_first().ok_or_else(cut)?;
        let order = match order {
            0 => Order::Big,
            1 => Order::Little,
            _ => return Err(fault(bytes, "the byte order is neither 0 nor 1")),
        };
        let (code, mut rest) = number(rest, order).ok_or_else(cut)?;
        let mut srid = None;
        if code & EWKB_SRID != 0 {
            let (value, behind) = number(rest, order).ok_or_else(cut)?;
            srid = Some(value.cast_signed()).filter(|srid| *srid != 0);
            rest = behind;
        }
        let plain = code & !(EWKB_Z | EWKB_M | EWKB_SRID);
        let (dimensions, kind) = (plain / 1000, plain % 1000);
        let kind = Kind::from_code(kind).filter(|_| dimensions <= 3);
        let Some(kind) = kind else {
            return Err(fault(bytes, &format!("type {code} is none that is read")));
        };
        let dims = Dims {
            has_z: code & EWKB_Z != 0 || matches!(dimensions, 1 | 3),
            has_m: code & EWKB_M != 0 || matches!(dimensions, 2 | 3),
        };
        let wkb = Self {
            kind,
            dims,
            srid,
            order,
            body: &[],
        };
        Ok((wkb, rest))
    }

    /// The type.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What coordinates have beside x and y.
    #[must_use]
    pub fn dims(&self) -> Dims {
        self.dims
    }

    /// The SRID of EWKB; `None` where there is none or 0.
    #[must_use]
    pub fn srid(&self) -> Option<i32> {
        self.srid
    }

    /// The coordinates of a point or a line; none for other types. An EMPTY point is one coordinate of NaN here.
    #[must_use]
    pub fn coords(&self) -> Coords<'a> {
        let bytes = match self.kind {
            Kind::Point => self.body,
            Kind::LineString => self.body.get(4..).unwrap_or_default(),
            _ => &[],
        };
        self.coords_in(bytes)
    }

    /// The coordinate of a point; `None` when it is EMPTY, and for other types.
    #[must_use]
    pub fn point(&self) -> Option<Coord> {
        if self.kind != Kind::Point {
            return None;
        }
        self.coords()
            .iter()
            .next()
            .filter(|coord| !coord.x.is_nan() || !coord.y.is_nan())
    }

    /// The rings of a polygon, the shell first; none for other types.
    #[must_use]
    pub fn rings(&self) -> Rings<'a> {
        let bytes = match self.kind {
            Kind::Polygon => self.body.get(4..).unwrap_or_default(),
            _ => &[],
        };
        Rings { wkb: *self, bytes }
    }

    /// The members of a multi-geometry or collection; none for other types.
    #[must_use]
    pub fn members(&self) -> Members<'a> {
        let bytes = match self.kind {
            Kind::Point | Kind::LineString | Kind::Polygon => &[],
            _ => self.body.get(4..).unwrap_or_default(),
        };
        Members { bytes }
    }

    /// Calls for every point, line and polygon that the geometry consists of, in order.
    #[inline]
    pub fn for_each_simple(&self, visit: &mut impl FnMut(Wkb<'a>)) {
        match self.kind {
            Kind::Point | Kind::LineString | Kind::Polygon => visit(*self),
            _ => self.for_each_simple_member(visit),
        }
    }

    fn for_each_simple_member(&self, visit: &mut impl FnMut(Wkb<'a>)) {
        for member in self.members() {
            member.for_each_simple(visit);
        }
    }

    /// Calls for the coordinates of every point, line and ring, in order. EMPTY points are left out.
    pub fn for_each_coords(&self, visit: &mut impl FnMut(Coords<'a>)) {
        self.for_each_simple(&mut |simple| match simple.kind {
            Kind::Polygon => simple.rings().for_each(&mut *visit),
            Kind::Point if simple.coords().xy(0).is_none_or(|(x, y)| x.is_nan() && y.is_nan()) => {}
            _ => visit(simple.coords()),
        });
    }

    /// True when there is no coordinate.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let mut is_empty = true;
        self.for_each_coords(&mut |coords| is_empty &= coords.is_empty());
        is_empty
    }

    /// The bounds; `None` for an EMPTY geometry.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds> {
        let mut bounds = Bounds::NOTHING;
        self.for_each_coords(&mut |coords| {
            bounds = coords.fold_xy(bounds, |mut bounds, x, y| {
                bounds.add(x, y);
                bounds
            });
        });
        (!bounds.is_nothing()).then_some(bounds)
    }

    /// True when all x and y are finite numbers.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        let mut is_finite = true;
        self.for_each_coords(&mut |coords| is_finite &= coords.iter_xy().all(|(x, y)| x.is_finite() && y.is_finite()));
        is_finite
    }

    fn coords_in(&self, bytes: &'a [u8]) -> Coords<'a> {
        Coords {
            bytes,
            dims: self.dims,
            order: self.order,
        }
    }
}

/// The coordinates of a point, line or ring.
#[derive(Clone, Copy, Debug)]
pub struct Coords<'a> {
    bytes: &'a [u8],
    dims: Dims,
    order: Order,
}

impl<'a> Coords<'a> {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len() / self.coord_bytes()
    }

    /// True when there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// x and y of one of them.
    #[must_use]
    pub fn xy(&self, idx: usize) -> Option<(f64, f64)> {
        let start = idx.checked_mul(self.coord_bytes())?;
        self.read_xy(self.bytes.get(start..)?)
    }

    /// x and y of each.
    #[must_use]
    pub fn iter_xy(&self) -> impl ExactSizeIterator<Item = (f64, f64)> + Clone + 'a {
        let coords = *self;
        // A chunk has at least 16 bytes.
        let chunks = self.bytes.chunks_exact(self.coord_bytes());
        chunks.map(move |chunk| coords.read_xy(chunk).unwrap_or_default())
    }

    /// Calls for x and y of each, in order.
    #[inline]
    pub fn for_each_xy(&self, mut visit: impl FnMut(f64, f64)) {
        self.fold_xy((), |(), x, y| visit(x, y));
    }

    /// What comes of taking in x and y of each, in order. Of the loops over coordinates the fastest: what is carried from one
    /// to the next stays in registers.
    #[inline]
    pub fn fold_xy<T>(&self, start: T, mut step: impl FnMut(T, f64, f64) -> T) -> T {
        let mut carried = start;
        match (self.order, self.coord_bytes()) {
            (Order::Little, XY_BYTES) => {
                for pair in self.bytes.as_chunks::<XY_BYTES>().0 {
                    let (x, y) = little_xy(pair);
                    carried = step(carried, x, y);
                }
            }
            _ => {
                for (x, y) in self.iter_xy() {
                    carried = step(carried, x, y);
                }
            }
        }
        carried
    }

    /// Calls for x and y of each, in order, until one is to be the last.
    #[inline]
    pub fn try_for_each_xy<B>(&self, mut visit: impl FnMut(f64, f64) -> ControlFlow<B>) -> ControlFlow<B> {
        if (self.order, self.coord_bytes()) == (Order::Little, XY_BYTES) {
            let pairs = self.bytes.as_chunks::<XY_BYTES>().0;
            return pairs.iter().map(little_xy).try_for_each(|(x, y)| visit(x, y));
        }
        self.iter_xy().try_for_each(|(x, y)| visit(x, y))
    }

    /// Each with height and measure.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Coord> + 'a {
        let coords = *self;
        self.bytes.chunks_exact(self.coord_bytes()).map(move |chunk| {
            let number = |place: usize| {
                let bytes = chunk.get(8 * place..).and_then(<[u8]>::first_chunk);
                bytes.map_or(0.0, |bytes| coords.order.f64(*bytes))
            };
            Coord {
                x: number(0),
                y: number(1),
                z: if coords.dims.has_z { number(2) } else { 0.0 },
                m: if coords.dims.has_m {
                    number(2 + usize::from(coords.dims.has_z))
                } else {
                    0.0
                },
            }
        })
    }

    fn coord_bytes(&self) -> usize {
        8 * self.dims.size()
    }

    fn read_xy(&self, bytes: &[u8]) -> Option<(f64, f64)> {
        let (x, rest) = bytes.split_first_chunk()?;
        Some((self.order.f64(*x), self.order.f64(*rest.first_chunk()?)))
    }
}

#[inline]
fn little_xy<const N: usize>(bytes: &[u8; N]) -> (f64, f64) {
    let number = |bytes: Option<&[u8; 8]>| bytes.map_or(0.0, |bytes| f64::from_le_bytes(*bytes));
    (number(bytes.first_chunk()), number(bytes[8..].first_chunk()))
}

/// The rings of a polygon.
#[derive(Clone, Debug)]
pub struct Rings<'a> {
    wkb: Wkb<'a>,
    bytes: &'a [u8],
}

impl<'a> Iterator for Rings<'a> {
    type Item = Coords<'a>;

    #[inline]
    fn next(&mut self) -> Option<Coords<'a>> {
        let (n_coords, rest) = count(self.bytes, self.wkb.order)?;
        let (coords, behind) = rest.split_at_checked(n_coords * 8 * self.wkb.dims.size())?;
        self.bytes = behind;
        Some(self.wkb.coords_in(coords))
    }
}

/// The members of a multi-geometry or collection.
#[derive(Clone, Debug)]
pub struct Members<'a> {
    bytes: &'a [u8],
}

impl<'a> Iterator for Members<'a> {
    type Item = Wkb<'a>;

    fn next(&mut self) -> Option<Wkb<'a>> {
        // The bytes were checked with the whole.
        let (member, behind) = Wkb::split(self.bytes, 0).ok()?;
        self.bytes = behind;
        Some(member)
    }
}

fn number(bytes: &[u8], order: Order) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((order.u32(*number), rest))
}

fn count(bytes: &[u8], order: Order) -> Option<(usize, &[u8])> {
    let (count, rest) = number(bytes, order)?;
    Some((usize::try_from(count).ok()?, rest))
}

fn skip_coords(bytes: &[u8], order: Order, coord_bytes: usize) -> Option<&[u8]> {
    let (n_coords, rest) = count(bytes, order)?;
    rest.get(n_coords.checked_mul(coord_bytes)?..)
}

fn fault(bytes: &[u8], what: &str) -> Error {
    const SHOWN_BYTES: usize = 24;
    let mut digits = String::with_capacity(2 * SHOWN_BYTES);
    for byte in bytes.iter().take(SHOWN_BYTES) {
        // Writing to a String cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    let more = if bytes.len() > SHOWN_BYTES { "…" } else { "" };
    Error::Wkb {
        what: what.to_owned(),
        found: format!("{digits}{more}"),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
