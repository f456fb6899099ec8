"""Asks an engine in a process of its own.

A runner reads one JSON object from standard input (`threads`, `tables`, `questions`, and what only some take: `memory_bytes`,
`settings`) and prints a JSON line for each question: `name`, `seconds` of each repetition, `answer` as texts, and Pilji's
`peak_rss_bytes` and `program_bytes`.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from binary import BINARY, ENVIRONMENT
from race.measure import Failed

PILJI = BINARY.parent / "examples" / "ask_in_process"


@dataclass(frozen=True)
class Runner:
    """An engine, as a command."""

    name: str
    title: str
    dialect: str
    command: tuple[str, ...]
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answered:
    """What came of a question."""

    seconds: list[float]
    answer: list[str]
    peak_rss_bytes: int | None  # told by Pilji's runner; what the system tells of a child includes its parent's before it
    program_bytes: int | None  # of these, what is the program's own file

    @property
    def best(self) -> float:
        """The shortest time, in seconds."""
        return min(self.seconds)


def _python(module: str) -> tuple[str, ...]:
    return sys.executable, "-m", f"race.space.{module}"


# Keeps glibc from hoarding what was freed, for a process that has little memory: one arena for all threads, and what is free
# at its end goes back to the system.
LITTLE_MEMORY = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072"}

SEDONADB = _python("sedonadb_runner")
RUNNERS = [
    Runner("pilji", "Pilji", "pilji", (str(PILJI),)),
    Runner("sedonadb", "SedonaDB", "sedonadb", SEDONADB),
    Runner(
        "sedonadb-geo",
        "SedonaDB, `geo` kernels",
        "sedonadb",
        SEDONADB,
        {"sedona.spatial_join.spatial_library": "geo"},
    ),
    Runner("duckdb", "DuckDB", "duckdb", _python("duckdb_runner")),
]


def ask(
    runner: Runner,
    files: dict[str, Path],
    question,
    *,
    in_memory: bool,
    threads: int,
    repetitions: int,
    memory_bytes: int | None = None,
) -> Answered:
    """Asks one question in a new process.

    `memory_bytes` limits the process, and is only known to Pilji's runner.
    """
    environment = ENVIRONMENT if memory_bytes is None else ENVIRONMENT | LITTLE_MEMORY
    asked = {
        "threads": threads,
        "settings": runner.settings,
        "tables": [{"name": name, "path": str(files[name]), "in_memory": in_memory} for name in question.tables],
        "questions": [{"name": question.name, "sql": question.text(runner.dialect), "repetitions": repetitions}],
    }
    if memory_bytes is not None:
        asked["memory_bytes"] = memory_bytes
    process = subprocess.Popen(
        runner.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    process.stdin.write(json.dumps(asked))
    process.stdin.close()
    lines, complaint = process.stdout.read(), process.stderr.read()
    if process.wait() != 0:
        raise Failed(f"{runner.title}, {question.name}: {complaint.strip()[-2000:]}")
    [answered] = (json.loads(line) for line in lines.splitlines())
    return Answered(answered["seconds"], answered["answer"], answered.get("peak_rss_bytes"), answered.get("program_bytes"))


def differs(one: list[str], other: list[str]) -> bool:
    """Whether two answers differ: whole numbers must be equal, sums of areas within 1e-9 of each other."""
    return len(one) != len(other) or any(_differs(*pair) for pair in zip(one, other, strict=True))


def _differs(one: str, other: str) -> bool:
    if one.isdigit() and other.isdigit():
        return one != other
    one, other = float(one), float(other)
    return abs(one - other) > 1e-9 * max(abs(one), abs(other))


def chosen(names: list[str]) -> Iterator[Runner]:
    """The runners of these names."""
    return (runner for runner in RUNNERS if runner.name in names)
