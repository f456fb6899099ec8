//! What can be wrong with a value.

/// A text or number that is not the value it should be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not a 법정동 code.
    #[error("not a 법정동 code: expected 10 digits, found {found:?}")]
    BjdCode {
        /// The text.
        found: String,
    },
    /// The text is not 19 digits.
    #[error("not a PNU: expected 19 digits, found {found:?}")]
    Pnu {
        /// The text.
        found: String,
    },
    /// The eleventh digit of a PNU names no land ledger.
    #[error("not a PNU: digit 11 (the ledger) is {ledger} in {found:?}, expected 1 to 9")]
    PnuLedger {
        /// The text, or the parts it was to be made of.
        found: String,
        /// The digit.
        ledger: u8,
    },
    /// A main or sub number has more than four digits.
    #[error("no PNU for lot {bonbun}-{bubon}: a main and a sub number have at most 4 digits")]
    PnuLot {
        /// Main number (본번).
        bonbun: u16,
        /// Sub number (부번).
        bubon: u16,
    },
    /// Several parcels or areas fit a row, and it was said that this is an error.
    #[error(
        "several parcels or areas fit {value:?}; on_ambiguous=null, first or all says what becomes of such rows, and match_status which they are"
    )]
    Ambiguous {
        /// What the row was matched by.
        value: String,
    },
    /// The text is not a lot number.
    #[error("not a jibun: expected a lot like \"435-3 과\" or \"산49도\", found {found:?}")]
    Jibun {
        /// The text.
        found: String,
    },
    /// The name cannot be split into its levels.
    #[error("not a region name: {reason}, found {found:?}")]
    RegionName {
        /// The name.
        found: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The text names no EPSG code.
    #[error("not a coordinate system: expected a code like EPSG:5186, found {found:?}")]
    CrsText {
        /// The text.
        found: String,
    },
    /// The code is not in the table of coordinate systems.
    #[error("EPSG:{epsg} is not supported; supported codes: {supported}")]
    CrsCode {
        /// The code.
        epsg: u32,
        /// The codes of the table.
        supported: String,
    },
    /// A text that should describe a coordinate system cannot be read.
    #[error("not a coordinate system in {form}: {reason}")]
    CrsSyntax {
        /// The form that it seems to have.
        form: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A coordinate system has a part that cannot be computed.
    #[error("the coordinate system \"{crs}\" cannot be used: {part} is not supported")]
    CrsUnsupported {
        /// Its name, or its PROJ string.
        crs: String,
        /// The part.
        part: String,
    },
    /// A text names one coordinate system and describes another.
    #[error("the coordinate system calls itself EPSG:{epsg} ({name}) but its parameters differ: found {found}")]
    CrsContradiction {
        /// The code it claims, or that belongs to the name it claims.
        epsg: u32,
        /// The name of that code.
        name: String,
        /// What it describes.
        found: String,
    },
    /// The text of a `.prj` is not well-known text.
    #[error("the .prj cannot be read: {reason} at character {position}; name the coordinate system with --crs EPSG:n")]
    PrjSyntax {
        /// What was expected there.
        reason: &'static str,
        /// Counted from 1.
        position: usize,
    },
    /// The `.prj` describes a coordinate system that is not in the table.
    #[error("the .prj's coordinate system is not known: found {found}; name it with --crs EPSG:n")]
    PrjUnknown {
        /// Its name and parameters.
        found: String,
    },
    /// The `.prj` names one coordinate system and describes another.
    #[error(
        "the .prj calls itself EPSG:{epsg} ({name}) but its parameters differ: found {found}; say which with --crs EPSG:n"
    )]
    PrjConflict {
        /// The code it claims, or that belongs to the name it claims.
        epsg: u32,
        /// The name of that code.
        name: String,
        /// What it describes.
        found: String,
    },
    /// Bytes are no well-known binary.
    #[error("not WKB: {what}, found {found}")]
    Wkb {
        /// What is wrong with them.
        what: String,
        /// Their beginning, in hexadecimal digits.
        found: String,
    },
    /// A text is no well-known text.
    #[error("not WKT: expected {expected}, found {found} at position {position}")]
    Wkt {
        /// What was expected.
        expected: String,
        /// What stands there.
        found: String,
        /// The place in characters, from 1.
        position: usize,
    },
    /// A text is no geometry object of GeoJSON.
    #[error("not GeoJSON: expected {expected}, found {found}")]
    GeoJson {
        /// What was expected.
        expected: &'static str,
        /// The beginning of what stands there.
        found: String,
    },
    /// A coordinate is not a number that one can compute with.
    #[error("the coordinate ({x}, {y}) is not finite")]
    NotFinite {
        /// Easting or longitude.
        x: f64,
        /// Northing or latitude.
        y: f64,
    },
    /// A column holds no geometries.
    #[error("expected geometries (WKB, WKT or GeoArrow), found {found}")]
    GeometryType {
        /// Its type.
        found: String,
    },
    /// An argument has another type than the function takes.
    #[error("{argument} must be {expected}, found {found}")]
    ArgumentType {
        /// The argument's name.
        argument: &'static str,
        /// What it must be.
        expected: &'static str,
        /// Its type.
        found: String,
    },
    /// An argument has a value that the function does not take.
    #[error("{argument} must be {expected}, found {found}")]
    ArgumentValue {
        /// The argument's name.
        argument: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// An argument must be the same for all rows.
    #[error("the {argument} must be a constant, since it is part of the column's type")]
    NotConstant {
        /// What it says.
        argument: &'static str,
    },
    /// Two geometries are in different coordinate systems.
    #[error(
        "the geometries are in different coordinate systems, {one} and {other}; bring one to the other with st_transform"
    )]
    MixedCrs {
        /// The first system.
        one: String,
        /// Another one.
        other: String,
    },
    /// Only some of the geometries that are put together have heights or measures.
    #[error("the geometries have different dimensions, {one} and {other}")]
    MixedDimensions {
        /// The dimensions of one.
        one: &'static str,
        /// Those of another.
        other: &'static str,
    },
    /// A function needs to know the coordinate system, and the column does not name one.
    #[error("the geometry's coordinate system is not known; name it with st_setsrid(geometry, 5186) or the like")]
    CrsUnknown,
    /// A column of answers passes what its offsets can address.
    #[error("the answers of one batch take more than 2 GiB; ask for fewer or smaller geometries at a time")]
    TooLarge,
    /// A function has a meaning in the condition of a join only.
    #[error(
        "{function}(one.geometry, other.geometry, k) stands in the condition of a join, with columns of one table, then of the other, \
         a constant k above 0 and no use_spheroid; near one place, ORDER BY st_distance(geometry, place) LIMIT k finds rows"
    )]
    NotInJoin {
        /// The function's name.
        function: &'static str,
    },
    /// An algorithm gave up on its input.
    #[error(
        "no answer can be computed for one of these geometries; st_isvalid and st_makevalid may help to find and mend it"
    )]
    Unanswerable,
    /// The projection library refuses a coordinate system.
    #[error("{crs} cannot be set up")]
    CrsSetup {
        /// Its code or name.
        crs: String,
        /// The library's reason.
        source: proj4rs::errors::Error,
    },
    /// A point has no counterpart.
    #[error("the point ({x}, {y}) cannot be converted between {crs} and EPSG:4326")]
    Point {
        /// Easting in m, or longitude in degrees, as given.
        x: f64,
        /// Northing in m, or latitude in degrees, as given.
        y: f64,
        /// The other coordinate system.
        crs: String,
    },
}

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;
