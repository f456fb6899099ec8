//! Writing well-known binary, little endian.

use super::{Coord, Dims, Geometry, Shape};

/// How a geometry's type carries its dimensions.
#[derive(Clone, Copy)]
enum Form {
    /// 1000 for Z, 2000 for M.
    Iso,
    /// High bits, as PostGIS.
    Extended,
}

/// ISO's form.
pub fn iso(geometry: &Geometry) -> Vec<u8> {
    let mut out = Vec::new();
    write(&geometry.shape, geometry.dims, Form::Iso, None, &mut out);
    out
}

/// PostGIS's form, with an SRID where there is one.
pub fn extended(geometry: &Geometry, srid: Option<i32>) -> Vec<u8> {
    let mut out = Vec::new();
    write(&geometry.shape, geometry.dims, Form::Extended, srid, &mut out);
    out
}

fn write(shape: &Shape, dims: Dims, form: Form, srid: Option<i32>, out: &mut Vec<u8>) {
    let kind = shape.kind() as u32;
    let (z, m) = (u32::from(dims.has_z), u32::from(dims.has_m));
    let code = match form {
        Form::Iso => kind + 1000 * z + 2000 * m,
        Form::Extended => kind | z << 31 | m << 30 | u32::from(srid.is_some()) << 29,
    };
    out.push(1);
    out.extend(code.to_le_bytes());
    if let Some(srid) = srid {
        out.extend(srid.to_le_bytes());
    }
    match shape {
        Shape::Point(coord) => {
            let empty = Coord {
                x: f64::NAN,
                y: f64::NAN,
                z: f64::NAN,
                m: f64::NAN,
            };
            write_coord(&coord.unwrap_or(empty), dims, out);
        }
        Shape::LineString(coords) => write_coords(coords, dims, out),
        Shape::Polygon(rings) => write_rings(rings, dims, out),
        Shape::MultiPoint(points) => {
            let members = points.iter().map(|point| Shape::Point(*point));
            write_members(members, points.len(), dims, form, out);
        }
        Shape::MultiLineString(lines) => {
            write_count(lines.len(), out);
            for line in lines {
                write_head(2, dims, form, out);
                write_coords(line, dims, out);
            }
        }
        Shape::MultiPolygon(polygons) => {
            write_count(polygons.len(), out);
            for polygon in polygons {
                write_head(3, dims, form, out);
                write_rings(polygon, dims, out);
            }
        }
        Shape::GeometryCollection(members) => {
            write_count(members.len(), out);
            for member in members {
                write(member, dims, form, None, out);
            }
        }
    }
}

fn write_members(members: impl Iterator<Item = Shape>, count: usize, dims: Dims, form: Form, out: &mut Vec<u8>) {
    write_count(count, out);
    for member in members {
        write(&member, dims, form, None, out);
    }
}

fn write_head(kind: u32, dims: Dims, form: Form, out: &mut Vec<u8>) {
    let (z, m) = (u32::from(dims.has_z), u32::from(dims.has_m));
    let code = match form {
        Form::Iso => kind + 1000 * z + 2000 * m,
        Form::Extended => kind | z << 31 | m << 30,
    };
    out.push(1);
    out.extend(code.to_le_bytes());
}

fn write_rings(rings: &[Vec<Coord>], dims: Dims, out: &mut Vec<u8>) {
    write_count(rings.len(), out);
    for ring in rings {
        write_coords(ring, dims, out);
    }
}

fn write_coords(coords: &[Coord], dims: Dims, out: &mut Vec<u8>) {
    write_count(coords.len(), out);
    out.reserve(coords.len() * 8 * dims.size());
    for coord in coords {
        write_coord(coord, dims, out);
    }
}

fn write_coord(coord: &Coord, dims: Dims, out: &mut Vec<u8>) {
    out.extend(coord.x.to_le_bytes());
    out.extend(coord.y.to_le_bytes());
    if dims.has_z {
        out.extend(coord.z.to_le_bytes());
    }
    if dims.has_m {
        out.extend(coord.m.to_le_bytes());
    }
}

/// Counts in well-known binary have 32 bits; more coordinates than that are 64 GiB and were not read by anybody.
fn write_count(count: usize, out: &mut Vec<u8>) {
    out.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
}
