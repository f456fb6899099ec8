//! `st_union_agg`.

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::ScalarValue;
use datafusion::error::Result as PlanResult;
use datafusion::logical_expr::Accumulator;

use super::geometry_list::GeometryList;
use crate::Result;
use crate::coverage::Coverage;
use crate::function::{Argument, GeometryColumn, SpatialAggregate, failed, geometry_field};
use crate::geometry::{Geometry, Kind, Shape, Wkb};
use crate::overlay::operation::{Operation, overlay, unary_union};

const NAME: &str = "st_union_agg";

/// The points that any geometry of a group has.
pub const ST_UNION_AGG: SpatialAggregate = SpatialAggregate {
    name: NAME,
    aliases: &[],
    about: "Returns what any geometry of the group covers, in one: the parcels of a 동 become the 동. Edges that neighbours share \
            are dropped as they come, so that only outlines are kept in memory. NULLs are left out; NULL of none, EMPTY of \
            EMPTY ones. Z and M are dropped. PostGIS's aggregate `ST_Union`.",
    example: "SELECT emd_nm, st_union_agg(geometry) AS geometry FROM parcel GROUP BY emd_nm",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    field: geometry_field,
    state: &[
        ("areas", DataType::Binary),
        ("others", DataType::Binary),
        ("emptiest", DataType::UInt8),
    ],
    accumulator: |call| {
        Ok(Box::new(Uniter {
            field: call.field(0)?,
            areas: Coverage::default(),
            others: GeometryList::default(),
            empty: None,
        }))
    },
    groups: None,
};

/// What came so far.
#[derive(Debug)]
struct Uniter {
    field: FieldRef,
    areas: Coverage,
    /// Points and lines.
    others: GeometryList,
    /// The largest type of the EMPTY geometries, as its code.
    empty: Option<u8>,
}

impl Uniter {
    fn take_in(&mut self, array: &ArrayRef) -> Result<()> {
        let column = GeometryColumn::read(array, &self.field)?;
        for bytes in (0..column.len()).filter_map(|idx| column.bytes(idx)) {
            let wkb = Wkb::read(bytes)?;
            if wkb.is_empty() {
                self.empty = self.empty.max(Some(wkb.kind() as u8));
                continue;
            }
            self.areas.add(&wkb)?;
            let mut others = Vec::new();
            wkb.for_each_simple(&mut |simple| {
                if simple.kind() != Kind::Polygon && !simple.is_empty() {
                    others.push(simple);
                }
            });
            for other in others {
                self.others.push(&Geometry::xy(Geometry::from(other).shape))?;
            }
        }
        Ok(())
    }

    fn united(&self) -> Result<Option<Geometry>> {
        let others = self.others.geometries()?.into_iter().map(|geometry| geometry.shape);
        let others: Vec<Shape> = others.collect();
        let others = match others.len() {
            0 => None,
            _ => Some(unary_union(&Geometry::xy(Shape::GeometryCollection(others)))?),
        };
        let areas = if self.areas.is_empty() {
            None
        } else {
            Some(self.areas.dissolved()?)
        };
        Ok(match (areas, others) {
            (Some(areas), Some(others)) => Some(overlay(Operation::Union, &areas, &others)?),
            (areas, others) => areas
                .or(others)
                .or_else(|| Some(Geometry::xy(Shape::empty(Kind::from_code(u32::from(self.empty?))?)))),
        })
    }
}

impl Accumulator for Uniter {
    fn update_batch(&mut self, values: &[ArrayRef]) -> PlanResult<()> {
        let mut columns = values.iter().take(1);
        columns
            .try_for_each(|array| self.take_in(array))
            .map_err(|error| failed(NAME, &error))
    }

    fn evaluate(&mut self) -> PlanResult<ScalarValue> {
        let geometry = self.united().map_err(|error| failed(NAME, &error))?;
        Ok(ScalarValue::Binary(geometry.map(|geometry| geometry.to_wkb())))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.areas.memory_bytes() + self.others.memory_bytes()
    }

    fn state(&mut self) -> PlanResult<Vec<ScalarValue>> {
        Ok(vec![
            ScalarValue::Binary(Some(self.areas.write())),
            ScalarValue::Binary(Some(std::mem::take(&mut self.others).into_bytes())),
            ScalarValue::UInt8(self.empty),
        ])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> PlanResult<()> {
        let [areas, others, empty] = states else {
            return Ok(());
        };
        for bytes in areas.as_binary::<i32>().iter().flatten() {
            self.areas.read(bytes);
        }
        for bytes in others.as_binary::<i32>().iter().flatten() {
            self.others.append(bytes).map_err(|error| failed(NAME, &error))?;
        }
        let empty = empty.as_primitive::<arrow::datatypes::UInt8Type>();
        self.empty = self.empty.max(empty.iter().flatten().max());
        Ok(())
    }
}
