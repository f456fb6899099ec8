//! Which language a text is in, and how a text in `PiljiQL` becomes a statement of SQL's tree.

use datafusion::execution::session_state::SessionState;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, GroupByExpr, Ident, ObjectName, ObjectNamePart, Query, Select, SelectFlavor,
    SelectItem, SetExpr, Statement as SqlStatement, TableAlias, TableFactor, TableFunctionArgs, TableWithJoins, Value,
    VisitMut, VisitorMut, WildcardAdditionalOptions,
};
use std::ops::ControlFlow;

use super::{EXPLAINED, FUNCTION};
use crate::engine::settings::{Options, QueryLanguage};
use crate::error::Result;

/// Words that begin a statement of SQL, or one of ours that is written as SQL is.
const SQL_WORDS: [&str; 39] = [
    "alter",
    "analyze",
    "begin",
    "call",
    "comment",
    "commit",
    "copy",
    "create",
    "deallocate",
    "declare",
    "delete",
    "desc",
    "describe",
    "drop",
    "execute",
    "explain",
    "fetch",
    "from",
    "grant",
    "insert",
    "kill",
    "merge",
    "prepare",
    "refresh",
    "reset",
    "revoke",
    "rollback",
    "savepoint",
    "select",
    "set",
    "show",
    "start",
    "table",
    "truncate",
    "unload",
    "update",
    "use",
    "values",
    "with",
];

/// Words that begin a text in `PiljiQL`, whatever comes behind them.
const SOURCES: [&str; 6] = ["model", "mkdata", "search", "addr", "file", "db"];

/// A text in `PiljiQL` as a statement; nothing for a text in SQL.
///
/// # Errors
///
/// [`crate::Error::Query`] when what stands around the text is no SQL.
pub fn statement(session: &SessionState, text: &str, options: &Options) -> Result<Option<Statement>> {
    let dialect = session.config_options().sql_parser.dialect;
    match asked(text, options) {
        Asked::Sql => Ok(None),
        Asked::Rows(text) => Ok(Some(Statement::Statement(Box::new(SqlStatement::Query(Box::new(
            query_of(&text),
        )))))),
        Asked::Generated(text) => {
            let query = call_of(EXPLAINED, &text);
            Ok(Some(Statement::Statement(Box::new(SqlStatement::Query(Box::new(
                query,
            ))))))
        }
        Asked::Within(around, text) => {
            let mut statement = session.sql_to_statement(&around, &dialect)?;
            if let Some(sql) = super::visited_mut(&mut statement) {
                // Putting the query in its place never breaks off.
                let _ = sql.visit(&mut Replace(Some(query_of(&text))));
            }
            Ok(Some(statement))
        }
    }
}

/// What a text asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// It is SQL.
    Sql,
    /// The rows of a text in `PiljiQL`.
    Rows(String),
    /// The SQL that such a text becomes.
    Generated(String),
    /// A statement of SQL around such a text, with a query in its place.
    Within(String, String),
}

fn asked(text: &str, options: &Options) -> Asked {
    let (said, text) = said(text);
    if said == Some(QueryLanguage::Sql) {
        return Asked::Sql;
    }
    let is_ours = said == Some(QueryLanguage::PiljiQl) || options.query_language == QueryLanguage::PiljiQl;
    let begin = skip(&text, 0);
    let Some(word) = word_at(&text, begin) else {
        let is_star = text.get(begin..).is_some_and(|rest| rest.starts_with('*'));
        let is_sql = text
            .get(begin..)
            .is_none_or(|rest| rest.is_empty() || rest.starts_with('('));
        return if is_star || (is_ours && !is_sql) {
            Asked::Rows(text)
        } else {
            Asked::Sql
        };
    };
    let behind = begin + word.len();
    match word.to_lowercase().as_str() {
        "explain" => explained(&text, behind, is_ours),
        "create" => match view(&text) {
            Some((around, text)) => Asked::Within(around, text),
            None => Asked::Sql,
        },
        _ if is_piljiql(&text, begin, is_ours) => Asked::Rows(text),
        _ => Asked::Sql,
    }
}

/// `EXPLAIN [ANALYZE] [VERBOSE] text` and `explain sql text`.
fn explained(text: &str, behind: usize, is_ours: bool) -> Asked {
    let mut at = skip(text, behind);
    let mut around = "EXPLAIN ".to_owned();
    while let Some(word) = word_at(text, at) {
        match word.to_lowercase().as_str() {
            "sql" if around == "EXPLAIN " => {
                let inner = skip(text, at + word.len());
                // `sql` is a source too: `sql $$ … $$`.
                if !text.get(inner..).is_some_and(|rest| rest.starts_with(['$', '"', '\''])) {
                    return Asked::Generated(blanked(text, inner));
                }
                break;
            }
            "analyze" | "verbose" => {
                around.push_str(word);
                around.push(' ');
                at = skip(text, at + word.len());
            }
            _ => break,
        }
    }
    if is_piljiql(text, at, is_ours) {
        Asked::Within(around + "SELECT 1", blanked(text, at))
    } else {
        Asked::Sql
    }
}

/// `CREATE [OR REPLACE] [TEMPORARY] VIEW name AS text`, and the same of tables.
fn view(text: &str) -> Option<(String, String)> {
    let mut at = 0;
    let mut in_quotes = None;
    // The first `AS` that stands alone and outside of quotes.
    while let Some(char) = text.get(at..).and_then(|rest| rest.chars().next()) {
        match (in_quotes, char) {
            (Some(quote), char) if char == quote => in_quotes = None,
            (None, '"' | '\'' | '`') => in_quotes = Some(char),
            (None, char) if char.is_alphabetic() || char == '_' => {
                let word = word_at(text, at)?;
                let behind = at + word.len();
                if word.eq_ignore_ascii_case("external") {
                    return None;
                }
                if word.eq_ignore_ascii_case("as") {
                    let begin = skip(text, behind);
                    let around = format!("{} SELECT 1", text.get(..behind)?);
                    return is_piljiql(text, begin, false).then(|| (around, blanked(text, begin)));
                }
                at = behind;
                continue;
            }
            _ => {}
        }
        at += char.len_utf8();
    }
    None
}

/// Whether what begins here is `PiljiQL`.
fn is_piljiql(text: &str, begin: usize, is_ours: bool) -> bool {
    let Some(rest) = text.get(begin..) else { return false };
    if rest.starts_with('*') {
        return true;
    }
    let Some(word) = word_at(text, begin) else {
        return is_ours && !rest.is_empty() && !rest.starts_with('(');
    };
    let folded = word.to_lowercase();
    let behind = rest.get(word.len()..).unwrap_or_default().trim_start();
    if folded == "sql" {
        return behind.starts_with(['$', '"', '\'']);
    }
    if SOURCES.contains(&folded.as_str()) {
        return true;
    }
    if SQL_WORDS.contains(&folded.as_str()) {
        return false;
    }
    // A condition in front of stages; a misspelled statement of SQL has none.
    is_ours || has_stage(rest)
}

/// Whether a bar and a command of the language stand in a text, outside of quotes.
fn has_stage(text: &str) -> bool {
    let mut in_quotes = None;
    for (at, char) in text.char_indices() {
        match (in_quotes, char) {
            (Some(quote), char) if char == quote => in_quotes = None,
            (None, '"' | '\'' | '`') => in_quotes = Some(char),
            (None, '|') => {
                let begin = skip(text, at + 1);
                if word_at(text, begin).is_some_and(pilji_dsl::is_command) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// The language that a text says in its first line, `-- lang: dsl`, and the text without that line's characters.
fn said(text: &str) -> (Option<QueryLanguage>, String) {
    let begin = text.len() - text.trim_start().len();
    let line = text
        .get(begin..)
        .and_then(|rest| rest.lines().next())
        .unwrap_or_default();
    let said = line.strip_prefix("--").map(str::trim).and_then(|comment| {
        let (key, value) = comment.split_once(':')?;
        if !key.trim().eq_ignore_ascii_case("lang") {
            return None;
        }
        language(value.trim())
    });
    match said {
        Some(_) => (said, blanked(text, begin + line.len())),
        None => (None, text.to_owned()),
    }
}

/// The language that a word means.
pub fn language(word: &str) -> Option<QueryLanguage> {
    match word.to_lowercase().as_str() {
        "sql" => Some(QueryLanguage::Sql),
        "dsl" | "piljiql" | "pql" => Some(QueryLanguage::PiljiQl),
        _ => None,
    }
}

/// The text with blanks up to a byte, so that places in it stay where they are.
fn blanked(text: &str, end: usize) -> String {
    let (front, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let blanks = front.chars().map(|char| if char == '\n' { '\n' } else { ' ' });
    blanks.chain(rest.chars()).collect()
}

/// Behind blanks and comments of both languages.
fn skip(text: &str, begin: usize) -> usize {
    let mut at = begin;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        if trimmed.starts_with("--") || trimmed.starts_with("//") || trimmed.starts_with('#') {
            at += trimmed.find('\n').map_or(trimmed.len(), |end| end + 1);
        } else if trimmed.starts_with("/*") {
            at += trimmed.find("*/").map_or(trimmed.len(), |end| end + 2);
        } else {
            return at;
        }
    }
}

/// The word that begins at a byte.
fn word_at(text: &str, begin: usize) -> Option<&str> {
    let rest = text.get(begin..)?;
    let end = rest
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(rest.len());
    rest.get(..end).filter(|word| !word.is_empty())
}

/// `SELECT * FROM dsl('text')`
pub fn query_of(text: &str) -> Query {
    call_of(FUNCTION, text)
}

fn call_of(function: &str, text: &str) -> Query {
    select(
        SelectItem::Wildcard(WildcardAdditionalOptions::default()),
        Some(call(function, text)),
    )
}

/// `function('text')`, in the place of a table.
pub fn call(function: &str, text: &str) -> TableFactor {
    let argument = Expr::value(Value::SingleQuotedString(text.to_owned()));
    TableFactor::Table {
        name: ObjectName(vec![ObjectNamePart::Identifier(Ident::new(function))]),
        alias: None,
        args: Some(TableFunctionArgs {
            args: vec![FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))],
            settings: None,
        }),
        with_hints: Vec::new(),
        version: None,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_hints: Vec::new(),
    }
}

/// A query of one text under a name.
pub fn one_text(name: &str, text: &str) -> Query {
    let item = SelectItem::ExprWithAlias {
        expr: Expr::value(Value::SingleQuotedString(text.to_owned())),
        alias: Ident::new(name),
    };
    select(item, None)
}

fn select(item: SelectItem, from: Option<TableFactor>) -> Query {
    let select = Select {
        select_token: AttachedToken::empty(),
        optimizer_hints: Vec::new(),
        distinct: None,
        select_modifiers: None,
        top: None,
        top_before_distinct: false,
        projection: vec![item],
        exclude: None,
        into: None,
        from: from
            .into_iter()
            .map(|relation| TableWithJoins {
                relation,
                joins: Vec::new(),
            })
            .collect(),
        lateral_views: Vec::new(),
        prewhere: None,
        selection: None,
        connect_by: Vec::new(),
        group_by: GroupByExpr::Expressions(Vec::new(), Vec::new()),
        cluster_by: Vec::new(),
        distribute_by: Vec::new(),
        sort_by: Vec::new(),
        having: None,
        named_window: Vec::new(),
        qualify: None,
        window_before_qualify: false,
        value_table_mode: None,
        flavor: SelectFlavor::Standard,
    };
    Query {
        with: None,
        body: Box::new(SetExpr::Select(Box::new(select))),
        order_by: None,
        limit_clause: None,
        fetch: None,
        locks: Vec::new(),
        for_clause: None,
        settings: None,
        format_clause: None,
        pipe_operators: Vec::new(),
    }
}

/// A name for a relation.
pub fn alias(name: &str) -> TableAlias {
    TableAlias {
        explicit: true,
        name: Ident::new(name),
        columns: Vec::new(),
        at: None,
    }
}

/// Puts another table in the place of the first one of a query.
pub fn set_factor(query: &mut Query, factor: TableFactor) {
    if let SetExpr::Select(select) = query.body.as_mut()
        && let Some(from) = select.from.first_mut()
    {
        from.relation = factor;
    }
}

/// Puts a query in the place of the first one that is met.
struct Replace(Option<Query>);

impl VisitorMut for Replace {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        if let Some(new) = self.0.take() {
            *query = new;
        }
        ControlFlow::Break(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn statements_of_sql_are_read_as_such_in_a_session_of_the_other_language() {
        let mut options = Options::default();
        options.set("query_language", "piljiql").unwrap();
        for sql in [
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'a.csv'",
            "CREATE VIEW v AS SELECT 1",
            "SET a = 1",
            "(SELECT 1)",
            "",
        ] {
            assert_eq!(asked(sql, &options), Asked::Sql, "{sql}");
        }
        assert_eq!(asked("a = 1", &options), Asked::Rows("a = 1".to_owned()));
    }

    fn of(text: &str) -> Asked {
        asked(text, &Options::default())
    }

    #[test]
    fn texts_are_told_apart_by_how_they_begin() {
        for sql in [
            "SELECT 1",
            "with a as (select 1) select * from a",
            "(SELECT 1)",
            "EXPLAIN SELECT 1",
            "EXPLAIN ANALYZE SELECT 'model | where'",
            "CREATE VIEW v AS SELECT * FROM model",
            "SHOW model",
            "SELEC 1",
            "",
            "-- lang: sql\nmodel parcel",
            "/* model */ SELECT 1",
            "sql = 1",
        ] {
            assert_eq!(of(sql), Asked::Sql, "{sql}");
        }
        for text in [
            "* | head 3",
            "  model parcel | head 3",
            "# note\nmodel parcel",
            "mkdata [[1]]",
            "지목 = '대' | head 3",
            "sql $$ SELECT 1 $$ | head 1",
            "search a = 1",
        ] {
            assert_eq!(of(text), Asked::Rows(text.to_owned()), "{text}");
        }
        let said = "-- lang: dsl\nparcel = 1";
        assert_eq!(of(said), Asked::Rows(format!("{}\nparcel = 1", " ".repeat(12))));
    }

    #[test]
    fn statements_around_a_text_are_kept() {
        let within = |around: &str, text: &str| Asked::Within(around.to_owned(), text.to_owned());
        assert_eq!(of("EXPLAIN model a"), within("EXPLAIN SELECT 1", "        model a"));
        assert_eq!(
            of("explain analyze * | head 1"),
            within("EXPLAIN analyze SELECT 1", "                * | head 1")
        );
        assert_eq!(
            of("CREATE VIEW \"as\" AS model a"),
            within("CREATE VIEW \"as\" AS SELECT 1", "                    model a")
        );
        assert_eq!(
            of("explain sql model a"),
            Asked::Generated("            model a".to_owned())
        );
        assert_eq!(
            of("explain sql $$ select 1 $$"),
            within("EXPLAIN SELECT 1", "        sql $$ select 1 $$")
        );
    }
}
