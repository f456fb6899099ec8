//! Where an answer goes: standard output, or a file that appears when it is complete.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use arrow::error::ArrowError;

use crate::error::{Error, Result};

const BUFFER_BYTES: usize = 256 << 10;

/// The target of an answer. Dropped before [`Output::complete`], it leaves no file behind.
pub struct Output {
    /// The file under its temporary name, and under its own.
    file: Option<(PathBuf, PathBuf)>,
}

/// A buffered writer whose errors name the target.
pub struct Sink {
    writer: BufWriter<Box<dyn Write>>,
    target: String,
}

impl Output {
    /// Prepares the target: a file, or standard output for `None`.
    ///
    /// # Errors
    ///
    /// [`Error::Output`] when the file cannot be created.
    pub fn open(path: Option<&Path>) -> Result<(Self, Sink)> {
        let Some(path) = path else {
            return Ok((
                Self { file: None },
                Sink::new(Box::new(io::stdout()), "standard output".to_owned()),
            ));
        };
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let part = path.with_file_name(name);
        let target = path.display().to_string();
        let file = File::create(&part).map_err(|source| Error::Output {
            target: target.clone(),
            source,
        })?;
        Ok((
            Self {
                file: Some((part, path.to_owned())),
            },
            Sink::new(Box::new(file), target),
        ))
    }

    /// Gives the file its name.
    ///
    /// # Errors
    ///
    /// [`Error::Output`] when it cannot be renamed.
    pub fn complete(mut self) -> Result<()> {
        let Some((part, path)) = self.file.take() else {
            return Ok(());
        };
        std::fs::rename(&part, &path).map_err(|source| Error::Output {
            target: path.display().to_string(),
            source,
        })
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Some((part, _)) = &self.file {
            // Nothing more can be done about a file that does not go away.
            let _ = std::fs::remove_file(part);
        }
    }
}

impl Sink {
    fn new(writer: Box<dyn Write>, target: String) -> Self {
        Self {
            writer: BufWriter::with_capacity(BUFFER_BYTES, writer),
            target,
        }
    }

    /// A sink into memory, for tests.
    #[cfg(test)]
    pub fn memory(writer: impl Write + 'static) -> Self {
        Self::new(Box::new(writer), "memory".to_owned())
    }

    /// Writes bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Output`].
    pub fn put(&mut self, bytes: impl AsRef<[u8]>) -> Result<()> {
        let outcome = self.writer.write_all(bytes.as_ref());
        outcome.map_err(|source| self.error(source))
    }

    /// Brings everything to the target.
    ///
    /// # Errors
    ///
    /// [`Error::Output`].
    pub fn finish(&mut self) -> Result<()> {
        let outcome = self.writer.flush();
        outcome.map_err(|source| self.error(source))
    }

    /// What the errors call the target.
    pub fn target(&self) -> String {
        self.target.clone()
    }

    /// An error of the target.
    fn error(&self, source: io::Error) -> Error {
        Error::Output {
            target: self.target.clone(),
            source,
        }
    }
}

impl Write for Sink {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.writer.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// An error of a library that writes Arrow data to `target`.
pub fn arrow_error(target: &str, error: ArrowError) -> Error {
    match error {
        ArrowError::IoError(_, source) => Error::Output {
            target: target.to_owned(),
            source,
        },
        error => Error::Rows(error),
    }
}
