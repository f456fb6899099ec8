//! `PiljiQL`: queries as pipelines of commands, `model 내토지 | where 지목 = '대' | stats count(*) as n by emd_nm`.
//!
//! A text becomes tokens, and these a tree ([`parse`]) in which every name and value knows its bytes. The tree is bound against
//! the tables and functions that there are ([`bind`]), stage by stage, and becomes one query of SQL's own tree ([`query`]).
//! What is wrong with a text is data ([`Diagnostic`]): a code, a message in English and Korean, places, and what to write
//! instead. Nothing here reads files, asks a clock, or knows which tables there are: a [`Catalog`] says that.

mod bind;
mod catalog;
mod codes;
mod commands;
mod diagnostic;
mod format;
mod lower;
mod parse;
mod places;
mod references;
mod render;
mod sql;
pub mod syntax;
mod token;

pub use bind::{Column, Failure, Plan, StageColumns, bind};
pub use catalog::{Catalog, Found, FunctionKind, Given, Missing, Refused, Region};
pub use codes::{CODES, Code, page};
pub use commands::{COMMANDS, CommandHelp, SOURCES, reference};
pub use diagnostic::{Diagnostic, Fix, Label, Severity, Span};
pub use format::format;
pub use lower::{explained, query};
pub use parse::{is_command, parse};
pub use places::Places;
pub use references::{PARCEL, References, references};
pub use render::render;
