//! How curves look.

use crate::{Error, Result};

const DEFAULT_SEGMENTS: u32 = 8;
const MOST_SEGMENTS: u32 = 10_000;
const DEFAULT_MITRE_LIMIT: f64 = 5.0;

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cap {
    /// In half a circle.
    Round,
    /// At its last point.
    Flat,
    /// In half a square.
    Square,
}

/// How a corner looks on its outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// An arc.
    Round,
    /// A point, cut off when it would be too long.
    Mitre,
    /// Cut off.
    Bevel,
}

/// On which side of lines the area is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// On both.
    Both,
    /// On the left, seen along the line.
    Left,
    /// On the right.
    Right,
}

/// How curves look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// Edges in a quarter of a circle.
    pub n_segments: u32,
    /// How lines end.
    pub cap: Cap,
    /// How corners look.
    pub join: Join,
    /// The longest point of a corner, in distances.
    pub mitre_limit: f64,
    /// The side of lines.
    pub side: Side,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            n_segments: DEFAULT_SEGMENTS,
            cap: Cap::Round,
            join: Join::Round,
            mitre_limit: DEFAULT_MITRE_LIMIT,
            side: Side::Both,
        }
    }
}

impl Style {
    /// The style that words such as `quad_segs=4 endcap=flat join=mitre mitre_limit=2 side=left` describe, or a number alone: that of
    /// the edges in a quarter of a circle.
    ///
    /// # Errors
    ///
    /// [`Error::ArgumentValue`] when a word means nothing.
    pub fn read(words: &str) -> Result<Self> {
        let mut style = Self::default();
        if words.trim().parse::<f64>().is_ok() {
            style.n_segments = segments(words.trim())?;
            return Ok(style);
        }
        for word in words.split_whitespace() {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            match (name, value) {
                ("quad_segs", value) => style.n_segments = segments(value)?,
                ("endcap", "round") => style.cap = Cap::Round,
                ("endcap", "flat" | "butt") => style.cap = Cap::Flat,
                ("endcap", "square") => style.cap = Cap::Square,
                ("join", "round") => style.join = Join::Round,
                ("join", "mitre" | "miter") => style.join = Join::Mitre,
                ("join", "bevel") => style.join = Join::Bevel,
                ("mitre_limit" | "miter_limit", value) => style.mitre_limit = mitre_limit(value)?,
                ("side", "both") => style.side = Side::Both,
                ("side", "left") => style.side = Side::Left,
                ("side", "right") => style.side = Side::Right,
                _ => {
                    return Err(wrong(
                        "words of quad_segs=8, endcap=round|flat|square, join=round|mitre|bevel, mitre_limit=5, side=both|left|right",
                        word,
                    ));
                }
            }
        }
        Ok(style)
    }
}

fn segments(value: &str) -> Result<u32> {
    let number = value.parse().ok().filter(|number| (1..=MOST_SEGMENTS).contains(number));
    number.ok_or_else(|| wrong("quad_segs between 1 and 10000", value))
}

fn mitre_limit(value: &str) -> Result<f64> {
    let number = value
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| wrong("a mitre_limit not below 0", value))
}

fn wrong(expected: &'static str, found: &str) -> Error {
    Error::ArgumentValue {
        argument: "style",
        expected,
        found: format!("{found:?}"),
    }
}
