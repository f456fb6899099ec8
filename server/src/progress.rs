//! Progress of long commands: a bar on a terminal, a line every few seconds elsewhere. Always on standard error.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount, HumanDuration, ProgressBar, ProgressStyle};
use pilji_ingest::{Phase, Progress};

/// Time between two lines where there is no terminal.
const LINE_INTERVAL: Duration = Duration::from_secs(5);

/// The progress that fits standard error: a bar on a terminal, plain lines elsewhere.
#[must_use]
pub fn for_stderr() -> Arc<dyn Progress> {
    if std::io::stderr().is_terminal() {
        Arc::new(Bar::default())
    } else {
        Arc::new(Lines::default())
    }
}

/// What a phase is called, how a number of its units is written, and what follows it.
fn words(phase: Phase) -> (&'static str, fn(u64) -> String, &'static str) {
    match phase {
        Phase::Read => ("reading", |n| HumanBytes(n).to_string(), ""),
        Phase::Write => ("writing", |n| HumanCount(n).to_string(), " rows"),
        Phase::Publish => ("publishing", |n| HumanCount(n).to_string(), " files"),
        Phase::Dissolve => ("dissolving", |n| HumanCount(n).to_string(), " parcels"),
        Phase::Sample => ("sampling", |n| HumanCount(n).to_string(), " parcels"),
    }
}

/// A bar that is drawn over itself.
#[derive(Default)]
struct Bar {
    bar: Mutex<Option<ProgressBar>>,
    rows: AtomicU64,
}

impl Progress for Bar {
    fn begin(&self, phase: Phase, total: u64) {
        let (verb, ..) = words(phase);
        let template = match phase {
            Phase::Read => "{prefix:>10} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} ETA {eta} {msg}",
            _ => "{prefix:>10} {wide_bar} {human_pos}/{human_len} {per_sec} ETA {eta} {msg}",
        };
        let bar = if total == 0 {
            ProgressBar::new_spinner()
        } else {
            ProgressBar::new(total)
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(verb);
        bar.enable_steady_tick(Duration::from_millis(200));
        self.rows.store(0, Ordering::Relaxed);
        *self.bar.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
    }

    fn advance(&self, done: u64, rows: u64) {
        let rows = self.rows.fetch_add(rows, Ordering::Relaxed) + rows;
        if let Some(bar) = &*self.bar.lock().unwrap_or_else(PoisonError::into_inner) {
            bar.inc(done);
            bar.set_message(format!("{} rows", HumanCount(rows)));
        }
    }

    fn note(&self, text: &str) {
        match &*self.bar.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(bar) => bar.println(text),
            None => print_line(text),
        }
    }

    fn end(&self) {
        if let Some(bar) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish();
        }
    }
}

/// A line every few seconds.
#[derive(Default)]
struct Lines {
    stretch: Mutex<Option<Stretch>>,
}

struct Stretch {
    phase: Phase,
    total: u64,
    done: u64,
    rows: u64,
    began: Instant,
    printed: Instant,
}

impl Stretch {
    fn line(&self) -> String {
        let (verb, amount, unit) = words(self.phase);
        let seconds = self.began.elapsed().as_secs_f64();
        let mut line = format!("{verb}: {}", amount(self.done));
        if self.total > 0 {
            let _ = write!(line, " of {}", amount(self.total));
        }
        line.push_str(unit);
        if self.rows > 0 && self.phase == Phase::Read {
            let _ = write!(line, ", {} rows", HumanCount(self.rows));
        }
        if seconds > 0.0 && self.done > 0 {
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a rate for people"
            )]
            let rate = (self.done as f64 / seconds) as u64;
            let _ = write!(line, ", {}/s", amount(rate));
            if let Some(secs_left) = self
                .total
                .saturating_sub(self.done)
                .checked_div(rate)
                .filter(|secs| *secs > 0)
            {
                let _ = write!(line, ", ETA {}", HumanDuration(Duration::from_secs(secs_left)));
            }
        }
        line
    }
}

impl Progress for Lines {
    fn begin(&self, phase: Phase, total: u64) {
        let now = Instant::now();
        let stretch = Stretch {
            phase,
            total,
            done: 0,
            rows: 0,
            began: now,
            printed: now,
        };
        *self.stretch.lock().unwrap_or_else(PoisonError::into_inner) = Some(stretch);
    }

    fn advance(&self, done: u64, rows: u64) {
        let mut guard = self.stretch.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(stretch) = guard.as_mut() else { return };
        stretch.done += done;
        stretch.rows += rows;
        if stretch.printed.elapsed() >= LINE_INTERVAL {
            stretch.printed = Instant::now();
            print_line(&stretch.line());
        }
    }

    fn note(&self, text: &str) {
        print_line(text);
    }

    fn end(&self) {
        if let Some(stretch) = self.stretch.lock().unwrap_or_else(PoisonError::into_inner).take() {
            print_line(&stretch.line());
        }
    }
}

fn print_line(text: &str) {
    // A closed standard error is no reason to stop the work.
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_amount_total_rows_rate_and_time_left() {
        let began = Instant::now().checked_sub(Duration::from_secs(10)).unwrap();
        let stretch = Stretch {
            phase: Phase::Read,
            total: 4 << 20,
            done: 1 << 20,
            rows: 5000,
            began,
            printed: began,
        };
        let line = stretch.line();
        assert!(
            line.starts_with("reading: 1.00 MiB of 4.00 MiB, 5,000 rows, "),
            "{line}"
        );
        assert!(
            line.ends_with("ETA 30 seconds") || line.ends_with("ETA 31 seconds"),
            "{line}"
        );
    }
}
