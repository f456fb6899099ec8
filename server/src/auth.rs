//! Authentication with one static token, and the name that a caller goes by.
//!
//! The token opens the door; the user name that is presented with it says in whose schema unqualified names are
//! looked up and new tables are made. A bearer carries both as `name:token`, the name percent-encoded.
//!
//! A handshake answers with a pass: a bearer that holds the name and the number of a new session, signed with the token,
//! so that any server with that token knows both afterwards and the token itself is not sent again.

use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode;
use ring::hmac;
use ring::rand::SystemRandom;
use serde::{Deserialize, Serialize};
use tonic::metadata::{Ascii, MetadataMap, MetadataValue};

use crate::config::Secret;
use crate::error::{Error, Result};

/// What a pass begins with.
const PASS: &str = "pilji-session.";

/// What passes are signed with where no token is needed: they hold a name, and names are free there.
const ANYBODY: &str = "anybody";

/// The schema of callers that give no name.
pub const SHARED: &str = "shared";

/// Who asks. Put into the extensions of every request that is let through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    name: Option<String>,
    /// What tells this caller's session from others.
    session: String,
}

/// What a pass says.
#[derive(Serialize, Deserialize)]
struct Pass {
    name: Option<String>,
    session: String,
}

/// Checks the token of every request.
#[derive(Debug, Clone)]
pub struct Authenticator {
    expected: Option<Expected>,
    /// Signs passes.
    passes: hmac::Key,
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
                passes: hmac::Key::new(hmac::HMAC_SHA256, ANYBODY.as_bytes()),
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
            passes: hmac::Key::new(hmac::HMAC_SHA256, token.as_bytes()),
        })
    }

    /// Whether a token is asked for.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.expected.is_some()
    }

    /// The header value that a caller who has been let in sends from now on: the pass to a new session.
    ///
    /// # Errors
    ///
    /// [`Error::Random`] when the system has no random numbers, [`Error::TokenText`] when the pass cannot be sent.
    pub fn bearer(&self, caller: &Caller) -> Result<MetadataValue<Ascii>> {
        let number: [u8; 16] = ring::rand::generate(&SystemRandom::new())
            .map_err(|_| Error::Random)?
            .expose();
        let pass = Pass {
            name: caller.name.clone(),
            session: URL_SAFE_NO_PAD.encode(number),
        };
        let pass = serde_json::to_vec(&pass).map_err(|source| Error::Json { source })?;
        let tag = hmac::sign(&self.passes, &pass);
        let text = format!(
            "Bearer {PASS}{}.{}",
            URL_SAFE_NO_PAD.encode(&pass),
            URL_SAFE_NO_PAD.encode(tag)
        );
        let mut value: MetadataValue<Ascii> = text.parse().map_err(|_| Error::TokenText)?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// The caller whom a pass is for; `None` when this is no pass that was signed here.
    fn holder(&self, text: &str) -> Option<Caller> {
        let (pass, tag) = text.strip_prefix(PASS)?.split_once('.')?;
        let (pass, tag) = (URL_SAFE_NO_PAD.decode(pass).ok()?, URL_SAFE_NO_PAD.decode(tag).ok()?);
        hmac::verify(&self.passes, &pass, &tag).ok()?;
        let pass: Pass = serde_json::from_slice(&pass).ok()?;
        Some(Caller {
            name: pass.name,
            session: pass.session,
        })
    }

    /// Checks the headers of a request and says who asks: `Bearer` with a pass, with the token or with `name:token`, or
    /// `Basic` with the token as any user's password.
    ///
    /// Who has no pass shares a session with all who send the same header; who sends none, with the requests from the
    /// same `address`.
    ///
    /// # Errors
    ///
    /// [`Error::NotAuthenticated`] otherwise.
    pub fn check(&self, headers: &MetadataMap, address: Option<SocketAddr>) -> Result<Caller> {
        let header = headers.get("authorization").and_then(|value| value.to_str().ok());
        let presented = header.and_then(presented);
        let caller = match (presented, &self.expected) {
            (Some(Presented::Bearer(text)), _) if text.starts_with(PASS) => {
                return self.holder(&text).ok_or(Error::NotAuthenticated);
            }
            (None, None) => Caller::default(),
            (Some(presented), None) => presented.named(),
            (Some(presented), Some(expected)) => expected.let_in(presented)?,
            (None, Some(_)) => return Err(Error::NotAuthenticated),
        };
        // The header's hash, not the header: it may be a password, and sessions are kept for long.
        let session = match (header, address) {
            (Some(header), _) => URL_SAFE_NO_PAD.encode(hmac::sign(&self.passes, header.as_bytes())),
            (None, address) => address.map(|address| address.to_string()).unwrap_or_default(),
        };
        Ok(Caller { session, ..caller })
    }
}

impl Expected {
    fn let_in(&self, presented: Presented) -> Result<Caller> {
        let holds = |token: &[u8]| hmac::verify(&self.key, token, self.tag.as_ref()).is_ok();
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
            session: String::new(),
        }
    }

    /// What tells this caller's session from others.
    #[must_use]
    pub fn session(&self) -> &str {
        &self.session
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

impl Presented {
    /// The name, where it need not come with a token.
    fn named(self) -> Caller {
        match self {
            Self::Password { name, .. } => Caller::named(&name),
            Self::Bearer(text) => match text.split_once(':') {
                Some((name, _)) => Caller::named(&percent_decoded(name)),
                None => Caller::default(),
            },
        }
    }
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
        authenticator.check(&headers, None).is_ok()
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
        assert!(authenticator.check(&MetadataMap::new(), None).is_err());
    }

    fn caller(token: Option<&str>, header: &str) -> Option<String> {
        let token = token.map(|token| token.to_owned().into());
        let authenticator = Authenticator::new(token.as_ref()).unwrap();
        let mut headers = MetadataMap::new();
        headers.insert("authorization", header.parse().unwrap());
        authenticator.check(&headers, None).ok().map(|caller| caller.schema())
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
                let known = authenticator.check(&headers, None).unwrap();
                assert_eq!(known.name, caller.name, "{name:?}");
                let other = authenticator.bearer(&caller).unwrap();
                headers.insert("authorization", other);
                let other = authenticator.check(&headers, None).unwrap();
                assert_ne!(known.session(), other.session(), "each handshake opens a session");
            }
        }
    }

    #[test]
    fn a_pass_of_another_token_or_with_another_name_is_refused() {
        let (one, two) = (Some("one".to_owned().into()), Some("two".to_owned().into()));
        let (one, two) = (
            Authenticator::new(one.as_ref()).unwrap(),
            Authenticator::new(two.as_ref()).unwrap(),
        );
        let mut headers = MetadataMap::new();
        headers.insert("authorization", one.bearer(&Caller::named("kim")).unwrap());
        assert!(one.check(&headers, None).is_ok());
        assert!(matches!(two.check(&headers, None), Err(Error::NotAuthenticated)));
        let pass = headers.get("authorization").unwrap().to_str().unwrap().to_owned();
        let at = "Bearer ".len() + PASS.len() + 5;
        let changed = format!(
            "{}{}{}",
            &pass[..at],
            if &pass[at..=at] == "A" { "B" } else { "A" },
            &pass[at + 1..]
        );
        headers.insert("authorization", changed.parse().unwrap());
        assert!(one.check(&headers, None).is_err());
    }

    #[test]
    fn callers_without_a_pass_share_a_session_by_header_or_address() {
        let authenticator = Authenticator::new(None).unwrap();
        let session = |header: Option<&str>, port: u16| {
            let mut headers = MetadataMap::new();
            if let Some(header) = header {
                headers.insert("authorization", header.parse().unwrap());
            }
            let address = SocketAddr::from(([127, 0, 0, 1], port));
            authenticator
                .check(&headers, Some(address))
                .unwrap()
                .session()
                .to_owned()
        };
        assert_eq!(session(Some("Bearer kim:x"), 1), session(Some("Bearer kim:x"), 2));
        assert_ne!(session(Some("Bearer kim:x"), 1), session(Some("Bearer lee:x"), 1));
        assert_ne!(session(None, 1), session(None, 2));
    }

    #[test]
    fn a_token_that_no_header_can_carry_is_refused() {
        for token in ["", "two words", "필지", "line\nbreak"] {
            let outcome = Authenticator::new(Some(&token.to_owned().into()));
            assert!(matches!(outcome, Err(Error::TokenText)), "{token:?}");
        }
    }
}
