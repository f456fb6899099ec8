//! Reads texts made by chance for some minutes (`make fuzz`): no panic, no text that takes long, every place within its text.
//!
//! `fuzz TARGET MINUTES [SEED]`. Targets are `tokens` (characters and tokens in any order), `trees` (examples with pieces of
//! others in them), `stages` (whole stages of all examples behind each other, bound) and `sql` (those that can be bound,
//! down to SQL that is parsed again and must be the same).

#![expect(
    clippy::print_stdout,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a program for developers"
)]

#[path = "../tests/made/mod.rs"]
mod made;

use std::time::{Duration, Instant};

use made::{Chance, examples, is_told, mutated, planned};
use pilji_dsl::{explained, format, parse, query};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

/// The longest that any of these texts may take, on a machine that has other work too; most take microseconds.
const LONG: Duration = Duration::from_secs(10);

/// Pieces of which texts are made.
const PIECES: [&str; 44] = [
    "|", "(", ")", "[", "]", "{", "}", "'", "\"", "`", "$$", "$x$", "--", "/*", "*/", "#", ";", ",", ".", "..", ":",
    "=", "!=", "<>", "<=", "=>", "+", "-", "*", "/", "%", "\\", "\n", "\t", " ", "?", "$1", "${가}", "0x1", "1e309",
    "5m", "가나", "e\u{301}", "\u{feff}",
];

/// Reads one text; whether something came of it.
type Target = fn(&mut Chance, &[&str]) -> (String, bool);

fn main() {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let target: Target = match name.as_str() {
        "tokens" => tokens,
        "trees" => trees,
        "stages" => stages,
        "sql" => sql,
        _ => panic!("fuzz tokens|trees|stages|sql MINUTES [SEED]"),
    };
    let mut number = |default: u64| arguments.next().map_or(default, |text| text.parse().unwrap());
    let (minutes, seed) = (number(1), number(1));
    let (examples, mut chance) = (examples(), Chance(seed));
    let began = Instant::now();
    let (mut n_texts, mut n_good, mut longest) = (0_u64, 0_u64, Duration::ZERO);
    while began.elapsed() < Duration::from_secs(60 * minutes) {
        let before = Instant::now();
        let (text, is_good) = target(&mut chance, &examples);
        let took = before.elapsed();
        assert!(took < LONG, "{took:?}: {text}");
        longest = longest.max(took);
        n_texts += 1;
        n_good += u64::from(is_good);
    }
    println!(
        "{name}: {n_texts} texts in {minutes} min, {n_good} of them without a mistake, the longest took {longest:?}"
    );
}

/// Texts of pieces and characters.
fn tokens(chance: &mut Chance, examples: &[&str]) -> (String, bool) {
    let mut text = String::new();
    for _ in 0..chance.below(60) {
        match chance.below(4) {
            0 => {
                let code = u32::try_from(chance.below(0x11_0000)).unwrap_or_default();
                text.extend(char::from_u32(code));
            }
            1 => {
                let words: Vec<&str> = examples[chance.below(examples.len())].split(' ').collect();
                text.push_str(words[chance.below(words.len())]);
                text.push(' ');
            }
            _ => text.push_str(PIECES[chance.below(PIECES.len())]),
        }
    }
    read(text)
}

fn trees(chance: &mut Chance, examples: &[&str]) -> (String, bool) {
    read(mutated(chance, examples))
}

/// What can be read is the same when it is written in order.
fn read(text: String) -> (String, bool) {
    let read = parse(&text);
    match &read {
        Ok(_) => {
            let written = format(&text).unwrap_or_else(|_| panic!("cannot be put in order: {text}"));
            assert_eq!(format(&written).as_ref(), Ok(&written), "{text}");
        }
        Err(diagnostics) => assert!(is_told(&text, diagnostics), "{text}: {diagnostics:?}"),
    }
    let is_good = read.is_ok();
    (text, is_good)
}

/// Whole stages behind each other.
fn piled(chance: &mut Chance, examples: &[&str]) -> String {
    let stages: Vec<&str> = examples
        .iter()
        .flat_map(|example| example.split(" | ").skip(1))
        .collect();
    let source = examples[chance.below(examples.len())]
        .split(" | ")
        .next()
        .unwrap_or_default();
    let mut text = source.to_owned();
    for _ in 0..=chance.below(8) {
        text.push_str(" | ");
        text.push_str(stages[chance.below(stages.len())]);
    }
    text
}

fn stages(chance: &mut Chance, examples: &[&str]) -> (String, bool) {
    let mut text = piled(chance, examples);
    if chance.below(2) == 0 {
        text = mutated(chance, &[text.as_str()]);
    }
    let is_good = match planned(&text) {
        Ok(_) => true,
        Err(diagnostics) => {
            assert!(is_told(&text, &diagnostics), "{text}: {diagnostics:?}");
            false
        }
    };
    (text, is_good)
}

fn sql(chance: &mut Chance, examples: &[&str]) -> (String, bool) {
    let text = piled(chance, examples);
    let Ok(plan) = planned(&text) else {
        return (text, false);
    };
    assert!(!explained(&text, &plan).is_empty(), "{text}");
    let sql = query(&plan).to_string();
    match Parser::parse_sql(&GenericDialect {}, &sql) {
        // Its parser knows `substr` as a keyword.
        Ok(read) => assert!(
            read.len() == 1 && read[0].to_string().eq_ignore_ascii_case(&sql),
            "{text}: {sql}"
        ),
        Err(error) => panic!("{text}: {error}: {sql}"),
    }
    (text, true)
}
