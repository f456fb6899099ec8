//! Stages that keep, rename, drop and make columns, with the order of the rows held.

use sqlparser::ast::{Expr, SelectItem};

use super::relation::{Column, OrderKey, column_of};
use super::{Binder, Bound};
use crate::diagnostic::{Diagnostic, Span};
use crate::sql::{self, Selection};
use crate::syntax::Name;

/// A column of the next stage.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "as many as a stage has columns")]
pub enum Made {
    /// One of the rows before, perhaps under another name.
    Kept(Column, Name),
    /// A new one.
    New(Expr, Name),
}

impl Made {
    /// A column as it is.
    pub fn same(column: &Column) -> Self {
        let name = Name {
            text: column.name().to_owned(),
            span: 0..0,
        };
        Self::Kept(column.clone(), name)
    }

    /// Its name.
    pub fn name(&self) -> &Name {
        match self {
            Self::Kept(_, name) | Self::New(_, name) => name,
        }
    }
}

impl Binder<'_> {
    /// All columns as they are.
    pub(super) fn same(&self) -> Vec<Made> {
        self.relation.visible().map(Made::same).collect()
    }

    /// The columns as they are, but for one that is made anew; at the end where there was none of that name.
    pub(super) fn with(mut columns: Vec<Made>, expr: Expr, name: &Name) -> Vec<Made> {
        let same = |made: &Made| made.name().text.to_lowercase() == name.text.to_lowercase();
        match columns.iter_mut().find(|made| same(made)) {
            Some(made) => {
                // The name that it has already, whatever capitals are written now.
                let text = made.name().text.clone();
                let span = name.span.clone();
                *made = Made::New(expr, Name { text, span });
            }
            None => columns.push(Made::New(expr, name.clone())),
        }
        columns
    }

    /// A stage with these columns of the rows before.
    pub(super) fn project(&mut self, made: &[Made], span: &Span) -> Bound<()> {
        self.project_where(made, None, None, span)
    }

    /// A stage with these columns of those rows before that fit conditions.
    pub(super) fn project_where(
        &mut self,
        made: &[Made],
        filter: Option<Expr>,
        qualify: Option<Expr>,
        span: &Span,
    ) -> Bound<()> {
        once(made)?;
        let plans = made.iter().any(|one| matches!(one, Made::New(..)));
        let (mut items, mut columns) = self.items(made);
        let hidden = self.hold_order(made);
        for (item, column) in hidden {
            items.push(item);
            columns.push(column);
        }
        let mut selection = Selection::from(&self.relation.name, items).filtered(filter);
        selection.qualify = qualify;
        let given = [self.relation.given()];
        self.step(selection.query(), columns, plans.then_some(&given[..]), span)
    }

    /// Items and columns of what is made; `*` where all columns before stay in front.
    fn items(&self, made: &[Made]) -> (Vec<SelectItem>, Vec<Column>) {
        let before = &self.relation.columns;
        let stay = before.len() <= made.len()
            && before.iter().zip(made).all(
                |(column, made)| matches!(made, Made::Kept(kept, name) if kept == column && name.text == column.name()),
            );
        let mut items = Vec::new();
        if stay && !before.is_empty() {
            items.push(sql::star());
        }
        let mut columns = Vec::with_capacity(made.len());
        for (idx, one) in made.iter().enumerate() {
            let is_in_star = stay && idx < before.len();
            match one {
                Made::Kept(column, name) => {
                    if !is_in_star {
                        items.push(sql::item(sql::own(column.name()), &name.text));
                    }
                    columns.push(column.renamed(&name.text));
                }
                Made::New(expr, name) => {
                    items.push(sql::item(expr.clone(), &name.text));
                    columns.push(column_of(&name.text, arrow_schema::DataType::Null));
                }
            }
        }
        (items, columns)
    }

    /// Has the order follow columns to their new names, and keeps those that it needs and that go.
    fn hold_order(&mut self, made: &[Made]) -> Vec<(SelectItem, Column)> {
        let mut hidden: Vec<(SelectItem, Column)> = Vec::new();
        let mut order: Vec<OrderKey> = std::mem::take(&mut self.relation.order);
        for key in &mut order {
            let kept = made.iter().find_map(|one| match one {
                Made::Kept(column, name) if column.name() == key.column => Some(name.text.clone()),
                _ => None,
            });
            if let Some(name) = kept {
                key.column = name;
                continue;
            }
            let Some(column) = self
                .relation
                .columns
                .iter()
                .find(|column| column.name() == key.column)
                .cloned()
            else {
                continue;
            };
            let name = if column.hidden {
                column.name().to_owned()
            } else {
                self.own_name("order")
            };
            if hidden.iter().all(|(_, other)| other.name() != name) {
                let mut held = column.renamed(&name);
                held.hidden = true;
                hidden.push((sql::item(sql::own(column.name()), &name), held));
            }
            key.column = name;
        }
        self.relation.order = order;
        hidden
    }
}

/// Refuses two columns of one name.
fn once(made: &[Made]) -> Bound<()> {
    let mut seen: Vec<String> = Vec::with_capacity(made.len());
    for one in made {
        let name = one.name();
        let folded = name.text.to_lowercase();
        if seen.contains(&folded) {
            return Err(twice(name));
        }
        seen.push(folded);
    }
    Ok(())
}

/// That two columns would have one name.
pub fn twice(name: &Name) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            "E0202",
            name.span.clone(),
            format!("two columns would be named `{}`", name.text),
            format!("`{}` 열이 둘이 됩니다", name.text),
        )
        .saying("give one of them another name, with `as`", "`as` 로 다른 이름을 주세요"),
    )
}
