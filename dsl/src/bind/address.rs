//! `addr`: rows by where they lie. Names of districts are looked up while binding, so that a wrong one is told, and a right
//! one becomes a range of codes by which files are left out.

use std::collections::BTreeSet;

use sqlparser::ast::{BinaryOperator, Expr as Sql, Value, ValueWithSpan};
use sqlparser::tokenizer::Span as SqlSpan;

use super::expr::Kind;
use super::names::{listed, nearest, quoted};
use super::relation::Column;
use super::{Binder, Bound};
use crate::catalog::Region;
use crate::diagnostic::Diagnostic;
use crate::sql;
use crate::syntax::{Address, Name, Term, TermValue};

/// The columns of the levels, from the top.
const LEVELS: [&str; 4] = ["si_nm", "sgg_nm", "emd_nm", "ri_nm"];

/// Digits of a code that each level has.
const DIGITS: [usize; 4] = [2, 5, 8, 10];

impl Binder<'_> {
    /// `addr`
    pub(super) fn address(&mut self, address: &Address) -> Bound<()> {
        let mut terms = address.terms.clone();
        let range = self.districts(&mut terms)?;
        let mut conditions = Vec::new();
        for term in &terms {
            conditions.extend(self.term(term)?);
        }
        if let (Some((low, high)), Some(code)) = (range, self.relation.find("bjd_cd")) {
            conditions.push(Sql::Between {
                expr: Box::new(sql::own(code.name())),
                negated: false,
                low: Box::new(sql::text(&low)),
                high: Box::new(sql::text(&high)),
            });
        }
        match sql::all(conditions) {
            Some(filter) => self.keep_where(filter, &address.span),
            None => Ok(()),
        }
    }

    /// What a column of an address must be; nothing where it may be anything.
    fn term(&mut self, term: &Term) -> Bound<Option<Sql>> {
        let column = self.column(&term.column)?;
        let mut choices = Vec::new();
        for value in &term.values {
            match value {
                TermValue::Null(_) => choices.push(Sql::IsNull(Box::new(sql::own(column.name())))),
                TermValue::Text(text) if text.text == "*" => return Ok(None),
                TermValue::Text(text) => choices.push(self.choice(&column, text)?),
            }
        }
        Ok(sql::any(choices))
    }

    /// What a column must be to be a text in which `*` is any characters.
    fn choice(&self, column: &Column, text: &Name) -> Bound<Sql> {
        let own = sql::own(column.name());
        if Kind::of(column) == Kind::Number {
            return self.lot(column, text);
        }
        if Kind::of(column) == Kind::Bool {
            let is_true = match text.text.to_lowercase().as_str() {
                "true" | "t" | "1" | "산" => true,
                "false" | "f" | "0" => false,
                _ => return Err(no_value(text, "true or false", "true 또는 false")),
            };
            let value = sql::value(Value::Boolean(is_true), SqlSpan::empty());
            return Ok(sql::binary(own, BinaryOperator::Eq, value));
        }
        if !text.text.contains('*') {
            return Ok(sql::binary(own, BinaryOperator::Eq, sql::text(&text.text)));
        }
        Ok(Sql::Like {
            negated: false,
            any: false,
            expr: Box::new(own),
            pattern: Box::new(sql::text(&like(&text.text))),
            escape_char: Some(ValueWithSpan {
                value: Value::SingleQuotedString("\\".to_owned()),
                span: SqlSpan::empty(),
            }),
        })
    }

    /// A number of a lot, with 산 in front for those of the forest register.
    fn lot(&self, column: &Column, text: &Name) -> Bound<Sql> {
        let (is_forest, number) = match text.text.strip_prefix('산') {
            Some(rest) => (true, rest.trim()),
            None => (false, text.text.as_str()),
        };
        let mut conditions = Vec::new();
        if is_forest {
            let san = self.column(&Name {
                text: "san".to_owned(),
                span: text.span.clone(),
            })?;
            conditions.push(sql::own(san.name()));
        }
        if number != "*" {
            let number: u64 = number
                .parse()
                .map_err(|_| no_value(text, "a number, or 산 and a number", "수, 또는 산과 수"))?;
            conditions.push(sql::binary(
                sql::own(column.name()),
                BinaryOperator::Eq,
                sql::number(number),
            ));
        }
        Ok(sql::all(conditions).unwrap_or_else(sql::null))
    }

    /// Looks up the names of districts; former ones become present ones. Gives the codes of the one district that is named
    /// from the top, as the first and the last.
    fn districts(&mut self, terms: &mut [Term]) -> Bound<Option<(String, String)>> {
        // Other rows than parcels may call districts as they like.
        if self.relation.find("bjd_cd").is_none() || self.catalog.regions().is_empty() {
            return Ok(None);
        }
        self.rename_former(terms);
        let catalog = self.catalog;
        let mut within: Vec<&Region> = catalog.regions().iter().collect();
        let mut code = None;
        let mut is_exact = true;
        for (level, column) in LEVELS.iter().enumerate() {
            let Some(term) = terms.iter().find(|term| term.column.text.eq_ignore_ascii_case(column)) else {
                is_exact &= within
                    .iter()
                    .all(|region| region.names.get(level).is_none_or(Option::is_none));
                continue;
            };
            let mut fitting = BTreeSet::new();
            for value in &term.values {
                let named = |region: &&&Region| {
                    let name = region.names.get(level).and_then(Option::as_deref);
                    match (value, name) {
                        (TermValue::Null(_), None) => true,
                        (TermValue::Text(text), _) if text.text == "*" => true,
                        (TermValue::Text(text), Some(name)) => glob(&text.text, name),
                        _ => false,
                    }
                };
                let before = fitting.len();
                let found: Vec<&str> = within.iter().filter(named).map(|region| region.code.as_str()).collect();
                fitting.extend(found);
                if let TermValue::Text(text) = value
                    && (fitting.len() == before || (level == 1 && has_districts(&within, &text.text)))
                {
                    return Err(self.no_district(level, text, &within));
                }
            }
            let is_one = matches!(term.values.as_slice(), [TermValue::Text(text)] if !text.text.contains('*'));
            let lacks_level = matches!(term.values.as_slice(), [TermValue::Null(_)]);
            within.retain(|region| fitting.contains(region.code.as_str()));
            is_exact &= is_one || lacks_level;
            if is_exact && is_one {
                let digits = DIGITS.get(level).copied().unwrap_or(10);
                code = within.first().and_then(|region| region.code.get(..digits));
            }
        }
        Ok(code.map(|code| (format!("{code:0<10}"), format!("{code:9<10}"))))
    }

    /// Puts present names in the place of former ones, and says so.
    fn rename_former(&mut self, terms: &mut [Term]) {
        let place = |terms: &[Term], level: usize| {
            let column = LEVELS.get(level).copied().unwrap_or_default();
            let at = terms
                .iter()
                .position(|term| term.column.text.eq_ignore_ascii_case(column))?;
            match terms.get(at).map(|term| term.values.as_slice()) {
                Some([TermValue::Text(text)]) if !text.text.contains('*') => Some((at, text.clone())),
                _ => None,
            }
        };
        let Some((si_at, si)) = place(terms, 0) else { return };
        let sgg = place(terms, 1);
        let exists = |si: &str, sgg: Option<&str>| {
            self.catalog.regions().iter().any(|region| {
                region.names.first().and_then(Option::as_deref) == Some(si)
                    && sgg.is_none_or(|sgg| region.names.get(1).and_then(Option::as_deref) == Some(sgg))
            })
        };
        let sgg_text = sgg.as_ref().map(|(_, name)| name.text.as_str());
        if exists(&si.text, sgg_text) {
            return;
        }
        let now = self.catalog.successors(&si.text, sgg_text);
        let [(new_si, new_sgg)] = now.as_slice() else { return };
        let mut changed = Vec::new();
        for (at, old, new) in [
            (Some(si_at), Some(&si), Some(new_si)),
            (
                sgg.as_ref().map(|(at, _)| *at),
                sgg.as_ref().map(|(_, name)| name),
                new_sgg.as_ref(),
            ),
        ] {
            if let (Some(at), Some(old), Some(new)) = (at, old, new)
                && old.text != *new
            {
                changed.push((old.clone(), new.clone()));
                if let Some(term) = terms.get_mut(at) {
                    term.values = vec![TermValue::Text(Name {
                        text: new.clone(),
                        span: old.span.clone(),
                    })];
                }
            }
        }
        for (old, new) in changed {
            self.note(
                Diagnostic::warning(
                    "W0502",
                    old.span.clone(),
                    format!("{} is {new} now", old.text),
                    format!("{} 은(는) 이제 {new} 입니다", old.text),
                )
                .saying("a former name", "이전 이름"),
            );
        }
    }

    /// That no legal district of the day has this name, with the one that may have been meant.
    fn no_district(&self, level: usize, text: &Name, within: &[&Region]) -> Box<Diagnostic> {
        let covered = self.catalog.administrative(&text.text);
        if level == 2 && !covered.is_empty() {
            let names: Vec<&str> = covered.iter().map(String::as_str).collect();
            let names = listed(&names);
            return Box::new(
                Diagnostic::error(
                    "E0503",
                    text.span.clone(),
                    format!(
                        "{} is an administrative dong (행정동), and parcels lie in legal ones (법정동)",
                        text.text
                    ),
                    format!("{} 은(는) 행정동이고, 필지는 법정동에 있습니다", text.text),
                )
                .saying(format!("it covers {names}"), format!("이 행정동의 법정동: {names}")),
            );
        }
        let names: BTreeSet<&str> = within
            .iter()
            .filter_map(|region| region.names.get(level).and_then(Option::as_deref))
            .collect();
        let error = Diagnostic::error(
            "E0501",
            text.span.clone(),
            format!("there is no {} here", text.text),
            format!("{} 은(는) 여기에 없습니다", text.text),
        );
        // A city of several 구 has no parcels of its own.
        let whole = self.places.text().get(text.span.clone()).unwrap_or_default();
        if level == 1 && has_districts(within, &text.text) {
            let all = format!("{} *", text.text);
            let replaced = whole.replacen(&text.text, &all, 1);
            let replaced = if replaced == all { format!("'{all}'") } else { replaced };
            return Box::new(
                Diagnostic::error(
                    "E0506",
                    text.span.clone(),
                    format!("{} has 구, in which its parcels lie", text.text),
                    format!("{} 의 필지는 그 구에 있습니다", text.text),
                )
                .saying(format!("write {all}"), format!("{all} 로 쓰세요"))
                .fix(text.span.clone(), replaced),
            );
        }
        let whole = self.places.text().get(text.span.clone()).unwrap_or_default();
        let near = nearest(&text.text, names.iter().copied()).or_else(|| beginning(&names, &text.text));
        Box::new(if let Some(near) = near {
            let said = error.saying(format!("did you mean {near}?"), format!("{near} 을(를) 뜻하셨나요?"));
            let replaced = whole.replacen(&text.text, near, 1);
            let is_plain = replaced == near && quoted(near) != near;
            said.fix(text.span.clone(), if is_plain { format!("'{near}'") } else { replaced })
        } else {
            let names: Vec<&str> = names.into_iter().collect();
            let names = listed(&names);
            error.saying(format!("there are {names}"), format!("여기에는 {names}"))
        })
    }
}

/// Whether a city has 구, in which its parcels lie.
fn has_districts(within: &[&Region], city: &str) -> bool {
    let names = within
        .iter()
        .filter_map(|region| region.names.get(1).and_then(Option::as_deref));
    names
        .filter_map(|name| name.strip_prefix(city))
        .any(|rest| rest.starts_with(' '))
}

/// The only name that begins like another: 경기 means 경기도.
fn beginning<'n>(names: &BTreeSet<&'n str>, text: &str) -> Option<&'n str> {
    let mut found = names.iter().filter(|name| name.starts_with(text));
    found.next().copied().filter(|_| found.next().is_none())
}

fn no_value(text: &Name, english: &str, korean: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(
        "E0505",
        text.span.clone(),
        format!("expected {english}, found {}", text.text),
        format!("{korean} 이(가) 와야 하는데 {} 이(가) 있습니다", text.text),
    ))
}

/// A pattern of `LIKE` for a text in which `*` is any characters and nothing else is special.
fn like(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '*' => pattern.push('%'),
            '%' | '_' | '\\' => pattern.extend(['\\', char]),
            other => pattern.push(other),
        }
    }
    pattern
}

/// Whether a name is a text in which `*` is any characters.
fn glob(pattern: &str, name: &str) -> bool {
    super::columns::fits(pattern, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_stars_are_special() {
        assert_eq!(like("안양시 *"), "안양시 %");
        assert_eq!(like(r"50%_\*"), r"50\%\_\\%");
    }
}
