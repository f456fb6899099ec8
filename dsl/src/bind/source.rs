//! Where rows come from: models, written rows, SQL.

use std::ops::ControlFlow;

use sqlparser::ast::{Expr as Sql, Ident, OrderByKind, Query, Statement, VisitMut, VisitorMut};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Location;

use super::expr::unknown_type;
use super::names::{nearest, quoted};
use super::project::twice;
use super::relation::{Column, OrderKey, Relation, column_of};
use super::{Binder, Bound};
use crate::catalog::{Found, Missing};
use crate::diagnostic::{Diagnostic, Span};
use crate::places::Places;
use crate::sql::{self, Selection};
use crate::syntax::{ModelSource, Name, Rows, Source, SqlText};

/// What a query inside of a text calls the rows before; the second is the legacy's name.
const PREVIOUS: [&str; 2] = ["prev", "angora"];

impl Binder<'_> {
    /// The source of a pipeline.
    pub(super) fn source(&mut self, source: &Source) -> Bound<()> {
        match source {
            Source::Model(model) => self.model(model),
            Source::All { condition, span } => {
                let Some(name) = self.catalog.default_model() else {
                    return Err(no_default(span));
                };
                let name = Name {
                    text: name,
                    span: span.clone(),
                };
                self.model_named(&name)?;
                condition.as_ref().map_or(Ok(()), |condition| self.keep_rows(condition))
            }
            Source::Rows(rows) => self.rows(rows),
            Source::Sql(sql) => self.sql(sql),
            // The catalog knows a file by its location.
            Source::File(file) => self.model_named(&Name {
                text: file.location.clone(),
                span: file.span.clone(),
            }),
        }
    }

    /// All columns of a model, and those of its rows that fit its conditions.
    pub(super) fn model(&mut self, model: &ModelSource) -> Bound<()> {
        let found = self.found(model.owner.as_ref(), &model.name)?;
        let span = self.places.sql(&model.name.span);
        let columns: Vec<Column> = found.schema.fields().iter().cloned().map(Column::new).collect();
        let query = Selection::of(sql::table(&found.parts, span, None), vec![sql::star()]).query();
        self.relation = Relation {
            alias: Some(model.alias.as_ref().unwrap_or(&model.name).text.clone()),
            ..Relation::default()
        };
        self.step(query, columns, None, &model.name.span)?;
        if let Some(address) = &model.address {
            self.address(address)?;
        }
        match &model.condition {
            Some(condition) => self.keep_rows(condition),
            None => Ok(()),
        }
    }

    /// All columns of a model, by its name alone.
    pub(super) fn model_named(&mut self, name: &Name) -> Bound<()> {
        self.model(&ModelSource {
            name: name.clone(),
            owner: None,
            alias: None,
            condition: None,
            address: None,
        })
    }

    fn found(&self, owner: Option<&Name>, name: &Name) -> Bound<Found> {
        let missing = match self
            .catalog
            .relation(owner.map(|owner| owner.text.as_str()), &name.text)
        {
            Ok(found) => return Ok(found),
            Err(missing) => missing,
        };
        Err(Box::new(match missing {
            Missing::Unknown(known) => {
                let names: Vec<&str> = known.iter().map(String::as_str).collect();
                let error = Diagnostic::error(
                    "E0210",
                    name.span.clone(),
                    format!("there is no model `{}`", name.text),
                    format!("`{}` 모델이 없습니다", name.text),
                );
                if let Some(near) = nearest(&name.text, names.iter().copied()) {
                    error
                        .meaning(near)
                        .fix(owner.unwrap_or(name).span.start..name.span.end, with_owner(near))
                } else {
                    let listed = super::names::listed(&names);
                    error.saying(format!("models are {listed}"), format!("모델: {listed}"))
                }
            }
            Missing::Ambiguous(owners) => {
                let listed = owners.join(", ");
                Diagnostic::error(
                    "E0211",
                    name.span.clone(),
                    format!("several owners have a model `{}`: {listed}", name.text),
                    format!("`{}` 모델의 소유자가 여럿입니다: {listed}", name.text),
                )
                .saying(
                    "say whose, as `model owner.name`",
                    "소유자를 쓰세요, 예: `model 소유자.이름`",
                )
            }
        }))
    }

    /// Rows that are written down.
    pub(super) fn rows(&mut self, rows: &Rows) -> Bound<()> {
        self.relation = Relation::default();
        let width = rows.rows.first().map_or(rows.columns.len(), Vec::len);
        let mut names = Vec::with_capacity(width);
        for idx in 0..width {
            let name = rows.columns.get(idx).map(|(name, _)| name.clone());
            let name = name.unwrap_or_else(|| Name {
                text: format!("column{}", idx + 1),
                span: rows.span.clone(),
            });
            if names
                .iter()
                .any(|other: &Name| other.text.to_lowercase() == name.text.to_lowercase())
            {
                return Err(twice(&name));
            }
            names.push(name);
        }
        if rows.rows.is_empty() || width == 0 {
            return Err(Box::new(
                Diagnostic::error("E0132", rows.span.clone(), "there are no rows", "행이 없습니다")
                    .saying("as `[[1, 'a'], [2, 'b']]`", "예: `[[1, 'a'], [2, 'b']]`"),
            ));
        }
        let mut values = Vec::with_capacity(rows.rows.len());
        for row in &rows.rows {
            let mut bound = Vec::with_capacity(width);
            for value in row {
                bound.push(self.row_expr(value)?.sql);
            }
            values.push(bound);
        }
        let texts: Vec<String> = names.iter().map(|name| name.text.clone()).collect();
        let mut items = Vec::with_capacity(width);
        for (idx, name) in names.iter().enumerate() {
            let data_type = rows.columns.get(idx).and_then(|(_, data_type)| data_type.as_ref());
            let column = sql::column(&name.text, self.places.sql(&name.span));
            items.push(match data_type {
                None => sql::item(column, &name.text),
                Some(word) => {
                    let Some(data_type) = sql::type_of(&word.text) else {
                        return Err(unknown_type(&word.text, &word.span));
                    };
                    sql::item(sql::cast(column, data_type, self.catalog.is_legacy()), &name.text)
                }
            });
        }
        let query = Selection::of(sql::derived(sql::values(values), "_rows", &texts), items).query();
        let columns = texts
            .iter()
            .map(|name| column_of(name, arrow_schema::DataType::Null))
            .collect();
        self.step(query, columns, Some(&[]), &rows.span)
    }

    /// A query in SQL, over the rows before where there are any.
    pub(super) fn sql(&mut self, text: &SqlText) -> Bound<()> {
        let query = Self::read_sql(text)?;
        let (query, given) = if self.relation.name.is_empty() {
            (query, Vec::new())
        } else {
            let mut query = query;
            // Folding names never breaks off.
            let _ = query.visit(&mut Capitals(&self.relation));
            (self.over_previous(query), vec![self.relation.given()])
        };
        let schema = self.catalog.plan(&query, &given).map_err(|refused| {
            let place = refused.span.and_then(|span| place_in(text, span.start));
            Box::new(Diagnostic::error(
                "E0300",
                place.unwrap_or_else(|| text.span.clone()),
                refused.message.clone(),
                format!("SQL 을 실행할 수 없습니다: {}", refused.message),
            ))
        })?;
        let mut columns: Vec<Column> = Vec::with_capacity(schema.fields().len());
        for field in schema.fields() {
            if columns.iter().any(|other| other.name() == field.name()) {
                return Err(twice(&Name {
                    text: field.name().clone(),
                    span: text.span.clone(),
                }));
            }
            columns.push(Column::new(field.clone()));
        }
        let order = self.order_of(&query, &columns, text);
        self.relation = Relation {
            order,
            ..Relation::default()
        };
        self.step(query, columns, None, &text.span)
    }

    /// The query with the rows before under the names by which it calls them.
    fn over_previous(&self, query: Query) -> Query {
        let [first, second] = PREVIOUS;
        let mut previous = Selection::from(&self.relation.name, self.visible_items());
        previous.order = Vec::new();
        let ctes = vec![
            sql::named(first, previous.query()),
            sql::named(second, Selection::from(first, vec![sql::star()]).query()),
        ];
        sql::with(ctes, query)
    }

    /// SQL as a tree: one query that reads.
    fn read_sql(text: &SqlText) -> Bound<Query> {
        let wrong = |place: Option<Span>, english: String| {
            Box::new(
                Diagnostic::error(
                    "E0140",
                    place.unwrap_or_else(|| text.span.clone()),
                    english.clone(),
                    format!("SQL 문법이 맞지 않습니다: {english}"),
                )
                .saying("in this SQL", "이 SQL 에서"),
            )
        };
        let parsed = Parser::new(&GenericDialect {})
            .try_with_sql(&text.text)
            .and_then(|mut parser| parser.parse_statements());
        let mut statements = parsed.map_err(|error| {
            let message = match error {
                ParserError::ParserError(message) | ParserError::TokenizerError(message) => message,
                ParserError::RecursionLimitExceeded => "the SQL is nested too deeply".to_owned(),
            };
            let (message, place) = located(&message);
            wrong(place.and_then(|location| place_in(text, location)), message)
        })?;
        match (statements.pop(), statements.is_empty()) {
            (Some(Statement::Query(query)), true) => Ok(*query),
            (_, true) => Err(wrong(
                None,
                "only a query can stand here: SELECT, WITH or VALUES".to_owned(),
            )),
            _ => Err(wrong(None, "one query only".to_owned())),
        }
    }

    /// The order that a query gives its rows, by columns of its result.
    fn order_of(&mut self, query: &Query, columns: &[Column], text: &SqlText) -> Vec<OrderKey> {
        let Some(OrderByKind::Expressions(keys)) = query.order_by.as_ref().map(|order| &order.kind) else {
            return Vec::new();
        };
        let mut order = Vec::with_capacity(keys.len());
        for key in keys {
            let column = match &key.expr {
                Sql::Identifier(ident) => columns.iter().find(|column| {
                    column.name() == ident.value
                        || (ident.quote_style.is_none() && column.name().to_lowercase() == ident.value.to_lowercase())
                }),
                Sql::Value(number) => {
                    let number = number.to_string().parse::<usize>().ok();
                    number.and_then(|number| columns.get(number.checked_sub(1)?))
                }
                _ => None,
            };
            let Some(column) = column else {
                self.note(
                    Diagnostic::warning(
                        "W0141",
                        text.span.clone(),
                        "the order of this SQL is not kept, for it is by something that is no column of its result",
                        "이 SQL 의 정렬 기준이 결과 열이 아니어서 순서가 유지되지 않습니다",
                    )
                    .saying(
                        "select what it is ordered by, or add `| sort`",
                        "정렬 기준을 선택하거나 `| sort` 를 쓰세요",
                    ),
                );
                return Vec::new();
            };
            order.push(OrderKey {
                column: column.name().to_owned(),
                descending: key.options.asc == Some(false),
            });
        }
        order
    }
}

/// Quotes names of columns that are written without quotes and have capitals: SQL would make small letters of them.
struct Capitals<'r>(&'r Relation);

impl Capitals<'_> {
    fn fold(&self, ident: &mut Ident) {
        let is_there = |name: &str| self.0.visible().any(|column| column.name() == name);
        if ident.quote_style.is_none()
            && !is_there(&ident.value.to_lowercase())
            && let Some(column) = self.0.find(&ident.value)
        {
            column.name().clone_into(&mut ident.value);
            ident.quote_style = Some('"');
        }
    }
}

impl VisitorMut for Capitals<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Sql) -> ControlFlow<()> {
        match expr {
            Sql::Identifier(ident) => self.fold(ident),
            Sql::CompoundIdentifier(idents) => {
                if let Some(last) = idents.last_mut() {
                    self.fold(last);
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// The name of a model as it is written in a text, with its owner where it has one.
fn with_owner(name: &str) -> String {
    match name.split_once('.') {
        Some((owner, name)) => format!("{}.{}", quoted(owner), quoted(name)),
        None => quoted(name),
    }
}

/// That `*` stands for nothing.
fn no_default(span: &Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            "E0130",
            span.clone(),
            "no model is named: `*` and bare conditions are about the session's default model, and none is set",
            "모델이 없습니다: `*` 와 조건만 쓴 질의는 세션의 기본 모델을 읽는데, 설정되지 않았습니다",
        )
        .saying(
            "write `model NAME | …`, or once `SET default_model = 'NAME'`",
            "`model 이름 | …` 으로 쓰거나, 한 번 `SET default_model = '이름'`",
        ),
    )
}

/// A message of SQL's parser without the place at its end, and the place.
fn located(message: &str) -> (String, Option<Location>) {
    let split = message.rsplit_once(" at Line: ").and_then(|(text, place)| {
        let (line, column) = place.split_once(", Column: ")?;
        Some((text, Location::new(line.parse().ok()?, column.trim().parse().ok()?)))
    });
    match split {
        Some((text, place)) => (text.to_owned(), Some(place)),
        None => (message.to_owned(), None),
    }
}

/// The bytes of the text at which a place of its SQL is.
fn place_in(text: &SqlText, location: Location) -> Option<Span> {
    let places = Places::new(&text.text);
    let within = places.bytes(sqlparser::tokenizer::Span::new(location, location))?;
    let start = (text.offset + within.start).min(text.span.end);
    let word = text.text.get(within.start..)?;
    let end = word
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(word.len());
    Some(start..(start + end.max(1)).min(text.span.end))
}
