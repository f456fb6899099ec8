//! What goes in and out, and the order in which a server is asked.

use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::digest::Digest;
use crate::error::Result;

/// One kind of question, as the harness calls it.
#[derive(Debug, Deserialize)]
pub struct Work {
    /// Its name, `W1`.
    pub name: String,
    /// What is asked, one after the other.
    pub cases: Vec<Case>,
}

/// One statement.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// Its number in the work list.
    pub number: usize,
    /// The text, with `$1`, `$2` for parameters.
    pub text: String,
    /// Texts and numbers.
    #[serde(default)]
    pub parameters: Vec<Value>,
}

/// The answers of one work.
#[derive(Debug, Serialize)]
pub struct Answered {
    /// The work's name.
    pub name: String,
    /// Number of the case, seconds, rows, hash.
    pub answers: Vec<(usize, f64, u64, String)>,
}

/// A connection to a server.
pub trait Client {
    /// A statement that the server has prepared.
    type Prepared;
    /// A whole answer in the client's memory.
    type Rows;

    /// Prepares the statement of a case.
    ///
    /// # Errors
    ///
    /// When the server refuses the text.
    async fn prepare(&mut self, case: &Case) -> Result<Self::Prepared>;

    /// Runs a prepared statement and fetches the whole answer.
    ///
    /// # Errors
    ///
    /// When the server refuses it or goes away.
    async fn fetch(&mut self, prepared: &mut Self::Prepared, case: &Case) -> Result<Self::Rows>;

    /// Adds an answer to a hash.
    ///
    /// # Errors
    ///
    /// When a column's type is not one that the race asks for.
    fn digest(rows: &Self::Rows, digest: &mut Digest) -> Result<()>;
}

/// Asks everything twice and times the second time.
///
/// # Errors
///
/// Those of the client.
pub async fn everything<C: Client>(client: &mut C, works: &[Work]) -> Result<Vec<Answered>> {
    let mut answered = Vec::new();
    for work in works {
        let mut prepared = Vec::new();
        for case in &work.cases {
            let mut statement = client.prepare(case).await?;
            client.fetch(&mut statement, case).await?;
            prepared.push(statement);
        }
        let mut answers = Vec::new();
        for (case, statement) in work.cases.iter().zip(&mut prepared) {
            let begin = Instant::now();
            let rows = client.fetch(statement, case).await?;
            let seconds = begin.elapsed().as_secs_f64();
            let mut digest = Digest::default();
            C::digest(&rows, &mut digest)?;
            answers.push((case.number, seconds, digest.rows(), digest.to_string()));
        }
        answered.push(Answered {
            name: work.name.clone(),
            answers,
        });
    }
    Ok(answered)
}
