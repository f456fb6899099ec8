//! Layering the sources of settings: defaults < file < environment < flags.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use config::{Environment, File, FileFormat};
use serde_json::Value;

use super::Config;
use crate::error::{Error, Result};

/// Prefix of environment variables.
const PREFIX: &str = "PILJI_";

/// Variables with the prefix that are not settings.
const NOT_SETTINGS: [&str; 2] = ["PILJI_CONFIG", "PILJI_BIN"];

/// A flag that was given: the setting's dotted name and its text.
pub type Override = (&'static str, String);

/// Reads the settings: defaults, then the TOML file, then `PILJI_…` variables out of `environment`, then flags.
///
/// A nested setting is written with two underscores: `PILJI_QUERY__MEMORY_BYTES`. Variables with the prefix that
/// name no setting are returned beside the settings: service managers set some, so they are no error.
///
/// # Errors
///
/// [`Error::ConfigRead`] when the file cannot be read, [`Error::ConfigInvalid`] when it is not TOML, when it names an
/// unknown setting, or when a value is of the wrong kind.
pub fn load(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
    flags: &[Override],
) -> Result<(Config, Vec<String>)> {
    let mut builder = config::Config::builder();
    if let Some(path) = file {
        let text = std::fs::read_to_string(path).map_err(|source| Error::ConfigRead {
            path: PathBuf::from(path),
            source,
        })?;
        // Checked on its own first, so that the error can name the file.
        toml::from_str::<Config>(&text).map_err(|source| Error::ConfigFile {
            path: PathBuf::from(path),
            message: first_lines(source.message()),
            line: source
                .span()
                .map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count()),
        })?;
        builder = builder.add_source(File::from_str(&text, FileFormat::Toml));
    }

    let names = variable_names()?;
    let mut known = config::Map::new();
    let mut unknown = Vec::new();
    for (name, value) in environment {
        if !name.starts_with(PREFIX) || NOT_SETTINGS.contains(&name.as_str()) {
            continue;
        }
        if names.contains(&name) {
            known.insert(name, value);
        } else {
            unknown.push(name);
        }
    }
    unknown.sort();
    let variables = Environment::with_prefix("PILJI")
        .prefix_separator("_")
        .separator("__")
        .source(Some(known));
    builder = builder.add_source(variables);

    for (name, value) in flags {
        builder = builder.set_override(*name, value.as_str()).map_err(invalid)?;
    }
    let config = builder.build().map_err(invalid)?.try_deserialize().map_err(invalid)?;
    Ok((config, unknown))
}

/// Names of the environment variables of all settings, as `PILJI_QUERY__THREADS`.
pub(super) fn variable_names() -> Result<BTreeSet<String>> {
    let defaults = serde_json::to_value(Config::default()).map_err(|source| Error::Json { source })?;
    let mut names = BTreeSet::new();
    collect_names(&defaults, PREFIX.to_owned(), &mut names);
    Ok(names)
}

fn collect_names(value: &Value, prefix: String, names: &mut BTreeSet<String>) {
    let Value::Object(fields) = value else {
        names.insert(prefix);
        return;
    };
    let joint = if prefix == PREFIX { "" } else { "__" };
    for (name, value) in fields {
        collect_names(value, format!("{prefix}{joint}{}", name.to_uppercase()), names);
    }
}

fn first_lines(message: &str) -> String {
    message.lines().collect::<Vec<_>>().join(" ")
}

fn invalid(source: config::ConfigError) -> Error {
    Error::ConfigInvalid {
        source: Box::new(source),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn file_with(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn each_layer_beats_the_one_before() {
        let file = file_with("drain_timeout_secs = 1\nurl = 'http://file'\n[query]\nthreads = 3\n");
        let environment = variables(&[
            ("PILJI_URL", "http://environment"),
            ("PILJI_QUERY__MEMORY_BYTES", "4096"),
        ]);
        let flags = [("listen", "127.0.0.1:9".to_owned())];
        let (config, unknown) = load(Some(file.path()), environment, &flags).unwrap();
        assert_eq!(config.drain_timeout_secs, 1);
        assert_eq!(config.url, "http://environment");
        assert_eq!(config.query.threads, Some(3));
        assert_eq!(config.query.memory_bytes, Some(4096));
        assert_eq!(config.listen.port(), 9);
        assert_eq!(config.ticket, super::super::TicketConfig::default());
        assert!(unknown.is_empty());

        let flags = [("url", "http://flag".to_owned())];
        let (config, _) = load(None, variables(&[("PILJI_URL", "http://environment")]), &flags).unwrap();
        assert_eq!(config.url, "http://flag");
    }

    #[test]
    fn roots_are_a_list_in_the_file_and_one_text_in_the_environment() {
        let file = file_with("roots = ['/srv/a', '/srv/b']\n");
        let expected = [PathBuf::from("/srv/a"), PathBuf::from("/srv/b")];
        assert_eq!(load(Some(file.path()), Vec::new(), &[]).unwrap().0.roots, expected);
        let environment = variables(&[("PILJI_ROOTS", "/srv/a:/srv/b")]);
        assert_eq!(load(None, environment, &[]).unwrap().0.roots, expected);
        assert!(
            load(None, variables(&[("PILJI_ROOTS", "")]), &[])
                .unwrap()
                .0
                .roots
                .is_empty()
        );
    }

    #[test]
    fn a_token_stays_the_text_it_was() {
        let (config, _) = load(None, variables(&[("PILJI_TOKEN", "0012e3")]), &[]).unwrap();
        assert_eq!(config.token.unwrap().expose(), "0012e3");
    }

    #[test]
    fn an_unknown_setting_in_the_file_is_an_error_that_names_file_and_line() {
        let file = file_with("drain_timeout_secs = 1\nlisten_on = '127.0.0.1:1'\n");
        let error = load(Some(file.path()), Vec::new(), &[]).unwrap_err().to_string();
        assert!(error.contains("listen_on"), "{error}");
        assert!(error.contains(&format!("{}:2", file.path().display())), "{error}");
    }

    #[test]
    fn an_unknown_variable_is_reported_and_ignored() {
        let environment = variables(&[("PILJI_PORT", "tcp://10.0.0.1"), ("PILJI_BIN", "x"), ("HOME", "/")]);
        let (config, unknown) = load(None, environment, &[]).unwrap();
        assert_eq!(config, Config::default());
        assert_eq!(unknown, ["PILJI_PORT"]);
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_an_error_that_names_the_setting() {
        let error = load(None, variables(&[("PILJI_DRAIN_TIMEOUT_SECS", "soon")]), &[]).unwrap_err();
        let chain = crate::error::chain(&error);
        assert!(chain.contains("drain_timeout_secs"), "{chain}");
    }
}
