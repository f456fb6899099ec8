//! Binding over tables that are made up: what is bound ends in SQL or in diagnostics within the text, whatever it is.
#![expect(clippy::panic, clippy::unwrap_used, reason = "tests")]

mod made;

use made::{Chance, bound, examples, is_told, mutated};
use pilji_dsl::{COMMANDS, SOURCES};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

#[test]
fn stages_become_common_table_expressions() {
    let sql = bound("model parcel | where jimok = '대' | sort -bonbun | fields pnu | head 3").unwrap();
    assert_eq!(
        sql,
        "WITH \"_s1\" AS (SELECT * FROM \"public\".\"parcel\"), \"_s2\" AS (SELECT * FROM \"_s1\" WHERE \"jimok\" = '대'), \
         \"_s4\" AS (SELECT \"pnu\", \"bonbun\" AS \"_order_1\" FROM \"_s2\"), \
         \"_s5\" AS (SELECT * FROM \"_s4\" ORDER BY \"_order_1\" DESC NULLS LAST LIMIT 3) \
         SELECT \"pnu\" FROM \"_s5\" ORDER BY \"_order_1\" DESC NULLS LAST"
    );
}

#[test]
fn printed_sql_means_the_same_when_it_is_read_again() {
    for command in SOURCES.iter().chain(COMMANDS) {
        let Ok(sql) = bound(command.example) else { continue };
        let read = Parser::parse_sql(&GenericDialect {}, &sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        assert_eq!(read.len(), 1, "{sql}");
        // Its parser knows `substr` as a keyword.
        assert_eq!(read[0].to_string().to_lowercase(), sql.to_lowercase());
    }
}

#[test]
fn every_stage_is_told_what_is_wrong_with_it() {
    let wrong = bound("model parcel | where jimk = 1 | sort -bonbn | eval x = uper(pnu)").unwrap_err();
    let told: Vec<_> = wrong.iter().map(|one| (one.code, one.stage, one.fixes.len())).collect();
    assert_eq!(
        told,
        [("E0201", Some(2), 1), ("E0201", Some(3), 1), ("E0204", Some(4), 1)]
    );
}

#[test]
fn any_text_is_bound_or_told_to_be_wrong_within_it() {
    let examples = examples();
    let mut chance = Chance(7);
    let mut n_bound = 0;
    let rounds = 20_000;
    for _ in 0..rounds {
        let text = mutated(&mut chance, &examples);
        match bound(&text) {
            Ok(sql) => {
                n_bound += 1;
                assert!(!sql.is_empty(), "{text}");
            }
            Err(diagnostics) => assert!(is_told(&text, &diagnostics), "{text}: {diagnostics:?}"),
        }
    }
    assert!(n_bound > rounds / 100, "{n_bound}");
}
