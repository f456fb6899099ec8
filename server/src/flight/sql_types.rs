//! The types of SQL by name: what `GetXdbcTypeInfo` lists, and what `GetTables` says of each column.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow_flight::sql::metadata::{XdbcTypeInfo, XdbcTypeInfoData, XdbcTypeInfoDataBuilder};
use arrow_flight::sql::{CommandGetXdbcTypeInfo, Nullable, Searchable, XdbcDataType, XdbcDatetimeSubcode};

use super::tables::protocol;
use crate::engine::{CATALOG, Table};
use crate::error::Result;

/// Name, code, digits or bytes that a value can have, what a literal stands between, and the base in which digits are
/// counted.
type Listed = (
    &'static str,
    XdbcDataType,
    Option<i32>,
    Option<(&'static str, &'static str)>,
    Option<i32>,
);

/// The types that a column can be made of (`CREATE TABLE`), by code as the protocol orders them, the likeliest first
/// where a code has several.
const TYPES: [Listed; 14] = [
    ("BOOLEAN", XdbcDataType::XdbcBit, Some(1), None, None),
    ("TINYINT", XdbcDataType::XdbcTinyint, Some(3), None, Some(10)),
    ("BIGINT", XdbcDataType::XdbcBigint, Some(19), None, Some(10)),
    (
        "BYTEA",
        XdbcDataType::XdbcVarbinary,
        Some(i32::MAX),
        Some(("X'", "'")),
        None,
    ),
    (
        "VARCHAR",
        XdbcDataType::XdbcVarchar,
        Some(i32::MAX),
        Some(("'", "'")),
        None,
    ),
    ("DECIMAL", XdbcDataType::XdbcDecimal, Some(38), None, Some(10)),
    ("INTEGER", XdbcDataType::XdbcInteger, Some(10), None, Some(10)),
    ("SMALLINT", XdbcDataType::XdbcSmallint, Some(5), None, Some(10)),
    ("REAL", XdbcDataType::XdbcReal, Some(24), None, Some(2)),
    ("DOUBLE", XdbcDataType::XdbcDouble, Some(53), None, Some(2)),
    ("DATE", XdbcDataType::XdbcDate, Some(10), Some(("DATE '", "'")), None),
    ("TIME", XdbcDataType::XdbcTime, Some(18), Some(("TIME '", "'")), None),
    (
        "TIMESTAMP",
        XdbcDataType::XdbcTimestamp,
        Some(29),
        Some(("TIMESTAMP '", "'")),
        None,
    ),
    (
        "INTERVAL",
        XdbcDataType::XdbcInterval,
        None,
        Some(("INTERVAL '", "'")),
        None,
    ),
];

/// The types, all of them or those of one code.
///
/// # Errors
///
/// [`crate::Error::Protocol`] when the answer cannot be built.
pub fn type_info(query: CommandGetXdbcTypeInfo) -> Result<RecordBatch> {
    let data = data()?;
    query.into_builder(&data).build().map_err(protocol)
}

fn data() -> Result<XdbcTypeInfoData> {
    let mut builder = XdbcTypeInfoDataBuilder::new();
    for (name, code, size, literal, radix) in TYPES {
        let is_text = code == XdbcDataType::XdbcVarchar;
        let is_number = radix.is_some();
        let subcode = match code {
            XdbcDataType::XdbcTime => Some(XdbcDatetimeSubcode::XdbcSubcodeTime),
            XdbcDataType::XdbcTimestamp => Some(XdbcDatetimeSubcode::XdbcSubcodeTimestamp),
            XdbcDataType::XdbcDate => Some(XdbcDatetimeSubcode::XdbcSubcodeYear),
            _ => None,
        };
        builder.append(XdbcTypeInfo {
            type_name: name.to_owned(),
            data_type: code,
            column_size: size,
            literal_prefix: literal.map(|(prefix, _)| prefix.to_owned()),
            literal_suffix: literal.map(|(_, suffix)| suffix.to_owned()),
            create_params: (code == XdbcDataType::XdbcDecimal)
                .then(|| vec!["precision".to_owned(), "scale".to_owned()]),
            nullable: Nullable::NullabilityNullable,
            case_sensitive: is_text,
            searchable: if is_text { Searchable::Full } else { Searchable::Basic },
            unsigned_attribute: is_number.then_some(false),
            fixed_prec_scale: false,
            auto_increment: is_number.then_some(false),
            local_type_name: Some(name.to_owned()),
            minimum_scale: (code == XdbcDataType::XdbcDecimal).then_some(0),
            maximum_scale: (code == XdbcDataType::XdbcDecimal).then_some(38),
            // Of dates and times the verbose type is one for all, and the subcode says which.
            sql_data_type: if subcode.is_some() {
                XdbcDataType::XdbcDatetime
            } else {
                code
            },
            datetime_subcode: subcode,
            num_prec_radix: radix,
            interval_precision: None,
        });
    }
    builder.build().map_err(protocol)
}

/// The name of a type, as `CREATE TABLE` takes it.
#[must_use]
pub fn sql_name(data_type: &DataType) -> String {
    let name = match data_type {
        DataType::Boolean => "BOOLEAN",
        DataType::Int8 => "TINYINT",
        DataType::Int16 => "SMALLINT",
        DataType::Int32 => "INTEGER",
        DataType::Int64 => "BIGINT",
        DataType::UInt8 => "TINYINT UNSIGNED",
        DataType::UInt16 => "SMALLINT UNSIGNED",
        DataType::UInt32 => "INTEGER UNSIGNED",
        DataType::UInt64 => "BIGINT UNSIGNED",
        DataType::Float16 | DataType::Float32 => "REAL",
        DataType::Float64 => "DOUBLE",
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "VARCHAR",
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => "BYTEA",
        DataType::Date32 | DataType::Date64 => "DATE",
        DataType::Time32(_) | DataType::Time64(_) => "TIME",
        DataType::Timestamp(_, None) => "TIMESTAMP",
        DataType::Timestamp(_, Some(_)) => "TIMESTAMP WITH TIME ZONE",
        DataType::Interval(_) | DataType::Duration(_) => "INTERVAL",
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => return format!("DECIMAL({precision},{scale})"),
        DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _) => {
            return format!("{}[]", sql_name(field.data_type()));
        }
        DataType::Struct(_) => "STRUCT",
        DataType::Map(..) => "MAP",
        other => return other.to_string(),
    };
    name.to_owned()
}

/// The columns of a table with what JDBC, ODBC and ADBC show of them. Only for `GetTables`: in a result, drivers take the
/// remark for the column's name.
#[must_use]
pub fn described(table: &Table) -> SchemaRef {
    let fields = table.columns.fields().iter().map(|field| {
        let mut metadata = field.metadata().clone();
        metadata.extend(description(table, field));
        Field::clone(field).with_metadata(metadata)
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

fn description(table: &Table, field: &Field) -> HashMap<String, String> {
    let data_type = field.data_type();
    let is_text = matches!(data_type, DataType::Utf8);
    let flag = |is: bool| if is { "1" } else { "0" }.to_owned();
    let mut said = HashMap::from([
        ("CATALOG_NAME", CATALOG.to_owned()),
        ("SCHEMA_NAME", table.schema_name.clone()),
        ("TABLE_NAME", table.name.clone()),
        ("TYPE_NAME", sql_name(data_type)),
        ("IS_AUTO_INCREMENT", flag(false)),
        ("IS_CASE_SENSITIVE", flag(is_text)),
        ("IS_READ_ONLY", flag(false)),
        ("IS_SEARCHABLE", flag(true)),
    ]);
    if let DataType::Decimal128(precision, scale) | DataType::Decimal256(precision, scale) = data_type {
        said.insert("PRECISION", precision.to_string());
        said.insert("SCALE", scale.to_string());
    }
    if let Some(comment) = table.comments.get(field.name()) {
        said.insert("REMARKS", comment.clone());
    }
    let keys = said.into_iter();
    keys.map(|(key, value)| (format!("ARROW:FLIGHT:SQL:{key}"), value))
        .collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use arrow::array::AsArray;
    use datafusion::prelude::SessionContext;

    use super::*;

    #[test]
    fn types_are_listed_by_code() {
        let all = type_info(CommandGetXdbcTypeInfo { data_type: None }).unwrap();
        assert_eq!(all.num_rows(), TYPES.len());
        let varchar = XdbcDataType::XdbcVarchar as i32;
        let one = type_info(CommandGetXdbcTypeInfo {
            data_type: Some(varchar),
        });
        let one = one.unwrap();
        assert_eq!(one.num_rows(), 1);
        assert_eq!(one.column(0).as_string::<i32>().value(0), "VARCHAR");
    }

    /// Every listed type makes a column, whose type has the same name again.
    #[tokio::test]
    async fn types_are_named_as_create_table_takes_them() {
        let context = SessionContext::new();
        for (name, ..) in TYPES {
            let parameters = if name == "DECIMAL" { "(10,2)" } else { "" };
            let created = format!("CREATE OR REPLACE TABLE t (a {name}{parameters})");
            context.sql(&created).await.unwrap();
            let table = context.table("t").await.unwrap();
            let found = sql_name(table.schema().field(0).data_type());
            assert_eq!(found, format!("{name}{parameters}"));
        }
    }
}
