"""What several suites share: one sample, one warehouse, one server for the whole run."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from binary import BINARY, ingest, inputs, sample
from serving import Server

SHARED = Path(__file__).parents[2] / "shared"
SAMPLE_PARCELS = 40_000
SAMPLE_SIGUNGU = "11110,36110,43745"  # 종로구 has 동 only, 세종 has no 시군구, 증평군 has 읍면 with 리
TOKEN = "a token for the tests 0012e3".replace(" ", "-")


def pytest_configure(config):
    if not BINARY.exists():
        raise pytest.UsageError(f"no binary at {BINARY}: run `make pytest`, or set PILJI_BIN")


def pytest_report_header(config):
    """Says which tests a run leaves out."""
    return [] if SHARED.exists() else [f"no {SHARED}: the tests over its files are left out; their twins on made data run"]


def pytest_collection_modifyitems(config, items):
    """Leaves out the tests over ../shared where it is missing: the others show the same on small files."""
    if not SHARED.exists():
        items[:] = [item for item in items if item.get_closest_marker("shared_data") is None]


def pytest_sessionfinish(session, exitstatus):
    """A skipped test proves nothing, so it fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped") and exitstatus == 0:
        session.exitstatus = 1


@dataclass
class Sample:
    """Sample input on disk."""

    folder: Path
    truth: dict

    @property
    def inputs(self) -> list[Path]:
        return inputs(self.folder)


@dataclass
class Loaded:
    """A warehouse with the sample in it."""

    sample: Sample
    warehouse: Path
    report: dict

    @property
    def dataset(self) -> Path:
        return self.warehouse / "parcel"


@pytest.fixture(scope="session")
def official(tmp_path_factory) -> Sample:
    """Three 시도 in the official format, in pieces."""
    folder = tmp_path_factory.mktemp("official")
    return Sample(folder, sample(folder, SAMPLE_PARCELS, SAMPLE_SIGUNGU, "--piece-rows", 7000))


@pytest.fixture(scope="session")
def loaded(official, tmp_path_factory) -> Loaded:
    """The sample, ingested."""
    warehouse = tmp_path_factory.mktemp("loaded") / "warehouse"
    return Loaded(official, warehouse, ingest(warehouse, *official.inputs))


@pytest.fixture(scope="session")
def server(loaded, tmp_path_factory):
    """A server over the ingested sample that wants a token."""
    with Server(loaded.warehouse, TOKEN, tmp_path_factory.mktemp("server") / "log") as running:
        yield running
