//! Authentication with one static token, and the name that a caller goes by.
//!
//! The token opens the door; the user name that is presented with it says in whose schema unqualified names are
//! looked up and new tables are made. A bearer carries both as `name:token`, the name percent-encoded, so that a name
//! told by password in a handshake is still known afterwards.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};
use ring::hmac;
use ring::rand::SystemRandom;
use tonic::metadata::{Ascii, MetadataMap, MetadataValue};

use crate::config::Secret;
use crate::error::{Error, Result};

/// What a bearer without a token is called where none is needed.
const ANYBODY: &str = "anybody";

/// The schema of callers that give no name.
pub const SHARED: &str = "shared";

/// Who asks. Put into the extensions of every request that is let through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    name: Option<String>,
}

/// Checks the token of every request.
#[derive(Debug, Clone)]
pub struct Authenticator {
    expected: Option<Expected>,
    /// What is handed out for a correct password.
    token: String,
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
                token: ANYBODY.to_owned(),
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
            token: token.to_owned(),
        })
    }

    /// Whether a token is asked for.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.expected.is_some()
    }

    /// The header value that a caller who has presented the password sends from now on.
    ///
    /// # Errors
    ///
    /// [`Error::TokenText`] when the token cannot be sent in a header.
    pub fn bearer(&self, caller: &Caller) -> Result<MetadataValue<Ascii>> {
        let name = caller.name.as_ref().map_or_else(String::new, |name| {
            format!("{}:", utf8_percent_encode(name, NON_ALPHANUMERIC))
        });
        let text = format!("Bearer {name}{}", self.token);
        let mut value: MetadataValue<Ascii> = text.parse().map_err(|_| Error::TokenText)?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// Checks the headers of a request and says who asks: `Bearer` with the token or with `name:token`, or `Basic`
    /// with the token as any user's password.
    ///
    /// # Errors
    ///
    /// [`Error::NotAuthenticated`] otherwise.
    pub fn check(&self, headers: &MetadataMap) -> Result<Caller> {
        let header = headers.get("authorization").and_then(|value| value.to_str().ok());
        let Some(expected) = &self.expected else {
            return Ok(header.and_then(named).unwrap_or_default());
        };
        let presented = header.and_then(presented).ok_or(Error::NotAuthenticated)?;
        let holds = |token: &[u8]| hmac::verify(&expected.key, token, expected.tag.as_ref()).is_ok();
        match presented {
            Presented::Password { name, token } if holds(&token) => Ok(Caller::named(&name)),
            Presented::Bearer(text) if holds(text.as_bytes()) => Ok(Caller::default()),
            Presented::Bearer(text) => match text.split_once(':') {
                Some((name, token)) if holds(token.as_bytes()) => Ok(Caller::named(&percent_decoded(name))),
                _ => Err(Error::NotAuthenticated),
            },
            Presented::Password { .. } => Err(Error::NotAuthenticated),
        }
    }
}

impl Caller {
    /// A caller with this name; an empty one is none.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: Some(name.trim().to_owned()).filter(|name| !name.is_empty()),
        }
    }

    /// The schema that is the caller's own.
    #[must_use]
    pub fn schema(&self) -> String {
        self.name
            .as_ref()
            .map_or_else(|| SHARED.to_owned(), |name| name.to_lowercase())
    }
}

/// What a header presents.
enum Presented {
    Bearer(String),
    Password { name: String, token: Vec<u8> },
}

fn presented(header: &str) -> Option<Presented> {
    let (scheme, rest) = header.split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(Presented::Bearer(rest.to_owned()));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    // Clients send it with and without padding.
    let credentials = STANDARD_NO_PAD.decode(rest.trim_end_matches('=')).ok()?;
    let colon = credentials.iter().position(|&byte| byte == b':')?;
    Some(Presented::Password {
        name: String::from_utf8_lossy(&credentials[..colon]).into_owned(),
        token: credentials[colon + 1..].to_vec(),
    })
}

/// The name in a header that need not hold a token.
fn named(header: &str) -> Option<Caller> {
    Some(match presented(header)? {
        Presented::Password { name, .. } => Caller::named(&name),
        Presented::Bearer(text) => {
            let (name, _) = text.split_once(':')?;
            Caller::named(&percent_decoded(name))
        }
    })
}

fn percent_decoded(name: &str) -> String {
    percent_decode(name.as_bytes()).decode_utf8_lossy().into_owned()
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

    fn caller(token: Option<&str>, header: &str) -> Option<String> {
        let token = token.map(|token| token.to_owned().into());
        let authenticator = Authenticator::new(token.as_ref()).unwrap();
        let mut headers = MetadataMap::new();
        headers.insert("authorization", header.parse().unwrap());
        authenticator.check(&headers).ok().map(|caller| caller.schema())
    }

    #[test]
    fn the_name_beside_the_token_says_whose_schema_it_is() {
        let whose = |header: &str| caller(Some("ses:ame"), header);
        assert_eq!(whose("Bearer ses:ame").as_deref(), Some("shared"));
        assert_eq!(whose("Bearer kim:ses:ame").as_deref(), Some("kim"));
        assert_eq!(whose("Bearer %EA%B9%80:ses:ame").as_deref(), Some("김"));
        assert_eq!(whose("Basic S2ltOnNlczphbWU=").as_deref(), Some("kim")); // Kim:ses:ame
        assert_eq!(whose("Basic OnNlczphbWU=").as_deref(), Some("shared")); // :ses:ame
        assert_eq!(whose("Bearer kim:sesame"), None);
        assert_eq!(caller(None, "Bearer kim:anybody").as_deref(), Some("kim"));
        assert_eq!(caller(None, "Basic a2ltOg").as_deref(), Some("kim")); // kim:
        assert_eq!(caller(None, "Bearer anybody").as_deref(), Some("shared"));
    }

    #[test]
    fn what_is_handed_out_for_a_password_is_accepted_and_keeps_the_name() {
        for token in [None, Some("ses:ame".to_owned().into())] {
            let authenticator = Authenticator::new(token.as_ref()).unwrap();
            for name in ["kim", "김 필지", "a:b%c", ""] {
                let caller = Caller::named(name);
                let mut headers = MetadataMap::new();
                headers.insert("authorization", authenticator.bearer(&caller).unwrap());
                assert_eq!(authenticator.check(&headers).unwrap(), caller, "{name:?}");
            }
        }
    }

    #[test]
    fn a_token_that_no_header_can_carry_is_refused() {
        for token in ["", "two words", "필지", "line\nbreak"] {
            let outcome = Authenticator::new(Some(&token.to_owned().into()));
            assert!(matches!(outcome, Err(Error::TokenText)), "{token:?}");
        }
    }
}
