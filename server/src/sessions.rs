//! The options that clients have set, each client's for itself.
//!
//! They live in this server's memory: a client that talks to another server, or comes back after long, finds the
//! defaults. What a query needs of them travels in its ticket.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::auth::Caller;
use crate::config::SessionConfig;
use crate::engine::Options;
use crate::error::Result;

/// The options of all clients. Clones share everything.
#[derive(Debug, Clone)]
pub struct Sessions {
    by_key: Arc<Mutex<HashMap<String, Session>>>,
    max: usize,
    idle: Duration,
}

#[derive(Debug)]
struct Session {
    options: Options,
    used: Instant,
}

impl Sessions {
    /// No sessions yet, and as many as the configuration allows.
    #[must_use]
    pub fn new(config: &SessionConfig) -> Self {
        Self {
            by_key: Arc::default(),
            max: config.max.max(1),
            idle: Duration::from_secs(config.idle_secs),
        }
    }

    /// A caller's options: the defaults, unless others have been set.
    #[must_use]
    pub fn options(&self, caller: &Caller) -> Options {
        let mut sessions = self.lock();
        match sessions.get_mut(caller.session()) {
            Some(session) if session.used.elapsed() <= self.idle => {
                session.used = Instant::now();
                session.options.clone()
            }
            _ => Options::default(),
        }
    }

    /// Sets one of a caller's options; an empty text takes it back.
    ///
    /// # Errors
    ///
    /// Those of [`Options::set`].
    pub fn set(&self, caller: &Caller, name: &str, text: &str) -> Result<()> {
        let mut options = self.options(caller);
        options.set(name, text)?;
        let mut sessions = self.lock();
        sessions.retain(|_, session| session.used.elapsed() <= self.idle);
        if sessions.len() >= self.max && !sessions.contains_key(caller.session()) {
            let oldest = sessions.iter().min_by_key(|(_, session)| session.used);
            if let Some(key) = oldest.map(|(key, _)| key.clone()) {
                sessions.remove(&key);
            }
        }
        let session = Session {
            options,
            used: Instant::now(),
        };
        sessions.insert(caller.session().to_owned(), session);
        Ok(())
    }

    /// Forgets a caller's options.
    pub fn close(&self, caller: &Caller) {
        self.lock().remove(caller.session());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        // Nothing panics while it holds the lock.
        self.by_key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::net::SocketAddr;

    use tonic::metadata::MetadataMap;

    use super::*;
    use crate::auth::Authenticator;

    fn caller(port: u16) -> Caller {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let authenticator = Authenticator::new(None).unwrap();
        authenticator.check(&MetadataMap::new(), Some(address)).unwrap()
    }

    fn schema(sessions: &Sessions, port: u16) -> Option<String> {
        sessions.options(&caller(port)).schema
    }

    #[test]
    fn options_are_kept_apart_capped_and_forgotten() {
        let sessions = Sessions::new(&SessionConfig { max: 2, idle_secs: 60 });
        sessions.set(&caller(1), "schema", "kim").unwrap();
        sessions.set(&caller(2), "schema", "lee").unwrap();
        assert_eq!(
            (schema(&sessions, 2).as_deref(), schema(&sessions, 1).as_deref()),
            (Some("lee"), Some("kim"))
        );
        sessions.set(&caller(3), "schema", "cho").unwrap();
        assert_eq!(schema(&sessions, 2), None, "silent longest");
        assert_eq!(schema(&sessions, 1).as_deref(), Some("kim"));
        sessions.close(&caller(1));
        assert_eq!(schema(&sessions, 1), None);
        assert!(sessions.set(&caller(3), "schema2", "x").is_err());
        assert_eq!(
            schema(&sessions, 3).as_deref(),
            Some("cho"),
            "a wrong option changes nothing"
        );
    }

    #[test]
    fn options_of_the_silent_are_forgotten() {
        let sessions = Sessions::new(&SessionConfig { max: 2, idle_secs: 0 });
        sessions.set(&caller(1), "schema", "kim").unwrap();
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(schema(&sessions, 1), None);
    }
}
