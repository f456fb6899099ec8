//! A value of a user's text file that is not what its column holds.

use std::fmt;

/// A value of a text file that does not fit its column's type, and where it is.
#[derive(Debug)]
pub struct BadValue {
    /// The file within its store.
    pub file: String,
    /// The row, from 1; a header is row 1.
    pub row: u64,
    /// The column.
    pub column: String,
    /// The value.
    pub value: String,
    /// The type that it should have.
    pub expected: String,
    /// The table's name.
    pub table: String,
}

impl fmt::Display for BadValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            row,
            column,
            value,
            expected,
            table,
        } = self;
        write!(
            formatter,
            "{file:?}, row {row}: column {column:?} has {value:?}, which is no {expected}; correct the value, or read \
             the column as text: `pilji model edit {table} --type {column}=text`"
        )
    }
}
