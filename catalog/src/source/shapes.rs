//! Well-known bytes and well-known text, as far as telling them from other values and finding a point takes.

/// The kinds of geometry in well-known text.
const KINDS: [&str; 7] = [
    "POINT",
    "LINESTRING",
    "POLYGON",
    "MULTIPOINT",
    "MULTILINESTRING",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
];

/// The first point of a geometry in well-known bytes (ISO, or the extended form of `PostGIS`).
///
/// `None` when the bytes are something else, `Some(None)` for an empty geometry.
#[expect(
    clippy::option_option,
    reason = "no geometry, and a geometry without a point, differ"
)]
pub(super) fn first_xy_of_wkb(bytes: &[u8]) -> Option<Option<(f64, f64)>> {
    let mut rest = bytes;
    let is_little = match take::<1>(&mut rest)? {
        [0] => false,
        [1] => true,
        _ => return None,
    };
    let code = integer(&mut rest, is_little)?;
    let (has_z, has_m, has_srid) = (
        code & 0x8000_0000 != 0,
        code & 0x4000_0000 != 0,
        code & 0x2000_0000 != 0,
    );
    let code = code & 0x1FFF_FFFF;
    let (kind, dimension) = (code % 1000, code / 1000);
    if !(1..=7).contains(&kind) || dimension > 3 {
        return None;
    }
    if has_srid {
        integer(&mut rest, is_little)?;
    }
    let n_ordinates = 2 + [0, 1, 1, 2][usize::try_from(dimension).ok()?] + usize::from(has_z) + usize::from(has_m);
    if kind == 1 {
        let xy = point(&mut rest, is_little)?;
        let is_exact = rest.len() == (n_ordinates.checked_sub(2)?) * 8;
        return is_exact.then_some((!xy.0.is_nan()).then_some(xy));
    }
    let count = usize::try_from(integer(&mut rest, is_little)?).ok()?;
    if count == 0 {
        return rest.is_empty().then_some(None);
    }
    match kind {
        2 => {
            let is_exact = rest.len() == count.checked_mul(n_ordinates * 8)?;
            is_exact.then(|| point(&mut rest, is_little))
        }
        3 => {
            let n_points = integer(&mut rest, is_little)?;
            Some(if n_points == 0 {
                None
            } else {
                Some(point(&mut rest, is_little)?)
            })
        }
        _ => first_xy_of_wkb_part(rest),
    }
}

/// The first point of the first of several geometries; those behind it are not looked at.
#[expect(
    clippy::option_option,
    reason = "no geometry, and a geometry without a point, differ"
)]
fn first_xy_of_wkb_part(rest: &[u8]) -> Option<Option<(f64, f64)>> {
    let is_little = *rest.first()? == 1;
    let mut behind = rest.get(1..)?;
    let code = integer(&mut behind, is_little)? & 0x1FFF_FFFF;
    match code % 1000 {
        1 => Some(Some(point(&mut behind, is_little)?)),
        2 => {
            integer(&mut behind, is_little)?;
            Some(Some(point(&mut behind, is_little)?))
        }
        3 => {
            integer(&mut behind, is_little)?;
            integer(&mut behind, is_little)?;
            Some(Some(point(&mut behind, is_little)?))
        }
        _ => None,
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, behind) = rest.split_first_chunk::<N>()?;
    *rest = behind;
    Some(*taken)
}

fn integer(rest: &mut &[u8], is_little: bool) -> Option<u32> {
    let bytes = take::<4>(rest)?;
    Some(if is_little {
        u32::from_le_bytes(bytes)
    } else {
        u32::from_be_bytes(bytes)
    })
}

fn point(rest: &mut &[u8], is_little: bool) -> Option<(f64, f64)> {
    let (x, y) = (take::<8>(rest)?, take::<8>(rest)?);
    Some(if is_little {
        (f64::from_le_bytes(x), f64::from_le_bytes(y))
    } else {
        (f64::from_be_bytes(x), f64::from_be_bytes(y))
    })
}

/// The first point of a geometry in well-known text, with or without `SRID=…;` before it.
///
/// `None` when the text is something else, `Some(None)` for an empty geometry.
#[expect(
    clippy::option_option,
    reason = "no geometry, and a geometry without a point, differ"
)]
pub(super) fn first_xy_of_wkt(text: &str) -> Option<Option<(f64, f64)>> {
    let text = text.trim();
    let text = match text.split_at_checked(5) {
        Some((srid, rest)) if srid.eq_ignore_ascii_case("SRID=") => rest.split_once(';')?.1.trim_start(),
        _ => text,
    };
    let end = text
        .find(|character: char| !character.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (kind, rest) = text.split_at(end);
    if !KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind)) {
        return None;
    }
    let mut rest = rest.trim_start();
    for flag in ["ZM", "Z", "M"] {
        if let Some(behind) = rest.strip_prefix(flag) {
            rest = behind.trim_start();
            break;
        }
    }
    if rest.eq_ignore_ascii_case("EMPTY") {
        return Some(None);
    }
    if !rest.starts_with('(') || !rest.ends_with(')') {
        return None;
    }
    let start = rest.find(|character: char| character.is_ascii_digit() || "+-.".contains(character))?;
    let mut numbers = rest[start..].split(|character: char| character.is_whitespace() || ",()".contains(character));
    let x = numbers.next()?.parse().ok()?;
    let y = numbers.find(|number| !number.is_empty())?.parse().ok()?;
    Some(Some((x, y)))
}

#[cfg(test)]
#[expect(
    clippy::option_option,
    reason = "no geometry, and a geometry without a point, differ"
)]
mod tests {
    use super::*;

    fn check_wkt(text: &str, expected: Option<Option<(f64, f64)>>) {
        assert_eq!(first_xy_of_wkt(text), expected, "{text}");
    }

    fn wkb(kind: u32, rest: &[u8]) -> Vec<u8> {
        [&[1][..], &kind.to_le_bytes(), rest].concat()
    }

    fn xy() -> Vec<u8> {
        [127.0_f64.to_le_bytes(), 37.5_f64.to_le_bytes()].concat()
    }

    #[test]
    fn text_that_is_geometry_is_told_from_other_text() {
        check_wkt("POINT (127 37.5)", Some(Some((127.0, 37.5))));
        check_wkt(
            "MULTIPOLYGON(((127.1 37.5, 127.2 37.5, 127.1 37.6, 127.1 37.5)))",
            Some(Some((127.1, 37.5))),
        );
        check_wkt("SRID=5186;Point Z (-1 2 3)", Some(Some((-1.0, 2.0))));
        check_wkt("POLYGON EMPTY", Some(None));
        check_wkt("POINT", None);
        check_wkt("POINTS (1 2)", None);
        check_wkt("서울특별시", None);
        check_wkt("", None);
    }

    #[test]
    fn bytes_that_are_geometry_are_told_from_other_bytes() {
        let expected = Some(Some((127.0, 37.5)));
        assert_eq!(first_xy_of_wkb(&wkb(1, &xy())), expected);
        let line = [&1_u32.to_le_bytes()[..], &xy()].concat();
        assert_eq!(first_xy_of_wkb(&wkb(2, &line)), expected);
        let polygon = [&1_u32.to_le_bytes()[..], &line].concat();
        assert_eq!(first_xy_of_wkb(&wkb(3, &polygon)), expected);
        let multi = [&1_u32.to_le_bytes()[..], &wkb(3, &polygon)].concat();
        assert_eq!(first_xy_of_wkb(&wkb(6, &multi)), expected);
        let with_srid = [&4326_u32.to_le_bytes()[..], &xy()].concat();
        assert_eq!(first_xy_of_wkb(&wkb(0x2000_0001, &with_srid)), expected);
        assert_eq!(first_xy_of_wkb(&wkb(6, &0_u32.to_le_bytes())), Some(None));
        for other in [&b""[..], b"abc", &[1; 21], &wkb(9, &xy()), &wkb(1, &[0; 5])] {
            assert_eq!(first_xy_of_wkb(other), None, "{other:?}");
        }
    }
}
