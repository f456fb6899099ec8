//! Texts that are read, and texts that are not, with what their writers are told.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use pilji_dsl::syntax::{Binary, Command, ExprKind, Geo, JoinKind, OptionValue, Right, Source};
use pilji_dsl::{Diagnostic, parse};

fn only(text: &str) -> Command {
    let pipeline = parse(text).unwrap_or_else(|wrong| unreadable(text, &wrong));
    assert_eq!(pipeline.stages.len(), 1, "{text}");
    pipeline.stages.into_iter().next().unwrap().command
}

fn unreadable<T>(text: &str, wrong: &[Diagnostic]) -> T {
    let messages: Vec<&str> = wrong.iter().map(|one| one.english.as_str()).collect();
    panic!("{text}: {}", messages.join("; "))
}

#[test]
fn sources_are_told_apart() {
    for (text, expected) in [
        ("*", "all"),
        ("* jimok='대' bonbun > 3", "all"),
        ("지목 = '대'", "all"),
        ("search emd_nm like '청%'", "all"),
        ("model 내토지", "model"),
        ("model kim.`내 토지` as t jimok = '대'", "model"),
        ("model name='내 토지' model_owner=kim", "model"),
        ("mkdata [[1, '가'], [2, '나']] ['n', 't':text]", "rows"),
        ("mkdata [{'n': 1}, {'t': '나', 'n': 2}]", "rows"),
        ("sql $$ select 1 | 2 $$", "sql"),
        ("file path='/data/a.csv'", "file"),
        ("model = '나'", "all"),
    ] {
        let source = parse(text).unwrap_or_else(|wrong| unreadable(text, &wrong)).source;
        let found = match source {
            Source::All { .. } => "all",
            Source::Model(_) => "model",
            Source::Rows(_) => "rows",
            Source::Sql(_) => "sql",
            Source::File(_) => "file",
        };
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn rows_that_are_written_down_are_filled_up() {
    let Source::Rows(rows) = parse("mkdata [{'n': 1}, {'t': '나', 'n': 2}]").unwrap().source else {
        return unreadable("mkdata", &[]);
    };
    let names: Vec<&str> = rows.columns.iter().map(|(name, _)| name.text.as_str()).collect();
    assert_eq!(names, ["n", "t"]);
    assert_eq!(rows.rows[0][1].kind, ExprKind::Null);
    assert_eq!(rows.rows[1][0].kind, ExprKind::Number("2".to_owned()));
}

#[test]
fn operators_bind_as_in_sql() {
    let Command::Where(condition) = only("* | where a + b * 2 > 3 and not c or d is not null") else {
        return unreadable("where", &[]);
    };
    let ExprKind::Binary(left, Binary::Or, right) = condition.kind else {
        return unreadable("or", &[]);
    };
    assert!(matches!(right.kind, ExprKind::IsNull { negated: true, .. }));
    let ExprKind::Binary(compared, Binary::And, negated) = left.kind else {
        return unreadable("and", &[]);
    };
    assert!(matches!(negated.kind, ExprKind::Unary(..)));
    let ExprKind::Binary(sum, Binary::More, _) = compared.kind else {
        return unreadable("more", &[]);
    };
    let ExprKind::Binary(_, Binary::Plus, product) = sum.kind else {
        return unreadable("plus", &[]);
    };
    assert!(matches!(product.kind, ExprKind::Binary(_, Binary::Times, _)));
}

#[test]
fn commands_keep_what_is_written() {
    let Command::Sort { limit, keys, within } = only("* | sort 10 +학교, -학년 by 반") else {
        return unreadable("sort", &[]);
    };
    assert_eq!(
        (limit, keys.len(), keys[1].descending, within.len()),
        (Some(10), 2, true, 1)
    );
    let Command::Fields { drops, columns } = only("* | fields -RAW_*, b as 나") else {
        return unreadable("fields", &[]);
    };
    assert_eq!((drops, columns[0].0.text.as_str()), (true, "RAW_*"));
    assert_eq!(columns[1].1.as_ref().unwrap().text, "나");
    let Command::Join(join) = only("* | join left zoning as z on pnu = z.pnu") else {
        return unreadable("join", &[]);
    };
    assert_eq!(join.kind, Some(JoinKind::Left));
    assert!(matches!(join.right, Right::Model(model) if model.name.text == "zoning"));
    let Command::Join(join) = only("* | join [ model a | where b = 1 ] as x on c = x.c") else {
        return unreadable("join", &[]);
    };
    assert!(matches!(join.right, Right::Pipeline(inner) if inner.stages.len() == 1));
    let Command::Geo(Geo { options, .. }) = only("* | georelation op = within filter = POLYGON((0 0, 0 3, -5 5, 0 0))")
    else {
        return unreadable("georelation", &[]);
    };
    assert_eq!(
        options[1].1,
        OptionValue::Geometry("POLYGON((0 0, 0 3, -5 5, 0 0))".to_owned())
    );
    let Command::Sql(sql) = only("* | sql $x$ select '$$' from prev $x$") else {
        return unreadable("sql", &[]);
    };
    assert_eq!(sql.text, " select '$$' from prev ");
}

#[test]
fn names_are_composed_and_keep_their_place() {
    let text = "* | rename 지목 as x";
    let Command::Rename(names) = only(text) else {
        return unreadable("rename", &[]);
    };
    assert_eq!(names[0].0.text, "지목");
    assert_eq!(text.get(names[0].0.span.clone()), Some("지목"));
}

/// A text, the code of its first mistake, the bytes that it points to, and a part of its message in each language.
const MISTAKES: [(&str, &str, &str, &str, &str); 17] = [
    ("", "E0101", "", "a source", "데이터 출처"),
    ("* |", "E0101", "", "a command", "명령"),
    ("* | wher a = 1", "E0120", "wher", "no command `wher`", "`wher`"),
    ("* | staats count(*) by a", "E0120", "staats", "no command", "없습니다"),
    ("* | kmeans 3", "E0121", "kmeans", "machine learning", "기계 학습"),
    (
        "db connector_name='a' sql='b'",
        "E0121",
        "db",
        "other databases",
        "다른 데이터베이스",
    ),
    (
        "* | join_model model_name='a'",
        "E0124",
        "join_model",
        "is `join` here",
        "대괄호",
    ),
    ("* | fillna A B", "E0123", "B", "not a column", "열은"),
    ("* | where a = ", "E0101", "", "a column or a value", "열 또는 값"),
    ("* | where (a = 1", "E0101", "", "`)`", "`)`"),
    ("* | where a between 1 or 2", "E0101", "or", "`and`", "`and`"),
    ("* | where a = 'b", "E0001", "'", "not closed", "닫히지"),
    ("* | head x", "E0101", "x", "a number of rows", "행의 수"),
    ("* | head 1.5", "E0102", "1.5", "a whole number", "정수"),
    ("* | sort by a", "E0101", "by", "a column to sort by", "정렬할 열"),
    (
        "model a start_date=20200101",
        "E0110",
        "start_date",
        "no option of a model",
        "모델 옵션",
    ),
    ("* | head 5 5", "E0101", "5", "`|` or the end", "`|` 또는 끝"),
];

#[test]
fn mistakes_are_told_where_they_are_in_two_languages() {
    for (text, code, at, english, korean) in MISTAKES {
        let wrong = parse(text).map_or_else(|wrong| wrong, |_| unreadable(text, &[]));
        let first = &wrong[0];
        assert_eq!(first.code, code, "{text}: {}", first.english);
        assert_eq!(text.get(first.span()), Some(at), "{text}: {}", first.english);
        assert!(first.english.contains(english), "{text}: {}", first.english);
        assert!(first.korean.contains(korean), "{text}: {}", first.korean);
    }
}

#[test]
fn what_is_meant_is_offered_as_a_change() {
    let text = "* | staats count(*) | haed 3";
    let wrong = parse(text).unwrap_err();
    let mended: Vec<String> = wrong
        .iter()
        .map(|one| {
            let fix = &one.fixes[0];
            format!(
                "{} -> {} in stage {}",
                &text[fix.span.clone()],
                fix.replacement,
                one.stage.unwrap()
            )
        })
        .collect();
    assert_eq!(mended, ["staats -> stats in stage 2", "haed -> head in stage 3"]);
}

#[test]
fn no_text_exhausts_the_stack() {
    let deep = [
        format!("* | where {}1{}", "(".repeat(10_000), ")".repeat(10_000)),
        format!("* | where {} a", "not ".repeat(10_000)),
        format!("* | where {}1", "-".repeat(10_000)),
        format!("* | where {}", "f(".repeat(10_000)),
        format!("* {}", "| join [ *".repeat(10_000)),
        format!("* | where a{}", " + a".repeat(50_000)),
        format!("* {}", "a ".repeat(50_000)),
        "a".repeat(1 << 20),
    ];
    for text in deep {
        let wrong = parse(&text).unwrap_err();
        assert!(
            ["E0003", "E0103", "E0106"].contains(&wrong[0].code),
            "{}",
            wrong[0].english
        );
    }
}

#[test]
fn any_text_ends_in_a_tree_or_a_diagnostic_within_it() {
    const PIECES: [&str; 40] = [
        "*", "|", " ", "where", "a", "지목", "=", "'x'", "'", "\"", "`", "$$", "$", "${", "?", "(", ")", "[", "]", "{",
        "}", ",", "1", "1d", "-", "+", "by", "as", "stats", "join", "union", "mkdata", "pivot", "geostats", "in",
        "not", "/*", "#", ".", ";",
    ];
    let mut state: u64 = 7;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..20_000 {
        let mut text = if next(2) == 0 { "* | ".to_owned() } else { String::new() };
        for _ in 0..next(14) {
            text.push_str(PIECES[next(PIECES.len())]);
            if next(2) == 0 {
                text.push(' ');
            }
        }
        for one in parse(&text).err().unwrap_or_default() {
            for label in &one.labels {
                assert!(text.get(label.span.clone()).is_some(), "{text}: {:?}", label.span);
            }
            assert!(!one.english.is_empty() && !one.korean.is_empty(), "{text}");
        }
    }
}
