//! Pilji.
fn main() {}
