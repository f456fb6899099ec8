//! What will be done, decided from the headers alone: layout, CRS, date of every part. Errors of the input that can be
//! known beforehand come from here, before any work.

use chrono::NaiveDate;
use geo::CoordsIter;
use pilji_udfs::{BjdTable, Crs, System, ToWgs84};

use crate::areas::{AREA_CODES, AreaColumns, AreaPart, area_columns};
use crate::cadastral::convert::CadastralPart;
use crate::error::{Error, Result};
use crate::layout::{Fields, Layout, recognise};
use crate::options::{IngestOptions, Rows};
use crate::plain::PlainColumns;
use crate::source::{OpenPart, Part, ReadOptions, discover};

/// Longitudes and latitudes of the country and some sea around it; no projected coordinates of it are that small.
const LONGITUDES: std::ops::RangeInclusive<f64> = 120.0..=135.0;
const LATITUDES: std::ops::RangeInclusive<f64> = 30.0..=45.0;

/// A run before it starts.
pub(crate) struct Plan {
    pub(crate) parts: Vec<PlannedPart>,
    pub(crate) read_options: ReadOptions,
    /// The columns of a plain dataset; `None` for a cadastral one.
    pub(crate) plain: Option<PlainColumns>,
    /// The date that the dataset describes, where it has one for all rows.
    pub(crate) vintage: Option<NaiveDate>,
    /// For the report.
    pub(crate) remarks: Vec<String>,
}

/// A part and how its rows are converted.
pub(crate) struct PlannedPart {
    pub(crate) part: Part,
    pub(crate) layout: Layout,
    pub(crate) crs: System,
    pub(crate) rows: PartRows,
}

/// How the rows of a part are converted.
pub(crate) enum PartRows {
    Parcels(Box<CadastralPart>),
    Areas(Box<AreaPart>),
    Plain(Box<ToWgs84>),
}

impl Plan {
    /// Opens every part's header and decides.
    ///
    /// # Errors
    ///
    /// Fails on inputs that cannot be read, do not belong together, do not suit the dataset, or say neither their CRS
    /// nor their date.
    pub(crate) fn new(options: &IngestOptions) -> Result<Self> {
        let read_options = ReadOptions {
            encoding: options.encoding,
            crs: options.crs,
        };
        let mut remarks = Remarks::default();
        let mut planned: Vec<PlannedPart> = Vec::new();
        let mut plain: Option<PlainColumns> = None;
        for part in discover(&options.inputs)? {
            let open = part.open(&read_options)?;
            let name = part.name.clone();
            for note in &open.notes {
                remarks.add(&name, note);
            }
            let (layout, fields) = recognise(&open.schema);
            if options.rows == Rows::AdminAreas {
                let columns = area_part_columns(&name, layout, &open)?;
                let date = options.vintage.or(part.date_in_name());
                let crs = choose_crs(options.crs.as_ref(), &name, open, &mut remarks)?;
                planned.push(plan_areas(part, columns, crs, date)?);
                continue;
            }
            if !layout.is_cadastral() && options.dataset == IngestOptions::PARCEL_DATASET {
                return Err(Error::NotCadastral {
                    file: name,
                    found: column_names(&open),
                });
            }
            if let Some(first) = planned
                .first()
                .filter(|first| first.layout.is_cadastral() != layout.is_cadastral())
            {
                let difference = format!("its layout is {}, not {}", layout.name(), first.layout.name());
                return Err(Error::MixedParts {
                    file: name,
                    first_file: first.part.name.clone(),
                    difference,
                });
            }
            if !layout.is_cadastral() {
                let mut renamed = Vec::new();
                let columns = PlainColumns::new(&name, &open.schema, &mut renamed)?;
                let difference = plain.as_ref().and_then(|first| columns.difference(first));
                if let (Some(difference), Some(first)) = (difference, planned.first()) {
                    return Err(Error::MixedParts {
                        file: name,
                        first_file: first.part.name.clone(),
                        difference,
                    });
                }
                for note in &renamed {
                    remarks.add(&name, note);
                }
                plain.get_or_insert(columns);
            }
            let dates = (options.vintage, part.date_in_name());
            let crs = choose_crs(options.crs.as_ref(), &name, open, &mut remarks)?;
            planned.push(plan_part(part, layout, fields, crs, dates)?);
        }
        if planned.is_empty() {
            let inputs: Vec<String> = options.inputs.iter().map(|input| input.display().to_string()).collect();
            return Err(Error::NoRecords {
                inputs: inputs.join(", "),
            });
        }
        let mut vintage = options.vintage;
        if options.rows == Rows::AdminAreas {
            plain = Some(area_columns()?);
            vintage = vintage.or(planned.iter().filter_map(|planned| planned.part.date_in_name()).max());
            if vintage.is_none() {
                let newest = BjdTable::at(NaiveDate::MAX).vintage();
                remarks.add(
                    "names",
                    &format!("no date is named; as in the official table of {newest} where the files have none"),
                );
            }
        }
        Ok(Self {
            parts: planned,
            read_options,
            plain,
            vintage,
            remarks: remarks.into_lines(),
        })
    }

    /// Fails when the dataset exists and holds the other kind of rows.
    ///
    /// # Errors
    ///
    /// [`Error::OtherKind`].
    pub(crate) fn check_dataset(&self, dataset: &pilji_catalog::Dataset) -> Result<()> {
        let holds_parcels = !dataset.partition_columns().is_empty();
        let Some(part) = self
            .parts
            .iter()
            .find(|part| part.layout.is_cadastral() != holds_parcels)
        else {
            return Ok(());
        };
        Err(Error::OtherKind {
            file: part.part.name.clone(),
            layout: if holds_parcels {
                "not a cadastral file"
            } else {
                "a cadastral file"
            }
            .to_owned(),
            dataset: dataset.name().to_owned(),
            holds: if holds_parcels { "parcels" } else { "other data" },
        })
    }
}

/// The columns of a part that holds boundaries.
fn area_part_columns(file: &str, layout: Layout, open: &OpenPart) -> Result<AreaColumns> {
    if layout.is_cadastral() {
        return Err(Error::ParcelsAsAreas { file: file.to_owned() });
    }
    AreaColumns::find(&open.schema).ok_or_else(|| Error::NoAreaCode {
        file: file.to_owned(),
        found: column_names(open),
        expected: &AREA_CODES,
    })
}

fn plan_areas(part: Part, columns: AreaColumns, crs: System, date: Option<NaiveDate>) -> Result<PlannedPart> {
    let to_wgs84 = ToWgs84::of_system(&crs).map_err(|source| Error::Reprojection {
        file: part.name.clone(),
        source,
    })?;
    let areas = AreaPart {
        columns,
        to_wgs84,
        date,
    };
    Ok(PlannedPart {
        part,
        layout: Layout::Areas,
        crs,
        rows: PartRows::Areas(Box::new(areas)),
    })
}

fn plan_part(
    part: Part,
    layout: Layout,
    fields: Fields,
    crs: System,
    (vintage, date_in_name): (Option<NaiveDate>, Option<NaiveDate>),
) -> Result<PlannedPart> {
    let to_wgs84 = ToWgs84::of_system(&crs).map_err(|source| Error::Reprojection {
        file: part.name.clone(),
        source,
    })?;
    if !layout.is_cadastral() {
        return Ok(PlannedPart {
            part,
            layout,
            crs,
            rows: PartRows::Plain(Box::new(to_wgs84)),
        });
    }
    if vintage.or(date_in_name).is_none() && fields.base_date.is_none() {
        return Err(Error::NoVintage { file: part.name });
    }
    let parcels = CadastralPart {
        fields,
        to_wgs84,
        vintage,
        fallback_vintage: date_in_name,
    };
    Ok(PlannedPart {
        part,
        layout,
        crs,
        rows: PartRows::Parcels(Box::new(parcels)),
    })
}

/// The CRS that was asked for, else the one that the file declares, else degrees when the numbers can be nothing else.
fn choose_crs(asked: Option<&Crs>, name: &str, open: OpenPart, remarks: &mut Remarks) -> Result<System> {
    match (asked, &open.crs) {
        (Some(asked), declared) => {
            if let Some(declared) = declared.as_ref().filter(|declared| **declared != System::Known(*asked)) {
                remarks.add(
                    name,
                    &format!("read as {asked} (--crs), although the file says {declared}"),
                );
            }
            return Ok(System::Known(*asked));
        }
        (None, Some(declared)) => return Ok(declared.clone()),
        (None, None) => {}
    }
    let no_crs = || Error::NoCrs { file: name.to_owned() };
    // A shapefile is asked for its .prj; CSV files have nothing of the kind.
    if name.to_ascii_lowercase().ends_with(".shp") {
        return Err(no_crs());
    }
    let Some(chunk) = open.chunks().next().transpose()? else {
        return Err(no_crs());
    };
    let batch = chunk.decode();
    let mut points = batch
        .geometry
        .iter()
        .flatten()
        .flat_map(CoordsIter::coords_iter)
        .peekable();
    let is_degrees =
        points.peek().is_some() && points.all(|point| LONGITUDES.contains(&point.x) && LATITUDES.contains(&point.y));
    if !is_degrees {
        return Err(no_crs());
    }
    remarks.add(
        name,
        "no coordinate system is named; read as EPSG:4326, because the numbers are degrees in Korea",
    );
    Crs::from_epsg(4326)
        .map(System::Known)
        .map_err(|source| Error::Reprojection {
            file: name.to_owned(),
            source,
        })
}

fn column_names(open: &OpenPart) -> String {
    let names: Vec<&str> = open.schema.fields().iter().map(|field| field.name().as_str()).collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

/// Remarks on parts, each said once.
#[derive(Default)]
struct Remarks {
    /// Text, first part, number of parts.
    lines: Vec<(String, String, usize)>,
}

impl Remarks {
    fn add(&mut self, part: &str, text: &str) {
        let text = text
            .strip_prefix(part)
            .map_or(text, |rest| rest.trim_start_matches([':', ' ']));
        match self.lines.iter_mut().find(|(line, ..)| line == text) {
            Some((_, _, count)) => *count += 1,
            None => self.lines.push((text.to_owned(), part.to_owned(), 1)),
        }
    }

    fn into_lines(self) -> Vec<String> {
        let line = |(text, part, count): (String, String, usize)| match count {
            1 => format!("{part}: {text}"),
            _ => format!("{part} and {} more: {text}", count - 1),
        };
        self.lines.into_iter().map(line).collect()
    }
}
