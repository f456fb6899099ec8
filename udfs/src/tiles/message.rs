//! The messages of a vector tile.
//!
//! # Source
//!
//! Mapbox, "Vector Tile Specification" 2.1, `vector_tile.proto`.

/// The version of the specification.
pub const VERSION: u32 = 2;

/// A tile.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Tile {
    /// Its layers.
    #[prost(message, repeated, tag = "3")]
    pub layers: Vec<Layer>,
}

/// Features of one kind.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Layer {
    /// Its name.
    #[prost(string, required, tag = "1")]
    pub name: String,
    /// What is drawn.
    #[prost(message, repeated, tag = "2")]
    pub features: Vec<Feature>,
    /// The names of properties, each once.
    #[prost(string, repeated, tag = "3")]
    pub keys: Vec<String>,
    /// The values of properties, each once.
    #[prost(message, repeated, tag = "4")]
    pub values: Vec<Value>,
    /// The tile's width and height in cells.
    #[prost(uint32, optional, tag = "5")]
    pub extent: Option<u32>,
    /// The version of the specification.
    #[prost(uint32, required, tag = "15")]
    pub version: u32,
}

/// A geometry with properties.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Feature {
    /// Its number.
    #[prost(uint64, optional, tag = "1")]
    pub id: Option<u64>,
    /// The places of a key and of a value, in turns.
    #[prost(uint32, repeated, tag = "2")]
    pub tags: Vec<u32>,
    /// 1 for points, 2 for lines, 3 for polygons.
    #[prost(int32, optional, tag = "3")]
    pub kind: Option<i32>,
    /// Commands with their parameters.
    #[prost(uint32, repeated, tag = "4")]
    pub geometry: Vec<u32>,
}

/// The value of a property: one of these.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Value {
    /// A text.
    #[prost(string, optional, tag = "1")]
    pub string: Option<String>,
    /// A number of 32 bits.
    #[prost(float, optional, tag = "2")]
    pub float: Option<f32>,
    /// A number of 64 bits.
    #[prost(double, optional, tag = "3")]
    pub double: Option<f64>,
    /// A whole number of 0 and above.
    #[prost(uint64, optional, tag = "5")]
    pub uint: Option<u64>,
    /// A whole number below 0.
    #[prost(sint64, optional, tag = "6")]
    pub sint: Option<i64>,
    /// True or false.
    #[prost(bool, optional, tag = "7")]
    pub bool: Option<bool>,
}
