//! Tables that are made up, what is bound over them, and texts made by chance; for tests and for `make fuzz`.

#![allow(dead_code, reason = "not all of it is used by each of those who share it")]

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};
use pilji_dsl::{
    COMMANDS, Catalog, Diagnostic, Failure, Found, FunctionKind, Given, Missing, Plan, Refused, Region, SOURCES, bind,
    parse, query,
};
use sqlparser::ast::{Query, Select, SelectItem, SetExpr, TableFactor};

/// Two tables, some functions, and a planner that makes texts of everything that it does not know.
pub struct Made {
    regions: Vec<Region>,
}

impl Made {
    fn new() -> Self {
        let region = |code: &str, names: [Option<&str>; 4]| Region {
            code: code.to_owned(),
            names: names.map(|name| name.map(str::to_owned)),
        };
        Self {
            regions: vec![
                region("1100000000", [Some("서울특별시"), None, None, None]),
                region("1111000000", [Some("서울특별시"), Some("종로구"), None, None]),
                region("1111010100", [Some("서울특별시"), Some("종로구"), Some("청운동"), None]),
            ],
        }
    }

    fn schema(name: &str) -> Option<SchemaRef> {
        let field = |name: &str, data_type: DataType| Field::new(name, data_type, true);
        let fields = match name {
            "parcel" | "admin_area" => vec![
                field("geometry", DataType::Binary)
                    .with_metadata([("ARROW:extension:name".to_owned(), "geoarrow.wkb".to_owned())].into()),
                field("pnu", DataType::Utf8),
                field("code", DataType::Utf8),
                field("level", DataType::Utf8),
                field("bjd_cd", DataType::Utf8),
                field("si_nm", DataType::Utf8),
                field("sgg_nm", DataType::Utf8),
                field("emd_nm", DataType::Utf8),
                field("ri_nm", DataType::Utf8),
                field("bonbun", DataType::Int32),
                field("san", DataType::Boolean),
                field("jimok", DataType::Utf8),
                field("base_date", DataType::Date32),
            ],
            "토지" => vec![field("pnu", DataType::Utf8), field("면적", DataType::Float64)],
            _ => return None,
        };
        Some(Arc::new(Schema::new(fields)))
    }
}

impl Catalog for Made {
    fn relation(&self, owner: Option<&str>, name: &str) -> Result<Found, Missing> {
        match Self::schema(name).filter(|_| owner.is_none()) {
            Some(schema) => Ok(Found {
                parts: vec!["public".to_owned(), name.to_owned()],
                schema,
            }),
            None => Err(Missing::Unknown(vec!["parcel".to_owned(), "토지".to_owned()])),
        }
    }

    fn default_model(&self) -> Option<String> {
        Some("토지".to_owned())
    }

    fn is_legacy(&self) -> bool {
        false
    }

    fn function(&self, name: &str) -> Option<FunctionKind> {
        match name {
            "sum" | "count" | "avg" | "min" | "max" => Some(FunctionKind::Aggregate),
            "row_number" => Some(FunctionKind::Window),
            name if name.starts_with("st_") => Some(FunctionKind::Scalar),
            "abs" | "upper" | "area_m2" | "to_pyeong" => Some(FunctionKind::Scalar),
            _ => None,
        }
    }

    fn functions(&self) -> Vec<String> {
        vec!["sum".to_owned(), "upper".to_owned()]
    }

    fn plan(&self, query: &Query, given: &[Given]) -> Result<SchemaRef, Refused> {
        Ok(Arc::new(Schema::new(fields(&query.body, given))))
    }

    fn values(&self, _query: &Query) -> Option<Vec<String>> {
        Some(vec!["가".to_owned(), "it's".to_owned()])
    }

    fn regions(&self) -> &[Region] {
        &self.regions
    }

    fn successors(&self, _si: &str, _sgg: Option<&str>) -> Vec<(String, Option<String>)> {
        Vec::new()
    }

    fn administrative(&self, _name: &str) -> Vec<String> {
        Vec::new()
    }

    fn vintage(&self) -> Option<String> {
        Some("2021-05-01".to_owned())
    }

    fn is_unique(&self, _dataset: &str, _column: &str) -> bool {
        false
    }
}

fn fields(body: &SetExpr, given: &[Given]) -> Vec<Field> {
    match body {
        SetExpr::Select(select) => select
            .projection
            .iter()
            .flat_map(|item| item_fields(item, select, given))
            .collect(),
        SetExpr::SetOperation { left, .. } => fields(left, given),
        SetExpr::Query(query) => fields(&query.body, given),
        _ => Vec::new(),
    }
}

fn item_fields(item: &SelectItem, select: &Select, given: &[Given]) -> Vec<Field> {
    let text = |name: String| vec![Field::new(name, DataType::Utf8, true)];
    match item {
        SelectItem::UnnamedExpr(expr) => text(expr.to_string().trim_matches('"').to_owned()),
        SelectItem::ExprWithAlias { alias, .. } => text(alias.value.clone()),
        _ => {
            let Some(TableFactor::Table { name, .. }) = select.from.first().map(|from| &from.relation) else {
                return match select.from.first().map(|from| &from.relation) {
                    Some(TableFactor::Derived { alias: Some(alias), .. }) => alias
                        .columns
                        .iter()
                        .flat_map(|column| text(column.name.value.clone()))
                        .collect(),
                    _ => Vec::new(),
                };
            };
            let name = name.to_string();
            let known = given.iter().find(|given| name == format!("\"{}\"", given.name));
            let schema = known.map(|given| Arc::clone(&given.schema));
            let schema = schema.or_else(|| Made::schema(name.trim_start_matches("\"public\".").trim_matches('"')));
            schema.map_or_else(Vec::new, |schema| {
                schema.fields().iter().map(|field| field.as_ref().clone()).collect()
            })
        }
    }
}

/// The plan of a text over these tables.
pub fn planned(text: &str) -> Result<Plan, Vec<Diagnostic>> {
    let pipeline = parse(text)?;
    match bind(text, &pipeline, &Made::new()) {
        Ok(plan) => Ok(plan),
        Err(Failure::Wrong(diagnostics)) => Err(diagnostics),
        Err(Failure::Wants(_)) => panic!("{text}: the values are known"),
    }
}

/// Its SQL.
pub fn bound(text: &str) -> Result<String, Vec<Diagnostic>> {
    Ok(query(&planned(text)?).to_string())
}

/// Random numbers that are the same every time (`SplitMix64`).
pub struct Chance(pub u64);

impl Chance {
    /// A number below another.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }
}

/// Examples with pieces of others in them, and single characters changed.
pub fn mutated(chance: &mut Chance, examples: &[&str]) -> String {
    let mut text: Vec<char> = examples[chance.below(examples.len())].chars().collect();
    for _ in 0..chance.below(4) {
        let other: Vec<char> = examples[chance.below(examples.len())].chars().collect();
        let (begin, at) = (chance.below(other.len()), chance.below(text.len() + 1));
        let end = begin + chance.below(other.len() - begin + 1).min(20);
        match chance.below(4) {
            0 => text.splice(at..at, other[begin..end].to_vec()).for_each(drop),
            1 => text.truncate(at.max(1)),
            2 if !text.is_empty() => {
                text.remove(at.min(text.len() - 1));
            }
            _ => {
                let tokens = [
                    "|", "(", ")", "[", "]", "'", ",", " by ", " as ", "*", "=", "-1", "5m", "null", "가", "`", "$$",
                ];
                text.splice(at..at, tokens[chance.below(tokens.len())].chars())
                    .for_each(drop);
            }
        }
    }
    text.into_iter().collect()
}

/// The examples of all commands.
pub fn examples() -> Vec<&'static str> {
    SOURCES.iter().chain(COMMANDS).map(|command| command.example).collect()
}

/// Whether what is wrong with a text is told, and within it.
pub fn is_told(text: &str, diagnostics: &[Diagnostic]) -> bool {
    let spans = diagnostics.iter().flat_map(|one| {
        let labels = one.labels.iter().map(|label| &label.span);
        labels.chain(one.fixes.iter().map(|fix| &fix.span))
    });
    !diagnostics.is_empty()
        && spans.into_iter().all(|span| text.get(span.clone()).is_some())
        && !pilji_dsl::render(text, diagnostics).is_empty()
}
