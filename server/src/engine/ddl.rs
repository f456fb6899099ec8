//! Statements that make, drop and describe users' tables: from the parsed text to what is to be done.

use arrow::datatypes::DataType;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{DdlStatement, LogicalPlan};
use datafusion::sql::parser::{CreateExternalTable, Statement};
use datafusion::sql::sqlparser::ast::{CommentObject, Ident, ObjectName, ObjectType, Statement as SqlStatement, Value};
use pilji_catalog::source::{FormatKind, SourceOptions};

use super::views::CreateView;
use super::{CATALOG, SCHEMA};
use crate::error::{Error, Result};

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// `CREATE EXTERNAL TABLE`.
    Create(Box<CreateTable>),
    /// `CREATE VIEW`.
    View(Box<CreateView>),
    /// `DROP TABLE` or `DROP VIEW`.
    Drop {
        /// The tables or views.
        tables: Vec<TableName>,
        /// Whether they are views.
        views: bool,
        /// Whether a table that is not there is nothing to complain of.
        if_exists: bool,
    },
    /// `COMMENT ON`.
    Comment {
        /// The table.
        table: TableName,
        /// The column, unless the comment is on the table.
        column: Option<Ident>,
        /// The comment; none to take it off.
        comment: Option<String>,
        /// Whether a table that is not there is nothing to complain of.
        if_exists: bool,
    },
}

/// A table that is to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTable {
    /// Its name.
    pub table: TableName,
    /// Whether a table that is there already is left as it is.
    pub if_not_exists: bool,
    /// Where its files are: a path, or `connection:path`.
    pub location: String,
    /// What is said of the files.
    pub options: SourceOptions,
    /// Columns whose types are given.
    pub columns: Vec<(String, DataType)>,
}

/// A table's name as a statement has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName {
    /// The schema; none when the name is not qualified.
    pub owner: Option<String>,
    /// The name.
    pub name: String,
}

/// Reads a statement that defines something.
///
/// # Errors
///
/// [`Error::Clause`] for what users' tables do not have, [`Error::NotAQuery`] for what cannot be defined,
/// [`Error::Catalog`] for an option that there is not, [`Error::Query`] for a column's type that makes no sense.
pub async fn read(session: &SessionState, statement: Statement) -> Result<Command> {
    match statement {
        Statement::CreateExternalTable(create) => read_create(session, create).await,
        Statement::Statement(sql) => read_sql(*sql),
        other => Err(not_a_definition(&other.to_string())),
    }
}

fn read_sql(statement: SqlStatement) -> Result<Command> {
    match statement {
        SqlStatement::Drop {
            object_type: object_type @ (ObjectType::Table | ObjectType::View),
            if_exists,
            names,
            ..
        } => {
            let tables = names.iter().map(table_name).collect::<Result<_>>()?;
            Ok(Command::Drop {
                tables,
                views: object_type == ObjectType::View,
                if_exists,
            })
        }
        SqlStatement::Comment {
            object_type: CommentObject::Table | CommentObject::View,
            object_name,
            comment,
            if_exists,
        } => Ok(Command::Comment {
            table: table_name(&object_name)?,
            column: None,
            comment,
            if_exists,
        }),
        SqlStatement::Comment {
            object_type: CommentObject::Column,
            object_name,
            comment,
            if_exists,
        } => {
            let mut parts = object_name.0;
            let column = parts.pop().and_then(|part| part.as_ident().cloned());
            if parts.is_empty() {
                return Err(Error::Request {
                    reason: format!(
                        "COMMENT ON COLUMN names table and column: expected table.column, found {}",
                        column.map(|column| column.to_string()).unwrap_or_default()
                    ),
                });
            }
            Ok(Command::Comment {
                table: table_name(&ObjectName(parts))?,
                column,
                comment,
                if_exists,
            })
        }
        other => Err(not_a_definition(&other.to_string())),
    }
}

async fn read_create(session: &SessionState, create: CreateExternalTable) -> Result<Command> {
    let unsupported = [
        (create.or_replace, "OR REPLACE", "drop the table first"),
        (
            create.temporary,
            "TEMPORARY",
            "leave it out, and drop the table when it is not needed",
        ),
        (create.unbounded, "UNBOUNDED", "leave it out"),
        (
            !create.order_exprs.is_empty(),
            "WITH ORDER",
            "leave it out; ORDER BY in the query",
        ),
        (
            !create.constraints.is_empty(),
            "a constraint",
            "leave it out; files are not checked",
        ),
        (
            create.locations.len() > 1,
            "a list of locations",
            "name the folder that holds the files",
        ),
    ];
    if let Some((_, clause, instead)) = unsupported.into_iter().find(|(present, ..)| *present) {
        return Err(Error::Clause {
            clause: clause.to_owned(),
            instead: instead.to_owned(),
        });
    }
    let mut options = SourceOptions::default();
    options.set("format", &create.file_type)?;
    if create.file_type.eq_ignore_ascii_case("tsv") {
        options.delimiter = Some(b'\t');
    }
    for (name, value) in &create.options {
        let text = match value {
            Value::Boolean(value) => value.to_string(),
            value => value.clone().into_string().unwrap_or_else(|| value.to_string()),
        };
        options.set(name, &text)?;
    }
    if !create.table_partition_cols.is_empty() {
        options.levels = create
            .table_partition_cols
            .iter()
            .map(|level| unquoted(level))
            .collect();
    }
    let columns = columns(session, &create).await?;
    Ok(Command::Create(Box::new(CreateTable {
        table: table_name(&create.name)?,
        if_not_exists: create.if_not_exists,
        location: create.locations.into_iter().next().unwrap_or_default(),
        options,
        columns,
    })))
}

/// The types that are given for columns, by the planner's reading of their names.
async fn columns(session: &SessionState, create: &CreateExternalTable) -> Result<Vec<(String, DataType)>> {
    if create.columns.is_empty() {
        return Ok(Vec::new());
    }
    let columns_only = CreateExternalTable {
        file_type: FormatKind::Csv.name().to_owned(),
        options: Vec::new(),
        table_partition_cols: Vec::new(),
        ..create.clone()
    };
    let plan = session
        .statement_to_plan(Statement::CreateExternalTable(columns_only))
        .await?;
    let LogicalPlan::Ddl(DdlStatement::CreateExternalTable(planned)) = plan else {
        return Ok(Vec::new());
    };
    let fields = planned.schema.fields().iter();
    Ok(fields
        .map(|field| (field.name().clone(), plain_type(field.data_type())))
        .collect())
}

/// The type as files have it: no views.
fn plain_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Utf8View => DataType::Utf8,
        DataType::BinaryView => DataType::Binary,
        other => other.clone(),
    }
}

/// A name as text; the parser hands the names of levels over with their quotes.
fn unquoted(name: &str) -> String {
    match name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => name.to_owned(),
    }
}

/// A name of one to three parts, unquoted parts in lower case.
pub(super) fn table_name(name: &ObjectName) -> Result<TableName> {
    let parts: Option<Vec<String>> = name
        .0
        .iter()
        .map(|part| {
            part.as_ident().map(|ident| match ident.quote_style {
                Some(_) => ident.value.clone(),
                None => ident.value.to_lowercase(),
            })
        })
        .collect();
    let wrong = || Error::Request {
        reason: format!("not a table's name: {name}: expected name or owner.name"),
    };
    let mut parts = parts.ok_or_else(wrong)?;
    if parts.len() == 3 && parts[0] == CATALOG {
        parts.remove(0);
    }
    let name = parts.pop();
    let owner = parts.pop();
    match name {
        Some(name) if parts.is_empty() => Ok(TableName { owner, name }),
        _ => Err(wrong()),
    }
}

impl TableName {
    /// Whether this is a name that only a dataset has.
    pub fn is_in_public(&self) -> bool {
        self.owner.as_deref() == Some(SCHEMA)
    }
}

fn not_a_definition(statement: &str) -> Error {
    super::statement::refused(statement)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use datafusion::prelude::SessionContext;
    use datafusion::sql::parser::DFParser;
    use pilji_catalog::TextEncoding;

    use super::*;

    async fn command(sql: &str) -> Result<Command> {
        let statement = DFParser::parse_sql(sql).unwrap().pop_front().unwrap();
        read(&SessionContext::new().state(), statement).await
    }

    fn table(owner: Option<&str>, name: &str) -> TableName {
        TableName {
            owner: owner.map(str::to_owned),
            name: name.to_owned(),
        }
    }

    #[tokio::test]
    async fn a_table_is_made_of_files_with_what_is_said_of_them() {
        let sql = "CREATE EXTERNAL TABLE IF NOT EXISTS Kim.\"상가\" (PNU VARCHAR, \"Area\" DOUBLE) STORED AS CSV \
                   LOCATION 'lake:shops/' PARTITIONED BY (si_nm, \"SGG\") \
                   OPTIONS ('format.has_header' 'true', encoding 'cp949', delimiter ';')";
        let Command::Create(create) = command(sql).await.unwrap() else {
            unreachable!("not a table")
        };
        assert_eq!(create.table, table(Some("kim"), "상가"));
        assert!(create.if_not_exists);
        assert_eq!(create.location, "lake:shops/");
        assert_eq!(
            create.columns,
            [
                ("pnu".to_owned(), DataType::Utf8),
                ("Area".to_owned(), DataType::Float64)
            ]
        );
        let expected = SourceOptions {
            format: Some(FormatKind::Csv),
            encoding: Some(TextEncoding::Cp949),
            delimiter: Some(b';'),
            header: Some(true),
            levels: vec!["si_nm".to_owned(), "SGG".to_owned()],
        };
        assert_eq!(create.options, expected);
    }

    #[tokio::test]
    async fn tables_are_dropped_and_described() {
        assert_eq!(
            command("DROP TABLE IF EXISTS pilji.kim.a, B").await.unwrap(),
            Command::Drop {
                tables: vec![table(Some("kim"), "a"), table(None, "b")],
                views: false,
                if_exists: true
            }
        );
        assert_eq!(
            command("COMMENT ON TABLE shops IS '가게'").await.unwrap(),
            Command::Comment {
                table: table(None, "shops"),
                column: None,
                comment: Some("가게".to_owned()),
                if_exists: false
            }
        );
        let Command::Comment {
            table, column, comment, ..
        } = command("COMMENT ON COLUMN kim.shops.\"EMD_CD\" IS NULL").await.unwrap()
        else {
            unreachable!("not a comment")
        };
        assert_eq!((table.owner.as_deref(), table.name.as_str()), (Some("kim"), "shops"));
        assert_eq!((column.unwrap().value.as_str(), comment), ("EMD_CD", None));
    }

    #[tokio::test]
    async fn what_a_table_of_files_cannot_have_is_refused() {
        let files = "STORED AS CSV LOCATION '/data/x.csv'";
        for (sql, words) in [
            (
                format!("CREATE OR REPLACE EXTERNAL TABLE t {files}"),
                "OR REPLACE is not supported",
            ),
            (
                format!("CREATE UNBOUNDED EXTERNAL TABLE t {files}"),
                "UNBOUNDED is not supported",
            ),
            (
                format!("CREATE EXTERNAL TABLE t (a INT, PRIMARY KEY (a)) {files}"),
                "a constraint is not supported",
            ),
            (
                format!("CREATE EXTERNAL TABLE t (a INT) {files} WITH ORDER (a)"),
                "WITH ORDER is not supported",
            ),
            (
                format!("CREATE EXTERNAL TABLE t {files} OPTIONS (colour 'red')"),
                "colour",
            ),
            (
                "CREATE EXTERNAL TABLE t STORED AS XLSX LOCATION '/x'".to_owned(),
                "XLSX",
            ),
            (
                format!("CREATE EXTERNAL TABLE a.b.c {files}"),
                "expected name or owner.name",
            ),
            ("COMMENT ON COLUMN pnu IS 'x'".to_owned(), "expected table.column"),
            ("COMMENT ON SCHEMA kim IS 'x'".to_owned(), "COMMENT ON"),
        ] {
            let message = command(&sql).await.unwrap_err().to_string();
            assert!(message.contains(words), "{sql}: {message}");
        }
    }
}
