//! `bjd_name`.

use chrono::NaiveDate;

use crate::function::{Argument, ArgumentKind, Returns, SpatialFunction};
use crate::{BjdCode, BjdTable, Error, Result};

/// The full name of a district at a date.
pub const BJD_NAME: SpatialFunction = SpatialFunction {
    name: "bjd_name",
    aliases: &[],
    about: "Returns the full name of a 법정동 (legal district) or of one of the levels above: `경기도 안양시 동안구 관양동`. NULL \
            when there was no such code at that date. Names come from the official tables of 2021-05-01 and 2026-03-01: for \
            a date, the newest table that is not after it, else the oldest. Fails on a code that has not 2, 5, 8 or 10 digits.",
    example: "SELECT bjd_name('4217010100', DATE '2021-06-01') AS then, bjd_name('5117010100') AS now",
    arguments: &[
        Argument::text(
            "code",
            "A 법정동코드 of 10 digits, or its first 2 (시도), 5 (시군구) or 8 (읍면동).",
        ),
        Argument::new(
            "date",
            ArgumentKind::Date,
            "The day at which the name was in force; the newest table by default.",
        )
        .optional(),
    ],
    returns: Returns::Text,
    call: |call| {
        call.texts(|row| {
            let date = row.day(1).map_or(Ok(NaiveDate::MAX), date)?;
            let entry = BjdTable::at(date).get(&code(row.text(0))?);
            Ok(entry.map(|entry| entry.name.full_name()))
        })
    },
};

/// A code whose lower levels may be left out.
fn code(text: &str) -> Result<BjdCode> {
    if matches!(text.len(), 2 | 5 | 8) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return BjdCode::parse(&format!("{text:0<10}"));
    }
    BjdCode::parse(text)
}

/// The date of a day counted from 1970-01-01.
pub(super) fn date(day: i32) -> Result<NaiveDate> {
    const DAYS_BEFORE_1970: i32 = 719_163;
    let date = day
        .checked_add(DAYS_BEFORE_1970)
        .and_then(NaiveDate::from_num_days_from_ce_opt);
    date.ok_or_else(|| Error::ArgumentValue {
        argument: "date",
        expected: "a day of the calendar",
        found: format!("day {day} from 1970-01-01"),
    })
}
