//! Stages that bring another relation in: `join`, `merge`, `union`, `append`, `lookup`.

use sqlparser::ast::{BinaryOperator, SelectItem};
use sqlparser::tokenizer::Span as SqlSpan;

use super::aggregate::made_name;
use super::expr::{Calls, Context, LEFT, RIGHT, Scope};
use super::project::twice;
use super::relation::{Column, Relation};
use super::{Binder, Bound};
use crate::diagnostic::{Diagnostic, Span};
use crate::sql::{self, Meeting, Selection};
use crate::syntax::{Join, JoinKind, Name, Right, SortKey};

impl Binder<'_> {
    /// `join`, `merge`: rows of another relation beside these.
    pub(super) fn join(&mut self, join: &Join, span: &Span) -> Bound<()> {
        let meeting = self.meeting(join, span)?;
        let left = self.relation.clone();
        let mut right = self.other(&join.right)?;
        if let Some(alias) = &join.alias {
            right.alias = Some(alias.text.clone());
        }
        let alias = right.alias.clone().unwrap_or_else(|| "right".to_owned());
        let condition = match &join.condition {
            Some(condition) if meeting != Meeting::Cross => {
                let context = Context {
                    scope: Scope::Pair(&left, &right),
                    calls: Calls::Rows,
                };
                Some(self.condition_in(condition, context)?)
            }
            _ => None,
        };
        let taken: Vec<(Column, Name)> = right
            .visible()
            .map(|column| (column.clone(), made_name(&format!("{alias}_{}", column.name()), span)))
            .collect();
        self.relation = left;
        self.beside(&right, &alias, taken, (meeting, condition), span)
    }

    /// How rows meet; what is not said is only taken for granted where that is harmless.
    fn meeting(&mut self, join: &Join, span: &Span) -> Bound<Meeting> {
        Ok(match (join.kind, &join.condition) {
            (Some(JoinKind::Cross), None) => Meeting::Cross,
            (Some(JoinKind::Cross), Some(condition)) => {
                return Err(Box::new(
                    Diagnostic::error(
                        "E0222",
                        condition.span.clone(),
                        "a cross join has no condition",
                        "cross 조인에는 조건이 없습니다",
                    )
                    .saying(
                        "write `join inner`, or `| where` behind it",
                        "`join inner` 또는 뒤에 `| where` 를 쓰세요",
                    ),
                ));
            }
            (Some(JoinKind::Left), Some(_)) => Meeting::Left,
            (Some(JoinKind::Right), Some(_)) => Meeting::Right,
            (Some(JoinKind::Full), Some(_)) => Meeting::Full,
            (Some(JoinKind::Inner) | None, Some(_)) => Meeting::Inner,
            (_, None) if self.catalog.is_legacy() => {
                self.note(Diagnostic::warning(
                    "W0221",
                    span.clone(),
                    "every row meets every row, for the join has no condition",
                    "조건이 없어서 모든 행이 서로 만납니다",
                ));
                Meeting::Cross
            }
            (_, None) => {
                let word = span.start..span.start + self.places.text().get(span.start..).map_or(0, word_length);
                return Err(Box::new(
                    Diagnostic::error(
                        "E0221",
                        span.clone(),
                        "the join has no condition, so that every row would meet every row",
                        "조인에 조건이 없어서 모든 행이 서로 만나게 됩니다",
                    )
                    .saying(
                        "add `on a = b`; if every row is to meet every row, write `join cross`",
                        "`on a = b` 를 쓰세요; 정말 모두 만나게 하려면 `join cross`",
                    )
                    .fix(
                        word.clone(),
                        format!("{} cross", self.places.text().get(word).unwrap_or("join")),
                    ),
                ));
            }
        })
    }

    /// The rows of another relation, over steps of its own. Those before are forgotten.
    fn other(&mut self, right: &Right) -> Bound<Relation> {
        match right {
            Right::Model(model) => {
                self.relation = Relation::default();
                self.model(model)?;
            }
            Right::Pipeline(pipeline) => {
                self.relation = Relation::default();
                self.inner(pipeline)?;
            }
            Right::Sql(text) => self.sql(text)?,
        }
        Ok(std::mem::take(&mut self.relation))
    }

    /// A stage with columns of another relation behind those before.
    pub(super) fn beside(
        &mut self,
        right: &Relation,
        alias: &str,
        taken: Vec<(Column, Name)>,
        how: (Meeting, Option<sqlparser::ast::Expr>),
        span: &Span,
    ) -> Bound<()> {
        let left = &self.relation;
        let mut items: Vec<SelectItem> = Vec::new();
        let mut columns = Vec::new();
        for column in &left.columns {
            items.push(sql::item(sql::of(LEFT, column.name(), SqlSpan::empty()), column.name()));
            columns.push(column.clone());
        }
        for (column, name) in taken {
            if columns
                .iter()
                .any(|other| other.name().to_lowercase() == name.text.to_lowercase())
            {
                return Err(twice(&name));
            }
            items.push(sql::item(sql::of(RIGHT, column.name(), SqlSpan::empty()), &name.text));
            let mut taken = column.renamed(&name.text);
            taken.origin = Some((alias.to_owned(), column.name().to_owned()));
            columns.push(taken);
        }
        let (meeting, condition) = how;
        let from = sql::stage(&left.name, Some(LEFT));
        let to = sql::stage(&right.name, Some(RIGHT));
        let query = Selection::of(from, items)
            .joined(sql::join(to, meeting, condition))
            .query();
        let given = [left.given(), right.given()];
        if matches!(meeting, Meeting::Right | Meeting::Full) {
            self.relation.order = Vec::new();
        }
        self.step(query, columns, Some(&given), span)
    }

    /// `lookup`: columns of the one row of a relation that fits.
    pub(super) fn lookup(&mut self, table: &Name, keys: &[(Name, Name)], output: &[(Name, Option<Name>)]) -> Bound<()> {
        let here: Vec<Column> = keys.iter().map(|(_, here)| self.column(here)).collect::<Bound<_>>()?;
        let left = std::mem::take(&mut self.relation);
        self.model_named(table)?;
        let there: Vec<Column> = keys.iter().map(|(there, _)| self.column(there)).collect::<Bound<_>>()?;
        let taken: Vec<(Column, Name)> = if output.is_empty() {
            let others = self.relation.visible().filter(|column| !there.contains(column));
            others
                .map(|column| (column.clone(), made_name(column.name(), &table.span)))
                .collect()
        } else {
            output
                .iter()
                .map(|(name, renamed)| Ok((self.column(name)?, renamed.as_ref().unwrap_or(name).clone())))
                .collect::<Bound<_>>()?
        };
        // One row for each key, so that no row here is doubled.
        let partition: Vec<_> = there.iter().map(|column| sql::own(column.name())).collect();
        let number = Self::row_number(partition, &[]);
        self.keep_numbered(number, 1, &table.span)?;
        let right = std::mem::replace(&mut self.relation, left);
        let equal = here.iter().zip(&there).zip(keys).map(|((here, there), (_, name))| {
            sql::binary(
                sql::of(LEFT, here.name(), self.places.sql(&name.span)),
                BinaryOperator::Eq,
                sql::of(RIGHT, there.name(), SqlSpan::empty()),
            )
        });
        let condition = sql::all(equal);
        self.beside(&right, &table.text, taken, (Meeting::Left, condition), &table.span)
    }

    /// `union`, `append`: rows of another relation behind these.
    pub(super) fn union(
        &mut self,
        (all, by_name): (bool, bool),
        right: &Right,
        order: &[SortKey],
        word: &Span,
    ) -> Bound<()> {
        let left = self.relation.clone();
        let right = self.other(right)?;
        let (here, there): (Vec<Column>, Vec<Column>) =
            (left.visible().cloned().collect(), right.visible().cloned().collect());
        if !by_name && here.len() != there.len() {
            self.relation = left;
            return Err(Box::new(
                Diagnostic::error(
                    "E0220",
                    word.clone(),
                    format!("{} columns cannot be put over {} columns", there.len(), here.len()),
                    format!("열 {}개를 열 {}개 아래에 놓을 수 없습니다", there.len(), here.len()),
                )
                .saying(
                    "choose columns with `fields` first; `append` puts columns together by their names",
                    "먼저 `fields` 로 열을 고르세요; `append` 는 이름이 같은 열끼리 잇습니다",
                ),
            ));
        }
        let items = |columns: &[Column]| -> Vec<SelectItem> {
            columns
                .iter()
                .map(|column| sql::item(sql::own(column.name()), column.name()))
                .collect()
        };
        let query = sql::union(
            vec![
                Selection::from(&left.name, items(&here)),
                Selection::from(&right.name, items(&there)),
            ],
            all,
            by_name,
        );
        let mut columns = here;
        if by_name {
            let more: Vec<Column> = there
                .into_iter()
                .filter(|column| columns.iter().all(|other| other.name() != column.name()))
                .collect();
            columns.extend(more);
        }
        let given = [left.given(), right.given()];
        self.relation = Relation {
            alias: left.alias.clone(),
            ..Relation::default()
        };
        self.step(query, columns, Some(&given), word)?;
        self.relation.order = self.order_keys(order)?;
        Ok(())
    }
}

/// The bytes of the first word.
fn word_length(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len())
}
