//! Authentication with one static token.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ring::hmac;
use ring::rand::SystemRandom;
use tonic::metadata::{Ascii, MetadataMap, MetadataValue};

use crate::config::Secret;
use crate::error::{Error, Result};

/// What a bearer without a token is called where none is needed.
const ANYBODY: &str = "anybody";

/// Checks the token of every request.
#[derive(Debug, Clone)]
pub struct Authenticator {
    expected: Option<Expected>,
    bearer: MetadataValue<Ascii>,
}

/// The token as a keyed hash, so that comparing takes the same time whatever is presented.
#[derive(Debug, Clone)]
struct Expected {
    key: hmac::Key,
    tag: hmac::Tag,
}

impl Authenticator {
    /// Asks for this token; for none when `None`.
    ///
    /// # Errors
    ///
    /// [`Error::TokenText`] when the token cannot be sent in a header, [`Error::Random`] when the system has no random
    /// numbers.
    pub fn new(token: Option<&Secret>) -> Result<Self> {
        let Some(token) = token.map(Secret::expose) else {
            return Ok(Self {
                expected: None,
                bearer: bearer(ANYBODY)?,
            });
        };
        let sendable = (1..=1000).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic());
        if !sendable {
            return Err(Error::TokenText);
        }
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).map_err(|_| Error::Random)?;
        let tag = hmac::sign(&key, token.as_bytes());
        Ok(Self {
            expected: Some(Expected { key, tag }),
            bearer: bearer(token)?,
        })
    }

    /// Whether a token is asked for.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.expected.is_some()
    }

    /// The header value that a client which has presented the password sends from now on.
    #[must_use]
    pub fn bearer(&self) -> MetadataValue<Ascii> {
        self.bearer.clone()
    }

    /// Checks the headers of a request: `Bearer` with the token, or `Basic` with the token as any user's password.
    ///
    /// # Errors
    ///
    /// [`Error::NotAuthenticated`] otherwise.
    pub fn check(&self, headers: &MetadataMap) -> Result<()> {
        let Some(expected) = &self.expected else { return Ok(()) };
        let header = headers.get("authorization").and_then(|value| value.to_str().ok());
        let presented = header.and_then(presented_token).ok_or(Error::NotAuthenticated)?;
        hmac::verify(&expected.key, &presented, expected.tag.as_ref()).map_err(|_| Error::NotAuthenticated)
    }
}

fn bearer(token: &str) -> Result<MetadataValue<Ascii>> {
    let mut value: MetadataValue<Ascii> = format!("Bearer {token}").parse().map_err(|_| Error::TokenText)?;
    value.set_sensitive(true);
    Ok(value)
}

fn presented_token(header: &str) -> Option<Vec<u8>> {
    let (scheme, rest) = header.split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.as_bytes().to_vec());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    // Clients send it with and without padding.
    let credentials = STANDARD_NO_PAD.decode(rest.trim_end_matches('=')).ok()?;
    let colon = credentials.iter().position(|&byte| byte == b':')?;
    Some(credentials[colon + 1..].to_vec())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn accepts(token: &str, header: &str) -> bool {
        let authenticator = Authenticator::new(Some(&token.to_owned().into())).unwrap();
        let mut headers = MetadataMap::new();
        headers.insert("authorization", header.parse().unwrap());
        authenticator.check(&headers).is_ok()
    }

    #[test]
    fn the_token_is_accepted_in_every_usual_form() {
        assert!(accepts("sesame", "Bearer sesame"));
        assert!(accepts("sesame", "bearer sesame"));
        assert!(accepts("sesame", "Basic a2ltOnNlc2FtZQ==")); // kim:sesame
        assert!(accepts("sesame", "Basic a2ltOnNlc2FtZQ"));
        assert!(accepts("ses:ame", "Basic OnNlczphbWU=")); // :ses:ame
    }

    #[test]
    fn anything_else_is_refused() {
        for header in [
            "Bearer sesam",
            "Bearer sesamee",
            "Bearer",
            "Bearer ",
            "sesame",
            "Digest sesame",
        ] {
            assert!(!accepts("sesame", header), "{header}");
        }
        assert!(!accepts("sesame", "Basic c2VzYW1lOmtpbQ==")); // sesame:kim
        assert!(!accepts("sesame", "Basic ***"));
        let authenticator = Authenticator::new(Some(&"sesame".to_owned().into())).unwrap();
        assert!(authenticator.check(&MetadataMap::new()).is_err());
    }

    #[test]
    fn a_token_that_no_header_can_carry_is_refused() {
        for token in ["", "two words", "필지", "line\nbreak"] {
            let outcome = Authenticator::new(Some(&token.to_owned().into()));
            assert!(matches!(outcome, Err(Error::TokenText)), "{token:?}");
        }
    }
}
