//! Which kind of file it is, told by its column names.

use arrow::datatypes::Schema;

/// The layouts of input files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// `AL_D002_…`: A0 to A6, since 2025 also A7.
    Official,
    /// `LSMD_CONT_LDREG_…`: PNU, JIBUN, ….
    Lsmd,
    /// The platform's CSV: PNU, `BJD_CD`, `BJD_NM`, BONBUN, BUBON, JIMOK, ….
    Platform,
    /// Pilji's own files: as the platform's, with `san` and `base_date`.
    Pilji,
    /// Boundaries of administrative areas, which is asked for and never recognised.
    Areas,
    /// Anything else.
    Plain,
}

/// Positions of the columns that have a meaning in the cadastre; `pnu` is always there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) pnu: usize,
    pub(crate) sgg_oid: Option<usize>,
    pub(crate) bjd_cd: Option<usize>,
    pub(crate) bjd_nm: Option<usize>,
    /// 지번 with or without 지목; where two columns have one, the one with 지목 comes first.
    pub(crate) jibun: Vec<usize>,
    pub(crate) bonbun: Option<usize>,
    pub(crate) bubon: Option<usize>,
    pub(crate) jimok: Option<usize>,
    pub(crate) san: Option<usize>,
    pub(crate) base_date: Option<usize>,
}

impl Layout {
    /// Its name in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Lsmd => "lsmd",
            Self::Platform => "platform",
            Self::Pilji => "pilji",
            Self::Areas => "areas",
            Self::Plain => "plain",
        }
    }

    /// Whether its rows are parcels.
    pub(crate) fn is_cadastral(self) -> bool {
        !matches!(self, Self::Plain | Self::Areas)
    }
}

/// Recognises the layout and finds its columns. Case does not count.
pub(crate) fn recognise(schema: &Schema) -> (Layout, Fields) {
    let find = |name: &str| {
        schema
            .fields()
            .iter()
            .position(|field| field.name().eq_ignore_ascii_case(name))
    };
    if let (Some(pnu), Some(bjd_cd), Some(bjd_nm), Some(number), Some(sign)) =
        (find("a1"), find("a2"), find("a3"), find("a4"), find("a5"))
    {
        let fields = Fields {
            pnu,
            sgg_oid: find("a0"),
            bjd_cd: Some(bjd_cd),
            bjd_nm: Some(bjd_nm),
            jibun: vec![sign, number],
            base_date: find("a6"),
            ..Fields::default()
        };
        return (Layout::Official, fields);
    }
    let Some(pnu) = find("pnu") else {
        return (Layout::Plain, Fields::default());
    };
    let shared = Fields {
        pnu,
        sgg_oid: find("sgg_oid"),
        ..Fields::default()
    };
    if let (Some(bjd_cd), Some(bjd_nm), Some(bonbun), Some(bubon)) =
        (find("bjd_cd"), find("bjd_nm"), find("bonbun"), find("bubon"))
    {
        let fields = Fields {
            bjd_cd: Some(bjd_cd),
            bjd_nm: Some(bjd_nm),
            bonbun: Some(bonbun),
            bubon: Some(bubon),
            jimok: find("jimok"),
            san: find("san"),
            base_date: find("base_date"),
            ..shared
        };
        let own = fields.san.is_some() && fields.base_date.is_some();
        return (if own { Layout::Pilji } else { Layout::Platform }, fields);
    }
    match find("jibun") {
        Some(jibun) => (
            Layout::Lsmd,
            Fields {
                jibun: vec![jibun],
                ..shared
            },
        ),
        None => (Layout::Plain, Fields::default()),
    }
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::{DataType, Field};

    use super::*;

    fn check(columns: &str, expected: Layout) -> Fields {
        let fields: Vec<Field> = columns
            .split(' ')
            .map(|name| Field::new(name, DataType::Utf8, true))
            .collect();
        let (layout, fields) = recognise(&Schema::new(fields));
        assert_eq!(layout, expected, "{columns}");
        fields
    }

    #[test]
    fn layouts_are_told_by_their_columns() {
        let official = check("A0 A1 A2 A3 A4 A5 A6", Layout::Official);
        assert_eq!(
            (official.pnu, official.jibun, official.base_date),
            (1, vec![5, 4], Some(6))
        );
        check("a0 a1 a2 a3 a4 a5 a6 a7", Layout::Official);
        assert_eq!(
            check("PNU JIBUN BCHK SGG_OID COL_ADM_SE", Layout::Lsmd).sgg_oid,
            Some(3)
        );
        check("pnu jibun", Layout::Lsmd);
        check(
            "SGG_OID PNU BJD_CD BJD_NM SI_NM SGG_NM EMD_NM RI_NM BONBUN BUBON JIMOK",
            Layout::Platform,
        );
        check(
            "sgg_oid pnu bjd_cd bjd_nm si_nm bonbun bubon jimok san base_date bbox",
            Layout::Pilji,
        );
        check("EMD_CD EMD_KOR_NM", Layout::Plain);
        check("pnu owner", Layout::Plain);
        check("A0 A1 A2", Layout::Plain);
    }
}
