"""Runs the suites of other projects against fresh servers and writes their tables."""

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from serving import Server

from suites import records
from suites.foreign import SUITES, Outcome, Suite, run
from suites.records import Record

TOKEN = "a-token-for-suites"
ENOUGH = 0.95  # of the tests that apply to any server


def main() -> None:
    """Writes the page; fails when too many tests that apply do."""
    parser = argparse.ArgumentParser(prog="make suites", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the page to write")
    arguments = parser.parse_args()
    lines = [
        "# Suites of other projects",
        "",
        "`make suites` fetches the tests that other projects publish for their Flight SQL clients and servers, runs them against a fresh Pilji with",
        "fixtures of ours, and writes this page. A test does not apply when it asks for something that only the project's own server has.",
        "",
    ]
    shares = []
    with tempfile.TemporaryDirectory(prefix="pilji-suites-") as scratch:
        for suite in SUITES:
            outcomes = against_fresh_server(suite, Path(scratch))
            lines += table(suite, outcomes)
            applying = [one.outcome for one in outcomes if suite.reason(one.test) is None]
            shares.append((suite.package, applying.count("passed") / len(applying)))
        asked = against_records(Path(scratch))
    lines += table_of_records(asked)
    applying = [record.failure is None for record in asked if record.apart is None]
    shares.append((records.CRATE, sum(applying) / len(applying)))
    arguments.out.write_text("\n".join(lines))
    if short := [name for name, share in shares if share < ENOUGH]:
        raise SystemExit(f"less than {ENOUGH:.0%} passed of {', '.join(short)}: see {arguments.out}")


def against_fresh_server(suite: Suite, scratch: Path) -> list[Outcome]:
    """Runs one suite against a server over a warehouse that is its own. Sail's tests log in to nothing."""
    warehouse = scratch / f"{suite.package}-warehouse"
    warehouse.mkdir()
    token = None if suite.package == "pysail" else TOKEN
    with Server(warehouse, token, scratch / f"{suite.package}.log") as server:
        uri = f"grpc://127.0.0.1:{server.port}"
        return run(suite, scratch, {"SUITE_URI": uri, "SUITE_TOKEN": TOKEN, "SAIL_FLIGHT_URI": uri})


def against_records(scratch: Path, files: list[str] | None = None) -> list[Record]:
    """Asks the records of sqllogictest files, of all or of some, each file as a user of its own."""
    warehouse = scratch / "records-warehouse"
    warehouse.mkdir()
    with Server(warehouse, None, scratch / "records.log") as server:
        return records.ask(f"http://127.0.0.1:{server.port}", files)


def table_of_records(asked: list[Record]) -> list[str]:
    """The records' part of the page."""
    applying = [record for record in asked if record.apart is None]
    failures = [record for record in applying if record.failure is not None]
    share = 1 - len(failures) / len(applying)
    lines = [
        f"## {records.CRATE} {records.VERSION}",
        "",
        "The files with which DataFusion tests its SQL in process, over Flight SQL. A record passes when the rows that come are those in its file; one that",
        f"expects an error passes with any error, whose words are Pilji's own. {len(asked)} records, of which {len(applying)} apply: "
        f"{len(applying) - len(failures)} passed ({share:.1%}), {len(failures)} failed.",
        "",
        "| Not asked | Because they |",
        "|--:|---|",
    ]
    apart = Counter(record.apart for record in asked if record.apart is not None)
    lines += [f"| {count} records | {reason} |" for reason, count in apart.most_common()]
    lines += [f"| {count} files | {reason} |" for reason, count in records.files_apart().most_common()]
    known = Counter(records.explanation(one) for one in failures)
    lines += ["", "| Failed | Because |", "|--:|---|"]
    lines += [f"| {count} | {why} |" for why, count in known.most_common() if why is not None]
    lines += ["", "The others that failed, one by one:", "", "| Record | Statement | What came |", "|---|---|---|"]
    lines += [
        f"| `{one.file}:{one.line}` | {cell(one.sql)} | {cell(one.failure)} |"
        for one in failures
        if records.explanation(one) is None
    ]
    return [*lines, ""]


def cell(text: str, longest: int = 160) -> str:
    """A text on one line of a table."""
    line = " ".join(text.split()).replace("|", "\\|").replace("`", "'")
    return f"`{line if len(line) <= longest else line[:longest] + ' …'}`"


def table(suite: Suite, outcomes: list[Outcome]) -> list[str]:
    """The suite's part of the page."""
    applying = [one for one in outcomes if suite.reason(one.test) is None]
    counts = Counter(one.outcome for one in applying)
    share = counts["passed"] / len(applying)
    lines = [
        f"## {suite.package} {suite.version}",
        "",
        f"{len(outcomes)} tests, of which {len(applying)} apply: {counts['passed']} passed ({share:.0%}), {counts['failed']} failed, "
        f"{counts['skipped']} skipped.",
        "",
        "| Test | Outcome |",
        "|---|---|",
    ]
    lines += [f"| `{one.test}` | {one.outcome}{': ' + one.message if one.message else ''} |" for one in applying]
    lines.append("")
    apart = Counter(suite.reason(one.test) for one in outcomes if suite.reason(one.test) is not None)
    for reason, count in apart.items():
        lines.append(f"- {count} do not apply: {reason}.")
    if apart:
        lines.append("")
    return lines


if __name__ == "__main__":
    main()
