//! The messages of Flight's session actions, which the Flight library does not have.
//!
//! Names and numbers are those of Flight's protocol definition, version 18.

use std::collections::HashMap;

/// Asks to set options.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SetSessionOptionsRequest {
    /// Values by name; a value without content takes the option back.
    #[prost(map = "string, message", tag = "1")]
    pub session_options: HashMap<String, SessionOptionValue>,
}

/// The value of an option.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SessionOptionValue {
    /// The value, in one of several types.
    #[prost(oneof = "OptionValue", tags = "1, 2, 3, 4, 5")]
    pub option_value: Option<OptionValue>,
}

/// The value of an option, by type.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum OptionValue {
    /// A text.
    #[prost(string, tag = "1")]
    Text(String),
    /// True or false.
    #[prost(bool, tag = "2")]
    Bool(bool),
    /// A whole number.
    #[prost(sfixed64, tag = "3")]
    Int(i64),
    /// A number.
    #[prost(double, tag = "4")]
    Double(f64),
    /// A list of texts.
    #[prost(message, tag = "5")]
    Texts(StringListValue),
}

/// A list of texts.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct StringListValue {
    /// The texts.
    #[prost(string, repeated, tag = "1")]
    pub values: Vec<String>,
}

/// Which options could not be set, and why; the others have been.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SetSessionOptionsResult {
    /// Errors by name.
    #[prost(map = "string, message", tag = "1")]
    pub errors: HashMap<String, SetError>,
}

/// Why an option could not be set.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SetError {
    /// The reason.
    #[prost(enumeration = "SetErrorValue", tag = "1")]
    pub value: i32,
}

/// Why an option could not be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum SetErrorValue {
    /// Not said.
    Unspecified = 0,
    /// There is no such option.
    InvalidName = 1,
    /// It cannot have this value.
    InvalidValue = 2,
    /// Something else.
    Error = 3,
}

/// All options.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetSessionOptionsResult {
    /// Values by name.
    #[prost(map = "string, message", tag = "1")]
    pub session_options: HashMap<String, SessionOptionValue>,
}

/// What has become of a session.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct CloseSessionResult {
    /// The outcome.
    #[prost(enumeration = "CloseSessionStatus", tag = "1")]
    pub status: i32,
}

/// What has become of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum CloseSessionStatus {
    /// Not said.
    Unspecified = 0,
    /// It is closed.
    Closed = 1,
    /// It will be.
    Closing = 2,
    /// It cannot be.
    NotCloseable = 3,
}
