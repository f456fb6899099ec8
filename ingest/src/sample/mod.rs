//! Sample input in the official format.
