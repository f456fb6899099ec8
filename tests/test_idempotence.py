"""Publishing replaces the input's 시군구: again, beside, newer, older; and a killed run leaves no trace."""

import shutil
import subprocess

import pytest
from binary import BINARY, ENVIRONMENT, ingest, inputs, pilji, sample
from deltalake import DeltaTable


def state(warehouse) -> tuple[int, int, dict]:
    """Version, rows, and rows by 시도 and vintage, as delta-rs reads them."""
    table = DeltaTable(str(warehouse / "parcel"))
    frame = table.to_pyarrow_table(columns=["si_nm", "base_date"]).to_pandas()
    groups = frame.groupby(["si_nm", frame["base_date"].astype(str)]).size().to_dict()
    return table.version(), len(frame), groups


@pytest.fixture(scope="module")
def seoul(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seoul")
    return inputs(folder) if sample(folder, 6000, "11110") else None


@pytest.fixture(scope="module")
def sejong(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sejong")
    return inputs(folder) if sample(folder, 5000, "36110") else None


@pytest.fixture(scope="module")
def newer_seoul(tmp_path_factory):
    folder = tmp_path_factory.mktemp("newer")
    return inputs(folder) if sample(folder, 8000, "11110", "--vintage", "2022-05-01") else None


def test_again_then_beside_then_newer_then_older(tmp_path, seoul, sejong, newer_seoul):
    warehouse = tmp_path / "warehouse"

    first = ingest(warehouse, *seoul)
    after_first = state(warehouse)
    assert first["changed"] and after_first[:2] == (first["version"], first["published"])
    assert set(after_first[2]) == {("서울특별시", "2021-05-01")}

    again = ingest(warehouse, *seoul)
    assert not again["changed"] and again["files_added"] == again["files_removed"] == 0
    assert state(warehouse) == after_first

    beside = ingest(warehouse, *sejong)
    after_beside = state(warehouse)
    assert beside["version"] == first["version"] + 1
    assert after_beside[1] == first["published"] + beside["published"]
    assert after_beside[2][("서울특별시", "2021-05-01")] == first["published"]
    assert after_beside[2][("세종특별자치시", "2021-05-01")] == beside["published"]

    newer = ingest(warehouse, *newer_seoul)
    after_newer = state(warehouse)
    assert newer["version"] == beside["version"] + 1 and newer["files_removed"] > 0
    assert after_newer[2] == {
        ("서울특별시", "2022-05-01"): newer["published"],
        ("세종특별자치시", "2021-05-01"): beside["published"],
    }
    # The version before still holds the older vintage.
    older_version = DeltaTable(str(warehouse / "parcel"), version=beside["version"])
    assert older_version.to_pyarrow_table(columns=["pnu"]).num_rows == after_beside[1]

    older = pilji("ingest", *seoul, "--warehouse", warehouse)
    assert older.code != 0
    assert "2021-05-01" in older.error and "2022-05-01" in older.error and "종로구" in older.error
    assert state(warehouse) == after_newer


def test_the_same_input_makes_the_same_files(tmp_path, seoul):
    first, second = tmp_path / "first", tmp_path / "second"
    ingest(first, *seoul)
    ingest(second, *seoul)
    names = [sorted(str(p.relative_to(w)) for p in w.rglob("*.parquet")) for w in (first, second)]
    assert names[0] == names[1] and names[0]


def test_a_run_that_is_killed_leaves_the_dataset_as_it_was(tmp_path, seoul, newer_seoul, sejong):
    base = tmp_path / "base"
    ingest(base, *seoul, *sejong)
    before = state(base)

    finished = tmp_path / "finished"
    shutil.copytree(base, finished)
    seconds = ingest(finished, *newer_seoul)["seconds"]
    after = state(finished)
    assert after != before

    states = []
    for moment in range(1, 13):
        warehouse = tmp_path / f"killed-{moment}"
        shutil.copytree(base, warehouse)
        process = subprocess.Popen(
            [BINARY, "ingest", *newer_seoul, "--warehouse", warehouse],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=ENVIRONMENT,
        )
        try:
            process.wait(seconds * moment / 10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        states.append(state(warehouse))
        assert states[-1] in (before, after), f"killed after {moment}/10 of a run"

        ingest(warehouse, *newer_seoul)
        assert state(warehouse) == after, f"a run after one that was killed at {moment}/10"
    assert states[0] == before, "the first kill must come before the commit"


def test_two_runs_at_the_same_time_end_in_one_of_the_two_orders(tmp_path, seoul, sejong):
    warehouse = tmp_path / "warehouse"
    runs = [
        subprocess.Popen(
            [BINARY, "ingest", *files, "--warehouse", warehouse],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=ENVIRONMENT,
        )
        for files in (seoul, sejong)
    ]
    outputs = [run.communicate()[0].decode() for run in runs]
    assert [run.returncode for run in runs] == [0, 0], "\n".join(outputs)
    version, _, groups = state(warehouse)
    assert set(si for si, _ in groups) == {"서울특별시", "세종특별자치시"}, version
