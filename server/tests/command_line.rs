//! The program as it is typed: what it prints, and how it ends.

#![expect(clippy::unwrap_used, reason = "tests")]

mod fixture;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use fixture::{CHEONGUN, publish};

fn pilji() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pilji"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PILJI_")) {
        command.env_remove(name);
    }
    command
}

fn output(arguments: &[&str]) -> Output {
    pilji().args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A `pilji serve` that is killed when the test is over.
struct Served {
    child: Child,
    url: String,
    dir: tempfile::TempDir,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve() -> Served {
    let dir = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(publish(dir.path(), "2021-05-01", &CHEONGUN));
    let mut child = pilji()
        .args(["serve", "--listen", "127.0.0.1:0", "--warehouse"])
        .arg(dir.path().join("warehouse"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = lines
        .map_while(Result::ok)
        .find_map(|line| Some(line.strip_prefix("listening on ")?.split(' ').next()?.to_owned()))
        .unwrap();
    Served { child, url, dir }
}

#[test]
fn a_query_is_answered_in_every_format() {
    let served = serve();
    let query = |format: &str, sql: &str| {
        let output = output(&["query", "--url", &served.url, "--format", format, sql]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        output.stdout
    };
    let table = text(&query("table", "SELECT emd_nm, count(*) AS n FROM parcel GROUP BY 1"));
    assert_eq!(
        table,
        "+--------+---+\n| emd_nm | n |\n+--------+---+\n| 청운동 | 4 |\n+--------+---+\n(1 row)\n"
    );
    let csv = text(&query("csv", "SELECT pnu FROM parcel ORDER BY pnu LIMIT 1"));
    assert_eq!(csv, "pnu\r\n1111010100100010003\r\n");
    let json: serde_json::Value = serde_json::from_slice(&query("json", "SELECT * FROM parcel")).unwrap();
    assert_eq!(json.as_array().unwrap().len(), CHEONGUN.len());
    let geojson: serde_json::Value = serde_json::from_slice(&query("geojson", "SELECT * FROM parcel")).unwrap();
    assert_eq!(geojson["features"].as_array().unwrap().len(), CHEONGUN.len());
    assert_eq!(geojson["features"][0]["bbox"].as_array().unwrap().len(), 4);
    let stream = query("arrow", "SELECT * FROM parcel");
    let reader = arrow::ipc::reader::StreamReader::try_new(stream.as_slice(), None).unwrap();
    assert_eq!(
        reader.map(|batch| batch.unwrap().num_rows()).sum::<usize>(),
        CHEONGUN.len()
    );
}

#[test]
fn a_file_appears_when_it_is_complete_and_not_when_the_query_fails() {
    let served = serve();
    let path = served.dir.path().join("out.arrow");
    let ask = |sql: &str| {
        let mut command = pilji();
        command
            .args(["query", "--url", &served.url, "--format", "arrow", "--output"])
            .arg(&path)
            .arg(sql);
        command.output().unwrap()
    };
    let files = |dir: &Path| {
        std::fs::read_dir(dir)
            .unwrap()
            .filter(|entry| is_output(entry.as_ref().unwrap()))
            .count()
    };
    assert!(!ask("SELECT CAST(jimok AS INT) FROM parcel").status.success());
    assert_eq!(files(served.dir.path()), 0);
    assert!(ask("SELECT * FROM parcel").status.success());
    assert_eq!(files(served.dir.path()), 1);
    let file = std::fs::File::open(&path).unwrap();
    let reader = arrow::ipc::reader::FileReader::try_new(file, None).unwrap();
    assert_eq!(
        reader.map(|batch| batch.unwrap().num_rows()).sum::<usize>(),
        CHEONGUN.len()
    );
}

fn is_output(entry: &std::fs::DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with("out.arrow")
}

#[test]
fn a_query_can_come_from_standard_input() {
    let served = serve();
    let mut child = pilji()
        .args(["query", "--url", &served.url, "--format", "csv", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"SELECT 1 AS one").unwrap();
    assert_eq!(text(&child.wait_with_output().unwrap().stdout), "one\r\n1\r\n");
}

#[test]
fn sigterm_ends_the_server_with_success() {
    let mut served = serve();
    let id = served.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert!(served.child.wait().unwrap().success());
}

#[test]
fn failures_are_one_line_and_an_exit_code() {
    let dir = tempfile::tempdir().unwrap();
    let nowhere = dir.path().join("nowhere");
    let nowhere = nowhere.to_str().unwrap();
    for (arguments, words) in [
        (vec!["serve"], "no warehouse given"),
        (vec!["serve", "--warehouse", nowhere], "no warehouse at"),
        (
            vec![
                "serve",
                "--warehouse",
                dir.path().to_str().unwrap(),
                "--listen",
                "0.0.0.0:0",
            ],
            "PILJI_TOKEN",
        ),
        (vec!["ingest", nowhere, "--warehouse", nowhere], nowhere),
        (
            vec!["query", "--url", "http://127.0.0.1:1", "SELECT 1"],
            "cannot connect to http://127.0.0.1:1",
        ),
        (vec!["query", "--url", "nonsense", "SELECT 1"], "not a server URL"),
        (vec!["--config", nowhere, "config"], "cannot read the settings"),
    ] {
        let output = output(&arguments);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {stderr}");
        assert!(
            stderr.starts_with("error: ") && stderr.contains(words),
            "{arguments:?}: {stderr}"
        );
        assert!(stderr.lines().count() <= 2, "{arguments:?}: {stderr}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn help_teaches_by_example_and_the_version_is_told() {
    assert_eq!(
        text(&output(&["--version"]).stdout),
        format!("pilji {}\n", env!("CARGO_PKG_VERSION"))
    );
    for command in ["sample", "ingest", "query"] {
        let help = text(&output(&[command, "--help"]).stdout);
        assert!(
            help.contains("Examples:") && help.contains(&format!("pilji {command} ")),
            "{help}"
        );
    }
    assert!(text(&output(&["config"]).stdout).starts_with("# Settings"));
}
