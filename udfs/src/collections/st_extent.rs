//! `st_extent`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder, BooleanArray, Float64Builder};
use arrow::datatypes::{DataType, FieldRef, Float64Type};
use datafusion::common::ScalarValue;
use datafusion::error::Result as PlanResult;
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

use crate::Result;
use crate::accessors::envelope;
use crate::function::{Argument, GeometryColumn, SpatialAggregate, failed, geometry_field};
use crate::geometry::{Bounds, Wkb};

const NAME: &str = "st_extent";

/// The bounds of all geometries of a group.
pub const ST_EXTENT: SpatialAggregate = SpatialAggregate {
    name: NAME,
    aliases: &["st_extent_agg"],
    about: "Returns the smallest rectangle around all geometries of the group, in their CRS; a point or a line where that has no \
            area. NULLs and EMPTY ones are left out; NULL of none.",
    example: "SELECT bjd_cd, st_extent(geometry) FROM parcel GROUP BY bjd_cd",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    field: geometry_field,
    state: &[
        ("xmin", DataType::Float64),
        ("ymin", DataType::Float64),
        ("xmax", DataType::Float64),
        ("ymax", DataType::Float64),
    ],
    accumulator: |call| Ok(Box::new(OneGroup(Extents::new(call.field(0)?)))),
    groups: Some(|call| {
        Box::new(Extents::new(
            call.field(0).unwrap_or_else(|_| Arc::new(geometry_field(NAME, None))),
        ))
    }),
};

/// The bounds of each group so far.
#[derive(Debug)]
struct Extents {
    field: FieldRef,
    groups: Vec<Bounds>,
}

impl Extents {
    fn new(field: FieldRef) -> Self {
        Self {
            field,
            groups: Vec::new(),
        }
    }

    fn take_in(
        &mut self,
        array: &ArrayRef,
        keeps: impl Fn(usize) -> bool,
        group: impl Fn(usize) -> usize,
    ) -> Result<()> {
        let column = GeometryColumn::read(array, &self.field)?;
        for idx in (0..column.len()).filter(|idx| keeps(*idx)) {
            let Some(bytes) = column.bytes(idx) else {
                continue;
            };
            if let (Some(bounds), Some(sum)) = (Wkb::read(bytes)?.bounds(), self.groups.get_mut(group(idx))) {
                sum.add_bounds(&bounds);
            }
        }
        Ok(())
    }

    fn columns(groups: &[Bounds]) -> Vec<ArrayRef> {
        let sides: [fn(&Bounds) -> f64; 4] = [|b| b.xmin, |b| b.ymin, |b| b.xmax, |b| b.ymax];
        let column = |side: fn(&Bounds) -> f64| {
            let mut builder = Float64Builder::with_capacity(groups.len());
            for bounds in groups {
                builder.append_option((!bounds.is_nothing()).then(|| side(bounds)));
            }
            Arc::new(builder.finish()) as ArrayRef
        };
        sides.into_iter().map(column).collect()
    }
}

impl GroupsAccumulator for Extents {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        n_groups: usize,
    ) -> PlanResult<()> {
        self.groups.resize(n_groups, Bounds::NOTHING);
        let keeps = |idx: usize| filter.is_none_or(|filter| filter.is_valid(idx) && filter.value(idx));
        for array in values.iter().take(1) {
            self.take_in(array, keeps, |idx| group_indices[idx])
                .map_err(|error| failed(NAME, &error))?;
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> PlanResult<ArrayRef> {
        let groups = emit_to.take_needed(&mut self.groups);
        let mut builder = BinaryBuilder::with_capacity(groups.len(), 0);
        for bounds in groups {
            builder.append_option((!bounds.is_nothing()).then(|| envelope(&bounds).to_wkb()));
        }
        Ok(Arc::new(builder.finish()))
    }

    fn state(&mut self, emit_to: EmitTo) -> PlanResult<Vec<ArrayRef>> {
        Ok(Self::columns(&emit_to.take_needed(&mut self.groups)))
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], n_groups: usize) -> PlanResult<()> {
        self.groups.resize(n_groups, Bounds::NOTHING);
        let sides: Vec<_> = values
            .iter()
            .filter_map(|array| array.as_primitive_opt::<Float64Type>())
            .collect();
        let [xmin, ymin, xmax, ymax] = sides.as_slice() else {
            return Err(failed(NAME, &"the state has not four columns"));
        };
        for (idx, group) in group_indices.iter().enumerate().filter(|(idx, _)| xmin.is_valid(*idx)) {
            self.groups[*group].add_bounds(&Bounds {
                xmin: xmin.value(idx),
                ymin: ymin.value(idx),
                xmax: xmax.value(idx),
                ymax: ymax.value(idx),
            });
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> PlanResult<Vec<ArrayRef>> {
        let mut rows = Self::new(Arc::clone(&self.field));
        let n_rows = values.first().map_or(0, Array::len);
        let each: Vec<usize> = (0..n_rows).collect();
        rows.update_batch(values, &each, filter, n_rows)?;
        Ok(Self::columns(&rows.groups))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.groups.capacity() * size_of::<Bounds>()
    }
}

/// All rows as one group.
#[derive(Debug)]
struct OneGroup(Extents);

impl Accumulator for OneGroup {
    fn update_batch(&mut self, values: &[ArrayRef]) -> PlanResult<()> {
        let n_rows = values.first().map_or(0, Array::len);
        GroupsAccumulator::update_batch(&mut self.0, values, &vec![0; n_rows], None, 1)
    }

    fn evaluate(&mut self) -> PlanResult<ScalarValue> {
        self.0.groups.resize(1, Bounds::NOTHING);
        ScalarValue::try_from_array(&GroupsAccumulator::evaluate(&mut self.0, EmitTo::All)?, 0)
    }

    fn size(&self) -> usize {
        GroupsAccumulator::size(&self.0)
    }

    fn state(&mut self) -> PlanResult<Vec<ScalarValue>> {
        self.0.groups.resize(1, Bounds::NOTHING);
        let columns = GroupsAccumulator::state(&mut self.0, EmitTo::All)?;
        columns
            .iter()
            .map(|column| ScalarValue::try_from_array(column, 0))
            .collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> PlanResult<()> {
        let n_rows = states.first().map_or(0, Array::len);
        GroupsAccumulator::merge_batch(&mut self.0, states, &vec![0; n_rows], 1)
    }
}
