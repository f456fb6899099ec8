//! Parcels: from the columns of a cadastral layout to rows of the parcel schema.
//!
//! [`row`] says what a parcel row is, as bytes and as Arrow; [`convert`] makes rows of a batch of the input;
//! [`identity`] holds the rules for the parcel number.

pub(crate) mod convert;
#[cfg(test)]
mod convert_tests;
mod identity;
pub(crate) mod row;
