//! Publishing: what a publication changes in a version of a dataset, and whether it may.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use arrow::datatypes::SchemaRef;
use chrono::NaiveDate;
use datafusion::common::ScalarValue;
pub use pilji_udfs::Sigungu;
use pilji_udfs::{predecessors, successors, superseded};
use serde_json::{Map, Value, json};

use crate::{Commit, DataFile, Dataset, Error, Result, delta_stats, primary_key, whole_sido};

/// The partition columns that name a 시군구: province (시도), then city, county or district.
pub const SIGUNGU_COLUMNS: [&str; 2] = ["si_nm", "sgg_nm"];

/// The column whose largest value in a 시군구 is its vintage.
const VINTAGE_COLUMN: &str = "base_date";

/// What a writer wants to make visible in one commit. The files are already written below the dataset's folder.
#[derive(Debug, Clone)]
pub struct Publication {
    /// All columns in order, partition columns included; field metadata (`geoarrow.wkb`, CRS) is kept.
    pub schema: SchemaRef,
    /// The partition columns, outermost first. The files do not need to contain them.
    pub partition_columns: Vec<String>,
    /// What the publication takes the place of.
    pub replace: Replace,
    /// The files that hold the replaced part from now on; those that are live already stay as they are.
    pub files: Vec<DataFile>,
    /// 데이터기준일자 of the files that have no `base_date` column.
    pub vintage: Option<NaiveDate>,
    /// Where the data came from; kept in the commit as it is.
    pub provenance: Value,
    /// How rows are distributed over files, by a name of the writer's; the first publication's is kept with the dataset.
    pub layout: Option<String>,
    /// The 시군구 in the files with their vintages. Needed where `partition_columns` do not name the 시군구: the files of
    /// such a dataset take the place of whole 시도.
    pub sigungu: BTreeMap<(String, Option<String>), NaiveDate>,
    /// The replaced 시군구 in whose rows the writer found no PNU twice.
    pub unique: BTreeSet<(String, Option<String>)>,
}

/// The part of a dataset whose place a publication takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replace {
    /// Everything.
    Dataset,
    /// These 시군구, as (`si_nm`, `sgg_nm`); `None` for the 시군구 of 세종, which has no name, and for a whole 시도 of a
    /// dataset that is partitioned by 시도 alone.
    Sigungu(BTreeSet<(String, Option<String>)>),
}

/// What a publication did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// The version that holds the publication.
    pub version: u64,
    /// Files that became live.
    pub files_added: usize,
    /// Files that are no longer live; they stay on disk and in older versions.
    pub files_removed: usize,
    /// False when the publication was live already: nothing was committed.
    pub changed: bool,
}

/// The difference between a version and the version after a publication.
#[derive(Debug, Default)]
pub struct Change {
    pub added: Vec<DataFile>,
    pub removed: Vec<DataFile>,
    /// Former 시군구 whose land the publication holds under new names; their files are among the removed.
    pub succeeded: BTreeSet<Sigungu>,
}

impl Change {
    /// True when the publication is live already.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

impl Replace {
    /// True for a live file whose place the publication takes.
    pub(crate) fn covers(&self, file: &DataFile) -> bool {
        match self {
            Self::Dataset => true,
            Self::Sigungu(regions) => sigungu(file).is_some_and(|region| regions.contains(&region)),
        }
    }
}

/// The 시군구 that a file's partition lies in; `None` when the file has no `si_nm`.
pub fn sigungu(file: &DataFile) -> Option<Sigungu> {
    let [si, sgg] = SIGUNGU_COLUMNS.map(|column| file.partition_value(column).map(str::to_owned));
    Some((si?, sgg))
}

/// A 시군구 as people write it.
pub fn region_name(region: &Sigungu) -> String {
    match region {
        (si, Some(sgg)) => format!("{si} {sgg}"),
        (si, None) => si.clone(),
    }
}

/// The live files whose place a publication takes, by path.
pub fn covered(live: Option<&Dataset>, replace: &Replace) -> BTreeMap<String, DataFile> {
    let files = live.into_iter().flat_map(Dataset::files);
    files
        .filter(|file| replace.covers(file))
        .map(|file| (file.path.clone(), file))
        .collect()
}

/// Refuses a publication that contradicts itself.
pub fn check_publication(dataset: &str, publication: &Publication) -> Result<()> {
    let refuse = |reason: String| {
        Err(Error::Publication {
            dataset: dataset.to_owned(),
            reason,
        })
    };
    for column in &publication.partition_columns {
        if publication.schema.field_with_name(column).is_err() {
            return refuse(format!("partition column {column:?} is not among the columns"));
        }
    }
    if matches!(publication.replace, Replace::Sigungu(_)) {
        let [si_nm, _] = SIGUNGU_COLUMNS;
        if !publication.partition_columns.iter().any(|name| name == si_nm) {
            return refuse(format!("replacing 시군구 needs the partition column {si_nm:?}"));
        }
    }
    let mut paths = BTreeSet::new();
    for file in &publication.files {
        if !paths.insert(file.path.as_str()) {
            return refuse(format!("file {} is named twice", file.path));
        }
        if file.path.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return refuse(format!("file {:?} is not a path below the dataset's folder", file.path));
        }
        let columns = file.partition.iter().map(|(column, _)| column);
        if !columns.eq(&publication.partition_columns) {
            return refuse(format!(
                "file {} has other partition columns than the publication",
                file.path
            ));
        }
        if !publication.replace.covers(file) {
            let region = sigungu(file).map_or_else(|| "no 시도".to_owned(), |region| region_name(&region));
            return refuse(format!(
                "file {} lies in {region}, which is not among the replaced 시군구",
                file.path
            ));
        }
    }
    Ok(())
}

/// Refuses columns other than the live ones.
pub fn check_schema(live: &Dataset, publication: &Publication) -> Result<()> {
    let refuse = |difference: String| {
        Err(Error::SchemaMismatch {
            dataset: live.name().to_owned(),
            difference,
        })
    };
    let (live_schema, offered) = (live.schema(), &publication.schema);
    for field in live_schema.fields() {
        let Ok(found) = offered.field_with_name(field.name()) else {
            return refuse(format!("column {:?} is missing", field.name()));
        };
        if found.data_type() != field.data_type() {
            return refuse(format!(
                "column {:?} is {}, expected {}",
                field.name(),
                found.data_type(),
                field.data_type()
            ));
        }
        if found.is_nullable() && !field.is_nullable() {
            return refuse(format!("column {:?} may be NULL, expected NOT NULL", field.name()));
        }
        if found.metadata() != field.metadata() {
            return refuse(format!("column {:?} has another CRS or other metadata", field.name()));
        }
    }
    for field in offered.fields() {
        if live_schema.field_with_name(field.name()).is_err() {
            return refuse(format!("column {:?} is new", field.name()));
        }
    }
    if publication.partition_columns != live.partition_columns() {
        let (found, expected) = (
            publication.partition_columns.join(", "),
            live.partition_columns().join(", "),
        );
        return refuse(format!("partitioned by ({found}), expected ({expected})"));
    }
    Ok(())
}

/// What the publication adds to and removes from the live files.
pub fn change(live: Option<&Dataset>, publication: &Publication) -> Result<Change> {
    let mut stale = covered(live, &publication.replace);
    let succeeded = match (live, &publication.replace) {
        (Some(live), Replace::Sigungu(_)) => succeeded(live, &offered(publication)),
        _ => BTreeSet::new(),
    };
    let mut added = Vec::new();
    for file in &publication.files {
        match stale.remove(file.path.as_str()) {
            None => added.push(file.clone()),
            Some(same) if same.bytes == file.bytes && same.rows == file.rows => {}
            Some(other) => {
                let reason = format!(
                    "file {} is live with {} bytes and {} rows, offered with {} and {}; files are never overwritten",
                    file.path, other.bytes, other.rows, file.bytes, file.rows,
                );
                let dataset = live.map(Dataset::name).unwrap_or_default().to_owned();
                return Err(Error::Publication { dataset, reason });
            }
        }
    }
    let mut removed: Vec<DataFile> = stale.into_values().collect();
    if let (Some(live), false) = (live, succeeded.is_empty()) {
        let has_successors = |file: &DataFile| sigungu(file).is_some_and(|region| succeeded.contains(&region));
        removed.extend(live.files().filter(has_successors));
    }
    Ok(Change {
        added,
        removed,
        succeeded,
    })
}

/// Refuses a publication that is older than what it would replace; 시군구 by 시군구.
///
/// A vintage is the largest `base_date` of the rows. Files without that column have the vintage of their publication, which for
/// live files is that of the newest commit in `history` that has one.
pub fn check_vintage(dataset: &Dataset, publication: &Publication, history: &[Commit]) -> Result<()> {
    match &publication.replace {
        Replace::Dataset => {
            let offered = newest(&publication.files).or(publication.vintage);
            offered.map_or(Ok(()), |offered| check_whole(dataset, offered, history))
        }
        Replace::Sigungu(_) => check_sigungu(dataset, &offered(publication)),
    }
}

/// Refuses a vintage of the whole that is older than the live one.
pub fn check_whole(dataset: &Dataset, offered: NaiveDate, history: &[Commit]) -> Result<()> {
    let live = newest(dataset.files()).or_else(|| committed_vintage(history));
    match live {
        Some(live) if offered < live => Err(Error::OlderVintage {
            dataset: dataset.name().to_owned(),
            region: "the whole".to_owned(),
            live,
            offered,
        }),
        _ => Ok(()),
    }
}

/// Refuses 시군구 that are older than the live ones, or than live ones that hold the same land under another name.
pub fn check_sigungu(dataset: &Dataset, offered: &BTreeMap<Sigungu, NaiveDate>) -> Result<()> {
    let live = vintages(dataset.files());
    for (region, date) in offered {
        for replaced in std::iter::once(region.clone()).chain(predecessors(region)) {
            if let Some(live) = live.get(&replaced).filter(|live| date < *live) {
                return Err(Error::OlderVintage {
                    dataset: dataset.name().to_owned(),
                    region: region_name(&replaced),
                    live: *live,
                    offered: *date,
                });
            }
        }
        let successors = successors(region);
        let dates: Option<Vec<NaiveDate>> = successors.iter().map(|name| live.get(name).copied()).collect();
        // While a successor is missing, the former one alone holds the rest of the land.
        if let Some(oldest) = dates
            .and_then(|dates| dates.into_iter().min())
            .filter(|oldest| date <= oldest)
        {
            return Err(Error::Succeeded {
                dataset: dataset.name().to_owned(),
                region: region_name(region),
                successors: successors.iter().map(region_name).collect::<Vec<_>>().join(", "),
                live: oldest,
                offered: *date,
            });
        }
    }
    Ok(())
}

/// The live 시군구 that go because all their successors are live or offered.
fn succeeded(live: &Dataset, offered: &BTreeMap<Sigungu, NaiveDate>) -> BTreeSet<Sigungu> {
    if offered.keys().all(|region| predecessors(region).is_empty()) {
        return BTreeSet::new();
    }
    let mut after = vintages(live.files());
    after.extend(offered.iter().map(|(region, date)| (region.clone(), *date)));
    let mut gone = superseded(&after);
    gone.retain(|region| !offered.contains_key(region));
    gone
}

/// The vintage of each 시군구 of a publication.
fn offered(publication: &Publication) -> BTreeMap<Sigungu, NaiveDate> {
    let mut dates = vintages(&publication.files);
    if let (Replace::Sigungu(regions), Some(vintage)) = (&publication.replace, publication.vintage) {
        for region in regions {
            dates.entry(region.clone()).or_insert(vintage);
        }
    }
    dates
}

/// The vintage of each 시군구 of these files.
pub fn vintages(files: impl IntoIterator<Item = impl Borrow<DataFile>>) -> BTreeMap<Sigungu, NaiveDate> {
    let mut vintages = BTreeMap::new();
    for file in files {
        let file = file.borrow();
        if let (Some(region), Some(date)) = (sigungu(file), newest(std::iter::once(file))) {
            let vintage = vintages.entry(region).or_insert(date);
            *vintage = date.max(*vintage);
        }
    }
    vintages
}

/// The largest `base_date` of these files.
fn newest(files: impl IntoIterator<Item = impl Borrow<DataFile>>) -> Option<NaiveDate> {
    let dates = files
        .into_iter()
        .filter_map(|file| match file.borrow().stats.column(VINTAGE_COLUMN)?.max {
            ScalarValue::Date32(Some(days)) => delta_stats::date(days),
            _ => None,
        });
    dates.max()
}

fn committed_vintage(history: &[Commit]) -> Option<NaiveDate> {
    history
        .iter()
        .find_map(|commit| commit.metadata.get("vintage")?.as_str()?.parse().ok())
}

/// The 시군구 in a list that a commit's metadata have under a key, each with its entry.
pub fn listed<'a>(metadata: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = (Sigungu, &'a Value)> {
    let entries = metadata.get(key).and_then(Value::as_array).into_iter().flatten();
    let name = |entry: &Value, level: &str| entry.get(level).and_then(Value::as_str).map(str::to_owned);
    entries.filter_map(move |entry| Some(((name(entry, "si_nm")?, name(entry, "sgg_nm")), entry)))
}

/// What the commit says about the publication: `vintage`, `vintages` by 시군구, `replaced`, `succeeded`, `unique_pnu`, `provenance`.
///
/// The newest version of a 시군구 not after a date is found from `vintages` over the history: each commit lists the 시군구 that it
/// published, with their vintages.
pub fn commit_metadata(publication: &Publication, change: &Change) -> HashMap<String, Value> {
    let entry = |(si_nm, sgg_nm): &Sigungu| json!({ "si_nm": si_nm, "sgg_nm": sgg_nm });
    let replaced = match &publication.replace {
        Replace::Dataset => json!("dataset"),
        Replace::Sigungu(regions) => regions.iter().map(entry).collect(),
    };
    let vintage = newest(&publication.files).or(publication.vintage);
    let vintages: Vec<Value> = offered(publication)
        .iter()
        .map(|((si_nm, sgg_nm), date)| json!({ "si_nm": si_nm, "sgg_nm": sgg_nm, "vintage": date.to_string() }))
        .collect();
    let mut metadata = HashMap::from([
        ("vintages".to_owned(), Value::Array(vintages)),
        ("replaced".to_owned(), replaced),
        ("provenance".to_owned(), publication.provenance.clone()),
    ]);
    if !publication.sigungu.is_empty() {
        metadata.insert(whole_sido::KEY.to_owned(), whole_sido::metadata(publication));
    }
    if let Some(vintage) = vintage {
        metadata.insert("vintage".to_owned(), Value::from(vintage.to_string()));
    }
    if !change.succeeded.is_empty() {
        metadata.insert("succeeded".to_owned(), change.succeeded.iter().map(entry).collect());
    }
    if !publication.unique.is_empty() {
        metadata.insert(
            primary_key::KEY.to_owned(),
            publication.unique.iter().map(entry).collect(),
        );
    }
    metadata
}
