//! `st_relate`.

use geo::Relate;

use super::relation::matrix_text;
use crate::function::{Argument, ArgumentKind, Returns, SpatialFunction};
use crate::geometry::{Wkb, planar};
use crate::{Error, Result};

/// The intersection matrix of two geometries, or whether it matches a pattern.
pub const ST_RELATE: SpatialFunction = SpatialFunction {
    name: "st_relate",
    aliases: &[],
    about: "Returns the intersection matrix of the two as nine characters (DE-9IM). `st_relate_match` compares it with a pattern.",
    example: "SELECT st_relate('POINT(1 1)', 'POLYGON((0 0,2 0,2 2,0 2,0 0))')",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::geometry("other", "Any geometry, in the same CRS."),
        Argument::new("pattern", ArgumentKind::Text, "Nine of `T`, `F`, `*`, `0`, `1`, `2`.").optional(),
    ],
    returns: Returns::Other(|literals| {
        let data_type = if literals.len() == 3 {
            arrow::datatypes::DataType::Boolean
        } else {
            arrow::datatypes::DataType::Utf8
        };
        Ok(std::sync::Arc::new(arrow::datatypes::Field::new(
            "st_relate",
            data_type,
            true,
        )))
    }),
    call: |call| {
        if call.n_arguments() == 3 {
            call.booleans(|row| matches(&relate(&row.wkb(0)?, &row.wkb(1)?)?, row.text(2)).map(Some))
        } else {
            call.texts(|row| relate(&row.wkb(0)?, &row.wkb(1)?).map(Some))
        }
    },
};

/// The intersection matrix as text.
fn relate(one: &Wkb<'_>, other: &Wkb<'_>) -> Result<String> {
    Ok(matrix_text(
        &planar::wkb_to_geo(one)?.relate(&planar::wkb_to_geo(other)?),
    ))
}

/// Whether a matrix matches a pattern.
fn matches(matrix: &str, pattern: &str) -> Result<bool> {
    let is_pattern =
        pattern.chars().count() == 9 && pattern.chars().all(|char| "TF*012".contains(char.to_ascii_uppercase()));
    if !is_pattern {
        return Err(Error::ArgumentValue {
            argument: "pattern",
            expected: "nine of T, F, *, 0, 1 and 2",
            found: format!("{pattern:?}"),
        });
    }
    let fits = |(found, wanted): (char, char)| match wanted.to_ascii_uppercase() {
        '*' => true,
        'T' => found != 'F',
        exact => found == exact,
    };
    Ok(matrix.chars().zip(pattern.chars()).all(fits))
}
