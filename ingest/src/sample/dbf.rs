//! Writing dBASE III tables in cp949.
//!
//! The `dbase` crate formats and encodes field by field; here most of a record is the same for a whole 동, so records are
//! laid out once and patched, which writes an order of magnitude faster.

use chrono::{Datelike, NaiveDate};
use encoding_rs::EUC_KR;

/// One column: name, type (`C`, `N`, `D`) and length in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Column(pub &'static str, pub u8, pub u8);

/// Bytes of the header of a table.
pub fn header(columns: &[Column], rows: u32, date: NaiveDate) -> Vec<u8> {
    let header_len = u16::try_from(33 + 32 * columns.len()).unwrap_or(u16::MAX);
    let year = u8::try_from(date.year() - 1900).unwrap_or(0);
    let [month, day] = [date.month(), date.day()].map(|number| u8::try_from(number).unwrap_or(1));
    let mut bytes = vec![3, year, month, day];
    bytes.extend(rows.to_le_bytes());
    bytes.extend(header_len.to_le_bytes());
    bytes.extend(u16::try_from(record_len(columns)).unwrap_or(u16::MAX).to_le_bytes());
    bytes.resize(32, 0);
    for Column(name, kind, len) in columns {
        let mut field = [0; 32];
        field[..name.len()].copy_from_slice(name.as_bytes());
        field[11] = *kind;
        field[16] = *len;
        bytes.extend(field);
    }
    bytes.push(b'\r');
    bytes
}

/// Bytes of a record, its deletion mark included.
pub fn record_len(columns: &[Column]) -> usize {
    1 + columns.iter().map(|column| usize::from(column.2)).sum::<usize>()
}

/// Appends a record; texts that are too long are cut (numbers are written to the right, everything else to the left).
pub fn push_record(columns: &[Column], values: &[&str], bytes: &mut Vec<u8>) {
    bytes.push(b' ');
    for (Column(_, kind, len), value) in columns.iter().zip(values) {
        let len = usize::from(*len);
        let start = bytes.len();
        bytes.resize(start + len, b' ');
        let encoded = if value.is_ascii() {
            value.as_bytes().into()
        } else {
            EUC_KR.encode(value).0
        };
        let used = encoded.len().min(len);
        let at = if *kind == b'N' { start + len - used } else { start };
        bytes[at..at + used].copy_from_slice(&encoded[..used]);
    }
}
