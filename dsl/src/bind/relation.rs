//! What is known of the rows between two stages: their columns and their order.

use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Schema, SchemaRef};

use crate::catalog::Given;

/// A column between two stages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, type and metadata.
    pub field: FieldRef,
    /// The relation that it came from, and the name that it had there: `z.dong` finds `z_dong`.
    pub origin: Option<(String, String)>,
    /// Whether it is there for the order only.
    pub hidden: bool,
}

impl Column {
    /// A column with a name and type.
    #[must_use]
    pub fn new(field: FieldRef) -> Self {
        Self {
            field,
            origin: None,
            hidden: false,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.field.name()
    }

    /// The same under another name.
    #[must_use]
    pub fn renamed(&self, name: &str) -> Self {
        let field = self.field.as_ref().clone().with_name(name);
        Self {
            field: Arc::new(field),
            ..self.clone()
        }
    }

    /// Whether it holds geometry.
    #[must_use]
    pub fn is_geometry(&self) -> bool {
        let extension = self.field.metadata().get("ARROW:extension:name");
        extension.is_some_and(|name| name.starts_with("geoarrow."))
    }

    /// Whether it holds text that is no geometry.
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.is_string() && !self.is_geometry()
    }

    /// Whether its values are texts, whatever they mean.
    #[must_use]
    pub fn is_string(&self) -> bool {
        let is_string =
            |data_type: &DataType| matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
        match self.field.data_type() {
            DataType::Dictionary(_, values) => is_string(values),
            data_type => is_string(data_type),
        }
    }

    /// Whether it holds numbers.
    #[must_use]
    pub fn is_number(&self) -> bool {
        self.field.data_type().is_numeric()
    }
}

/// A column that rows are ordered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderKey {
    /// The name of the column.
    pub column: String,
    /// Whether the largest come first. NULL is the smallest value.
    pub descending: bool,
}

/// Rows between two stages.
#[derive(Debug, Clone, Default)]
pub struct Relation {
    /// The name by which the next stage calls them.
    pub name: String,
    /// What the text calls them, where it says so.
    pub alias: Option<String>,
    /// Their columns, hidden ones among them.
    pub columns: Vec<Column>,
    /// Their order; none where there is none.
    pub order: Vec<OrderKey>,
}

impl Relation {
    /// The columns that are not hidden.
    pub fn visible(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| !column.hidden)
    }

    /// A column by its name, as it is written, else whatever its capitals.
    pub fn find(&self, name: &str) -> Option<&Column> {
        self.visible().find(|column| column.name() == name).or_else(|| {
            let wanted = name.to_lowercase();
            self.visible().find(|column| column.name().to_lowercase() == wanted)
        })
    }

    /// A column of a relation that was joined, or of these rows under their own name.
    pub fn find_of(&self, relation: &str, name: &str) -> Option<&Column> {
        let same = |left: &str, right: &str| left.to_lowercase() == right.to_lowercase();
        let origin = self.visible().find(|column| {
            let of = column.origin.as_ref();
            of.is_some_and(|(of, was)| same(of, relation) && same(was, name))
        });
        let is_this = self.alias.as_ref().is_some_and(|alias| same(alias, relation));
        origin.or_else(|| if is_this { self.find(name) } else { None })
    }

    /// As a relation that a query is planned over.
    pub fn given(&self) -> Given {
        Given {
            name: self.name.clone(),
            schema: self.schema(),
        }
    }

    fn schema(&self) -> SchemaRef {
        let fields: Vec<FieldRef> = self.columns.iter().map(|column| Arc::clone(&column.field)).collect();
        Arc::new(Schema::new(fields))
    }
}

/// A column of a name and type.
pub fn column_of(name: &str, data_type: DataType) -> Column {
    Column::new(Arc::new(Field::new(name, data_type, true)))
}
