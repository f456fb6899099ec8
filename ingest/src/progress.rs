//! How a long run tells where it is.

/// A stretch of work with its own unit of progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Reading and converting the input; the unit is bytes of the input files.
    Read,
    /// Sorting and writing the data files; the unit is rows.
    Write,
    /// Publishing; the unit is files.
    Publish,
    /// Dissolving parcels to areas; the unit is parcels.
    Dissolve,
    /// Making sample input; the unit is parcels.
    Sample,
}

/// Receives progress. Called from several threads at once.
pub trait Progress: Send + Sync {
    /// A phase begins; `total` is in the phase's unit, 0 when unknown.
    fn begin(&self, phase: Phase, total: u64);
    /// `done` more units of the phase and `rows` more rows have been worked off.
    fn advance(&self, done: u64, rows: u64);
    /// A remark for people.
    fn note(&self, text: &str);
    /// The phase is over.
    fn end(&self);
}

/// Progress that nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _phase: Phase, _total: u64) {}
    fn advance(&self, _done: u64, _rows: u64) {}
    fn note(&self, _text: &str) {}
    fn end(&self) {}
}
