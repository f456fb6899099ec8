//! One request: who asks, with which options, and what answers.

use std::time::Duration;

use pilji_catalog::Models;
use tonic::Request;

use crate::auth::Caller;
use crate::engine::{Engine, OPTIONS, Settings};
use crate::error::Result;
use crate::sessions::Sessions;
use crate::ticket::Signer;

/// One request.
pub struct Call<'a> {
    /// Plans and runs.
    pub engine: &'a Engine,
    /// Makes and reads tickets.
    pub signer: &'a Signer,
    /// The options of all clients.
    pub sessions: &'a Sessions,
    /// Who asks.
    pub caller: Caller,
    /// The caller's options: those of the session, and over them those of this request's headers.
    pub settings: Settings,
    /// Time that the client waits, where it says so.
    pub patience: Option<Duration>,
    /// Whether only the schema of the answer is wanted, so that nothing may be done.
    pub wants_schema_only: bool,
}

/// Marks a request that asks for a schema.
#[derive(Debug, Clone, Copy)]
pub struct SchemaOnly;

impl<'a> Call<'a> {
    /// A request with its settings. JDBC sends what it does not know of a URL's parameters as headers, so that a
    /// connection's address can hold options.
    ///
    /// # Errors
    ///
    /// Those of [`Options::set`](crate::engine::Options::set) for a header that is no value of its option.
    pub fn new<T>(
        engine: &'a Engine,
        signer: &'a Signer,
        sessions: &'a Sessions,
        request: &Request<T>,
    ) -> Result<Self> {
        let caller: Caller = request.extensions().get().cloned().unwrap_or_default();
        let mut settings = Settings {
            own: caller.schema(),
            temporary: Models::temporary_owner(&signer.digest(caller.session())),
            options: sessions.options(&caller),
        };
        for name in OPTIONS {
            let header = request.metadata().get(name).and_then(|value| value.to_str().ok());
            if let Some(text) = header {
                settings.options.set(name, text)?;
            }
        }
        let patience = request
            .metadata()
            .get("grpc-timeout")
            .and_then(|value| value.to_str().ok());
        Ok(Self {
            engine,
            signer,
            sessions,
            caller,
            settings,
            patience: patience.and_then(grpc_timeout),
            wants_schema_only: request.extensions().get::<SchemaOnly>().is_some(),
        })
    }
}

/// The header of gRPC that says how long a client waits: at most 8 digits and a unit.
fn grpc_timeout(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: u64 = number.parse().ok().filter(|_| number.len() <= 8)?;
    Some(match unit {
        "H" => Duration::from_secs(number * 3600),
        "M" => Duration::from_secs(number * 60),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_a_client_waits_is_read() {
        for (text, expected) in [
            ("5S", Some(Duration::from_secs(5))),
            ("250m", Some(Duration::from_millis(250))),
            ("1H", Some(Duration::from_hours(1))),
            ("", None),
            ("S", None),
            ("5", None),
            ("123456789S", None),
            ("5초", None),
        ] {
            assert_eq!(grpc_timeout(text), expected, "{text}");
        }
    }
}
