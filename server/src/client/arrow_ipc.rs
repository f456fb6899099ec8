//! Arrow IPC, as it came: a file for `--output`, a stream for pipes.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::ipc::writer;

use super::RowsWriter;
use super::output::{Sink, arrow_error};
use crate::error::Result;

/// Writes the IPC file format, which can be read at any place.
pub struct FileWriter {
    writer: writer::FileWriter<Sink>,
    target: String,
}

/// Writes the IPC stream format, which is read from front to back.
pub struct StreamWriter {
    writer: writer::StreamWriter<Sink>,
    target: String,
}

impl FileWriter {
    /// Writes the head of the file.
    ///
    /// # Errors
    ///
    /// [`Error::Output`](crate::Error::Output).
    pub fn new(sink: Sink, schema: &SchemaRef) -> Result<Self> {
        let target = sink.target();
        let writer = writer::FileWriter::try_new(sink, schema).map_err(|error| arrow_error(&target, error))?;
        Ok(Self { writer, target })
    }
}

impl StreamWriter {
    /// Writes the schema.
    ///
    /// # Errors
    ///
    /// [`Error::Output`](crate::Error::Output).
    pub fn new(sink: Sink, schema: &SchemaRef) -> Result<Self> {
        let target = sink.target();
        let writer = writer::StreamWriter::try_new(sink, schema).map_err(|error| arrow_error(&target, error))?;
        Ok(Self { writer, target })
    }
}

impl RowsWriter for FileWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<bool> {
        self.writer
            .write(batch)
            .map_err(|error| arrow_error(&self.target, error))?;
        Ok(true)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.writer.finish().map_err(|error| arrow_error(&self.target, error))?;
        self.writer.get_mut().finish()
    }
}

impl RowsWriter for StreamWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<bool> {
        self.writer
            .write(batch)
            .map_err(|error| arrow_error(&self.target, error))?;
        Ok(true)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.writer.finish().map_err(|error| arrow_error(&self.target, error))?;
        self.writer.get_mut().finish()
    }
}
