//! Small corrections of a model.

use super::{ColumnType, Model, ModelColumn, Role};
use crate::{Error, Result};

/// The evidence of a role that a person gave.
const BY_HAND: &str = "set by hand";

impl Model {
    /// The column of a name: as it is written, or else the only one that differs in capitals alone.
    ///
    /// # Errors
    ///
    /// [`Error::NoColumn`] when there is none.
    pub fn column(&self, name: &str) -> Result<&ModelColumn> {
        let idx = self.column_idx(name)?;
        Ok(&self.columns[idx])
    }

    /// Gives a column a role, or takes its role away. The column that had the role loses it.
    ///
    /// # Errors
    ///
    /// [`Error::NoColumn`] when there is no such column.
    pub fn set_role(&mut self, column: &str, role: Option<Role>) -> Result<()> {
        let idx = self.column_idx(column)?;
        for (other, column) in self.columns.iter_mut().enumerate() {
            if other == idx || (role.is_some() && column.role == role) {
                column.role = None;
                column.evidence = None;
            }
        }
        self.columns[idx].role = role;
        self.columns[idx].evidence = role.map(|_| BY_HAND.to_owned());
        Ok(())
    }

    /// Gives a column a type.
    ///
    /// # Errors
    ///
    /// [`Error::NoColumn`] when there is no such column.
    pub fn set_type(&mut self, column: &str, data_type: ColumnType) -> Result<()> {
        let idx = self.column_idx(column)?;
        self.columns[idx].data_type = data_type;
        Ok(())
    }

    /// Gives a column a comment, or takes it away.
    ///
    /// # Errors
    ///
    /// [`Error::NoColumn`] when there is no such column.
    pub fn set_column_comment(&mut self, column: &str, comment: Option<String>) -> Result<()> {
        let idx = self.column_idx(column)?;
        self.columns[idx].comment = comment;
        Ok(())
    }

    fn column_idx(&self, name: &str) -> Result<usize> {
        if let Some(idx) = self.columns.iter().position(|column| column.name == name) {
            return Ok(idx);
        }
        let lower = name.to_lowercase();
        let mut alike = self
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.name.to_lowercase() == lower);
        match (alike.next(), alike.next()) {
            (Some((idx, _)), None) => Ok(idx),
            _ => Err(Error::NoColumn {
                column: name.to_owned(),
                known: self.columns.iter().map(|column| column.name.clone()).collect(),
            }),
        }
    }
}
