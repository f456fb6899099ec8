//! Sample input in the official format: made-up parcels under real names and within real boundaries.
//!
//! Reading order: `plan` (which 동, how many parcels), `layout` (the shapes), `attributes` (numbers and 지목),
//! `leaf` (one 동 as bytes), `write`(mod@write) (files), `truth` (what is in them).

mod attributes;
mod boundaries;
mod dbf;
mod format;
mod layout;
mod leaf;
mod pieces;
mod plan;
mod platform_csv;
mod random;
mod shapes;
mod shp;
mod truth;
mod write;

pub use format::Format;
pub use truth::{Counts, FileTruth, PieceTruth, Points, RegionTruth, Truth};
pub use write::{SampleOptions, write};
