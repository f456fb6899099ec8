//! Tickets and prepared-statement handles: signed, so that a client cannot make or change one, and self-sufficient,
//! so that nothing is kept for a client that never comes back.
//!
//! Layout: one byte for the layout's version, 32 bytes HMAC-SHA-256 over the rest and that byte, then the claims as
//! JSON. The claims can be read by whoever holds the ticket; they hold nothing but the query,
//! its values, versions, the user name and the options of the session.

use std::fmt::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pilji_catalog::Share;
use ring::hmac;
use ring::rand::SystemRandom;
use serde::{Deserialize, Serialize};

use crate::config::{Secret, TicketConfig};
use crate::engine::{Settings, Versions};
use crate::error::{Error, Result};

const LAYOUT: u8 = 3;
const TAG_BYTES: usize = 32;

/// What goes before a text whose digest is taken, so that it is no ticket's.
const NAME_LABEL: &[u8] = b"name of ";
/// What the token signs to become the secret of tickets, so that the one cannot be had from the other.
const TOKEN_LABEL: &[u8] = b"secret of tickets";

/// What a ticket is for. A handle is not accepted as a ticket, nor the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// One planned query, to be redeemed by `DoGet`.
    Query,
    /// A prepared statement, to be planned at each use.
    Prepared,
}

/// What a ticket says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// What the ticket is for.
    pub purpose: Purpose,
    /// The query's id, by which it can be broken off; empty in a prepared statement.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// The query's text.
    pub text: String,
    /// Who asks, with which options; the defaults in a prepared statement, whose user says so at each use.
    #[serde(default)]
    pub settings: Settings,
    /// The versions and revisions that it was planned with; empty in a prepared statement.
    #[serde(default, skip_serializing_if = "Versions::is_empty")]
    pub versions: Versions,
    /// Values of its parameters as a stream of Arrow's, in base 64; empty when none are bound.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub values: String,
    /// The part of the rows that it gives; all of them where it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Share>,
    /// What was done for it already, in sentences, when its text is no query.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<String>,
    /// Second of the Unix epoch from which on it is not accepted.
    pub expires: u64,
}

impl Claims {
    /// Claims of a query about what is there now, under an id of its own.
    ///
    /// # Errors
    ///
    /// [`Error::Random`] when the system has no random numbers.
    pub fn query(text: &str, settings: &Settings, values: String) -> Result<Self> {
        let id: [u8; 8] = ring::rand::generate(&SystemRandom::new())
            .map_err(|_| Error::Random)?
            .expose();
        Ok(Self {
            purpose: Purpose::Query,
            id: format!("{:016x}", u64::from_be_bytes(id)),
            text: text.to_owned(),
            settings: settings.clone(),
            versions: Versions::new(),
            values,
            share: None,
            done: Vec::new(),
            expires: 0,
        })
    }

    /// Claims of a prepared statement.
    #[must_use]
    pub fn prepared(text: &str, values: String) -> Self {
        Self {
            purpose: Purpose::Prepared,
            id: String::new(),
            text: text.to_owned(),
            settings: Settings::default(),
            versions: Versions::new(),
            values,
            share: None,
            done: Vec::new(),
            expires: 0,
        }
    }
}

/// Makes and checks tickets.
#[derive(Debug, Clone)]
pub struct Signer {
    key: hmac::Key,
    lifetime: Duration,
    prepared_lifetime: Duration,
}

impl Signer {
    /// A signer with the configured secret, else with one made of the token, else with a random one.
    ///
    /// # Errors
    ///
    /// [`Error::Random`] when the system has no random numbers.
    pub fn new(config: &TicketConfig, token: Option<&Secret>) -> Result<Self> {
        let key = match (&config.secret, token) {
            (Some(secret), _) => hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes()),
            (None, Some(token)) => {
                let token = hmac::Key::new(hmac::HMAC_SHA256, token.expose().as_bytes());
                hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&token, TOKEN_LABEL).as_ref())
            }
            (None, None) => hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).map_err(|_| Error::Random)?,
        };
        Ok(Self {
            key,
            lifetime: Duration::from_secs(config.lifetime_secs),
            prepared_lifetime: Duration::from_secs(config.prepared_lifetime_secs),
        })
    }

    /// A ticket for a planned query, or a handle for a prepared statement: valid from now on for its purpose's time.
    ///
    /// # Errors
    ///
    /// [`Error::Json`] when the claims cannot be written.
    pub fn sign(&self, claims: &Claims) -> Result<Vec<u8>> {
        let lifetime = match claims.purpose {
            Purpose::Query => self.lifetime,
            Purpose::Prepared => self.prepared_lifetime,
        };
        let expires = now().saturating_add(lifetime).as_secs();
        let claims = Claims {
            expires,
            ..claims.clone()
        };
        let claims = serde_json::to_vec(&claims).map_err(|source| Error::Json { source })?;
        let tag = hmac::sign(&self.key, &signed_bytes(LAYOUT, &claims));
        Ok([&[LAYOUT], tag.as_ref(), &claims].concat())
    }

    /// A name for a text from which the text cannot be told, the same on every server with this secret: 16 hexadecimal
    /// digits.
    #[must_use]
    pub fn digest(&self, text: &str) -> String {
        let tag = hmac::sign(&self.key, &[NAME_LABEL, text.as_bytes()].concat());
        let mut name = String::with_capacity(16);
        for byte in &tag.as_ref()[..8] {
            // Writing to a text does not fail.
            let _ = write!(name, "{byte:02x}");
        }
        name
    }

    /// Seconds for which a ticket can be redeemed.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// Checks a ticket and reads its claims.
    ///
    /// # Errors
    ///
    /// [`Error::TicketForged`] when it was not made with this secret for this purpose, [`Error::TicketExpired`] when
    /// its time is over.
    pub fn verify(&self, ticket: &[u8], purpose: Purpose) -> Result<Claims> {
        let (&layout, rest) = ticket.split_first().ok_or(Error::TicketForged)?;
        let (tag, claims) = rest.split_at_checked(TAG_BYTES).ok_or(Error::TicketForged)?;
        hmac::verify(&self.key, &signed_bytes(layout, claims), tag).map_err(|_| Error::TicketForged)?;
        if layout != LAYOUT {
            return Err(Error::TicketForged);
        }
        let claims: Claims = serde_json::from_slice(claims).map_err(|source| Error::Json { source })?;
        if claims.purpose != purpose {
            return Err(Error::TicketForged);
        }
        if claims.expires <= now().as_secs() {
            return Err(match purpose {
                Purpose::Query => Error::TicketExpired {
                    kind: "ticket",
                    remedy: "run the query again",
                },
                Purpose::Prepared => Error::TicketExpired {
                    kind: "prepared statement",
                    remedy: "prepare it again",
                },
            });
        }
        Ok(claims)
    }
}

fn signed_bytes(layout: u8, claims: &[u8]) -> Vec<u8> {
    [&[layout], claims].concat()
}

fn now() -> Duration {
    // A clock before 1970 reads as 1970.
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn signer(secret: Option<&str>, lifetime_secs: u64) -> Signer {
        let secret = secret.map(|secret| secret.to_owned().into());
        let config = TicketConfig {
            secret,
            lifetime_secs,
            prepared_lifetime_secs: 60,
        };
        Signer::new(&config, None).unwrap()
    }

    fn select_1() -> Claims {
        Claims::query("SELECT 1", &Settings::default(), String::new()).unwrap()
    }

    #[test]
    fn a_ticket_carries_text_and_versions() {
        let versions = Versions::from([("parcel".to_owned(), 7)]);
        let signer = signer(None, 60);
        let claims = Claims {
            versions,
            ..Claims::query("SELECT 1", &Settings::of("kim"), String::new()).unwrap()
        };
        let read = signer.verify(&signer.sign(&claims).unwrap(), Purpose::Query).unwrap();
        assert!(read.expires > 0);
        assert_eq!(Claims { expires: 0, ..read }, claims);
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let signer = signer(None, 60);
        let ticket = signer.sign(&select_1()).unwrap();
        for idx in 0..ticket.len() {
            let mut forged = ticket.clone();
            forged[idx] ^= 1;
            assert!(
                matches!(signer.verify(&forged, Purpose::Query), Err(Error::TicketForged)),
                "byte {idx}"
            );
        }
        for len in 0..ticket.len() {
            assert!(signer.verify(&ticket[..len], Purpose::Query).is_err(), "length {len}");
        }
    }

    #[test]
    fn a_ticket_of_another_secret_or_purpose_is_refused() {
        let one = signer(Some("one"), 60);
        let ticket = one.sign(&select_1()).unwrap();
        assert!(signer(Some("one"), 60).verify(&ticket, Purpose::Query).is_ok());
        assert!(matches!(
            signer(Some("two"), 60).verify(&ticket, Purpose::Query),
            Err(Error::TicketForged)
        ));
        assert!(matches!(
            one.verify(&ticket, Purpose::Prepared),
            Err(Error::TicketForged)
        ));
    }

    #[test]
    fn an_old_ticket_is_refused() {
        let signer = signer(None, 0);
        let ticket = signer.sign(&select_1()).unwrap();
        assert!(matches!(
            signer.verify(&ticket, Purpose::Query),
            Err(Error::TicketExpired { .. })
        ));
    }
}
