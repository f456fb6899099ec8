//! Commands of the legacy that are no part of this language: what to use instead, and what to write where that can be told.

use std::ops::Range;

use super::cursor::{Cursor, unquoted};
use crate::diagnostic::{Diagnostic, Span};
use crate::token::Kind;

/// Such commands, and what to use instead, in English and in Korean.
const OUTSIDE: [(&[&str], &str, &str); 4] = [
    (
        &[
            "fit",
            "predict",
            "kmeans",
            "outlier",
            "anomalies",
            "forecasts",
            "scaler",
            "mlmodel",
            "serving",
        ],
        "machine learning is done outside: read the rows into Python",
        "기계 학습은 밖에서 합니다: Python 으로 행을 읽으세요",
    ),
    (
        &["adv", "job", "checkpoint"],
        "charts and administration are not part of the language",
        "차트와 관리 명령은 이 언어에 없습니다",
    ),
    (
        &["db", "join_db"],
        "other databases are not read; register their export with `pilji model register`, and ask it by `sql`",
        "다른 데이터베이스는 읽지 않습니다; 내보낸 파일을 `pilji model register` 로 등록하고 `sql` 로 물으세요",
    ),
    (
        &["pylambda", "curl"],
        "code and addresses are not run by the server",
        "서버는 코드나 주소를 실행하지 않습니다",
    ),
];

/// Commands that `join` stands for here.
const JOINS: [&str; 3] = ["join_file", "join_model", "join_mkdata"];

/// Options whose value is the rest of the stage: its quotes stand within quotes of the same kind.
const LAST: [&str; 2] = ["sql", "mkdata"];

/// That a command is not part of the language, or is written otherwise; nothing for what the legacy did not know either.
/// The cursor stands behind the command's word.
pub fn outside(cursor: &Cursor<'_>, name: &str, word: &Span) -> Option<Box<Diagnostic>> {
    let reason = OUTSIDE.iter().find(|(words, ..)| words.contains(&name));
    let diagnostic = match reason {
        Some((_, english, korean)) => Diagnostic::error(
            "E0121",
            word.clone(),
            format!("`{name}` is not part of PiljiQL: {english}"),
            format!("`{name}` 은(는) PiljiQL 에 없습니다: {korean}"),
        )
        .saying("of the former platform", "이전 플랫폼의 명령"),
        None if JOINS.contains(&name) => Diagnostic::error(
            "E0124",
            word.clone(),
            format!("`{name}` is `join` here; what is not a model stands in brackets"),
            format!("`{name}` 은(는) `join` 으로 씁니다; 모델이 아닌 것은 대괄호에 넣습니다"),
        )
        .saying(
            "as `join inner [mkdata …] as r on a = r.a`",
            "예: `join inner [mkdata …] as r on a = r.a`",
        ),
        None => return None,
    };
    let options = Options::of(cursor);
    let written = match name {
        "db" => options.get("sql").map(|sql| sql_stage(&sql)),
        _ => join(cursor, &options),
    };
    Some(Box::new(match written {
        Some(written) => diagnostic.fix(word.start..options.end, written),
        None => diagnostic,
    }))
}

/// The options of a stage, each with the bytes of its value.
struct Options<'a> {
    source: &'a str,
    values: Vec<(String, Range<usize>)>,
    /// Where the stage ends.
    end: usize,
}

impl<'a> Options<'a> {
    fn of(cursor: &Cursor<'a>) -> Self {
        let mut values: Vec<(String, Range<usize>)> = Vec::new();
        let (mut n, mut end) = (0, cursor.end_of_last());
        let mut takes_rest = false;
        while !matches!(cursor.kind_ahead(n), Kind::Pipe | Kind::End | Kind::Semicolon) {
            let name = cursor.text_ahead(n).to_ascii_lowercase();
            end = cursor.span_ahead(n).end;
            if takes_rest {
                if let Some((_, value)) = values.last_mut() {
                    value.end = end;
                }
            } else if cursor.kind_ahead(n) == Kind::Word && cursor.kind_ahead(n + 1) == Kind::Equal {
                takes_rest = LAST.contains(&name.as_str());
                values.push((name, cursor.span_ahead(n + 2)));
            }
            n += 1;
        }
        Self {
            source: cursor.source,
            values,
            end,
        }
    }

    /// The bytes of an option's value, without its quotes.
    fn range(&self, name: &str) -> Option<Range<usize>> {
        let (_, range) = self.values.iter().find(|(known, _)| known == name)?;
        let text = self.source.get(range.clone())?;
        let is_quoted = text.len() > 1 && text.starts_with(['\'', '"']) && text.ends_with(['\'', '"']);
        let quote = usize::from(is_quoted);
        Some(range.start + quote..range.end - quote)
    }

    fn get(&self, name: &str) -> Option<String> {
        let text = self.source.get(self.range(name)?)?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

/// The stage that runs a text of SQL.
fn sql_stage(sql: &str) -> String {
    let tag = if sql.contains("$$") { "$sql$" } else { "$$" };
    format!("sql {tag} {sql} {tag}")
}

fn join(cursor: &Cursor<'_>, options: &Options<'_>) -> Option<String> {
    let right = if let Some(sql) = options.get("sql") {
        format!("[{}]", sql_stage(&sql))
    } else if let Some(rows) = options.range("mkdata") {
        format!("[mkdata {}]", with_quotes(cursor, rows)?)
    } else if let Some(path) = options.get("path") {
        let connection = options
            .get("connector_name")
            .map_or(String::new(), |name| format!("connector_name='{name}' "));
        format!("[file {connection}path='{path}']")
    } else {
        format!("`{}`", options.get("model_name")?)
    };
    let kind = options.get("join_type").unwrap_or_else(|| "cross".to_owned());
    let alias = options
        .get("alias_table_name")
        .map_or(String::new(), |alias| format!(" as {alias}"));
    let condition = options
        .get("join_query")
        .map_or(String::new(), |condition| format!(" on {condition}"));
    Some(format!("join {} {right}{alias}{condition}", kind.to_lowercase()))
}

/// Rows whose words are texts, with quotes.
fn with_quotes(cursor: &Cursor<'_>, rows: Range<usize>) -> Option<String> {
    let source = cursor.source.get(rows.clone())?;
    let mut written = String::new();
    let mut rest = 0;
    // What stands in the quotes of the option is read anew: the first of its own quotes is a beginning.
    for token in crate::token::tokens(source).0 {
        let text = source.get(token.span.clone())?;
        let is_value = ["null", "true", "false"]
            .iter()
            .any(|value| text.eq_ignore_ascii_case(value));
        if token.kind == Kind::Word && !is_value {
            written.push_str(source.get(rest..token.span.start)?);
            written.extend(["'", &unquoted(token.kind, text), "'"]);
            rest = token.span.end;
        }
    }
    written.push_str(source.get(rest..)?);
    Some(written)
}
