//! Columns of boxes that cover the geometries of another column.
//!
//! A covering is trusted: a geometry whose box is NULL or NaN has no point, as in the files that the ingest writes and as
//! `GeoParquet` demands. Boxes that cross the antimeridian, whose `xmin` is above their `xmax`, are not known here.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::common::ScalarValue;
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::{Expr, ident};
use pilji_udfs::geometry::Bounds;

/// The key, in the metadata of a geometry column, of the name of the column that covers it.
pub const COVERING: &str = "pilji.covering";

/// The geometry column of a dataset.
pub const GEOMETRY: &str = "geometry";
/// The column of a dataset that covers it.
pub const BBOX: &str = "bbox";

/// The fields of a box, in the order in which they are kept here.
const CORNERS: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];

/// A column of boxes with the geometry column that they cover.
#[derive(Debug, Clone, PartialEq)]
pub struct Covering {
    geometry: String,
    boxes: String,
    /// `Float32` or `Float64`.
    number: DataType,
}

impl Covering {
    /// The covering of a column by another one; `None` unless the latter is a struct of four numbers of one type.
    pub fn of(schema: &Schema, geometry: &str, boxes: &str) -> Option<Self> {
        schema.field_with_name(geometry).ok()?;
        let DataType::Struct(fields) = schema.field_with_name(boxes).ok()?.data_type() else {
            return None;
        };
        let numbers = CORNERS.map(|corner| Some(fields.find(corner)?.1.data_type().clone()));
        let [Some(number), ..] = numbers.clone() else {
            return None;
        };
        let is_sound = number.is_floating() && number != DataType::Float16;
        (is_sound && numbers.iter().all(|other| other.as_ref() == Some(&number))).then(|| Self {
            geometry: geometry.to_owned(),
            boxes: boxes.to_owned(),
            number,
        })
    }

    /// The column of the geometries.
    pub fn geometry(&self) -> &str {
        &self.geometry
    }

    /// The column of the boxes.
    pub fn boxes(&self) -> &str {
        &self.boxes
    }

    /// The leaf columns by their dotted paths: `xmin`, `ymin`, `xmax`, `ymax`.
    pub fn leaves(&self) -> [FieldRef; 4] {
        CORNERS.map(|corner| {
            Arc::new(Field::new(
                format!("{}.{corner}", self.boxes),
                self.number.clone(),
                true,
            ))
        })
    }

    /// The bounds in numbers of the boxes' precision: whoever rounded a box, in whatever direction, it overlaps these if
    /// the box before overlapped the bounds.
    pub fn rounded(&self, bounds: &Bounds) -> Bounds {
        if self.number == DataType::Float64 {
            // Comparisons take -0.0 for less than 0.0, which is the same place.
            let (low, high) = (
                |value: f64| if value == 0.0 { -0.0 } else { value },
                |value: f64| if value == 0.0 { 0.0 } else { value },
            );
            return Bounds {
                xmin: low(bounds.xmin),
                ymin: low(bounds.ymin),
                xmax: high(bounds.xmax),
                ymax: high(bounds.ymax),
            };
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "what is cut off is less than one step outward"
        )]
        let (low, high) = (
            |value: f64| f64::from((value as f32).next_down()),
            |value: f64| f64::from((value as f32).next_up()),
        );
        Bounds {
            xmin: low(bounds.xmin),
            ymin: low(bounds.ymin),
            xmax: high(bounds.xmax),
            ymax: high(bounds.ymax),
        }
    }

    /// The filter that is true for the rows whose boxes overlap any of these bounds.
    pub fn overlaps(&self, any: &[Bounds]) -> Option<Expr> {
        any.iter().map(|bounds| self.overlaps_one(bounds)).reduce(Expr::or)
    }

    fn overlaps_one(&self, bounds: &Bounds) -> Expr {
        let Bounds { xmin, ymin, xmax, ymax } = self.rounded(bounds);
        let corner = |name: &str| get_field(ident(&self.boxes), name);
        corner("xmin")
            .lt_eq(self.literal(xmax))
            .and(corner("xmax").gt_eq(self.literal(xmin)))
            .and(corner("ymin").lt_eq(self.literal(ymax)))
            .and(corner("ymax").gt_eq(self.literal(ymin)))
    }

    fn literal(&self, value: f64) -> Expr {
        #[expect(clippy::cast_possible_truncation, reason = "the value was one of 32 bits")]
        let value = match self.number {
            DataType::Float32 => ScalarValue::Float32(Some(value as f32)),
            _ => ScalarValue::Float64(Some(value)),
        };
        Expr::Literal(value, None)
    }
}

/// The geometry columns whose metadata name a covering, each with the name of that column.
pub fn marked(schema: &Schema) -> Vec<(String, String)> {
    let marked = schema.fields().iter().filter_map(|field| {
        let boxes = field.metadata().get(COVERING)?;
        Some((field.name().clone(), boxes.clone()))
    });
    marked.collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use arrow::datatypes::Fields;

    use super::*;

    fn schema(numbers: [DataType; 4]) -> Schema {
        let corners = CORNERS.iter().zip(numbers);
        let corners: Fields = corners.map(|(name, number)| Field::new(*name, number, true)).collect();
        Schema::new(vec![
            Field::new("shape", DataType::Binary, true),
            Field::new("extent", DataType::Struct(corners), true),
        ])
    }

    #[test]
    fn a_covering_is_a_struct_of_four_numbers_of_one_type() {
        let (f32, f64) = (DataType::Float32, DataType::Float64);
        let doubles = schema([(); 4].map(|()| f64.clone()));
        assert!(Covering::of(&doubles, "shape", "extent").is_some());
        assert_eq!(Covering::of(&doubles, "shape", "shape"), None);
        assert_eq!(Covering::of(&doubles, "form", "extent"), None);
        let mixed = schema([f32.clone(), f64.clone(), f64.clone(), f64]);
        assert_eq!(Covering::of(&mixed, "shape", "extent"), None);
        assert_eq!(
            Covering::of(&schema([(); 4].map(|()| DataType::Int32)), "shape", "extent"),
            None
        );
    }

    #[test]
    fn bounds_are_rounded_outward_for_boxes_of_32_bits() {
        let covering = Covering::of(&schema([(); 4].map(|()| DataType::Float32)), "shape", "extent").unwrap();
        let exact = Bounds::of_corners((127.1, 37.1), (127.2, 37.2));
        let rounded = covering.rounded(&exact);
        assert!(
            rounded.covers(&exact) && exact.grown(1e-4).covers(&rounded),
            "{rounded:?}"
        );
        // A writer that rounds a box inward still overlaps.
        assert!(f64::from(127.1_f32.next_down()) >= rounded.xmin && f64::from(127.2_f32.next_up()) <= rounded.xmax);
    }
}
