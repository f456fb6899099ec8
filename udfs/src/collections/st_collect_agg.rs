//! `st_collect_agg`.

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::ScalarValue;
use datafusion::error::Result as PlanResult;
use datafusion::logical_expr::Accumulator;

use super::collected::collected;
use super::geometry_list::GeometryList;
use crate::Result;
use crate::function::{Argument, GeometryColumn, SpatialAggregate, failed, geometry_field};
use crate::geometry::{Geometry, Wkb};

const NAME: &str = "st_collect_agg";

/// All geometries of a group in one.
pub const ST_COLLECT_AGG: SpatialAggregate = SpatialAggregate {
    name: NAME,
    aliases: &[],
    about: "Returns all geometries of the group in one, as they are: a multi-geometry when all are points, lines or polygons, \
            else a collection. NULLs are left out; NULL of none. Fails when only some have heights or measures. PostGIS's \
            aggregate `ST_Collect`.",
    example: "SELECT st_numgeometries(st_collect_agg(geometry)) FROM parcel",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    field: geometry_field,
    state: &[("geometries", DataType::Binary)],
    accumulator: |call| {
        Ok(Box::new(Collector {
            field: call.field(0)?,
            list: GeometryList::default(),
        }))
    },
    groups: None,
};

/// The geometries so far.
#[derive(Debug)]
struct Collector {
    field: FieldRef,
    list: GeometryList,
}

impl Collector {
    fn take_in(&mut self, array: &ArrayRef) -> Result<()> {
        let column = GeometryColumn::read(array, &self.field)?;
        for wkb in (0..column.len()).filter_map(|idx| column.bytes(idx)) {
            // One form for all: EWKB's SRID is the type's business.
            self.list.push(&Geometry::from(Wkb::read(wkb)?))?;
        }
        Ok(())
    }
}

impl Accumulator for Collector {
    fn update_batch(&mut self, values: &[ArrayRef]) -> PlanResult<()> {
        let mut columns = values.iter().take(1);
        columns
            .try_for_each(|array| self.take_in(array))
            .map_err(|error| failed(NAME, &error))
    }

    fn evaluate(&mut self) -> PlanResult<ScalarValue> {
        let geometry = self
            .list
            .geometries()
            .and_then(collected)
            .map_err(|error| failed(NAME, &error))?;
        Ok(ScalarValue::Binary(geometry.map(|geometry| geometry.to_wkb())))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.list.memory_bytes()
    }

    fn state(&mut self) -> PlanResult<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Binary(Some(
            std::mem::take(&mut self.list).into_bytes(),
        ))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> PlanResult<()> {
        for state in states.iter().filter_map(|array| array.as_binary_opt::<i32>()) {
            for bytes in state.iter().flatten() {
                self.list.append(bytes).map_err(|error| failed(NAME, &error))?;
            }
        }
        Ok(())
    }
}
