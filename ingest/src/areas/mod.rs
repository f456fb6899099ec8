//! Administrative areas from the official files of their boundaries.
//!
//! A file has one level or several: a row's code says which ([`AreaLevel`]). `columns` finds codes and names, `convert` makes
//! pieces of areas of the rows, and `collected` puts the pieces of each area together, since files may have a row for each
//! island. Names of the levels above come from the official table of the date that the file describes.

mod collected;
mod columns;
mod convert;
mod level;

pub(crate) use collected::{Collected, area_columns};
pub(crate) use columns::{AreaColumns, CODES as AREA_CODES};
pub(crate) use convert::{AreaPart, convert};
pub use level::AreaLevel;
