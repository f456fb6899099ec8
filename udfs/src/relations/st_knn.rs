//! `st_knn`.

use crate::function::{Argument, ArgumentKind, Returns, SpatialFunction};
use crate::{Error, Result};

/// The name of the function, by which joins know it.
pub const NAME: &str = "st_knn";

/// Whether a row is among the nearest of another one.
pub const ST_KNN: SpatialFunction = SpatialFunction {
    name: NAME,
    aliases: &[],
    about: "In the condition of a join: true when the other row is one of the `k` nearest of the first, by `st_distance`; of rows at the \
            same distance those that come first. Equal keys and conditions on the other table alone, in ON or in WHERE, choose the rows \
            among which is searched; conditions on both tables leave out pairs afterwards. Rows whose geometry is NULL or EMPTY \
            have no nearest and are none. Outside of a join it fails: `ORDER BY st_distance(…) LIMIT k` finds what is near one place.",
    example: "SELECT p.pnu, q.pnu AS near FROM (SELECT pnu, geometry FROM parcel LIMIT 5) p JOIN parcel q ON st_knn(p.geometry, q.geometry, 3)",
    arguments: &[
        Argument::geometry("geometry", "The geometry of a row of one table."),
        Argument::geometry("other", "The geometry of a row of the other table, in the same CRS."),
        Argument::integer("k", "How many rows are found for each, above 0; a constant."),
        Argument::new(
            "use_spheroid",
            ArgumentKind::Boolean,
            "Must be false: distances are those of the plane.",
        )
        .optional(),
    ],
    returns: Returns::Boolean,
    call: |call| call.booleans(|_| outside_of_a_join()),
};

fn outside_of_a_join() -> Result<Option<bool>> {
    Err(Error::NotInJoin { function: NAME })
}
