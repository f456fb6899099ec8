//! `only_match`.

use crate::error::Error;
use crate::function::{Argument, Returns, SpatialFunction};

/// The status of a row that several parcels or areas fit.
const AMBIGUOUS: &str = "ambiguous";

/// Refuses rows that several parcels or areas fit.
pub const ONLY_MATCH: SpatialFunction = SpatialFunction {
    name: "only_match",
    aliases: &[],
    about: "Returns true, and fails where the status of a row is `ambiguous`: several parcels or areas fit it. `geojoin … on_ambiguous=error` is made of it.",
    example: "SELECT only_match('exact', '1111010100100010003')",
    arguments: &[
        Argument::text("status", "How a row was matched: exact, normalized, ambiguous or none."),
        Argument::text("value", "By what it was matched, for the message."),
    ],
    returns: Returns::Boolean,
    call: |call| {
        call.booleans(|row| {
            if row.text(0) == AMBIGUOUS {
                return Err(Error::Ambiguous {
                    value: row.text(1).to_owned(),
                });
            }
            Ok(Some(true))
        })
    },
};
