//! Models: users' data under a name of their own, with types, comments and roles.
//!
//! A model is a TOML text in the warehouse, `_models/{owner}/{name}/{revision}.toml`, written by inspection and meant
//! to be read and corrected by people. Data stays where it is.
//!
//! Reading order: [`Model`] (what is kept) and `text` (how it is written), [`RegisterRequest`] and `guess` (how it
//! comes about), [`Models`] (the registry), `store` (tables that Pilji keeps itself), [`Roots`] (which folders may be named by
//! strangers).

mod column_type;
mod comments;
mod edit;
mod guess;
mod location;
mod models;
mod place;
mod register;
mod roots;
mod store;
mod table;
mod temporary;
mod text;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::source::Format;

pub use column_type::ColumnType;
pub use comments::korean_comment;
pub use models::{ListedModel, Models};
pub use register::{RegisterRequest, Registered};
pub use roots::{Reach, Roots};
pub use store::{Existing, Staged, StoreRequest, StoredRows};
pub use temporary::is_temporary;

/// The owner of models where nobody is known.
pub const SHARED_OWNER: &str = "shared";

/// Key of a field's metadata that holds the column's comment, as Delta and Spark have it.
pub const COMMENT: &str = "comment";

/// Key of a field's metadata that holds the column's role.
pub const ROLE: &str = "pilji.role";

/// Users' data under a name: where it is, how it is read, and what its columns mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Whose it is; the schema in which queries find it.
    pub owner: String,
    /// Its name; the table's name in queries.
    pub name: String,
    /// Its revision, from 1; 0 before it is kept.
    pub revision: u64,
    /// What it holds, in the words of its owner.
    pub comment: Option<String>,
    /// When it was registered, RFC 3339.
    pub registered: Option<String>,
    /// Where the data is and how it is read.
    pub source: ModelSource,
    /// The columns in the order in which queries see them.
    pub columns: Vec<ModelColumn>,
    /// What was noticed when the data was inspected.
    pub remarks: Vec<String>,
}

/// Where a model's data is.
#[derive(Debug, Clone, PartialEq)]
pub enum ModelSource {
    /// A dataset of the warehouse.
    Dataset(String),
    /// Files outside of the warehouse.
    Files(FileSource),
    /// Rows that Pilji keeps itself, in these Parquet files of the table's own folder.
    Stored(Vec<String>),
    /// A query in SQL, asked again whenever the view is read.
    View(String),
}

/// Files outside of the warehouse, and how they are read.
#[derive(Debug, Clone, PartialEq)]
pub struct FileSource {
    /// Where they are.
    pub place: Place,
    /// How they are written.
    pub format: Format,
    /// The columns that folders stand for, outermost first.
    pub partition_columns: Vec<String>,
    /// How many bytes of a text file a row takes on average.
    pub row_bytes: Option<u64>,
    /// The age, in seconds, at which the list of files is looked at again.
    pub refresh_secs: u64,
}

/// A file or folder with users' data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// On the server's file system, absolute.
    Path(PathBuf),
    /// In a connection.
    Connection {
        /// The connection's name.
        connection: String,
        /// The path in the connection, without a `/` at its ends; empty for all of it.
        path: String,
    },
}

/// A column of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelColumn {
    /// Its name, as in the files.
    pub name: String,
    /// The type in which queries see it.
    pub data_type: ColumnType,
    /// Whether no row may be stored without a value; false for data that Pilji does not keep itself.
    pub required: bool,
    /// What it holds.
    pub comment: Option<String>,
    /// What it is good for.
    pub role: Option<Role>,
    /// Why the role was guessed.
    pub evidence: Option<String>,
    /// What else the files say of the column, such as the coordinate system of a geometry.
    pub metadata: BTreeMap<String, String>,
}

/// What a column is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Parcel number (필지고유번호): 19 digits.
    Pnu,
    /// Code of a legal district (법정동코드): 10 digits.
    BjdCd,
    /// Name of a province or metropolitan city (시도).
    SiNm,
    /// Name of a city, county or district (시군구).
    SggNm,
    /// Name of a town, township or neighbourhood (읍면동).
    EmdNm,
    /// Name of a village (리).
    RiNm,
    /// Lot number (지번), alone or at the end of an address.
    JibunAddress,
    /// Longitude in degrees.
    Lon,
    /// Latitude in degrees.
    Lat,
    /// Geometry as WKB, WKT or `GeoArrow`.
    Geometry,
}

impl Model {
    /// The name with its owner, as queries write it: `shared.shops`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.owner, self.name)
    }

    /// The column that has a role.
    #[must_use]
    pub fn column_with(&self, role: Role) -> Option<&ModelColumn> {
        self.columns.iter().find(|column| column.role == Some(role))
    }

    /// The columns as queries see them; comments and roles are metadata of the fields.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        let fields: Vec<Field> = self.columns.iter().map(ModelColumn::field).collect();
        Arc::new(Schema::new(fields))
    }
}

impl ModelColumn {
    /// The column as a field, with comment and role.
    fn field(&self) -> Field {
        let data_type: DataType = self.data_type.arrow().clone();
        Field::new(&self.name, data_type, !self.required).with_metadata(self.all_metadata().into_iter().collect())
    }

    /// What the field of the column says: what the files say, comment and role.
    fn all_metadata(&self) -> BTreeMap<String, String> {
        let mut metadata = self.metadata.clone();
        if let Some(comment) = &self.comment {
            metadata.insert(COMMENT.to_owned(), comment.clone());
        }
        if let Some(role) = self.role {
            metadata.insert(ROLE.to_owned(), role.as_str().to_owned());
        }
        metadata
    }
}

impl Role {
    /// Every role, in the order in which they are shown.
    pub const ALL: [Self; 10] = [
        Self::Pnu,
        Self::BjdCd,
        Self::SiNm,
        Self::SggNm,
        Self::EmdNm,
        Self::RiNm,
        Self::JibunAddress,
        Self::Lon,
        Self::Lat,
        Self::Geometry,
    ];

    /// The word for the role in texts and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pnu => "pnu",
            Self::BjdCd => "bjd_cd",
            Self::SiNm => "si_nm",
            Self::SggNm => "sgg_nm",
            Self::EmdNm => "emd_nm",
            Self::RiNm => "ri_nm",
            Self::JibunAddress => "jibun_address",
            Self::Lon => "lon",
            Self::Lat => "lat",
            Self::Geometry => "geometry",
        }
    }

    /// Whether values of the role are digits that are a text: a number would lose what they mean.
    #[must_use]
    pub fn is_code(self) -> bool {
        matches!(self, Self::Pnu | Self::BjdCd)
    }

    /// The role that a word means.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// The words for all roles, for messages.
    #[must_use]
    pub fn words() -> String {
        Self::ALL.map(Self::as_str).join(", ")
    }
}

impl Place {
    /// The place as it is typed: `/data/shops.csv`, `lake:shops/2025.csv`.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Connection { connection, path } => format!("{connection}:{path}"),
        }
    }
}
