//! Stages that keep, rename and compute columns.

use sqlparser::ast::{BinaryOperator, DataType, Expr as Sql};

use super::expr::{Kind, unknown_type};
use super::names::unknown;
use super::project::Made;
use super::relation::Column;
use super::{Binder, Bound};
use crate::diagnostic::{Diagnostic, Span};
use crate::sql;
use crate::syntax::{Columns, Expr, Name, Pattern};

impl Binder<'_> {
    /// `fields`: columns kept in this order, or dropped.
    pub(super) fn fields(&mut self, drops: bool, patterns: &[(Pattern, Option<Name>)]) -> Bound<()> {
        let span = patterns.first().map_or(0..0, |(pattern, _)| pattern.span.clone());
        let mut made: Vec<Made> = Vec::new();
        let mut dropped: Vec<String> = Vec::new();
        for (pattern, renamed) in patterns {
            let found = self.matching(pattern)?;
            if let (Some(renamed), [_, _, ..]) = (renamed, found.as_slice()) {
                return Err(super::project::twice(renamed));
            }
            for column in found {
                if drops {
                    dropped.push(column.name().to_owned());
                    continue;
                }
                let is_there = made
                    .iter()
                    .any(|one| matches!(one, Made::Kept(kept, _) if *kept == column));
                if pattern.text.contains('*') && is_there {
                    continue;
                }
                // As it is written here, whatever its capitals were.
                let name = renamed.clone().unwrap_or_else(|| Name {
                    text: if pattern.text.contains('*') {
                        column.name().to_owned()
                    } else {
                        pattern.text.clone()
                    },
                    span: pattern.span.clone(),
                });
                made.push(Made::Kept(column, name));
            }
        }
        if drops {
            made = self.same();
            made.retain(|one| !dropped.contains(&one.name().text));
            if made.is_empty() {
                return Err(Box::new(Diagnostic::error(
                    "E0208",
                    span,
                    "no column would be left",
                    "남는 열이 없습니다",
                )));
            }
        }
        self.project(&made, &span)
    }

    /// The columns that a pattern names; at least one.
    fn matching(&self, pattern: &Pattern) -> Bound<Vec<Column>> {
        let name = Name {
            text: pattern.text.clone(),
            span: pattern.span.clone(),
        };
        if !pattern.text.contains('*') {
            return Ok(vec![self.column(&name)?]);
        }
        let wanted = pattern.text.to_lowercase();
        let found: Vec<Column> = self
            .relation
            .visible()
            .filter(|column| fits(&wanted, &column.name().to_lowercase()))
            .cloned()
            .collect();
        if found.is_empty() {
            return Err(unknown(&name, &self.relation));
        }
        Ok(found)
    }

    /// `rename`
    pub(super) fn rename(&mut self, pairs: &[(Name, Name)]) -> Bound<()> {
        let mut made = self.same();
        let mut span = 0..0;
        for (old, new) in pairs {
            span = old.span.start..new.span.end;
            let column = self.column(old)?;
            for one in &mut made {
                if matches!(one, Made::Kept(kept, _) if *kept == column) {
                    *one = Made::Kept(column.clone(), new.clone());
                }
            }
        }
        self.project(&made, &span)
    }

    /// `eval`: one column after the other, so that later ones can use earlier ones.
    pub(super) fn eval(&mut self, columns: &[(Name, Expr)]) -> Bound<()> {
        for (name, expr) in columns {
            let value = self.row_expr(expr)?;
            let value = match value.kind {
                // A column needs a type.
                Kind::Null => sql::cast(value.sql, sql::text_type(), false),
                _ => value.sql,
            };
            let made = Self::with(self.same(), value, name);
            self.project(&made, &expr.span)?;
        }
        Ok(())
    }

    /// `typecast`
    pub(super) fn type_cast(&mut self, columns: &[(Name, Name)]) -> Bound<()> {
        let mut made = self.same();
        let mut span = 0..0;
        for (name, word) in columns {
            span = name.span.start..word.span.end;
            let column = self.column(name)?;
            let Some(data_type) = sql::type_of(&word.text) else {
                return Err(unknown_type(&word.text, &word.span));
            };
            let cast = sql::cast(sql::own(column.name()), data_type, self.catalog.is_legacy());
            made = Self::with(made, cast, name);
        }
        self.project(&made, &span)
    }

    /// `concat`: texts one after the other.
    pub(super) fn concat(&mut self, parts: &[Expr], name: Option<&Name>, word: &Span) -> Bound<()> {
        let mut bound = Vec::with_capacity(parts.len());
        for part in parts {
            let typed = self.row_expr(part)?;
            bound.push(match typed.kind {
                Kind::Text | Kind::TextLiteral => typed.sql,
                _ => sql::cast(typed.sql, sql::text_type(), false),
            });
        }
        let name = named(name, "concat", word);
        let made = Self::with(self.same(), sql::call("concat", bound), &name);
        self.project(&made, word)
    }

    /// `replace`: a text in the place of another.
    pub(super) fn replace(&mut self, name: &Name, from: &str, to: &str) -> Bound<()> {
        let column = self.text_column(name)?;
        let replaced = sql::call("replace", vec![sql::own(column.name()), sql::text(from), sql::text(to)]);
        let made = Self::with(self.same(), replaced, name);
        self.project(&made, &name.span)
    }

    /// `substr`: a part of a text; a negative start counts from its end.
    pub(super) fn substr(&mut self, name: &Name, start: i64, length: Option<u64>, new: Option<&Name>) -> Bound<()> {
        let column = self.text_column(name)?;
        if start == 0 {
            return Err(Box::new(
                Diagnostic::error(
                    "E0404",
                    name.span.clone(),
                    "characters are counted from 1, or from the end with -1",
                    "글자는 1부터 세고, 끝에서는 -1부터 셉니다",
                )
                .saying("as `substr a 1 2`", "예: `substr a 1 2`"),
            ));
        }
        let whole = sql::own(column.name());
        let part = if start < 0 {
            let tail = sql::call("right", vec![whole, sql::number(start.unsigned_abs())]);
            match length {
                Some(length) => sql::call("substr", vec![tail, sql::number(1), sql::number(length)]),
                None => tail,
            }
        } else {
            let mut arguments = vec![whole, sql::number(start)];
            arguments.extend(length.map(sql::number));
            sql::call("substr", arguments)
        };
        let name = named(new, "substr", &name.span);
        let made = Self::with(self.same(), part, &name);
        self.project(&made, &name.span)
    }

    /// A column of text.
    fn text_column(&self, name: &Name) -> Bound<Column> {
        let column = self.column(name)?;
        if column.is_text() {
            return Ok(column);
        }
        let kind = Kind::of(&column);
        Err(Box::new(
            Diagnostic::error(
                "E0405",
                name.span.clone(),
                format!("`{}` holds no text but {}", name.text, kind.english()),
                format!("`{}` 열은 글자가 아니라 {}입니다", name.text, kind.korean()),
            )
            .saying(
                "`typecast column text` makes text of it",
                "`typecast 열 text` 로 글자로 바꾸세요",
            ),
        ))
    }

    /// `round`: numbers with fewer digits.
    pub(super) fn round(&mut self, digits: &[u64], columns: &Columns, to_text: bool, span: &Span) -> Bound<()> {
        let all: Vec<Column> = self.relation.visible().cloned().collect();
        let chosen: Vec<Column> = match columns {
            Columns::All => all.iter().filter(|column| column.is_number()).cloned().collect(),
            Columns::Named(names) => self.columns(names)?,
            Columns::Numbered(numbers) => {
                let mut chosen = Vec::with_capacity(numbers.len());
                for number in numbers {
                    let column = usize::try_from(*number).ok().and_then(|idx| all.get(idx));
                    chosen.push(column.cloned().ok_or_else(|| {
                        Box::new(Diagnostic::error(
                            "E0406",
                            span.clone(),
                            format!(
                                "there is no column {number}: they are numbered from 0 to {}",
                                all.len().saturating_sub(1)
                            ),
                            format!(
                                "{number}번 열이 없습니다: 0부터 {}까지입니다",
                                all.len().saturating_sub(1)
                            ),
                        ))
                    })?);
                }
                chosen
            }
        };
        if let Some(column) = chosen.iter().find(|column| !column.is_number()) {
            return Err(Box::new(
                Diagnostic::error(
                    "E0407",
                    span.clone(),
                    format!("`{}` holds no numbers", column.name()),
                    format!("`{}` 열은 수가 아닙니다", column.name()),
                )
                .saying(
                    "`typecast column real` makes numbers of it",
                    "`typecast 열 real` 로 수로 바꾸세요",
                ),
            ));
        }
        if digits.len() > 1 && digits.len() != chosen.len() {
            return Err(Box::new(Diagnostic::error(
                "E0408",
                span.clone(),
                format!("{} numbers of digits for {} columns", digits.len(), chosen.len()),
                format!("자릿수는 {}개인데 열은 {}개입니다", digits.len(), chosen.len()),
            )));
        }
        let mut made = self.same();
        for (idx, column) in chosen.iter().enumerate() {
            let digits = digits.get(idx).or_else(|| digits.first()).copied().unwrap_or_default();
            let mut rounded = sql::call("round", vec![sql::own(column.name()), sql::number(digits)]);
            if to_text {
                rounded = sql::cast(rounded, sql::text_type(), false);
            }
            let name = Name {
                text: column.name().to_owned(),
                span: span.clone(),
            };
            made = Self::with(made, rounded, &name);
        }
        self.project(&made, span)
    }

    /// `regex`: the rows whose text fits, or the part of it that a group takes.
    pub(super) fn regex(&mut self, pattern: &str, group: Option<u64>, span: &Span) -> Bound<()> {
        let texts: Vec<Column> = self
            .relation
            .visible()
            .filter(|column| column.is_text())
            .cloned()
            .collect();
        if texts.is_empty() {
            return Err(Box::new(Diagnostic::error(
                "E0409",
                span.clone(),
                "there is no column of text here",
                "여기에 글자 열이 없습니다",
            )));
        }
        let Some(group) = group else {
            let fits = texts.iter().map(|column| {
                sql::binary(
                    sql::own(column.name()),
                    BinaryOperator::PGRegexMatch,
                    sql::text(pattern),
                )
            });
            let filter = sql::any(fits).unwrap_or_else(sql::null);
            return self.keep_where(filter, span);
        };
        let Some(pattern) = only_group(pattern, group) else {
            return Err(Box::new(Diagnostic::error(
                "E0410",
                span.clone(),
                format!("the pattern has no group {group}"),
                format!("정규식에 {group}번 그룹이 없습니다"),
            )));
        };
        // The first column that has it; where other groups take no part, they cannot shift its number.
        let parts: Vec<Sql> = texts
            .iter()
            .map(|column| {
                let matched = sql::call("regexp_match", vec![sql::own(column.name()), sql::text(&pattern)]);
                sql::call("array_element", vec![matched, sql::number(1)])
            })
            .collect();
        let part = sql::cast(sql::call("coalesce", parts), DataType::Varchar(None), false);
        let name = named(None, "regex", span);
        let made = Self::with(self.same(), part, &name);
        self.project(&made, span)
    }
}

/// A name that is given, or one of ours.
pub fn named(name: Option<&Name>, default: &str, span: &Span) -> Name {
    name.cloned().unwrap_or_else(|| Name {
        text: default.to_owned(),
        span: span.clone(),
    })
}

/// Whether a name fits a pattern in which `*` is any characters.
pub fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    for (idx, part) in parts.iter().enumerate() {
        if idx + 1 == parts.len() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.is_empty()
}

/// A regular expression in which one group takes and the others do not; nothing where it has no such group.
fn only_group(pattern: &str, group: u64) -> Option<String> {
    if group == 0 {
        return Some(format!("({})", without_groups(pattern, None)));
    }
    let kept = without_groups(pattern, Some(group));
    (kept != without_groups(pattern, None)).then_some(kept)
}

fn without_groups(pattern: &str, kept: Option<u64>) -> String {
    let mut text = String::with_capacity(pattern.len() + 8);
    let mut chars = pattern.chars().peekable();
    let (mut number, mut in_class) = (0, false);
    while let Some(char) = chars.next() {
        text.push(char);
        match char {
            '\\' => text.extend(chars.next()),
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class && chars.peek() != Some(&'?') => {
                number += 1;
                if Some(number) != kept {
                    text.push_str("?:");
                }
            }
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_names() {
        for (pattern, name, expected) in [
            ("raw_*", "raw_a", true),
            ("raw_*", "araw_a", false),
            ("*_a", "raw_a", true),
            ("*", "x", true),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "a1c", false),
            ("지*", "지목", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn one_group_takes() {
        assert_eq!(
            only_group(r"(a)-(b)?-([(]c\()", 3).as_deref(),
            Some(r"(?:a)-(?:b)?-([(]c\()")
        );
        assert_eq!(only_group("(a)(b)", 3), None);
        assert_eq!(only_group("ab", 0).as_deref(), Some("(ab)"));
    }
}
