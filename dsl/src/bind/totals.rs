//! `calculate add`, which the legacy has for sums of all columns: what to write instead, with the columns that there are.

use super::names::quoted;
use super::{Binder, Bound};
use crate::diagnostic::Diagnostic;
use crate::syntax::{Stage, Totals};
use crate::token::{Kind, tokens};

/// The column of sums, where none is called so yet.
const TOTAL: &str = "total";

impl Binder<'_> {
    /// That the columns are to be named, with the text that names them.
    pub(super) fn totals(&self, totals: Totals, stage: &Stage) -> Bound<()> {
        let diagnostic = Diagnostic::error(
            "E0122",
            stage.span.clone(),
            "sums of all columns are not made by one word; name the columns",
            "모든 열의 합계는 한 단어로 만들지 않습니다; 열 이름을 쓰세요",
        )
        .saying(
            "as `eval total = a + b`, or `stats sum(a) as a`",
            "예: `eval 합계 = a + b` 또는 `stats sum(a) as a`",
        );
        Err(Box::new(match self.written_out(totals, stage) {
            Some(written) => diagnostic.fix(stage.span.clone(), written),
            None => diagnostic,
        }))
    }

    /// The same with the columns named; nothing where no column is a number, or where what stands in front is not all that the
    /// rows come from.
    fn written_out(&self, totals: Totals, stage: &Stage) -> Option<String> {
        let columns = self.relation.visible().filter(|column| column.is_number());
        let mut names: Vec<String> = columns.map(|column| quoted(column.name())).collect();
        if names.is_empty() {
            return None;
        }
        let total = format!("eval {TOTAL} = {}", names.join(" + "));
        if totals == Totals::Column {
            return self.relation.find(TOTAL).is_none().then_some(total);
        }
        let before = self.places.text().get(..stage.span.start)?;
        let before = before.trim_end().strip_suffix('|')?.trim_end();
        let open = tokens(before).0.iter().fold(0_i32, |open, token| match token.kind {
            Kind::OpenBracket => open + 1,
            Kind::CloseBracket => open - 1,
            _ => open,
        });
        if open != 0 {
            return None;
        }
        let mut stages = vec![before.to_owned()];
        let mut written = String::new();
        if totals == Totals::All {
            if self.relation.find(TOTAL).is_some() {
                return None;
            }
            written = format!("{total} | ");
            stages.push(total);
            names.push(TOTAL.to_owned());
        }
        let sums: Vec<String> = names.iter().map(|name| format!("sum({name}) as {name}")).collect();
        stages.push(format!("stats {}", sums.join(", ")));
        Some(format!("{written}append [{}]", stages.join(" | ")))
    }
}
