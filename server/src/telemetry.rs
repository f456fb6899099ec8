//! Where log events go.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::LogConfig;
use crate::error::{Error, Result};

/// Sends log events to standard error.
///
/// # Errors
///
/// [`Error::LogFilter`] when the filter cannot be understood.
pub fn install(config: &LogConfig) -> Result<()> {
    let filter = EnvFilter::builder()
        .parse(&config.filter)
        .map_err(|source| Error::LogFilter {
            filter: config.filter.clone(),
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
