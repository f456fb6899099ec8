//! `GetSqlInfo`: what the server can do, in the codes of Flight SQL.
//!
//! JDBC asks for every code at once and casts each value to one Java type, so the member of the union decides whether
//! a client can connect at all: text, boolean, 64-bit limit, 32-bit bitmask, list of texts, map. No code beyond the
//! protocol's own is sent, because drivers fail on codes that they do not know.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use arrow_flight::sql::metadata::{SqlInfoData, SqlInfoDataBuilder};
use arrow_flight::sql::{CommandGetSqlInfo, SqlInfo};
use datafusion::sql::sqlparser::keywords::ALL_KEYWORDS;

use crate::engine::{Engine, FunctionKind};
use crate::error::{Error, Result};

/// The schema of the answer.
pub fn schema() -> &'static Schema {
    SqlInfoDataBuilder::schema()
}

/// The answer for the codes that are asked for; for all of them when none is.
///
/// # Errors
///
/// [`Error::Protocol`] when the answer cannot be built.
pub fn batch(engine: &Engine, query: CommandGetSqlInfo) -> Result<RecordBatch> {
    let data = data(engine).map_err(protocol)?;
    query.into_builder(&data).build().map_err(protocol)
}

fn data(engine: &Engine) -> Result<SqlInfoData, arrow_flight::error::FlightError> {
    let mut builder = SqlInfoDataBuilder::new();
    for (code, value) in TEXTS {
        builder.append(code, value);
    }
    for code in YES {
        builder.append(code, true);
    }
    for code in NO {
        builder.append(code, false);
    }
    for (code, value) in BITMASKS {
        builder.append(code, value);
    }
    for code in NO_LIMIT {
        builder.append(code, 0_i64);
    }
    // Drivers read this one, alone among the enumerations, as a 64-bit number; 0 is "none".
    builder.append(SqlInfo::SqlDefaultTransactionIsolation, 0_i64);
    builder.append(SqlInfo::SqlKeywords, ALL_KEYWORDS);
    for (code, kind) in [
        (SqlInfo::SqlNumericFunctions, FunctionKind::Numeric),
        (SqlInfo::SqlStringFunctions, FunctionKind::Text),
        (SqlInfo::SqlSystemFunctions, FunctionKind::Other),
        (SqlInfo::SqlDatetimeFunctions, FunctionKind::Time),
    ] {
        builder.append(code, engine.functions(kind));
    }
    builder.append(SqlInfo::SqlSupportsConvert, BTreeMap::<i32, Vec<i32>>::new());
    builder.build()
}

fn protocol(source: arrow_flight::error::FlightError) -> Error {
    Error::Protocol {
        source: Box::new(source),
    }
}

const TEXTS: [(SqlInfo, &str); 11] = [
    (SqlInfo::FlightSqlServerName, "Pilji"),
    (SqlInfo::FlightSqlServerVersion, env!("CARGO_PKG_VERSION")),
    (SqlInfo::FlightSqlServerArrowVersion, "1.3"),
    (SqlInfo::FlightSqlServerSubstraitMinVersion, ""),
    (SqlInfo::FlightSqlServerSubstraitMaxVersion, ""),
    (SqlInfo::SqlIdentifierQuoteChar, "\""),
    (SqlInfo::SqlSearchStringEscape, "\\"),
    (SqlInfo::SqlExtraNameCharacters, ""),
    (SqlInfo::SqlSchemaTerm, "schema"),
    (SqlInfo::SqlProcedureTerm, "procedure"),
    (SqlInfo::SqlCatalogTerm, "catalog"),
];

const YES: [SqlInfo; 15] = [
    SqlInfo::FlightSqlServerCancel,
    SqlInfo::FlightSqlServerBulkIngestion,
    SqlInfo::SqlBatchUpdatesSupported,
    // CREATE TABLE and DROP TABLE.
    SqlInfo::SqlDdlTable,
    SqlInfo::FlightSqlServerSql,
    SqlInfo::SqlAllTablesAreSelectable,
    SqlInfo::SqlSupportsColumnAliasing,
    SqlInfo::SqlNullPlusNullIsNull,
    SqlInfo::SqlSupportsTableCorrelationNames,
    SqlInfo::SqlSupportsExpressionsInOrderBy,
    SqlInfo::SqlSupportsOrderByUnrelated,
    SqlInfo::SqlSupportsLikeEscapeClause,
    SqlInfo::SqlSupportsNonNullableColumns,
    SqlInfo::SqlCatalogAtStart,
    SqlInfo::SqlCorrelatedSubqueriesSupported,
];

const NO: [SqlInfo; 17] = [
    SqlInfo::FlightSqlServerSubstrait,
    SqlInfo::FlightSqlServerIngestTransactionsSupported,
    SqlInfo::SqlDdlCatalog,
    SqlInfo::SqlDdlSchema,
    SqlInfo::FlightSqlServerReadOnly,
    SqlInfo::SqlSupportsDifferentTableCorrelationNames,
    SqlInfo::SqlSupportsIntegrityEnhancementFacility,
    SqlInfo::SqlSelectForUpdateSupported,
    SqlInfo::SqlStoredProceduresSupported,
    SqlInfo::SqlMaxRowSizeIncludesBlobs,
    SqlInfo::SqlTransactionsSupported,
    SqlInfo::SqlDataDefinitionCausesTransactionCommit,
    SqlInfo::SqlDataDefinitionsInTransactionsIgnored,
    SqlInfo::SqlSavepointsSupported,
    SqlInfo::SqlNamedParametersSupported,
    SqlInfo::SqlLocatorsUpdateCopy,
    SqlInfo::SqlStoredFunctionsUsingCallSyntaxSupported,
];

/// Enumerations and sets of enumerations; in a set, bit n stands for the value n.
const BITMASKS: [(SqlInfo, i32); 21] = [
    // No transactions.
    (SqlInfo::FlightSqlServerTransaction, 0),
    // Handles are signed with a time of expiry and need no upkeep.
    (SqlInfo::FlightSqlServerStatementTimeout, 0),
    (SqlInfo::FlightSqlServerTransactionTimeout, 0),
    // Unquoted names become lower case, quoted ones stay as they are.
    (SqlInfo::SqlIdentifierCase, 3),
    (SqlInfo::SqlQuotedIdentifierCase, 0),
    // NULL is the highest: last ascending, first descending.
    (SqlInfo::SqlNullOrdering, 0),
    // Columns that are not selected, and columns beyond those.
    (SqlInfo::SqlSupportedGroupBy, 0b11),
    // Minimum and core grammar.
    (SqlInfo::SqlSupportedGrammar, 0b11),
    // Entry level of SQL-92.
    (SqlInfo::SqlAnsi92SupportedLevel, 0b1),
    // Limited and full outer joins: drivers test bits here.
    (SqlInfo::SqlOuterJoinsSupportLevel, 0b110),
    // Names may be qualified in queries only; the protocol has no bit for that.
    (SqlInfo::SqlSchemasSupportedActions, 0),
    (SqlInfo::SqlCatalogsSupportedActions, 0),
    (SqlInfo::SqlSupportedPositionedCommands, 0),
    // In comparisons, EXISTS, IN, and quantified (ANY, ALL).
    (SqlInfo::SqlSupportedSubqueries, 0b1111),
    // UNION and UNION ALL.
    (SqlInfo::SqlSupportedUnions, 0b11),
    // None.
    (SqlInfo::SqlSupportedTransactionsIsolationLevels, 0b1),
    // Forward only, read only.
    (SqlInfo::SqlSupportedResultSetTypes, 0b10),
    (SqlInfo::SqlSupportedConcurrenciesForResultSetUnspecified, 0b10),
    (SqlInfo::SqlSupportedConcurrenciesForResultSetForwardOnly, 0b10),
    (SqlInfo::SqlSupportedConcurrenciesForResultSetScrollSensitive, 0),
    (SqlInfo::SqlSupportedConcurrenciesForResultSetScrollInsensitive, 0),
];

/// Limits; 0 says that there is none.
const NO_LIMIT: [SqlInfo; 20] = [
    SqlInfo::SqlMaxBinaryLiteralLength,
    SqlInfo::SqlMaxCharLiteralLength,
    SqlInfo::SqlMaxColumnNameLength,
    SqlInfo::SqlMaxColumnsInGroupBy,
    SqlInfo::SqlMaxColumnsInIndex,
    SqlInfo::SqlMaxColumnsInOrderBy,
    SqlInfo::SqlMaxColumnsInSelect,
    SqlInfo::SqlMaxColumnsInTable,
    SqlInfo::SqlMaxConnections,
    SqlInfo::SqlMaxCursorNameLength,
    SqlInfo::SqlMaxIndexLength,
    SqlInfo::SqlDbSchemaNameLength,
    SqlInfo::SqlMaxProcedureNameLength,
    SqlInfo::SqlMaxCatalogNameLength,
    SqlInfo::SqlMaxRowSize,
    SqlInfo::SqlMaxStatementLength,
    SqlInfo::SqlMaxStatements,
    SqlInfo::SqlMaxTableNameLength,
    SqlInfo::SqlMaxTablesInSelect,
    SqlInfo::SqlMaxUsernameLength,
];
