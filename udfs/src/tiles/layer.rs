//! A layer of a tile in the making.

use std::collections::HashMap;

use prost::Message;

use super::commands::commands;
use super::message::{Feature, Layer, Tile, VERSION, Value};
use crate::geometry::Wkb;
use crate::{Error, Result};

/// A layer to which features are added. Keys and values stand in it once.
#[derive(Debug, Default)]
pub struct LayerBuilder {
    features: Vec<Feature>,
    keys: Vec<String>,
    values: Vec<Value>,
    places_of_keys: HashMap<String, u32>,
    /// By the bytes of the value.
    places_of_values: HashMap<Vec<u8>, u32>,
    memory_bytes: usize,
}

impl LayerBuilder {
    /// Adds a feature; one without anything to draw is left out.
    ///
    /// # Errors
    ///
    /// Those of [`commands`].
    pub fn add<'a>(
        &mut self,
        geometry: &Wkb<'_>,
        id: Option<u64>,
        properties: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Result<()> {
        let Some((drawn, geometry)) = commands(geometry)? else {
            return Ok(());
        };
        let mut tags = Vec::new();
        for (key, value) in properties {
            tags.push(self.key(key)?);
            tags.push(self.value(value)?);
        }
        self.push(Feature {
            id,
            tags,
            kind: Some(drawn as i32),
            geometry,
        });
        Ok(())
    }

    /// Adds the features of another part of the layer, in the form of [`LayerBuilder::part`].
    ///
    /// # Errors
    ///
    /// [`Error::Unanswerable`] when the bytes are none.
    pub fn merge(&mut self, part: &[u8]) -> Result<()> {
        let part = Layer::decode(part).map_err(|_| Error::Unanswerable)?;
        let mut keys = Vec::with_capacity(part.keys.len());
        for key in &part.keys {
            keys.push(self.key(key)?);
        }
        let mut values = Vec::with_capacity(part.values.len());
        for value in part.values {
            values.push(self.value(value)?);
        }
        for mut feature in part.features {
            for pair in feature.tags.chunks_exact_mut(2) {
                pair[0] = at(&keys, pair[0])?;
                pair[1] = at(&values, pair[1])?;
            }
            self.push(feature);
        }
        Ok(())
    }

    /// The features so far as bytes, for [`LayerBuilder::merge`]. The builder is empty afterwards.
    pub fn part(&mut self) -> Vec<u8> {
        self.take("", 0).encode_to_vec()
    }

    /// The tile of this layer alone; no bytes when it has no features. The builder is empty afterwards.
    pub fn tile(&mut self, name: &str, extent: u32) -> Vec<u8> {
        if self.features.is_empty() {
            return Vec::new();
        }
        let layers = vec![self.take(name, extent)];
        Tile { layers }.encode_to_vec()
    }

    /// The memory that it takes, about.
    pub fn memory_bytes(&self) -> usize {
        self.memory_bytes
    }

    fn take(&mut self, name: &str, extent: u32) -> Layer {
        let taken = std::mem::take(self);
        Layer {
            name: name.to_owned(),
            features: taken.features,
            keys: taken.keys,
            values: taken.values,
            extent: Some(extent),
            version: VERSION,
        }
    }

    fn push(&mut self, feature: Feature) {
        self.memory_bytes += size_of::<Feature>() + 4 * (feature.tags.capacity() + feature.geometry.capacity());
        self.features.push(feature);
    }

    fn key(&mut self, key: &str) -> Result<u32> {
        if let Some(place) = self.places_of_keys.get(key) {
            return Ok(*place);
        }
        let place = u32::try_from(self.keys.len()).map_err(|_| Error::TooLarge)?;
        self.keys.push(key.to_owned());
        self.places_of_keys.insert(key.to_owned(), place);
        Ok(place)
    }

    fn value(&mut self, value: Value) -> Result<u32> {
        let bytes = value.encode_to_vec();
        if let Some(place) = self.places_of_values.get(&bytes) {
            return Ok(*place);
        }
        let place = u32::try_from(self.values.len()).map_err(|_| Error::TooLarge)?;
        self.memory_bytes += size_of::<Value>() + 3 * bytes.len() + 64;
        self.values.push(value);
        self.places_of_values.insert(bytes, place);
        Ok(place)
    }
}

fn at(places: &[u32], place: u32) -> Result<u32> {
    let place = usize::try_from(place).ok().and_then(|place| places.get(place));
    place.copied().ok_or(Error::Unanswerable)
}
