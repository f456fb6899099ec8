//! Writes a sample: `sample OUT PARCELS [SIGUNGU,..] [FORMAT]`.
use pilji_ingest::sample::{Format, SampleOptions, write};

#[expect(clippy::unwrap_used, clippy::print_stdout, reason = "a scratch program")]
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let format = match args.get(4).map(String::as_str) {
        Some("2025") => Format::Official2025,
        Some("lsmd") => Format::Lsmd,
        Some("csv") => Format::Csv,
        _ => Format::Official,
    };
    let sigungu = args.get(3).map(|s| s.split(',').filter(|c| !c.is_empty()).map(str::to_owned).collect());
    let options = SampleOptions {
        out: args[1].clone().into(),
        parcels: args[2].parse().unwrap(),
        sigungu: sigungu.unwrap_or_default(),
        vintage: chrono::NaiveDate::from_ymd_opt(2021, 5, 1).unwrap(),
        seed: 1,
        format,
        piece_rows: args.get(5).map_or(1_000_000, |n| n.parse().unwrap()),
    };
    let start = std::time::Instant::now();
    let truth = write(&options, &pilji_ingest::Silent).unwrap();
    println!("{:?}\n{:?}\n{:.1?}", truth.counts, truth.points, start.elapsed());
}
