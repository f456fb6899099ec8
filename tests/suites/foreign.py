"""Fetches a suite of another project, and runs it with fixtures of ours."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "pilji/suites"


@dataclass(frozen=True)
class Suite:
    """A suite as its project publishes it."""

    package: str
    version: str
    is_wheel: bool
    """Whether the tests are in the wheel, rather than in the source distribution only."""
    folder: str
    """Where the tests are in the archive."""
    fixtures: str
    """Our file in this folder that takes the place of the suite's conftest.py."""
    apart: dict[str, str]
    """Why a test does not apply to any server but the project's own, by a beginning of its name."""

    def reason(self, test: str) -> str | None:
        """Why a test does not apply."""
        return next((why for name, why in self.apart.items() if test.startswith(name)), None)


ADBC = Suite(
    package="adbc-driver-flightsql",
    version="1.13.0",
    is_wheel=False,
    folder="tests",
    fixtures="adbc_fixtures.py",
    apart={
        "test_errors.": "asks a server of the project's own that answers the words `error_do_get`, `forever` … in an agreed way",
        "test_incremental.": "asks the same server for queries whose progress is agreed on",
        "test_dbapi.test_query_partitioned": "expects the name that Calcite gives to an unnamed column, `EXPR$0`",
    },
)
SAIL = Suite(
    package="pysail",
    version="0.7.2",
    is_wheel=True,
    folder="pysail/tests/flight",
    fixtures="sail_fixtures.py",
    apart={},
)
SUITES = [ADBC, SAIL]


@dataclass(frozen=True)
class Outcome:
    """What became of one test."""

    test: str
    outcome: str
    """`passed`, `failed` or `skipped`."""
    message: str


def run(suite: Suite, scratch: Path, environment: dict[str, str]) -> list[Outcome]:
    """Runs a suite in a folder of its own. `environment` says where the server is."""
    # Not the name of the package, which the tests may import.
    tests = scratch / f"tests_of_{suite.package}".replace("-", "_")
    shutil.copytree(fetched(suite) / suite.folder, tests)
    shutil.copy(Path(__file__).parent / suite.fixtures, tests / "conftest.py")
    report = scratch / f"{suite.package}.xml"
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", "."],
        cwd=tests, env=os.environ | environment, stdout=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    return [outcome(case) for case in ElementTree.parse(report).iter("testcase")]


def outcome(case: ElementTree.Element) -> Outcome:
    test = f"{case.get('classname').rsplit('.', 1)[-1]}.{case.get('name')}"
    for kind, word in [("failure", "failed"), ("error", "failed"), ("skipped", "skipped")]:
        found = case.find(kind)
        if found is not None:
            return Outcome(test, word, (found.get("message") or "").split("\n")[0])
    return Outcome(test, "passed", "")


def fetched(suite: Suite) -> Path:
    """The folder of the unpacked archive, which pip fetches once."""
    folder = CACHE / f"{suite.package}-{suite.version}"
    if folder.exists():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    kind = ["--only-binary", ":all:"] if suite.is_wheel else ["--no-binary", ":all:"]
    # The source distribution looks for the driver's library before it says what it is.
    environment = os.environ | {"ADBC_FLIGHTSQL_LIBRARY": sys.executable}
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", *kind,
         "--dest", CACHE, f"{suite.package}=={suite.version}"],
        env=environment, check=True,
    )  # fmt: skip
    stem = suite.package.replace("-", "_")
    archive = next(CACHE.glob(f"{stem}-{suite.version}*.*"))
    unpacked = CACHE / f"{suite.package}-{suite.version}.new"
    shutil.rmtree(unpacked, ignore_errors=True)
    if suite.is_wheel:
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(unpacked, [name for name in wheel.namelist() if name.startswith(suite.folder)])
        unpacked.rename(folder)
    else:
        with tarfile.open(archive) as source:
            source.extractall(unpacked, filter="data")
        next(unpacked.iterdir()).rename(folder)
        unpacked.rmdir()
    archive.unlink()
    return folder
