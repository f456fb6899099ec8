//! Damaged inputs: whatever a byte says, reading ends with rows or an error, and within bounded memory.
//!
//! Alone in its process, because it looks at the memory of the whole process.

#![expect(clippy::unwrap_used, reason = "tests")]

mod reading;

use std::fs;
use std::path::Path;

use reading::{fixture, read};
use tempfile::TempDir;

/// Bytes that turn counts, lengths and indexes negative, huge or odd.
const VALUES: [u8; 3] = [0x00, 0x7F, 0xFF];

#[test]
fn no_damaged_byte_is_worse_than_an_error() {
    let before = peak_bytes();
    let mut outcomes = Outcomes::default();
    damage(&["types.shp", "types.dbf", "types.CPG"], "types.shp", 3, &mut outcomes);
    damage(&["types.dbf", "types.shp", "types.CPG"], "types.shp", 3, &mut outcomes);
    damage(
        &["AL_D002_11_20210501.zip"],
        "AL_D002_11_20210501.zip",
        11,
        &mut outcomes,
    );
    damage(&["platform.csv"], "platform.csv", 11, &mut outcomes);
    assert!(outcomes.errors > 1000 && outcomes.sound > 1000, "{outcomes:?}");
    // Allocated, not touched: a count that is believed shows here.
    if let (Some(before), Some(after)) = (before, peak_bytes()) {
        assert!(after - before < 256 << 20, "{before} bytes before, {after} after");
    }
}

#[derive(Debug, Default)]
struct Outcomes {
    errors: u32,
    sound: u32,
}

/// Reads `input` with each `step`th byte of the first of its files replaced, and with that file cut there.
fn damage(files: &[&str], input: &str, step: usize, outcomes: &mut Outcomes) {
    let folder = TempDir::new().unwrap();
    for name in files {
        fs::copy(fixture(name), folder.path().join(name)).unwrap();
    }
    let (target, input) = (folder.path().join(files[0]), folder.path().join(input));
    let sound = fs::read(&target).unwrap();
    let expected = read(&input).unwrap();
    for at in (0..sound.len()).step_by(step) {
        for value in VALUES {
            let mut damaged = sound.clone();
            damaged[at] = value;
            try_reading(&target, &damaged, &input, outcomes);
        }
        try_reading(&target, &sound[..at], &input, outcomes);
    }
    // Four bytes at once make counts and lengths of any size.
    for at in (0..sound.len().saturating_sub(4)).step_by(step) {
        for number in [u32::MAX, 0x7FFF_FFFF, 0x00FF_FFFF] {
            let mut damaged = sound.clone();
            damaged[at..at + 4].copy_from_slice(&number.to_le_bytes());
            try_reading(&target, &damaged, &input, outcomes);
        }
    }
    fs::write(&target, &sound).unwrap();
    assert_eq!(read(&input).unwrap().rows, expected.rows);
}

fn try_reading(target: &Path, bytes: &[u8], input: &Path, outcomes: &mut Outcomes) {
    fs::write(target, bytes).unwrap();
    match read(input) {
        Ok(_) => outcomes.sound += 1,
        Err(error) => {
            let message = error.to_string();
            assert!(
                message.contains(input.file_name().unwrap().to_str().unwrap()) || message.contains("types."),
                "{message}"
            );
            outcomes.errors += 1;
        }
    }
}

/// The most address space that the process ever had, where the system tells.
fn peak_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmPeak:"))?;
    let kibibytes: u64 = line.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024)
}
