//! Parcel numbers that went through a double, against what Python writes for it.
#![expect(clippy::unwrap_used, reason = "tests")]

use pilji_udfs::Pnu;

#[test]
fn every_damaged_number_is_rebuilt() {
    let mut damaged = 0;
    for line in include_str!("data/float_damage.tsv").lines() {
        let (text, written) = line.split_once('\t').unwrap();
        let pnu = Pnu::parse(text).unwrap();
        for written in written.split('\t') {
            let rebuilt = Pnu::rebuild_float_damaged(written, pnu.bjd(), pnu.bonbun(), pnu.bubon());
            let expected = (written != text).then_some(pnu);
            assert_eq!(rebuilt, expected, "{written} of {text}");
            damaged += usize::from(expected.is_some());
        }
    }
    assert!(damaged > 1000, "only {damaged} damaged numbers in the fixture");
}

#[test]
fn the_numbers_of_another_lot_rebuild_nothing() {
    for line in include_str!("data/float_damage.tsv").lines() {
        let mut columns = line.split('\t');
        let pnu = Pnu::parse(columns.next().unwrap()).unwrap();
        // Two lots on: 15 digits may be rounded to the next lot.
        let bonbun = (pnu.bonbun() + 2) % 10_000;
        for written in columns {
            assert_eq!(
                Pnu::rebuild_float_damaged(written, pnu.bjd(), bonbun, pnu.bubon()),
                None,
                "{written}"
            );
        }
    }
}
