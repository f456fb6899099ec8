//! The tables that a pipeline names, so that they can be looked up before it is bound.

use crate::diagnostic::Span;
use crate::syntax::{Command, Geo, GeoVerb, ModelSource, Name, OptionValue, Pipeline, Right, Source, SqlText};

/// The dataset of parcels.
pub const PARCEL: &str = "parcel";
/// The dataset of areas of every level.
pub const AREA: &str = "admin_area";

/// What a pipeline reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct References<'a> {
    /// Owners, where they are named, and names of models.
    pub models: Vec<(Option<&'a str>, &'a str)>,
    /// Where files are that are read without being models.
    pub files: Vec<&'a str>,
    /// Queries in SQL, which name tables of their own.
    pub sql: Vec<&'a SqlText>,
    /// Whether it reads what `*` stands for.
    pub default: bool,
    /// Whether it attaches geometry of parcels or areas.
    pub attaches: bool,
}

/// What a pipeline reads.
#[must_use]
pub fn references(pipeline: &Pipeline) -> References<'_> {
    let mut found = References::default();
    found.pipeline(pipeline);
    found
}

impl<'a> References<'a> {
    fn pipeline(&mut self, pipeline: &'a Pipeline) {
        match &pipeline.source {
            Source::Model(model) => self.model(model),
            Source::All { .. } => self.default = true,
            Source::Sql(sql) => self.sql.push(sql),
            Source::File(file) => self.files.push(&file.location),
            Source::Rows(_) => {}
        }
        for stage in &pipeline.stages {
            match &stage.command {
                Command::Sql(sql) => self.sql.push(sql),
                Command::Join(join) => self.right(&join.right),
                Command::Union { right, .. } => self.right(right),
                Command::Lookup { table, .. } => self.models.push((None, &table.text)),
                Command::Geo(geo) => self.geo(geo),
                _ => {}
            }
        }
    }

    /// Commands that attach geometry read the datasets of parcels and of areas, or a model that is named.
    fn geo(&mut self, geo: &'a Geo) {
        if let Some(inner) = &geo.pipeline {
            self.pipeline(inner);
        }
        if matches!(geo.verb, GeoVerb::Join | GeoVerb::Map | GeoVerb::Code) {
            self.attaches = true;
            self.models.extend([(None, PARCEL), (None, AREA)]);
        }
        if geo.verb == GeoVerb::Nearest {
            let is_column = |(name, value, _): &(Name, OptionValue, Span)| {
                name.text.eq_ignore_ascii_case("lon") && matches!(value, OptionValue::Text(_))
            };
            self.models
                .extend(geo.options.iter().any(is_column).then_some((None, PARCEL)));
        }
        if geo.verb == GeoVerb::Map {
            self.models
                .extend(geo.names.first().map(|name| (None, name.text.as_str())));
        }
    }

    fn right(&mut self, right: &'a Right) {
        match right {
            Right::Model(model) => self.model(model),
            Right::Pipeline(pipeline) => self.pipeline(pipeline),
            Right::Sql(sql) => self.sql.push(sql),
        }
    }

    fn model(&mut self, model: &'a ModelSource) {
        self.models
            .push((model.owner.as_ref().map(|owner| owner.text.as_str()), &model.name.text));
    }
}
