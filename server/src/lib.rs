//! Pilji.
