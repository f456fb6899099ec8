//! `st_asmvt`.

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Fields, Int64Type};
use datafusion::common::ScalarValue;
use datafusion::error::Result as PlanResult;
use datafusion::logical_expr::Accumulator;

use super::layer::LayerBuilder;
use super::properties::Property;
use crate::function::{AggregateCall, Argument, ArgumentKind, GeometryColumn, SpatialAggregate, failed};
use crate::geometry::Wkb;
use crate::{Error, Result};

const NAME: &str = "st_asmvt";
const DEFAULT_LAYER: &str = "default";
const DEFAULT_EXTENT: u32 = 4096;

/// The rows of a group as a vector tile.
pub const ST_ASMVT: SpatialAggregate = SpatialAggregate {
    name: NAME,
    aliases: &[],
    about: "Returns the rows of the group as a Mapbox Vector Tile (version 2.1) of one layer; layers are joined to one tile by \
            concatenating their bytes with `||`. A row is a struct: its geometry, in the tile coordinates that `st_asmvtgeom` gives, \
            and properties. Texts, whole numbers, numbers, true and false keep their types, decimals become numbers and \
            everything else text; a NULL is left out, and so is a row without geometry. Without rows the tile has no bytes.",
    example: "SELECT st_asmvt(named_struct('geom', geom, 'pnu', pnu, 'jimok', jimok), 'parcels') AS tile FROM \
              (SELECT pnu, jimok, st_asmvtgeom(st_transform(geometry, 3857), st_tileenvelope(16, 55880, 25380)) AS geom FROM parcel)",
    arguments: &[
        Argument::new("row", ArgumentKind::Any, "A struct of a geometry and properties."),
        Argument::text("name", "The layer's name, a constant; `default` when left out.").optional(),
        Argument::integer("extent", "The tile's width and height in cells, a constant; 4096 when left out.").optional(),
        Argument::text(
            "geom_name",
            "The struct's field of geometries, a constant; the first one of bytes when left out or NULL.",
        )
        .optional(),
        Argument::text(
            "feature_id_name",
            "A field of whole numbers that number the features instead of being a property, a constant; negative ones are left out.",
        )
        .optional(),
    ],
    field: |name, _| Field::new(name, DataType::Binary, true),
    state: &[("layer", DataType::Binary)],
    accumulator: |call| Ok(Box::new(TileBuilder::new(call)?)),
    groups: None,
};

#[derive(Debug)]
struct TileBuilder {
    layer: LayerBuilder,
    name: String,
    extent: u32,
    geometry_idx: usize,
    geometry_field: Field,
    id_idx: Option<usize>,
}

impl TileBuilder {
    fn new(call: &AggregateCall<'_>) -> Result<Self> {
        let row = call.field(0)?;
        let DataType::Struct(fields) = row.data_type() else {
            return Err(Error::ArgumentType {
                argument: "row",
                expected: "a struct, such as named_struct('geom', geom, 'pnu', pnu)",
                found: row.data_type().to_string(),
            });
        };
        let text = |argument, name| {
            Ok(call
                .constant(argument, name)?
                .and_then(|value| value.try_as_str().flatten()))
        };
        let extent = match call.constant(2, "extent")? {
            Some(ScalarValue::Int64(Some(extent))) => positive(*extent)?,
            _ => DEFAULT_EXTENT,
        };
        let geometry_idx = match text(3, "geom_name")? {
            Some(name) => named(fields, name, "geom_name")?,
            None => first_geometry(fields)?,
        };
        let id_idx = match text(4, "feature_id_name")? {
            Some(name) => Some(id_field(fields, name)?),
            None => None,
        };
        Ok(Self {
            layer: LayerBuilder::default(),
            name: text(1, "name")?.unwrap_or(DEFAULT_LAYER).to_owned(),
            extent,
            geometry_idx,
            geometry_field: fields[geometry_idx].as_ref().clone(),
            id_idx,
        })
    }

    fn take_in(&mut self, rows: &StructArray) -> Result<()> {
        let geometries = GeometryColumn::read(rows.column(self.geometry_idx), &self.geometry_field)?;
        let ids = self
            .id_idx
            .map(|idx| cast(rows.column(idx), &DataType::Int64))
            .transpose();
        let ids = ids.map_err(|_| Error::TooLarge)?;
        let ids = ids.as_ref().map(AsArray::as_primitive::<Int64Type>);
        let mut properties = Vec::new();
        for (idx, (field, column)) in rows.fields().iter().zip(rows.columns()).enumerate() {
            if idx != self.geometry_idx && Some(idx) != self.id_idx {
                properties.push(Property::new(field.name(), column)?);
            }
        }
        for idx in (0..rows.len()).filter(|idx| rows.is_valid(*idx)) {
            let Some(bytes) = geometries.bytes(idx) else {
                continue;
            };
            let id = ids
                .filter(|ids| ids.is_valid(idx))
                .and_then(|ids| u64::try_from(ids.value(idx)).ok());
            let values = properties
                .iter()
                .filter_map(|property| Some((property.name.as_str(), property.value(idx)?)));
            self.layer.add(&Wkb::read(bytes)?, id, values)?;
        }
        Ok(())
    }
}

fn positive(extent: i64) -> Result<u32> {
    u32::try_from(extent)
        .ok()
        .filter(|extent| *extent > 0)
        .ok_or_else(|| Error::ArgumentValue {
            argument: "extent",
            expected: "above 0 and below 2^32",
            found: extent.to_string(),
        })
}

fn named(fields: &Fields, name: &str, argument: &'static str) -> Result<usize> {
    fields
        .find(name)
        .map(|(idx, _)| idx)
        .ok_or_else(|| Error::ArgumentValue {
            argument,
            expected: "a field of the row",
            found: format!("{name:?}"),
        })
}

fn id_field(fields: &Fields, name: &str) -> Result<usize> {
    let idx = named(fields, name, "feature_id_name")?;
    if fields[idx].data_type().is_integer() {
        return Ok(idx);
    }
    Err(Error::ArgumentType {
        argument: "feature_id_name",
        expected: "a field of whole numbers",
        found: fields[idx].data_type().to_string(),
    })
}

fn first_geometry(fields: &Fields) -> Result<usize> {
    let place = fields.iter().position(|field| field.data_type().is_binary());
    place.ok_or_else(|| Error::ArgumentType {
        argument: "row",
        expected: "a struct with a geometry",
        found: "one without".to_owned(),
    })
}

impl Accumulator for TileBuilder {
    fn update_batch(&mut self, values: &[ArrayRef]) -> PlanResult<()> {
        for rows in values.iter().take(1).filter_map(|array| array.as_struct_opt()) {
            self.take_in(rows).map_err(|error| failed(NAME, &error))?;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> PlanResult<ScalarValue> {
        Ok(ScalarValue::Binary(Some(self.layer.tile(&self.name, self.extent))))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.layer.memory_bytes()
    }

    fn state(&mut self) -> PlanResult<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Binary(Some(self.layer.part()))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> PlanResult<()> {
        for state in states.iter().filter_map(|array| array.as_binary_opt::<i32>()) {
            for part in state.iter().flatten() {
                self.layer.merge(part).map_err(|error| failed(NAME, &error))?;
            }
        }
        Ok(())
    }
}
