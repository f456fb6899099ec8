"""`pilji dataset`: what is told, what a vacuum takes and leaves, and what is gone after a drop."""

import json
import shutil
import signal
import subprocess
import unicodedata

import polars as pl
import pyarrow as pa
import pytest
from binary import BINARY, ENVIRONMENT, ingest, inputs, ok, pilji, sample
from deltalake import DeltaTable
from duckdb_reader import open_duckdb
from serving import Server

# A vacuum keeps files for as long as a ticket can be redeemed; where no server runs, that may be no time at all.
NO_TICKETS = {"PILJI_TICKET__LIFETIME_SECS": "0"}


def dataset(warehouse, *arguments, environment=None) -> dict | list:
    """Runs a `pilji dataset` command and returns what it says in JSON."""
    run = ok(pilji("dataset", *arguments, "--warehouse", warehouse, "--json", environment=environment))
    return json.loads(run.stdout)


def vacuum(warehouse, *arguments) -> dict:
    """Removes what is not needed now, whoever might have needed it a second ago."""
    return dataset(warehouse, "vacuum", "parcel", "--grace", "0s", *arguments, environment=NO_TICKETS)


def data_files(warehouse) -> set[str]:
    folder = warehouse / "parcel"
    return {str(path.relative_to(folder)) for path in folder.rglob("*.parquet") if "_delta_log" not in path.parts}


@pytest.fixture(scope="module")
def vintages(tmp_path_factory):
    """Input of three dates: two 시군구 of 2021, one of them again in 2022, the other under its new name in 2026."""
    folders = {}
    for name, parcels, codes, date in [
        ("2021", 9000, "11110,42210", "2021-05-01"),
        ("2022", 4000, "11110", "2022-05-01"),
        ("2026", 4000, "51210", "2026-03-01"),
    ]:
        folders[name] = tmp_path_factory.mktemp(f"input-{name}")
        sample(folders[name], parcels, codes, "--vintage", date)
    return folders


@pytest.fixture(scope="module")
def history(vintages, tmp_path_factory):
    """A warehouse with the three vintages published one after the other, and the reports. Nobody changes it."""
    warehouse = tmp_path_factory.mktemp("history") / "warehouse"
    return warehouse, {name: ingest(warehouse, *inputs(folder)) for name, folder in vintages.items()}


@pytest.fixture
def warehouse(history, tmp_path):
    """A copy of that warehouse to work on."""
    copy = tmp_path / "warehouse"
    shutil.copytree(history[0], copy)
    return copy


def rows_by_sigungu(report: dict) -> dict:
    return {(entry["si"], entry["sgg"]): entry["rows"] for entry in report["sigungu"]}


def test_a_renamed_sigungu_is_there_once(history):
    warehouse, reports = history
    shown = dataset(warehouse, "show", "parcel")
    live = {(entry["si_nm"], entry["sgg_nm"]): (entry["rows"], entry["vintage"]) for entry in shown["live"]}
    newer, renamed = rows_by_sigungu(reports["2022"]), rows_by_sigungu(reports["2026"])
    assert live == {
        ("서울특별시", "종로구"): (newer["서울특별시", "종로구"], "2022-05-01"),
        ("강원특별자치도", "속초시"): (renamed["강원특별자치도", "속초시"], "2026-03-01"),
    }
    assert shown["rows"] == sum(rows for rows, _ in live.values())
    assert (shown["oldest_vintage"], shown["newest_vintage"]) == ("2022-05-01", "2026-03-01")


def test_show_says_where_every_part_came_from(history, vintages):
    warehouse, reports = history
    shown = dataset(warehouse, "show", "parcel")
    assert [origin["version"] for origin in shown["origins"]] == [1, 2]
    for origin, year in zip(shown["origins"], ["2022", "2026"]):
        provenance = origin["provenance"]
        assert provenance["tool"].startswith("pilji ")
        assert {source["file"] for source in provenance["sources"]} == {path.name for path in inputs(vintages[year])}
        assert all(len(source["sha256"]) == 64 for source in provenance["sources"])
        (part,) = provenance["parts"]
        assert part["crs"] == "EPSG:5174"
        assert part["rows_in"] == part["published"] + part["rejected"] == reports[year]["rows_in"]

    text = ok(pilji("dataset", "show", "parcel", "--warehouse", warehouse)).stdout
    for words in ["EPSG:4326", "sha256", "EPSG:5174", "종로구", "2022-05-01 to 2026-03-01", "si_nm, sgg_nm", "rejected"]:
        assert words in text, text


def places(text: str) -> int:
    """The width of a text on the screen."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def test_versions_say_what_each_commit_did(history):
    warehouse, reports = history
    first, second, third = dataset(warehouse, "versions", "parcel")
    assert first["rows_added"] == reports["2021"]["published"] and first["rows_removed"] == 0
    old = rows_by_sigungu(reports["2021"])
    assert second["sigungu"] == ["서울특별시 종로구"]
    assert (second["rows_added"], second["rows_removed"]) == (reports["2022"]["published"], old["서울특별시", "종로구"])
    assert (third["sigungu"], third["succeeded"]) == (["강원특별자치도 속초시"], ["강원도 속초시"])
    assert third["rows_removed"] == old["강원도", "속초시"]
    assert third["newest_vintage"] == "2026-03-01" and third["readable"]

    lines = ok(pilji("dataset", "versions", "parcel", "--warehouse", warehouse)).stdout.splitlines()
    assert len(lines) == 4
    column = places(lines[0][: lines[0].index("what")])
    for line, what in zip(lines[1:], ["강원도", "서울특별시", "강원특별자치도"]):
        assert places(line[: line.index(what)]) == column, line


def test_the_list_lines_up_and_empty_warehouses_say_so(history, tmp_path):
    warehouse, reports = history
    (listed,) = dataset(warehouse, "list")
    assert listed["name"] == "parcel" and listed["version"] == 2 and listed["sigungu"] == 2
    heading, line = ok(pilji("dataset", "list", "--warehouse", warehouse)).stdout.splitlines()
    assert places(heading[: heading.index("vintages")]) == places(line[: line.index("2022-05-01")])
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "no datasets" in ok(pilji("dataset", "list", "--warehouse", empty)).stdout
    assert dataset(empty, "list") == []


def test_names_and_periods_that_make_no_sense_are_refused(warehouse):
    for command in (["show"], ["versions"], ["vacuum"], ["drop", "--yes"]):
        run = pilji("dataset", *command, "parcels", "--warehouse", warehouse)
        assert run.code != 0 and 'no dataset "parcels"' in run.error
    short = pilji("dataset", "vacuum", "parcel", "--grace", "5m", "--warehouse", warehouse)
    assert short.code != 0 and "5m" in short.error and "--grace 1h" in short.error
    odd = pilji("dataset", "vacuum", "parcel", "--grace", "7 weeks", "--warehouse", warehouse)
    assert odd.code != 0 and "7d, 12h" in odd.stderr
    early = pilji("dataset", "vacuum", "parcel", "--keep", "1999-01-01", "--warehouse", warehouse)
    assert early.code != 0 and "oldest vintage is 2021-05-01" in early.error
    help_text = ok(pilji("dataset", "vacuum", "--help")).stdout
    assert "Examples:" in help_text and "--keep 2021-05-01" in help_text


def read_by_others(warehouse) -> list[int]:
    """The rows that delta-rs, DuckDB and polars count, with geometry read."""
    folder = str(warehouse / "parcel")
    return [
        DeltaTable(folder).to_pyarrow_table(columns=["pnu", "geometry"]).num_rows,
        open_duckdb().execute(f"SELECT count(geometry) FROM delta_scan('{folder}')").fetchone()[0],
        pl.scan_delta(folder).select(pl.col("geometry").is_not_null().sum()).collect().item(),
    ]


def test_a_vacuum_keeps_the_live_version_and_named_vintages(warehouse, history):
    reports = history[1]
    before, files = dataset(warehouse, "show", "parcel"), data_files(warehouse)
    young = dataset(warehouse, "vacuum", "parcel")
    assert young["files"] == [] and data_files(warehouse) == files

    would_go = vacuum(warehouse, "--dry-run", "--keep", "2022-12-31")
    assert data_files(warehouse) == files and would_go["version"] is None
    gone = vacuum(warehouse, "--keep", "2022-12-31")
    assert (gone["version"], gone["files"], gone["orphans"]) == (3, would_go["files"], [])
    # The old 종로구 goes; the old 속초시 is what 2022 knew.
    assert gone["files"] and all("종로구" in file for file in gone["files"])
    assert data_files(warehouse) == files - set(gone["files"])
    assert gone["vintages"] == ["2021-05-01"]

    after = dataset(warehouse, "show", "parcel")
    assert (after["version"], after["rows"], after["live"]) == (3, before["rows"], before["live"])
    assert read_by_others(warehouse) == [before["rows"]] * 3
    assert DeltaTable(str(warehouse / "parcel")).history()[0]["operation"] == "VACUUM START"
    assert [version["readable"] for version in dataset(warehouse, "versions", "parcel")] == [False, True, True, True]
    of_1 = DeltaTable(str(warehouse / "parcel"), version=1).to_pyarrow_table(columns=["pnu"]).num_rows
    assert of_1 == reports["2022"]["published"] + rows_by_sigungu(reports["2021"])["강원도", "속초시"]

    again = vacuum(warehouse, "--keep", "2022-12-31")
    assert again["version"] is None and again["files"] == []
    lost = pilji("dataset", "vacuum", "parcel", "--keep", "2021-05-01", "--warehouse", warehouse)
    assert lost.code != 0 and "the vacuum of version 3 removed its files" in lost.error

    rest = vacuum(warehouse)
    assert all("속초시" in file for file in rest["files"])
    assert read_by_others(warehouse) == [before["rows"]] * 3
    # And the dataset goes on: nothing changes by publishing what is live, a correction is published.
    text = ok(pilji("dataset", "versions", "parcel", "--warehouse", warehouse)).stdout
    assert "vacuum of" in text and "cannot be read" in text


def test_a_vacuum_that_is_killed_is_finished_by_the_next(history, tmp_path):
    finished = tmp_path / "finished"
    shutil.copytree(history[0], finished)
    vacuum(finished)
    live = dataset(finished, "show", "parcel")["live"]
    codes = set()
    for moment in range(8):
        warehouse = tmp_path / f"killed-{moment}"
        shutil.copytree(history[0], warehouse)
        process = subprocess.Popen(
            [BINARY, "dataset", "vacuum", "parcel", "--grace", "0s", "--warehouse", warehouse],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT | NO_TICKETS,
        )
        try:
            process.wait(0.01 * (moment + 1))
        except subprocess.TimeoutExpired:
            process.kill()
        codes.add(process.wait())
        assert dataset(warehouse, "show", "parcel")["live"] == live
        vacuum(warehouse)
        assert data_files(warehouse) == data_files(finished)
        assert dataset(warehouse, "show", "parcel")["version"] == 3
    assert -signal.SIGKILL in codes, "no kill came before the end"


def test_what_killed_runs_left_goes_with_the_vacuum(warehouse):
    live = data_files(warehouse)
    folder = warehouse / "parcel" / "si_nm=서울특별시"
    (folder / "part-00000000.parquet").write_bytes(b"PAR1")
    (folder / "notes.txt").write_text("mine")
    scratch = warehouse / "_tmp" / "ingest-1-0"
    scratch.mkdir(parents=True)
    young = dataset(warehouse, "vacuum", "parcel", "--grace", "1h")
    assert young["orphans"] == [] and young["leftovers"] == []
    gone = vacuum(warehouse, "--keep", "2021-05-01", "--keep", "2022-05-01")
    assert gone["orphans"] == ["si_nm=서울특별시/part-00000000.parquet"] and gone["leftovers"] == ["_tmp/ingest-1-0"]
    assert gone["version"] is None and data_files(warehouse) == live and (folder / "notes.txt").exists()


def test_an_older_vintage_is_refused_before_anything_is_written(warehouse, vintages):
    files = data_files(warehouse)
    older, former = inputs(vintages["2021"])
    run = pilji("ingest", older, "--warehouse", warehouse)
    assert run.code != 0 and all(word in run.error for word in ["종로구", "2022-05-01", "2021-05-01"]), run.error
    assert "writing" not in run.stderr and data_files(warehouse) == files
    # Not even under a name that has become another one.
    run = pilji("ingest", former, "--warehouse", warehouse)
    assert run.code != 0 and "강원도 속초시" in run.error and "강원특별자치도 속초시" in run.error
    assert "writing" not in run.stderr and data_files(warehouse) == files


def test_a_dropped_dataset_is_gone_when_somebody_said_yes(warehouse):
    asked = pilji("dataset", "drop", "parcel", "--warehouse", warehouse, stdin="parcel\n")
    assert asked.code != 0 and "--yes" in asked.error and data_files(warehouse)
    dropped = dataset(warehouse, "drop", "parcel", "--yes")
    assert dropped["dropped"] == "parcel" and dropped["version"] == 2
    assert not (warehouse / "parcel").exists() and not (warehouse / "_dropped").exists()
    assert dataset(warehouse, "list") == []


def test_tickets_and_running_queries_outlive_a_publish_and_a_vacuum(vintages, tmp_path):
    warehouse = tmp_path / "warehouse"
    first = ingest(warehouse, *inputs(vintages["2021"]))["published"]
    with Server(warehouse, None, tmp_path / "log") as server, server.connect() as connection:
        with connection.cursor() as ticket, connection.cursor() as running, connection.cursor() as late:
            partitions, _ = ticket.adbc_execute_partitions("SELECT pnu, geometry FROM parcel")
            running.execute("SELECT pnu, geometry FROM parcel")
            batches = running.fetch_record_batch()
            rows = batches.read_next_batch().num_rows

            second = ingest(warehouse, *inputs(vintages["2022"]))["version"]
            assert dataset(warehouse, "vacuum", "parcel", "--grace", "1h")["files"] == []

            assert rows + batches.read_all().num_rows == first
            late.adbc_read_partition(partitions[0])
            assert late.fetch_arrow_table().num_rows == first
        newest = server.value("SELECT count(geometry) FROM parcel")
        assert newest != first and second == 1

        # What no ticket can ask for any more is gone, and the newest version is served all the same.
        assert vacuum(warehouse)["files"]
        assert server.value("SELECT count(geometry) FROM parcel") == newest
        table = server.sql("SELECT DISTINCT sgg_nm, base_date FROM parcel ORDER BY 1")
        assert isinstance(table, pa.Table) and len(table) == 2
        dataset(warehouse, "drop", "parcel", "--yes")
        with pytest.raises(Exception, match="not found"):
            server.sql("SELECT count(*) FROM parcel")
