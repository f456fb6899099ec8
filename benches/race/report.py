"""The result of a race, as JSON and as a section of docs/benchmarks.md."""

from dataclasses import astuple
from datetime import datetime, timezone
from pathlib import Path

from race import machine, work
from race.answers import Answer
from race.measure import Timing

HEAD = """# Benchmarks

Written by `make bench`, one section for each number of parcels. How it is measured stands in [benches/README.md](../benches/README.md).
"""


def result(race, missing: dict[str, str], threads: int, page_cache: machine.PageCache) -> dict:
    """Everything that was found, for programs."""
    return {
        "made": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "parcels": race.asked.parcels,
        "seed": race.asked.seed,
        "machine": machine.facts(threads),
        "page_cache": page_cache.how,
        "compared": any(engine.name == "duckdb" for engine in race.engines) or race.verified,
        "works": [
            {"name": each.name, "what": each.what, "distinct": race.asked.distinct(each.name)} for each in race.works
        ],
        "engines": [
            {
                "name": engine.name,
                "title": engine.title,
                "notes": engine.notes,
                "load_seconds": race.loaded[engine.name].seconds,
                "size_bytes": race.loaded[engine.name].size_bytes,
                "load": race.loaded[engine.name].how,
            }
            for engine in race.engines
        ],
        "missing": missing,
        "timings": [_timing(timing) for timing in race.timings],
    }


def _timing(timing: Timing) -> dict:
    seconds = [answer.seconds for answer in timing.answers]
    return {
        "engine": timing.engine,
        "client": timing.client,
        "work": timing.work,
        "state": timing.state,
        "repetitions": len(seconds),
        "median_ms": timing.median_ms,
        "p95_ms": timing.p95_ms,
        "min_ms": 1000 * min(seconds),
        "max_ms": 1000 * max(seconds),
        "median_rows": timing.median_rows,
        "answers": [list(astuple(answer)) for answer in timing.answers],
    }


def reference_answers(kept: dict) -> dict[str, dict[int, Answer]]:
    """The answers in a kept result, DuckDB's where it took part."""
    found: dict[str, dict[int, Answer]] = {}
    ranked = sorted(kept["timings"], key=lambda timing: timing["engine"] == "duckdb")
    for timing in ranked:
        for kept_answer in timing["answers"]:
            answer = Answer(*kept_answer)
            found.setdefault(timing["work"], {})[answer.case] = answer
    return found


def page(found: dict) -> str:
    """Renders a result as a section."""
    by_key = {
        (timing["engine"], timing["client"], timing["work"], timing["state"]): timing for timing in found["timings"]
    }
    columns = list(dict.fromkeys((timing["engine"], timing["client"]) for timing in found["timings"]))
    adbc = [column for column in columns if column[1] == "adbc"]
    compiled = [column for column in columns if column[1] == "compiled"]
    parts = [f"## {found['parcels']:,} parcels\n", _facts(found), _load_table(found)]
    for state in ("warm", "cold"):
        if any(key[3] == state for key in by_key):
            parts.append(_time_table(found, by_key, adbc, state))
    if compiled:
        parts.append(_time_table(found, by_key, compiled, "warm"))
    parts.append(_notes(found))
    return "\n".join(parts)


def _facts(found: dict) -> str:
    machine_facts = "; ".join(f"{name}: {value}" for name, value in found["machine"].items())
    compared = (
        "Every answer has the rows of DuckDB's, down to the bytes of each geometry; areas within a billionth."
        if found["compared"]
        else "Answers were compared with nobody's."
    )
    return f"{found['made']}. {machine_facts}. Seed {found['seed']}. {compared}\n"


def _load_table(found: dict) -> str:
    rows = [
        [engine["title"], f"{engine['load_seconds']:,.1f}", f"{engine['size_bytes'] / 2**20:,.0f}", engine["load"]]
        for engine in found["engines"]
    ]
    rows += [[name, "", "", f"**missing**: {reason}"] for name, reason in found["missing"].items()]
    return markdown(["engine", "load s", "disk MiB", "loaded how"], rows) + "\n"


def _time_table(found: dict, by_key: dict, columns: list[tuple[str, str]], state: str) -> str:
    titles = {engine["name"]: engine["title"] for engine in found["engines"]}
    header = ["work", "rows", "cases"]
    header += [titles[engine] for engine, _ in columns]
    header += [f"{name} (missing)" for name in found["missing"]]
    rows = []
    for each in found["works"]:
        timings = [by_key.get((engine, client, each["name"], state)) for engine, client in columns]
        if not any(timings):
            continue
        asked = next(timing for timing in timings if timing)
        cases = min(each["distinct"], asked["repetitions"])
        cells = [f"{ms(timing['median_ms'])} / {ms(timing['p95_ms'])}" if timing else "" for timing in timings]
        missing = ["missing"] * len(found["missing"])
        rows.append([f"**{each['name']}** {each['what']}", f"{asked['median_rows']:,}", f"{cases:,}", *cells, *missing])
    title = "Warm" if state == "warm" else f"Cold (a new process, {found['page_cache']})"
    client = "ADBC from Python" if columns[0][1] == "adbc" else "compiled clients, statements prepared"
    return f"{title}, {client}. Milliseconds, median / 95th percentile.\n\n" + markdown(header, rows) + "\n"


def _notes(found: dict) -> str:
    notes = [note for engine in found["engines"] for note in engine["notes"]]
    repetitions = sorted({timing["repetitions"] for timing in found["timings"]})
    counts = " or ".join(map(str, repetitions))
    notes.insert(0, f"Repetitions: {counts}; `rows` is the median answer, `cases` how many different ones there are.")
    return "".join(f"* {note}\n" for note in notes)


def ms(value: float) -> str:
    """Renders milliseconds with three figures or so."""
    return f"{value:.2f}" if value < 10 else f"{value:,.1f}"


def markdown(header: list[str], rows: list[list[str]]) -> str:
    """Renders a table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def write_section(file: Path, found: dict, section: str) -> None:
    """Puts the section of a size into the page, in the place of an older one, in order of size."""
    sections = {found["parcels"]: section.strip()}
    if file.exists():
        for text in file.read_text().split("\n## ")[1:]:
            parcels = int(text.split(" ", 1)[0].replace(",", ""))
            sections.setdefault(parcels, "## " + text.strip())
    file.write_text(HEAD + "".join(f"\n{sections[parcels]}\n" for parcels in sorted(sections)))
