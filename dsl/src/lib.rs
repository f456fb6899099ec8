//! `PiljiQL`: queries as pipelines of commands, `model 내토지 | where 지목 = '대' | stats count(*) as n by emd_nm`.
//!
//! A text becomes tokens, and these a tree ([`parse`]) in which every name and value knows its bytes. What is wrong with a
//! text is data ([`Diagnostic`]): a code, a message in English and Korean, places, and what to write instead. Nothing here reads
//! files, asks a clock, or knows which tables there are.

mod diagnostic;
mod parse;
pub mod syntax;
mod token;

pub use diagnostic::{Diagnostic, Fix, Label, Severity, Span};
pub use parse::parse;
