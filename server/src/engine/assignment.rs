//! `SET`, `RESET`, `SHOW` of the options of a session, and `KILL QUERY`.

use std::borrow::Cow;

use datafusion::sql::parser::{ResetStatement, Statement};
use datafusion::sql::sqlparser::ast::{Expr, Set, Statement as SqlStatement, Value};

use super::{OPTIONS, Options};
use crate::error::{Error, Result};

/// An option that is to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Its name.
    pub name: String,
    /// Its value as text; empty to take it back.
    pub text: String,
}

/// Reads `SET` and `RESET`.
///
/// # Errors
///
/// [`Error::Request`] for a form that no option has.
pub fn read(statement: &Statement) -> Result<Assignment> {
    let not_understood = || Error::Request {
        reason: format!("{statement}: write SET name = 'value' or RESET name"),
    };
    match statement {
        Statement::Reset(ResetStatement::Variable(name)) => Ok(Assignment {
            name: option_name(&name.to_string()),
            text: String::new(),
        }),
        Statement::Statement(sql) => match sql.as_ref() {
            SqlStatement::Set(Set::SingleAssignment { variable, values, .. }) => {
                let [value] = values.as_slice() else {
                    return Err(not_understood());
                };
                Ok(Assignment {
                    name: option_name(&variable.to_string()),
                    text: text_of(value).ok_or_else(not_understood)?,
                })
            }
            SqlStatement::Set(Set::SetTimeZone { value, .. }) => Ok(Assignment {
                name: "time_zone".to_owned(),
                text: text_of(value).ok_or_else(not_understood)?,
            }),
            _ => Err(not_understood()),
        },
        _ => Err(not_understood()),
    }
}

/// `pilji.time_zone` and `TIMEZONE` mean `time_zone`.
fn option_name(name: &str) -> String {
    let name = name.to_lowercase();
    let name = name.strip_prefix("pilji.").unwrap_or(&name);
    match name {
        "timezone" => "time_zone".to_owned(),
        "search_path" => "schema".to_owned(),
        name => name.to_owned(),
    }
}

fn text_of(value: &Expr) -> Option<String> {
    match value {
        Expr::Value(value) => match &value.value {
            Value::Number(number, _) => Some(number.clone()),
            Value::Boolean(value) => Some(value.to_string()),
            Value::Null => Some(String::new()),
            other => other.clone().into_string(),
        },
        Expr::Identifier(ident) if ident.value.eq_ignore_ascii_case("default") => Some(String::new()),
        Expr::Identifier(ident) => Some(ident.value.clone()),
        _ => None,
    }
}

/// The text of a query; `SHOW` of an option becomes one that answers with it.
pub fn shown<'a>(text: &'a str, options: &Options) -> Cow<'a, str> {
    let mut words = text.trim().trim_end_matches(';').split_whitespace();
    let (Some(show), Some(name), None) = (words.next(), words.next(), words.next()) else {
        return Cow::Borrowed(text);
    };
    let name = option_name(name);
    if !show.eq_ignore_ascii_case("show") || !OPTIONS.contains(&name.as_str()) {
        return Cow::Borrowed(text);
    }
    let value = options.get(&name).unwrap_or_default().replace('\'', "''");
    Cow::Owned(format!("SELECT '{name}' AS name, '{value}' AS value"))
}

/// The query that `KILL QUERY 'id'` names.
pub fn kill(text: &str) -> Option<String> {
    let mut words = text.trim().trim_end_matches(';').split_whitespace();
    let (Some(kill), Some(query), Some(id), None) = (words.next(), words.next(), words.next(), words.next()) else {
        return None;
    };
    let is_kill = kill.eq_ignore_ascii_case("kill") && query.eq_ignore_ascii_case("query");
    is_kill.then(|| id.trim_matches('\'').to_owned())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use datafusion::sql::parser::DFParser;

    use super::*;

    #[test]
    fn options_are_set_and_taken_back() {
        for (sql, name, text) in [
            ("SET geometry_format = 'wkt'", "geometry_format", "wkt"),
            ("SET geometry_format TO wkt", "geometry_format", "wkt"),
            ("SET pilji.statement_timeout = 500", "statement_timeout", "500"),
            ("SET TIME ZONE 'Asia/Seoul'", "time_zone", "Asia/Seoul"),
            ("SET schema = DEFAULT", "schema", ""),
            ("RESET Schema", "schema", ""),
        ] {
            let statement = DFParser::parse_sql(sql).unwrap().pop_front().unwrap();
            let expected = Assignment {
                name: name.to_owned(),
                text: text.to_owned(),
            };
            assert_eq!(read(&statement).unwrap(), expected, "{sql}");
        }
    }

    #[test]
    fn an_option_is_shown_and_other_texts_stay() {
        let mut options = Options::default();
        options.set("time_zone", "Asia/Seoul").unwrap();
        let show = |text| shown(text, &options).into_owned();
        assert_eq!(
            show("show TimeZone;"),
            "SELECT 'time_zone' AS name, 'Asia/Seoul' AS value"
        );
        for text in ["SHOW TABLES", "SHOW datafusion.execution.batch_size", "SELECT 1"] {
            assert_eq!(show(text), text);
        }
    }

    #[test]
    fn a_query_is_killed_by_its_id() {
        assert_eq!(kill("KILL QUERY '7f'").as_deref(), Some("7f"));
        assert_eq!(kill("kill query 7f;").as_deref(), Some("7f"));
        assert_eq!(kill("SELECT 1"), None);
    }
}
