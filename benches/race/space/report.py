"""The page that the race of spatial questions writes."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

from race import machine
from race.space.questions import Question
from race.space.runners import LITTLE_MEMORY, Answered, Runner, differs

HEAD = """# Spatial benchmarks

Written by `make space`. {parcels:,} made-up parcels that share their borders ({parcels:,} points, {windows:,} small polygons, 20 districts) in GeoParquet 1.1,
longitude and latitude, in Hilbert order. Every engine answers inside a process of its own with {threads} threads; the time is the shortest of the repetitions.
DuckDB's viewport question has terms on `bbox` beside the predicate, since it prunes by nothing else. All engines gave the same counts and sums
unless a row says otherwise.
"""


@dataclass
class Row:
    """A question at a place, and what each engine made of it."""

    question: Question
    place: str
    answers: dict[str, Answered] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def differs(self) -> bool:
        """Whether two engines gave different answers."""
        return any(differs(one.answer, other.answer) for one, other in pairwise(self.answers.values()))

    def line(self) -> str:
        """A line of progress."""
        times = "  ".join(f"{name} {answered.best:.3f} s" for name, answered in self.answers.items())
        verdict = "ANSWERS DIFFER: " + str({name: answered.answer for name, answered in self.answers.items()})
        return f"{self.question.name} {self.place}: {times}  {verdict if self.differs() else ''}"


@dataclass
class Limit:
    """Q1 with little memory."""

    megabytes: int
    answered: Answered
    is_wrong: bool

    def line(self) -> str:
        """A line of progress."""
        return (
            f"Q1 within {self.megabytes} MB: {self.answered.best:.3f} s, peak {self.answered.peak_rss_bytes / 1e6:.0f} MB"
            f"{', WRONG' if self.is_wrong else ''}"
        )


def page(rows: list[Row], engines: list[Runner], limits: list[Limit], parcels: int, threads: int) -> str:
    """The page."""
    lines = [HEAD.format(parcels=parcels, windows=parcels // 10, threads=threads)]
    lines += [f"Made {datetime.now(UTC):%Y-%m-%d} on: {'; '.join(f'{key} {value}' for key, value in machine.facts(threads).items())}.", ""]
    lines += ["| | | " + " | ".join(engine.title for engine in engines) + " | Pilji ÷ best peer |"]
    lines += ["|---|---" + "|---:" * (len(engines) + 1) + "|"]
    for row in rows:
        cells = [f"{row.answers[engine.name].best:.3f} s" if engine.name in row.answers else "failed" for engine in engines]
        lines.append(f"| **{row.question.name}** {row.question.what} | {row.place} | {' | '.join(cells)} | {_ratio(row)} |")
    if limits:
        environment = " ".join(f"{name}={value}" for name, value in LITTLE_MEMORY.items())
        lines += [
            "",
            "Pilji's Q1 over files with a limit on the memory of its process, of which queries get what is left after the start. In its environment",
            f"is `{environment}`, which costs time: memory is asked for again that would have been kept. What of the program's",
            "own file is resident other processes share, and how much it is follows from how the system's cache holds the file.",
            "",
            "| limit | time | peak of the process | ÷ limit | of it the program's file | answer |",
            "|---:|---:|---:|---:|---:|---|",
        ]
        lines += [
            f"| {limit.megabytes} MB | {limit.answered.best:.2f} s | {limit.answered.peak_rss_bytes / 1e6:.0f} MB | {limit.answered.peak_rss_bytes / limit.megabytes / 1e6:.2f} | {limit.answered.program_bytes / 1e6:.0f} MB | {'wrong' if limit.is_wrong else 'the same'} |"
            for limit in limits
        ]
    return "\n".join(lines) + "\n"


def _ratio(row: Row) -> str:
    peers = [answered.best for name, answered in row.answers.items() if name != "pilji"]
    if "pilji" not in row.answers or not peers:
        return ""
    note = " (answers differ)" if row.differs() else ""
    return f"{row.answers['pilji'].best / min(peers):.2f}{note}"
