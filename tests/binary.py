"""Runs the `pilji` binary: what a person types, and what comes back."""

import json
import os
import re
import resource
import subprocess
from dataclasses import dataclass
from pathlib import Path

BINARY = Path(os.environ.get("PILJI_BIN", "pilji"))

# Settings of the machine that runs the tests must not reach the binary.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PILJI_")}


@dataclass
class Run:
    """A finished process."""

    code: int
    stdout: str
    stderr: str
    peak_rss_bytes: int

    @property
    def error(self) -> str:
        """The error message: what stands on standard error from the line that begins with `error:`."""
        lines = self.stderr.splitlines()
        starts = [number for number, line in enumerate(lines) if line.startswith("error:")]
        return "\n".join(lines[starts[0] :]) if starts else ""


def pilji(*arguments, environment: dict[str, str] | None = None, stdin: str | None = None) -> Run:
    """Runs the binary to its end, however it ends."""
    command = [str(BINARY), *map(str, arguments)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT | (environment or {}),
    )
    stdout, stderr = process.communicate(stdin.encode() if stdin is not None else None)
    return Run(process.returncode, stdout.decode(), stderr.decode(), _children_peak())


def _children_peak() -> int:
    """The largest resident set of any child so far, an upper bound for the last one."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def ok(run: Run) -> Run:
    """Fails the test with what the process said, unless it succeeded."""
    assert run.code == 0, f"exit code {run.code}\n{run.stdout}\n{run.stderr}"
    return run


def sample(out: Path, parcels: int, sigungu: str | None, *more) -> dict:
    """Writes sample input and returns its truth.json, which says what must become of it.

    Without codes of 시군구 the whole country is filled, as far as the parcels go.
    """
    where = ["--sigungu", sigungu] if sigungu else []
    ok(pilji("sample", "--out", out, "--parcels", parcels, *where, *more))
    return json.loads((out / "truth.json").read_text())


def ingest(warehouse: Path, *inputs_and_flags) -> dict:
    """Ingests and returns the closing report."""
    report = warehouse.parent / f"{warehouse.name}-report.json"
    ok(pilji("ingest", *inputs_and_flags, "--warehouse", warehouse, "--report", report))
    return json.loads(report.read_text())


def inputs(folder: Path) -> list[Path]:
    """The input files in a folder that `pilji sample` wrote."""
    return sorted(path for path in folder.iterdir() if path.suffix in {".zip", ".csv"})


def chapters() -> dict[str, list[str]]:
    """The functions that Pilji lists, by the titles of their chapters."""
    found: dict[str, list[str]] = {}
    for title, name in re.findall(r"^## (.+)$|^### `(\w+)\(", ok(pilji("functions")).stdout, re.M):
        if title:
            found[title] = names = []
        else:
            names.append(name)
    return found
