//! The client of `PostgreSQL`.

use std::collections::HashMap;

use futures::TryStreamExt;
use serde_json::Value;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{NoTls, Row, Statement};

use crate::ask::{Case, Client};
use crate::digest::Digest;
use crate::error::{Error, Result};

/// A connection and what was prepared over it, by text: a statement that comes again is planned once.
pub struct Postgres {
    client: tokio_postgres::Client,
    prepared: HashMap<String, Statement>,
}

impl Postgres {
    /// Connects.
    ///
    /// # Errors
    ///
    /// [`Error::Postgres`] when nobody answers.
    pub async fn connect(url: &str) -> Result<Self> {
        let connected = tokio_postgres::connect(url, NoTls).await;
        let (client, connection) = connected.map_err(|source| Error::Postgres {
            text: "connecting".to_owned(),
            source,
        })?;
        // Its failure shows in the statement that waits for it.
        tokio::spawn(connection);
        Ok(Self {
            client,
            prepared: HashMap::new(),
        })
    }
}

impl Client for Postgres {
    type Prepared = Statement;
    type Rows = Vec<Row>;

    async fn prepare(&mut self, case: &Case) -> Result<Self::Prepared> {
        if let Some(prepared) = self.prepared.get(&case.text) {
            return Ok(prepared.clone());
        }
        let prepared = self.client.prepare(&case.text).await;
        let prepared = prepared.map_err(|source| refused(case, source))?;
        self.prepared.insert(case.text.clone(), prepared.clone());
        Ok(prepared)
    }

    async fn fetch(&mut self, prepared: &mut Self::Prepared, case: &Case) -> Result<Self::Rows> {
        let parameters: Vec<_> = case.parameters.iter().map(parameter).collect::<Result<_>>()?;
        let rows = self.client.query_raw(&*prepared, parameters).await;
        let rows = rows.map_err(|source| refused(case, source))?;
        rows.try_collect().await.map_err(|source| refused(case, source))
    }

    fn digest(rows: &Self::Rows, digest: &mut Digest) -> Result<()> {
        for row in rows {
            for column_idx in 0..row.len() {
                add(row, column_idx, digest)?;
            }
            digest.end_row();
        }
        Ok(())
    }
}

fn add(row: &Row, column_idx: usize, digest: &mut Digest) -> Result<()> {
    let column = &row.columns()[column_idx];
    let number: Option<i64> = match *column.type_() {
        Type::TEXT => {
            let text: Option<&str> = get(row, column_idx)?;
            digest.value(text.map(str::as_bytes));
            return Ok(());
        }
        Type::BYTEA => {
            digest.value(get(row, column_idx)?);
            return Ok(());
        }
        Type::INT4 => get::<Option<i32>>(row, column_idx)?.map(i64::from),
        Type::INT8 => get(row, column_idx)?,
        ref other => {
            return Err(Error::ColumnType {
                column: column.name().to_owned(),
                data_type: other.name().to_owned(),
            });
        }
    };
    digest.value(number.map(|number| number.to_string()).as_deref().map(str::as_bytes));
    Ok(())
}

fn get<'a, T: tokio_postgres::types::FromSql<'a>>(row: &'a Row, column_idx: usize) -> Result<T> {
    row.try_get(column_idx).map_err(|source| Error::Postgres {
        text: format!("column {column_idx} of the answer"),
        source,
    })
}

/// A parameter as `PostgreSQL` takes it: text, or `float8`.
fn parameter(value: &Value) -> Result<Box<dyn ToSql + Sync + Send>> {
    match (value.as_str(), value.as_f64()) {
        (Some(text), _) => Ok(Box::new(text.to_owned())),
        (None, Some(number)) => Ok(Box::new(number)),
        (None, None) => Err(Error::Parameter { found: value.clone() }),
    }
}

fn refused(case: &Case, source: tokio_postgres::Error) -> Error {
    Error::Postgres {
        text: case.text.clone(),
        source,
    }
}
