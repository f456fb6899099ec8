//! Columns with codes: parcel numbers and codes of legal districts.

use chrono::NaiveDate;
use pilji_udfs::{BjdCode, BjdTable};

use super::tally::{Candidate, counted};
use super::values::Values;
use super::{Column, ENOUGH, NEARLY};
use crate::model::Role;

const PNU_NAMES: [&str; 8] = [
    "pnu",
    "pnucd",
    "pnucode",
    "pnuno",
    "필지고유번호",
    "고유번호",
    "토지고유번호",
    "필지번호",
];
const BJD_NAMES: [&str; 8] = [
    "bjdcd",
    "bjdcode",
    "bjdongcd",
    "ldcode",
    "legaldongcode",
    "법정동코드",
    "법정동cd",
    "동코드",
];

/// How many values are looked at to see whether numbers have lost their last digits.
const DAMAGE_SAMPLE: usize = 1000;

/// Smallest and largest number that can be a parcel number: 시도 codes go from 11 to 5x.
const PNU_NUMBERS: std::ops::Range<f64> = 1.1e18..6.0e18;

/// Columns of parcel numbers (필지고유번호).
pub fn pnu(column: &Column<'_>, candidates: &mut Vec<Candidate>, remarks: &mut Vec<String>) {
    let name = column.name;
    if let Values::Float(numbers) = &column.values {
        let values = numbers.iter().flatten().count();
        let matched = numbers
            .iter()
            .flatten()
            .filter(|number| PNU_NUMBERS.contains(number))
            .count();
        let tally = column.tally(matched, values);
        if tally.share() >= ENOUGH {
            remarks.push(damage(name, &format!("numbers of 19 digits in {}", tally.of_rows())));
        }
        return;
    }
    let (mut values, mut long, mut official, mut registers, mut rounded) = (0, 0, 0, 0, 0);
    let mut damaged = Damage::default();
    for text in column.texts() {
        values += 1;
        if !is_digits(text, 19) {
            let is_rounded =
                text.contains(['e', 'E', '.']) && text.parse().is_ok_and(|number| PNU_NUMBERS.contains(&number));
            rounded += usize::from(is_rounded);
            continue;
        }
        long += 1;
        damaged.look_at(text);
        let is_register = text.as_bytes()[10] == b'0';
        registers += usize::from(is_register);
        official += usize::from(!is_register && is_official(&text[..10]));
    }
    let (digits, whole) = (column.tally(long, values), column.tally(official, values));
    if column.tally(rounded, values).share() >= NEARLY {
        let share = column.tally(rounded, values).of_rows();
        remarks.push(damage(name, &format!("numbers such as 1.11101E+18 in {share}")));
        return;
    }
    if digits.share() < NEARLY {
        if column.is_called(&PNU_NAMES) && values > 0 {
            remarks.push(format!(
                "`{name}` is called like a PNU and is none: 19 digits in {}",
                digits.of_rows()
            ));
        }
        return;
    }
    let evidence = if long == official {
        format!("19 digits in {}, all with an official 법정동 code", digits.of_rows())
    } else {
        let percent = whole.percent();
        format!(
            "19 digits in {}, with an official 법정동 code in {percent}",
            digits.of_rows()
        )
    };
    if damaged.is_sure() {
        remarks.push(damage(name, &evidence));
        return;
    }
    if column.tally(registers, values).share() >= NEARLY {
        remarks.push(format!(
            "`{name}` holds numbers of building registers: digit 11 is 0 where a PNU has 1 (land) or 2 (산); no role"
        ));
    }
    if damaged.may_be() {
        remarks.push(format!(
            "`{name}`: all of {} end in 0000; either no parcel has a sub number (부번), or they were rounded to 15 or 16 \
             digits as numbers",
            counted(long, "PNU")
        ));
    }
    candidates.push(Candidate {
        column: column.idx,
        role: Role::Pnu,
        tally: whole,
        evidence,
        is_named: column.is_called(&PNU_NAMES),
    });
}

/// Columns of codes of legal districts (법정동코드).
pub fn bjd(column: &Column<'_>, candidates: &mut Vec<Candidate>, remarks: &mut Vec<String>) {
    let name = column.name;
    if let Values::Float(numbers) = &column.values {
        let values = numbers.iter().flatten().count();
        let is_code = |number: &f64| number.fract() == 0.0 && is_official(&format!("{number:.0}"));
        let tally = column.tally(numbers.iter().flatten().filter(is_code).count(), values);
        if tally.share() >= ENOUGH {
            remarks.push(format!(
                "`{name}` holds 법정동 codes as numbers with a fraction (1111010100.0) in {}; no role: write them as text",
                tally.of_rows()
            ));
        }
        return;
    }
    let (mut values, mut long, mut official) = (0, 0, 0);
    for text in column.texts() {
        values += 1;
        if is_digits(text, 10) {
            long += 1;
            official += usize::from(is_official(text));
        }
    }
    let (digits, whole) = (column.tally(long, values), column.tally(official, values));
    if whole.share() < NEARLY {
        return;
    }
    let evidence = if long == official {
        format!("10 digits in {}, all an official 법정동 code", digits.of_rows())
    } else {
        let percent = whole.percent();
        format!(
            "10 digits in {}, an official 법정동 code in {percent}",
            digits.of_rows()
        )
    };
    candidates.push(Candidate {
        column: column.idx,
        role: Role::BjdCd,
        tally: whole,
        evidence,
        is_named: column.is_called(&BJD_NAMES),
    });
}

/// What is said of parcel numbers whose last digits are lost.
fn damage(name: &str, evidence: &str) -> String {
    format!(
        "`{name}` held PNUs ({evidence}), but they went through floating-point numbers, which do not hold 19 digits: the \
         last ones are wrong; no role. Export the column again as text"
    )
}

/// Whether a code was in force at the time of one of the official tables.
fn is_official(code: &str) -> bool {
    let Ok(code) = BjdCode::parse(code) else {
        return false;
    };
    [NaiveDate::MIN, NaiveDate::MAX]
        .iter()
        .any(|date| BjdTable::at(*date).get(&code).is_some())
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Signs that numbers of 19 digits went through floating-point numbers.
///
/// A double holds 53 bits, a parcel number needs 63, so that one in 256 or fewer is what a double would be written
/// as. Numbers that end in 0000 tell nothing: they are so when there is no sub number, and after rounding to 15 digits.
#[derive(Debug, Default)]
struct Damage {
    zeros: usize,
    telling: usize,
    written_by_double: usize,
}

impl Damage {
    fn look_at(&mut self, text: &str) {
        if text.ends_with("0000") {
            self.zeros += 1;
        } else if self.telling < DAMAGE_SAMPLE {
            self.telling += 1;
            self.written_by_double += usize::from(is_written_by_double(text));
        }
    }

    fn is_sure(&self) -> bool {
        self.written_by_double >= 2 && self.written_by_double * 10 >= self.telling * 9
    }

    fn may_be(&self) -> bool {
        self.telling == 0 && self.zeros >= 20
    }
}

/// Whether 19 digits are how the double nearest to them is written: exactly, shortest, or with 16 to 18 digits.
fn is_written_by_double(text: &str) -> bool {
    let Ok(double) = text.parse::<f64>() else {
        return false;
    };
    let digits = |rendering: String| {
        let mantissa = rendering.split('e').next().unwrap_or_default().replace('.', "");
        format!("{mantissa:0<19}") == text
    };
    format!("{double:.0}") == text
        || digits(format!("{double:e}"))
        || (15..18).any(|decimals| digits(format!("{double:.decimals$e}")))
}
