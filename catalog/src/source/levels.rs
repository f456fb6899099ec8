//! What the folders of a tree say: a column and a value each.
//!
//! Three ways of naming are known: `SI_NM=서울특별시` names its column (Hive, Spark); `서울특별시` is a value whose
//! column the user names, or whose column is guessed from the official names of 시도, 시군구, 읍면동 and 리.
//! `NULL`, an empty text and `__HIVE_DEFAULT_PARTITION__` are NULL. Values are composed (NFC) and percent-decoded.

use std::collections::HashSet;

use chrono::NaiveDate;
use pilji_udfs::{BjdEntry, BjdTable};
use unicode_normalization::UnicodeNormalization;

use super::listing::Listing;
use crate::{Error, Result};

/// The folder of a NULL, as Hive and Spark write it.
pub(super) const HIVE_NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// The names given to levels with official names.
const OFFICIAL: [&str; 4] = ["si_nm", "sgg_nm", "emd_nm", "ri_nm"];

/// How many of a level's values must be official names for the level to be named after them.
const OFFICIAL_SHARE: f64 = 0.9;

/// The folder levels of a tree, outermost first.
#[derive(Debug, PartialEq)]
pub(super) struct Levels {
    /// The column that a level names; `None` for a level of values only.
    pub names: Vec<Option<String>>,
    /// The values of each file, one a level; `None` is NULL.
    pub values: Vec<Vec<Option<String>>>,
}

/// Reads the folders of all files.
///
/// # Errors
///
/// [`Error::SourceTree`] when files lie at different depths or folders of one level name different columns.
pub(super) fn read(listing: &Listing) -> Result<Levels> {
    let refused = |reason: String| Error::SourceTree {
        path: listing.root.to_string(),
        reason,
    };
    let mut names: Option<Vec<Option<String>>> = None;
    let mut values = Vec::with_capacity(listing.files.len());
    for file in &listing.files {
        let mut folders: Vec<&str> = file.path.split('/').collect();
        folders.pop();
        let (file_names, file_values): (Vec<_>, Vec<_>) = folders.into_iter().map(parse).unzip();
        let first = listing.files.first().map(|file| file.path.as_str()).unwrap_or_default();
        match &names {
            Some(names) if names.len() != file_names.len() => {
                return Err(refused(format!(
                    "files lie at different depths, {first:?} and {:?}; take one folder of them, or put them level",
                    file.path
                )));
            }
            Some(names) if *names != file_names => {
                return Err(refused(format!(
                    "folders name different columns, {first:?} and {:?}",
                    file.path
                )));
            }
            Some(_) => {}
            None => names = Some(file_names),
        }
        values.push(file_values);
    }
    Ok(Levels {
        names: names.unwrap_or_default(),
        values,
    })
}

/// Splits a folder's name into the column it names and its value.
fn parse(folder: &str) -> (Option<String>, Option<String>) {
    match folder.split_once('=') {
        Some((name, value)) if !name.is_empty() => (Some(decode(name)), null_or(decode(value))),
        // A bare name is taken as it is, unless it can only be text beyond ASCII that was encoded.
        _ if folder.is_ascii() && !decode(folder).is_ascii() => (None, null_or(decode(folder))),
        _ => (None, null_or(folder.nfc().collect())),
    }
}

fn null_or(value: String) -> Option<String> {
    (!value.trim().is_empty() && value != "NULL" && value != HIVE_NULL).then_some(value)
}

/// Percent-decodes and composes; a text that does not decode to UTF-8 stays as it is.
fn decode(text: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
    decoded.map_or_else(|_| text.nfc().collect(), |decoded| decoded.nfc().collect())
}

impl Levels {
    /// The names of the columns that the levels stand for.
    ///
    /// Those that name themselves keep their names; the others get `given`, else names guessed from their values, in
    /// the spelling of `file_columns` when the files have such a column too.
    ///
    /// # Errors
    ///
    /// [`Error::SourceTree`] when not as many names are given as are needed, or a name comes twice.
    pub(super) fn columns(&self, root: &str, given: &[String], file_columns: &[String]) -> Result<Vec<String>> {
        let refused = |reason: String| Error::SourceTree {
            path: root.to_owned(),
            reason,
        };
        let n_unnamed = self.names.iter().filter(|name| name.is_none()).count();
        let own_names: Vec<&str> = self.names.iter().flatten().map(String::as_str).collect();
        if n_unnamed == 0 && !given.is_empty() && !own_names.iter().eq(given) {
            return Err(refused(if own_names.is_empty() {
                "names of folder levels are given and there are no folders".to_owned()
            } else {
                format!(
                    "its folders name their levels themselves: {}; give no names",
                    own_names.join(", ")
                )
            }));
        }
        if n_unnamed > 0 && !given.is_empty() && given.len() != n_unnamed {
            return Err(refused(format!(
                "{n_unnamed} levels of folders need names and {} are given ({})",
                given.len(),
                given.join(", ")
            )));
        }
        let guessed = if n_unnamed > 0 && given.is_empty() {
            self.guess(file_columns)
        } else {
            Vec::new()
        };
        let mut unnamed = given.iter().cloned();
        let mut columns: Vec<String> = Vec::with_capacity(self.names.len());
        for (level, name) in self.names.iter().enumerate() {
            let name = match name {
                Some(name) => name.clone(),
                None => unnamed
                    .next()
                    .or_else(|| guessed.get(level).cloned())
                    .unwrap_or_else(|| format!("level{}", level + 1)),
            };
            if columns
                .iter()
                .any(|column| column.to_lowercase() == name.to_lowercase())
            {
                return Err(refused(format!("two levels of folders have the name {name:?}")));
            }
            columns.push(name);
        }
        Ok(columns)
    }

    /// A name for each level: after the official names that its values are, else `level1` and so on.
    fn guess(&self, file_columns: &[String]) -> Vec<String> {
        let mut next_official = 0;
        let mut guessed = Vec::with_capacity(self.names.len());
        for level in 0..self.names.len() {
            let values: HashSet<&str> = self
                .values
                .iter()
                .filter_map(|values| values.get(level)?.as_deref())
                .collect();
            let official = (next_official..OFFICIAL.len()).find(|official| {
                // A level of NULLs only is whatever is due.
                values.is_empty() && next_official > 0 || is_official(&values, *official)
            });
            let name = match official {
                Some(official) => {
                    next_official = official + 1;
                    OFFICIAL[official].to_owned()
                }
                None => format!("level{}", level + 1),
            };
            let spelled = file_columns.iter().find(|column| column.to_lowercase() == name);
            guessed.push(spelled.cloned().unwrap_or(name));
        }
        guessed
    }
}

/// True when nearly all values are names of the level in one of the official tables.
fn is_official(values: &HashSet<&str>, level: usize) -> bool {
    if values.is_empty() {
        return false;
    }
    let name = |entry: &'static BjdEntry| -> Option<&'static str> {
        match level {
            0 => Some(&entry.name.si),
            1 => entry.name.sgg.as_deref(),
            2 => entry.name.emd.as_deref(),
            _ => entry.name.ri.as_deref(),
        }
    };
    let mut official: HashSet<&str> = HashSet::new();
    for date in [NaiveDate::MIN, NaiveDate::MAX] {
        official.extend(BjdTable::at(date).entries().filter_map(name));
    }
    let n_official = values.iter().filter(|value| official.contains(value.trim())).count();
    // Numbers of folders are far below the precision of a float.
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let share = n_official as f64 / values.len() as f64;
    share >= OFFICIAL_SHARE
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use chrono::DateTime;
    use object_store::path::Path;

    use super::*;
    use crate::source::listing::ListedFile;

    fn levels(paths: &[&str]) -> Result<Levels> {
        let file = |path: &&str| ListedFile {
            path: (*path).to_owned(),
            bytes: 1,
            modified: DateTime::UNIX_EPOCH,
            e_tag: None,
        };
        read(&Listing {
            root: Path::from("tree"),
            files: paths.iter().map(file).collect(),
            left_out: Vec::new(),
        })
    }

    fn check_folder(folder: &str, name: Option<&str>, value: Option<&str>) {
        let expected = (name.map(str::to_owned), value.map(str::to_owned));
        assert_eq!(parse(folder), expected, "{folder}");
    }

    fn check_names(paths: &[&str], given: &[&str], file_columns: &[&str], expected: &[&str]) {
        let texts = |texts: &[&str]| -> Vec<String> { texts.iter().map(|text| (*text).to_owned()).collect() };
        let columns = levels(paths)
            .unwrap()
            .columns("tree", &texts(given), &texts(file_columns));
        assert_eq!(columns.unwrap(), expected, "{paths:?}");
    }

    fn check_refused(paths: &[&str], given: &[&str], expected: &str) {
        let given: Vec<String> = given.iter().map(|name| (*name).to_owned()).collect();
        let columns = levels(paths).and_then(|levels| levels.columns("tree", &given, &[]));
        let message = columns.unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }

    #[test]
    fn a_folder_is_a_name_and_a_value() {
        check_folder("SI_NM=서울특별시", Some("SI_NM"), Some("서울특별시"));
        check_folder("SI_NM=%EC%84%9C%EC%9A%B8", Some("SI_NM"), Some("서울"));
        check_folder("SGG_NM=안양시 동안구", Some("SGG_NM"), Some("안양시 동안구"));
        check_folder("SGG_NM=안양시%20동안구", Some("SGG_NM"), Some("안양시 동안구"));
        check_folder("RI_NM=__HIVE_DEFAULT_PARTITION__", Some("RI_NM"), None);
        check_folder("RI_NM=", Some("RI_NM"), None);
        check_folder("a=b=c", Some("a"), Some("b=c"));
        check_folder("a=100%", Some("a"), Some("100%"));
        check_folder(&"SI_NM=서울".nfd().collect::<String>(), Some("SI_NM"), Some("서울"));
        check_folder(&"서울".nfd().collect::<String>(), None, Some("서울"));
        check_folder("NULL", None, None);
        check_folder("__HIVE_DEFAULT_PARTITION__", None, None);
        check_folder("%EC%84%9C%EC%9A%B8", None, Some("서울"));
        check_folder("50%25", None, Some("50%25"));
    }

    #[test]
    fn unnamed_levels_get_the_users_names_or_official_ones() {
        let four = ["서울특별시/종로구/익선동/NULL/a", "세종특별자치시/NULL/금남면/반곡리/a"];
        check_names(&four, &[], &[], &["si_nm", "sgg_nm", "emd_nm", "ri_nm"]);
        check_names(&four, &["a", "b", "c", "d"], &[], &["a", "b", "c", "d"]);
        check_names(&four, &[], &["SI_NM", "PNU"], &["SI_NM", "sgg_nm", "emd_nm", "ri_nm"]);
        check_names(&["서울특별시/a", "강원도/a"], &[], &[], &["si_nm"]);
        check_names(
            &["서울특별시/종로구/익선동/NULL/a"],
            &[],
            &[],
            &["si_nm", "sgg_nm", "emd_nm", "ri_nm"],
        );
        check_names(&["종로구/익선동/a"], &[], &[], &["sgg_nm", "emd_nm"]);
        check_names(&["2020/x/a", "2021/y/a"], &[], &[], &["level1", "level2"]);
        check_names(&["a", "b"], &[], &[], &[]);
        check_names(&["SI_NM=x/RI_NM=y/a"], &[], &[], &["SI_NM", "RI_NM"]);
    }

    #[test]
    fn folders_that_make_no_table_are_refused() {
        check_refused(&["x/a", "x/y/a"], &[], "different depths");
        check_refused(&["a=1/f", "b=1/f"], &[], "different columns");
        check_refused(&["a=1/A=1/f"], &[], "the name");
        check_refused(&["x/y/a"], &["one"], "2 levels");
        check_refused(&["a=1/f"], &["b"], "themselves: a");
        check_refused(&["f"], &["b"], "no folders");
    }
}
