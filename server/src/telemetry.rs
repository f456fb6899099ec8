//! Where log events go.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::error::{Error, Result};

/// Sends log events that pass the filter to standard error.
///
/// # Errors
///
/// [`Error::LogFilter`] when the filter cannot be understood.
pub fn install(filter: &str) -> Result<()> {
    let filter = EnvFilter::builder().parse(filter).map_err(|source| Error::LogFilter {
        filter: filter.to_owned(),
        source,
    })?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .finish();
    // Fails only when one is installed already, as a test may have done.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(())
}
