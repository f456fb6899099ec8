//! Periods as people type them: `7d`, `12h`, `1d12h`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Units from the longest to the shortest, with their seconds.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)];

/// A period of whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period(pub Duration);

impl FromStr for Period {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected days, hours, minutes or seconds, like 7d, 12h or 1d12h";
        let mut seconds: u64 = 0;
        let mut digits = String::new();
        for character in text.chars() {
            if character.is_ascii_digit() {
                digits.push(character);
                continue;
            }
            let number: u64 = digits.parse().map_err(|_| EXPECTED)?;
            let unit = UNITS.iter().find(|(unit, _)| *unit == character);
            let (_, unit_seconds) = unit.ok_or(EXPECTED)?;
            let more = number.checked_mul(*unit_seconds).ok_or(EXPECTED)?;
            seconds = seconds.checked_add(more).ok_or(EXPECTED)?;
            digits.clear();
        }
        if text.is_empty() || !digits.is_empty() {
            return Err(EXPECTED);
        }
        Ok(Self(Duration::from_secs(seconds)))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut seconds = self.0.as_secs();
        if seconds == 0 {
            return f.write_str("0s");
        }
        for (unit, unit_seconds) in UNITS {
            let number = seconds / unit_seconds;
            if number > 0 {
                write!(f, "{number}{unit}")?;
            }
            seconds %= unit_seconds;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_and_written() {
        for (text, seconds) in [
            ("7d", 604_800),
            ("12h", 43_200),
            ("1d12h", 129_600),
            ("90s", 90),
            ("0s", 0),
        ] {
            let period: Result<Period, _> = text.parse();
            assert_eq!(period, Ok(Period(Duration::from_secs(seconds))));
        }
        assert_eq!(Period(Duration::from_secs(90)).to_string(), "1m30s");
        assert_eq!(Period(Duration::from_hours(7 * 24)).to_string(), "7d");
        assert_eq!(Period(Duration::ZERO).to_string(), "0s");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "7", "d", "7 d", "7w", "-1d", "1.5h", "99999999999999999999d"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }
}
