//! Which columns of a file of boundaries have codes and names.

use arrow::datatypes::Schema;

/// Columns with codes of 법정동 or of the levels above, the lowest level first: a file of 리 may have those above beside its own.
///
/// Codes of 행정동, `ADM_CD` and the like, are others and do not stand here.
pub(crate) const CODES: [&str; 12] = [
    "li_cd",
    "ri_cd",
    "emd_cd",
    "sig_cd",
    "sgg_cd",
    "ctprvn_cd",
    "sido_cd",
    "bjcd",
    "bjd_cd",
    "adm_sect_c",
    "법정동코드",
    "code",
];

/// Columns with the name of an area of a level, from 시도 to 리.
const NAMES: [&[&str]; 4] = [
    &["ctp_kor_nm", "ctprvn_nm", "sido_nm", "si_nm", "sido"],
    &["sig_kor_nm", "sig_nm", "sgg_nm", "sigungu_nm", "sigungu"],
    &["emd_kor_nm", "emd_nm", "emd"],
    &["li_kor_nm", "li_nm", "ri_nm", "ri"],
];

/// Columns with the name of the area, whatever its level.
const ANY_NAMES: [&str; 5] = ["name", "bjd_nm", "법정동명", "nm", "kor_nm"];

/// Positions of the columns that are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AreaColumns {
    /// The code.
    pub(crate) code: usize,
    /// What the file calls the code.
    pub(crate) code_name: String,
    /// The name at each level, from 시도 to 리.
    pub(crate) names: [Option<usize>; 4],
    /// The name of the area, whatever its level.
    pub(crate) any_name: Option<usize>,
}

impl AreaColumns {
    /// Finds the columns; case does not count. `None` when there is none of codes.
    pub(crate) fn find(schema: &Schema) -> Option<Self> {
        let position = |name: &&str| {
            schema
                .fields()
                .iter()
                .position(|field| field.name().to_lowercase() == *name)
        };
        let code = CODES.iter().find_map(position)?;
        Some(Self {
            code,
            code_name: schema.field(code).name().clone(),
            names: NAMES.map(|names| names.iter().find_map(position)),
            any_name: ANY_NAMES.iter().find_map(position),
        })
    }
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::{DataType, Field};

    use super::*;

    #[test]
    fn the_columns_of_official_files_are_found() {
        for (columns, expected) in [
            (
                "CTPRVN_CD CTP_ENG_NM CTP_KOR_NM",
                Some((0, [Some(2), None, None, None], None)),
            ),
            (
                "EMD_CD EMD_KOR_NM EMD_ENG_NM",
                Some((0, [None, None, Some(1), None], None)),
            ),
            ("emd_cd li_cd li_kor_nm", Some((1, [None, None, None, Some(2)], None))),
            ("UFID BJCD NAME DIVI", Some((1, [None; 4], Some(2)))),
            (
                "code sido sigungu emd ri",
                Some((0, [Some(1), Some(2), Some(3), Some(4)], None)),
            ),
            ("ADM_CD ADM_NM", None),
        ] {
            let fields: Vec<Field> = columns
                .split(' ')
                .map(|name| Field::new(name, DataType::Utf8, true))
                .collect();
            let found = AreaColumns::find(&Schema::new(fields));
            let found = found.map(|found| (found.code, found.names, found.any_name));
            assert_eq!(found, expected, "{columns}");
        }
    }
}
