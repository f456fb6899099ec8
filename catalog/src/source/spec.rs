//! What is known of a user's files: once inspected, and as it is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Format;

/// How old the list of a tree's files may get, unless said otherwise.
const REFRESH_SECS: u64 = 60;

/// All that is needed to read files as a table again. Goes into TOML and JSON and comes back equal.
///
/// The schema is what users see. A column may be left out, put elsewhere, or be given another type: text of every
/// column of a text file, and whatever Arrow can cast a Parquet column to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSpec {
    /// How the files are written.
    pub format: Format,
    /// The columns that folders stand for, outermost first: the key of `SI_NM=…`, or the name of an unnamed level.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partition_columns: Vec<String>,
    /// How many bytes of a text file a row takes on average, for estimates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_bytes: Option<u64>,
    /// The age in seconds at which the list of files is looked at again.
    #[serde(default = "refresh_secs")]
    pub refresh_secs: u64,
    /// The files of the folder that are the table's; all of them unless said otherwise. Such files never change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<Vec<String>>,
    /// The columns as users see them; all may be NULL. Geometry carries `geoarrow.wkb` or `geoarrow.wkt` metadata.
    #[serde(
        rename = "columns",
        serialize_with = "write_schema",
        deserialize_with = "read_schema"
    )]
    pub schema: SchemaRef,
}

/// What a look at a user's files found.
#[derive(Debug, Clone)]
pub struct Inspected {
    /// How the files are written.
    pub format: Format,
    /// The columns as users see them, partition columns last; all may be NULL.
    pub schema: SchemaRef,
    /// The columns that folders stand for, outermost first.
    pub partition_columns: Vec<String>,
    /// The number of data files.
    pub files: usize,
    /// Their size in bytes.
    pub bytes: u64,
    /// The number of rows, where the files say it.
    pub rows: Option<u64>,
    /// How many bytes of a text file a row takes on average.
    pub row_bytes: Option<u64>,
    /// The first rows, as many as types were inferred from, with all columns of `schema`.
    pub sample: Vec<RecordBatch>,
    /// What a user should know, in whole sentences without a full stop.
    pub remarks: Vec<String>,
}

impl Inspected {
    /// What to keep so that the files can be opened.
    #[must_use]
    pub fn spec(&self) -> SourceSpec {
        SourceSpec {
            format: self.format.clone(),
            partition_columns: self.partition_columns.clone(),
            row_bytes: self.row_bytes,
            refresh_secs: REFRESH_SECS,
            files: None,
            schema: Arc::clone(&self.schema),
        }
    }
}

fn refresh_secs() -> u64 {
    REFRESH_SECS
}

/// A column as it is written down: `{ name = "PNU", type = "Utf8" }`, types as Arrow writes them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    name: String,
    r#type: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
}

pub(super) fn write_schema<S: Serializer>(schema: &SchemaRef, serializer: S) -> Result<S::Ok, S::Error> {
    let column = |field: &Arc<Field>| Column {
        name: field.name().clone(),
        r#type: field.data_type().to_string(),
        metadata: field.metadata().clone().into_iter().collect(),
    };
    serializer.collect_seq(schema.fields().iter().map(column))
}

pub(super) fn read_schema<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SchemaRef, D::Error> {
    let mut fields = Vec::new();
    for column in Vec::<Column>::deserialize(deserializer)? {
        let data_type: DataType = column.r#type.parse().map_err(serde::de::Error::custom)?;
        let field = Field::new(column.name, data_type, true);
        fields.push(field.with_metadata(column.metadata.into_iter().collect()));
    }
    Ok(Arc::new(Schema::new(fields)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::collections::HashMap;

    use arrow::datatypes::{Fields, TimeUnit};

    use super::*;
    use crate::TextEncoding;
    use crate::source::CsvFormat;

    fn check(format: Format) {
        let corner = Field::new("xmin", DataType::Float64, true);
        let tags = DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true)));
        let geometry = Field::new("geometry", DataType::Binary, true).with_metadata(HashMap::from([(
            "ARROW:extension:name".to_owned(),
            "geoarrow.wkb".to_owned(),
        )]));
        let fields = vec![
            Field::new("지번 주소", DataType::Utf8, true),
            Field::new(
                "at",
                DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
                true,
            ),
            Field::new("price", DataType::Decimal128(18, 2), true),
            Field::new("bbox", DataType::Struct(Fields::from(vec![corner])), true),
            Field::new("tags", tags, true),
            geometry,
        ];
        let spec = SourceSpec {
            format,
            partition_columns: vec!["SI_NM".to_owned()],
            row_bytes: Some(17),
            refresh_secs: 5,
            files: Some(vec!["a.parquet".to_owned()]),
            schema: Arc::new(Schema::new(fields)),
        };
        let text = toml::to_string(&spec).unwrap();
        assert_eq!(toml::from_str::<SourceSpec>(&text).unwrap(), spec, "{text}");
        let text = serde_json::to_string(&spec).unwrap();
        assert_eq!(serde_json::from_str::<SourceSpec>(&text).unwrap(), spec, "{text}");
    }

    #[test]
    fn what_is_kept_comes_back_equal() {
        check(Format::Parquet);
        check(Format::Delta);
        check(Format::JsonLines);
        check(Format::Csv(CsvFormat {
            encoding: TextEncoding::Cp949,
            delimiter: b'\t',
            header: true,
            columns: vec!["이름".to_owned()],
        }));
    }
}
