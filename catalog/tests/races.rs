//! Races between real processes: this test program starts itself again as writers and readers.
//!
//! A child does one job, named by the environment, and tells its outcome on standard output.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests, which print what they measured"
)]

mod fixture;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use datafusion::prelude::SessionContext;
use fixture::{CHEONGUN, Leaf, publication, publish, warehouse};
use pilji_catalog::{Error, VacuumOptions, Warehouse};

/// What a child is to do.
const JOB: &str = "PILJI_RACE_JOB";
/// The warehouse of the race.
const WAREHOUSE: &str = "PILJI_RACE_WAREHOUSE";
/// The number of the child.
const NUMBER: &str = "PILJI_RACE_NUMBER";
/// What a child's outcome begins with.
const OUTCOME: &str = "outcome: ";

const WRITERS: usize = 16;
const COMMITS: u16 = 50;
const PUBLISHES: u16 = 100;
const READERS: usize = 3;

const DISTRICTS: [&str; WRITERS] = [
    "가구", "나구", "다구", "라구", "마구", "바구", "사구", "아구", "자구", "차구", "카구", "타구", "파구", "하구",
    "고구", "노구",
];

/// Starts this program again for one job.
fn start(job: &str, warehouse: &Path, number: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["the_work_of_a_child", "--exact", "--nocapture", "--test-threads=1"])
        .env(JOB, job)
        .env(WAREHOUSE, warehouse)
        .env(NUMBER, number.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits for a child's end; what it told.
fn outcome(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    let (told, complaint) = (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{told}{complaint}");
    // The test harness writes its own words before ours, on the same line.
    let line = told.lines().find_map(|line| line.split_once(OUTCOME));
    line.unwrap_or(("", "")).1.to_owned()
}

/// Not a test of its own: without a job it does nothing.
#[tokio::test]
async fn the_work_of_a_child() {
    let Ok(job) = std::env::var(JOB) else { return };
    let dir = std::env::var(WAREHOUSE).unwrap();
    let number: usize = std::env::var(NUMBER).unwrap().parse().unwrap();
    let warehouse = Warehouse::open(dir).unwrap();
    wait_for_start(&warehouse).await;
    let told = match job.as_str() {
        "own sigungu" => publish_own_sigungu(&warehouse, number).await,
        "same sigungu" => publish_same_sigungu(&warehouse, number).await,
        "publish" => publish_stamps(&warehouse).await,
        "read" => read_stamps(&warehouse).await,
        other => unreachable!("{other}"),
    };
    println!("{OUTCOME}{told}");
}

/// All children begin at the same time.
async fn wait_for_start(warehouse: &Warehouse) {
    while !warehouse.dir().join("go").exists() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Lets the children begin, when they have had the time to start.
fn go(warehouse: &Warehouse) {
    std::thread::sleep(Duration::from_millis(500));
    std::fs::write(warehouse.dir().join("go"), "").unwrap();
}

fn leaf(sgg: &'static str, rows: u16) -> Leaf {
    Leaf {
        names: [Some("서울특별시"), Some(sgg), Some("동"), None],
        rows,
        ..CHEONGUN
    }
}

async fn publish_own_sigungu(warehouse: &Warehouse, number: usize) -> String {
    let mut versions = Vec::new();
    for commit in 1..=COMMITS {
        let published = publish(warehouse, &[leaf(DISTRICTS[number], commit)]).await.unwrap();
        assert!(published.changed);
        versions.push(published.version.to_string());
    }
    versions.join(",")
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_processes_of_fifty_commits_each_all_succeed() {
    let (_dir, warehouse) = warehouse(&[]).await;
    let children: Vec<Child> = (0..WRITERS)
        .map(|number| start("own sigungu", warehouse.dir(), number))
        .collect();
    go(&warehouse);
    let begin = Instant::now();
    let mut versions = BTreeSet::new();
    for child in children {
        versions.extend(outcome(child).split(',').map(|version| version.parse::<u64>().unwrap()));
    }
    let n_commits = WRITERS as u64 * u64::from(COMMITS);
    println!("{n_commits} commits of {WRITERS} processes in {:?}", begin.elapsed());
    // Each commit has a version of its own, and no version is missing.
    assert!(versions.into_iter().eq(0..n_commits));
    let dataset = warehouse.dataset("parcel").await.unwrap().unwrap();
    assert_eq!(dataset.version(), n_commits - 1);
    assert_eq!(dataset.files().len(), WRITERS);
    assert!(dataset.files().all(|file| file.rows == u64::from(COMMITS)));
    // The history knows every commit, in the order of each writer.
    let history = warehouse.versions("parcel").await.unwrap();
    for district in DISTRICTS {
        let name = format!("서울특별시 {district}");
        let own = history.iter().filter(|version| version.sigungu == [name.as_str()]);
        let rows: Vec<u64> = own.map(|version| version.rows_added).collect();
        assert!(rows.into_iter().eq(1..=u64::from(COMMITS)), "{name}");
    }
}

/// Says who won: the files are ready before the start, so that all commit at the same time.
async fn publish_same_sigungu(warehouse: &Warehouse, number: usize) -> String {
    let rows = u16::try_from(number).unwrap() + 1;
    let ready = publication(&warehouse.dataset_dir("parcel"), &[Leaf { rows, ..CHEONGUN }]);
    std::fs::write(warehouse.dir().join(format!("ready/{number}")), "").unwrap();
    let all_ready = || std::fs::read_dir(warehouse.dir().join("ready")).unwrap().count() == WRITERS;
    while !all_ready() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // At a moment that all children agree on.
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let to_next_half_second = 1000 - since_epoch.as_millis() % 500;
    tokio::time::sleep(Duration::from_millis(u64::try_from(to_next_half_second).unwrap())).await;
    match warehouse.publish("parcel", ready).await {
        Ok(published) => format!("won {}", published.version),
        Err(error @ Error::Conflict { .. }) => format!("lost: {error}"),
        Err(error) => format!("failed: {error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_first_publishes_of_one_sigungu_one_wins() {
    let mut rounds = 0;
    // A process that is so late that it starts after a commit replaces it in good order and wins, too; such a round
    // shows nothing and is run again.
    loop {
        rounds += 1;
        let (_dir, warehouse) = warehouse(&[]).await;
        std::fs::create_dir(warehouse.dir().join("ready")).unwrap();
        let children: Vec<Child> = (0..WRITERS)
            .map(|number| start("same sigungu", warehouse.dir(), number))
            .collect();
        go(&warehouse);
        let outcomes: Vec<String> = children.into_iter().map(outcome).collect();
        let won = outcomes.iter().filter(|told| told.starts_with("won")).count();
        let lost: Vec<&String> = outcomes.iter().filter(|told| told.starts_with("lost: ")).collect();
        assert_eq!(won + lost.len(), WRITERS, "{outcomes:#?}");
        for told in &lost {
            assert!(told.contains("another writer published 서울특별시 종로구"), "{told}");
        }
        // Whatever happened: one file is live, and each winner made one version.
        let dataset = warehouse.dataset("parcel").await.unwrap().unwrap();
        assert_eq!((dataset.files().len(), dataset.version() + 1), (1, won as u64));
        println!("round {rounds}: {won} won, {} lost", lost.len());
        if won == 1 {
            return;
        }
        assert!(rounds < 20, "no round in which all met");
    }
}

/// Publishes all districts in one commit again and again; each commit has its own number of rows a district.
async fn publish_stamps(warehouse: &Warehouse) -> String {
    for stamp in 2..=PUBLISHES + 1 {
        let leaves: Vec<Leaf> = DISTRICTS[..8].iter().map(|sgg| leaf(sgg, stamp)).collect();
        publish(warehouse, &leaves).await.unwrap();
        // So that the race outlasts the grace period of the vacuums in it.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    std::fs::write(warehouse.dir().join("done"), "").unwrap();
    String::new()
}

/// Reads until the writer is done; tells how many versions were seen and how many reads were torn.
async fn read_stamps(warehouse: &Warehouse) -> String {
    let (mut seen, mut reads, mut torn) = (BTreeSet::new(), 0, 0);
    loop {
        let is_last = warehouse.dir().join("done").exists();
        let dataset = warehouse.dataset("parcel").await.unwrap().unwrap();
        let context = SessionContext::new();
        warehouse.register(&context.runtime_env()).unwrap();
        context.register_table("parcel", dataset.table_provider()).unwrap();
        // Reads a column of every file; each district has as many rows as every other one, numbered from 1.
        let query = "SELECT min(rows), max(rows), count(*), min(numbers), max(numbers) FROM (SELECT sgg_nm, \
                     count(geometry) AS rows, max(cast(substr(pnu, 12, 4) AS BIGINT)) AS numbers \
                     FROM parcel GROUP BY sgg_nm)";
        let batches = context.sql(query).await.unwrap().collect().await.unwrap();
        let [smallest, largest, districts, first, last] =
            [0, 1, 2, 3, 4].map(|column| batches[0].column(column).as_primitive::<Int64Type>().value(0));
        reads += 1;
        let is_whole = smallest == largest && districts == 8 && first == smallest && last == smallest;
        torn += usize::from(!is_whole);
        seen.insert(smallest);
        if is_last {
            return format!("{},{reads},{torn},{smallest}", seen.len());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_see_whole_versions_only_while_others_publish_and_vacuum() {
    let first: Vec<Leaf> = DISTRICTS[..8].iter().map(|sgg| leaf(sgg, 1)).collect();
    let (_dir, warehouse) = warehouse(&first).await;
    let readers: Vec<Child> = (0..READERS)
        .map(|number| start("read", warehouse.dir(), number))
        .collect();
    let writer = start("publish", warehouse.dir(), 0);
    go(&warehouse);
    // Longer than any read takes, shorter than the race.
    let options = VacuumOptions {
        grace: Duration::from_secs(5),
        ..VacuumOptions::default()
    };
    let (mut vacuums, mut removed) = (0, 0);
    while !warehouse.dir().join("done").exists() {
        let vacuumed = warehouse.vacuum("parcel", &options).await.unwrap();
        vacuums += usize::from(vacuumed.version.is_some());
        removed += vacuumed.files.len();
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    outcome(writer);
    for reader in readers {
        let told = outcome(reader);
        let numbers: Vec<usize> = told.split(',').map(|number| number.parse().unwrap()).collect();
        let [seen, reads, torn, last] = numbers[..] else {
            unreachable!("{told}")
        };
        println!("a reader saw {seen} versions in {reads} reads, {torn} torn");
        assert_eq!((torn, last), (0, usize::from(PUBLISHES) + 1));
        assert!(seen >= 10, "a reader saw {seen} versions only");
    }
    assert!(vacuums > 0, "no vacuum ran during the race");
    tokio::time::sleep(Duration::from_millis(5100)).await;
    let vacuumed = warehouse.vacuum("parcel", &options).await.unwrap();
    vacuums += usize::from(vacuumed.version.is_some());
    removed += vacuumed.files.len();
    println!("{vacuums} vacuums removed {removed} files");
    assert_eq!(removed, 8 * usize::from(PUBLISHES));
    assert_eq!(warehouse.dataset("parcel").await.unwrap().unwrap().files().len(), 8);
}
