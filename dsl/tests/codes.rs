//! Every code that the crate's sources name is described, and no other.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::path::Path;

use pilji_dsl::{CODES, parse};

/// Every code that sources name in a diagnostic.
fn used(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            used(&path, found);
        } else if path.file_name().is_some_and(|name| name != "codes.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let is_code = |part: &&str| {
                part.len() == 5
                    && part.starts_with(['E', 'W'])
                    && part.bytes().skip(1).all(|byte| byte.is_ascii_digit())
            };
            found.extend(text.split('"').filter(is_code).map(str::to_owned));
        }
    }
}

#[test]
fn every_code_is_described_once_and_in_order() {
    let mut found = BTreeSet::new();
    used(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let described: Vec<&str> = CODES.iter().map(|code| code.code).collect();
    assert_eq!(described, found.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn every_example_that_is_right_parses() {
    for code in CODES {
        assert!(parse(code.right).is_ok(), "{}: {}", code.code, code.right);
    }
}
