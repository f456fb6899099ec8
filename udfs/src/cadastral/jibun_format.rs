//! `jibun_format`.

use arrow::array::{ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};

use crate::function::{Argument, ArgumentKind, Call, Returns, SpatialFunction};
use crate::{Error, Pnu, Result};

/// A lot as people write it.
pub const JIBUN_FORMAT: SpatialFunction = SpatialFunction {
    name: "jibun_format",
    aliases: &[],
    about: "Returns a lot (지번) as people write it: `12-3`, `12` without a sub number, `산 12-3` in the forest register. Takes \
            a PNU alone, or the numbers. Provisional and block lots (ledgers 3 to 9) are written by their numbers. Fails on \
            a text that is no PNU, and on numbers outside 0 to 9999.",
    example: "SELECT jibun_format(pnu), jibun_format(bonbun, bubon, san) FROM parcel",
    arguments: &[
        Argument::new(
            "pnu_or_bonbun",
            ArgumentKind::Any,
            "A PNU, or the main number (본번), 0 to 9999.",
        ),
        Argument::integer(
            "bubon",
            "The sub number (부번), 0 to 9999; 0 when there is none, which is the default.",
        )
        .optional(),
        Argument::new(
            "san",
            ArgumentKind::Boolean,
            "Whether the lot is in the forest register (산); false by default.",
        )
        .optional(),
    ],
    returns: Returns::Text,
    call: format_all,
};

fn format_all(call: &Call<'_>) -> Result<ArrayRef> {
    let data_type = call.field(0).map_or(&DataType::Null, |field| field.data_type());
    if *data_type == DataType::Null {
        return call.texts(|_| Ok(None));
    }
    let is_pnu = data_type.is_string();
    if !is_pnu && !data_type.is_integer() || is_pnu && call.n_arguments() > 1 {
        return Err(Error::ArgumentType {
            argument: "pnu_or_bonbun",
            expected: "a PNU (text) alone, or a whole number with others",
            found: format!("{data_type} with {} other arguments", call.n_arguments() - 1),
        });
    }
    if is_pnu {
        return call.texts(|row| {
            let Some((array, idx)) = row.other(0) else {
                return Ok(None);
            };
            let text = match array.data_type() {
                DataType::Utf8 => array.as_string::<i32>().value(idx),
                DataType::LargeUtf8 => array.as_string::<i64>().value(idx),
                _ => array.as_string_view().value(idx),
            };
            let pnu = Pnu::parse(text)?;
            Ok(Some(jibun_text(pnu.is_san(), pnu.bonbun(), pnu.bubon())))
        });
    }
    let mut numbers: Option<ArrayRef> = None;
    call.texts(|row| {
        let Some((array, idx)) = row.other(0) else {
            return Ok(None);
        };
        if numbers.is_none() {
            numbers = Some(cast(array, &DataType::Int64).map_err(|_| Error::ArgumentType {
                argument: "bonbun",
                expected: "a whole number",
                found: array.data_type().to_string(),
            })?);
        }
        let bonbun = numbers
            .as_ref()
            .map_or(0, |numbers| numbers.as_primitive::<Int64Type>().value(idx));
        let (bonbun, bubon) = (lot_number("bonbun", bonbun)?, lot_number("bubon", row.integer(1))?);
        Ok(Some(jibun_text(row.boolean(2), bonbun, bubon)))
    })
}

fn lot_number(argument: &'static str, number: i64) -> Result<u16> {
    let lot_number = u16::try_from(number).ok().filter(|number| *number <= 9999);
    lot_number.ok_or_else(|| Error::ArgumentValue {
        argument,
        expected: "a number from 0 to 9999",
        found: number.to_string(),
    })
}

fn jibun_text(san: bool, bonbun: u16, bubon: u16) -> String {
    let san = if san { "산 " } else { "" };
    match bubon {
        0 => format!("{san}{bonbun}"),
        bubon => format!("{san}{bonbun}-{bubon}"),
    }
}
