//! The attributes of the parcels: 지목, lot numbers and how they are spelled, and what is wrong with some of them.

use pilji_udfs::{BjdCode, Pnu};

use super::layout::{Layout, Use};
use super::random::Random;

/// Share of parcels in a forest that are in the forest ledger (산).
const FOREST_LEDGER: f64 = 0.62;
/// Share of JIBUN with a blank before the 지목.
const BLANK: f64 = 0.37;
/// Share of numbers without a 부번 that write it as `-0`.
const WRITTEN_ZERO: f64 = 0.03;
/// Share of 산 lots whose JIBUN has no 지목.
const SAN_WITHOUT_JIMOK: f64 = 0.02;
/// Share of block lots, spelled `0-1가`.
const BLOCK_LOT: f64 = 0.0025;
/// Shares of rows with a malformed PNU, with the PNU of another row, with a ring that crosses itself.
const FLAWS: [f64; 3] = [0.0004, 0.0005, 0.0006];

/// The attributes of one parcel.
#[derive(Debug, Clone)]
pub struct Record {
    /// Object number within the 시군구.
    pub oid: usize,
    /// The PNU as it is written, `Err` when it is malformed.
    pub pnu: Result<Pnu, String>,
    /// The lot number without 지목: `435-3`, `산49`, `461-0`, `0-1`.
    pub number: String,
    /// 본번 of the JIBUN.
    pub bonbun: u16,
    /// 부번 of the JIBUN.
    pub bubon: u16,
    /// The lot number with 지목, as the map writes it.
    pub jibun: String,
    /// Sign of the 지목, unless the JIBUN has none.
    pub jimok: Option<&'static str>,
    /// Whether the JIBUN names another lot than the PNU.
    pub disagrees: bool,
    /// Whether another row has the same PNU.
    pub is_duplicate: bool,
    /// Whether the ring is to be crossed.
    pub is_crossed: bool,
}

/// Writes the attributes of all parcels of a 동.
pub fn describe(layout: &Layout, code: BjdCode, first_oid: usize, random: &mut Random) -> Vec<Record> {
    let mut numbers = Numbers::default();
    let mut records = Vec::with_capacity(layout.parcels.len());
    let mut block = u32::MAX;
    for (idx, parcel) in layout.parcels.iter().enumerate() {
        let is_new_block = parcel.block != block;
        block = parcel.block;
        let jimok = jimok(parcel.usage, random);
        let is_san = parcel.usage == Use::Forest && random.chance(FOREST_LEDGER);
        let is_block_lot = parcel.usage == Use::House && random.chance(BLOCK_LOT);
        let oid = first_oid + idx + 1;
        let record = if is_block_lot {
            numbers.block_lot(code, oid, random)
        } else {
            None
        };
        let p_new = match parcel.usage {
            _ if is_new_block => 1.0,
            Use::House | Use::Estate => 0.12,
            Use::Forest | Use::Road => 0.5,
            _ => 0.4,
        };
        let record = record.or_else(|| numbers.lot(code, oid, is_san, random.chance(p_new), jimok, random));
        records.extend(record);
    }
    spoil(&mut records, random);
    records
}

/// The running lot numbers of a 동.
#[derive(Debug, Default)]
struct Numbers {
    land: (u16, u16),
    san: (u16, u16),
    block_lots: u16,
}

impl Numbers {
    /// The next lot of the land or forest ledger; `None` when the numbers are used up.
    fn lot(
        &mut self,
        code: BjdCode,
        oid: usize,
        is_san: bool,
        is_new: bool,
        jimok: &'static str,
        random: &mut Random,
    ) -> Option<Record> {
        let last = if is_san { &mut self.san } else { &mut self.land };
        // `산9999-999` just fits the ten bytes of A4.
        *last = if is_new || last.0 == 0 || last.1 >= 999 {
            (last.0 + 1, 0)
        } else {
            (last.0, last.1 + 1)
        };
        let (bonbun, bubon) = *last;
        let san = if is_san { "산" } else { "" };
        let number = match bubon {
            0 if random.chance(WRITTEN_ZERO) => format!("{san}{bonbun}-0"),
            0 => format!("{san}{bonbun}"),
            _ => format!("{san}{bonbun}-{bubon}"),
        };
        let jimok = (!(is_san && random.chance(SAN_WITHOUT_JIMOK))).then_some(jimok);
        let blank = if jimok.is_some() && random.chance(BLANK) {
            " "
        } else {
            ""
        };
        let jibun = format!("{number}{blank}{}", jimok.unwrap_or(""));
        let pnu = Pnu::from_parts(code, if is_san { 2 } else { 1 }, bonbun, bubon).ok()?;
        Some(Record {
            oid,
            pnu: Ok(pnu),
            number,
            bonbun,
            bubon,
            jibun,
            jimok,
            disagrees: false,
            is_duplicate: false,
            is_crossed: false,
        })
    }

    /// The next lot of a block (ledger 6, seldom 1), whose JIBUN `0-1가` and PNU number 0000-1001 do not agree.
    fn block_lot(&mut self, code: BjdCode, oid: usize, random: &mut Random) -> Option<Record> {
        self.block_lots += 1;
        let bubon = self.block_lots;
        let ledger = if random.chance(0.9) { 6 } else { 1 };
        let pnu = Pnu::from_parts(code, ledger, 0, 1000 + bubon).ok()?;
        Some(Record {
            oid,
            pnu: Ok(pnu),
            number: format!("0-{bubon}"),
            bonbun: 0,
            bubon,
            jibun: format!("0-{bubon}가"),
            jimok: None,
            disagrees: true,
            is_duplicate: false,
            is_crossed: false,
        })
    }
}

/// Draws a 지목 that fits what a parcel looks like.
fn jimok(usage: Use, random: &mut Random) -> &'static str {
    let choices: &[(&str, f64)] = match usage {
        Use::House => &[
            ("대", 87.5),
            ("도", 2.5),
            ("잡", 2.5),
            ("전", 3.0),
            ("차", 1.2),
            ("종", 0.6),
            ("장", 0.8),
            ("공", 0.6),
            ("학", 0.3),
            ("창", 0.4),
            ("주", 0.2),
            ("구", 0.1),
            ("답", 0.8),
            ("임", 0.5),
            ("체", 0.1),
            ("수", 0.1),
            ("사", 0.05),
            ("철", 0.15),
        ],
        Use::Village => &[
            ("대", 78.0),
            ("전", 10.0),
            ("도", 3.0),
            ("창", 2.5),
            ("잡", 3.0),
            ("종", 0.7),
            ("장", 1.5),
            ("답", 1.0),
            ("차", 0.2),
            ("양", 0.1),
        ],
        Use::Farm => &[
            ("답", 51.0),
            ("전", 38.0),
            ("과", 2.5),
            ("잡", 2.5),
            ("대", 2.0),
            ("유", 0.9),
            ("목", 0.6),
            ("장", 0.7),
            ("임", 0.8),
            ("양", 0.2),
            ("염", 0.05),
            ("창", 0.3),
            ("수", 0.1),
        ],
        Use::Forest => &[
            ("임", 89.0),
            ("전", 2.5),
            ("묘", 3.5),
            ("도", 3.0),
            ("대", 1.0),
            ("목", 0.5),
            ("광", 0.05),
            ("원", 0.1),
        ],
        Use::Road => &[("도", 97.0), ("대", 1.5), ("구", 1.0), ("철", 0.5)],
        Use::Stream => &[("천", 88.0), ("제", 12.0)],
        Use::Ditch => &[("구", 96.0), ("도", 4.0)],
        Use::Park => &[("공", 96.0), ("사", 2.0), ("원", 2.0)],
        Use::School => &[("학", 98.0), ("체", 2.0)],
        Use::Estate => &[
            ("대", 62.0),
            ("장", 14.0),
            ("종", 6.0),
            ("차", 5.0),
            ("체", 4.0),
            ("잡", 4.0),
            ("사", 2.0),
            ("수", 1.0),
            ("철", 1.0),
            ("원", 1.0),
        ],
        Use::Enclave => &[("묘", 45.0), ("대", 25.0), ("유", 20.0), ("전", 10.0)],
    };
    let weights: Vec<f64> = choices.iter().map(|choice| choice.1).collect();
    choices[random.weighted(&weights)].0
}

/// Spoils a few records, each in one way.
fn spoil(records: &mut [Record], random: &mut Random) {
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let total = records.len() as f64;
    let mut spoilt = std::collections::BTreeSet::new();
    for (flaw, share) in FLAWS.iter().enumerate() {
        for _ in 0..random.about(total * share) {
            let idx = random.below(records.len());
            let other = random.below(records.len());
            if idx == other || records[idx].disagrees || records[other].disagrees {
                continue;
            }
            if spoilt.contains(&idx) || spoilt.contains(&other) {
                continue;
            }
            spoilt.insert(idx);
            match flaw {
                0 => {
                    if let Ok(pnu) = records[idx].pnu {
                        records[idx].pnu = Err(malformed(pnu.as_str(), random));
                    }
                }
                1 => {
                    spoilt.insert(other);
                    let same = records[other].clone();
                    let oid = records[idx].oid;
                    records[idx] = Record {
                        oid,
                        is_duplicate: true,
                        ..same
                    };
                }
                _ => records[idx].is_crossed = true,
            }
        }
    }
}

/// A PNU as bad files have it: a digit short, a letter in it, or nothing at all.
fn malformed(pnu: &str, random: &mut Random) -> String {
    match random.below(3) {
        0 => pnu[..18].to_owned(),
        1 => format!("{}O{}", &pnu[..13], &pnu[14..]),
        _ => String::new(),
    }
}
