"""`make space`: asks Pilji, SedonaDB and DuckDB the same spatial questions, compares answers, times and memory."""

import argparse
import os
import sys
import time
from pathlib import Path

from race import machine
from race.measure import Failed
from race.space import data, questions, report, runners

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pilji"
LIMITS_MB = (100, 200)
STARTED = time.monotonic()


def say(text: str) -> None:
    """Prints a line of progress."""
    print(f"[{time.monotonic() - STARTED:6.1f} s] {text}", file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    """What can be typed."""
    parser = argparse.ArgumentParser(prog="make space", description=__doc__)
    parser.add_argument("--parcels", type=int, default=1_000_000, help="parcels, and points, to make [1000000]")
    parser.add_argument("--only", default=",".join(runner.name for runner in runners.RUNNERS), help="engines, as pilji,duckdb")
    parser.add_argument("--questions", default=",".join(each.name for each in questions.QUESTIONS), help="as Q1,Q6")
    parser.add_argument("--repetitions", type=int, default=5, help="of each question; the shortest time counts [5]")
    parser.add_argument("--threads", type=int, default=2, help="cores that everybody may use [2]")
    parser.add_argument("--folder", type=Path, help="where the made files stand [the cache, by size]")
    parser.add_argument("--out", type=Path, help="the page that a whole run writes")
    return parser.parse_args()


def main() -> None:
    """Runs the race."""
    options = arguments()
    threads = machine.limit_cores(options.threads)
    folder = (options.folder or CACHE / "space" / str(options.parcels)).resolve()
    say(f"making {options.parcels:,} parcels in {folder}, unless they are there")
    files = data.make(folder, options.parcels)
    engines = list(runners.chosen(options.only.split(",")))
    asked = [each for each in questions.QUESTIONS if each.name in options.questions.split(",")]
    rows = []
    for question in asked:
        for place in question.places:
            row = report.Row(question, place)
            for runner in engines:
                try:
                    row.answers[runner.name] = runners.ask(
                        runner, files, question, in_memory=place == "memory", threads=threads, repetitions=options.repetitions
                    )
                except Failed as failure:
                    row.failures[runner.name] = str(failure)
                    say(str(failure))
            rows.append(row)
            say(row.line())
    limits = []
    if "Q1" in options.questions.split(",") and "pilji" in options.only.split(","):
        question = questions.QUESTIONS[0]
        for megabytes in LIMITS_MB:
            answered = runners.ask(
                next(runners.chosen(["pilji"])), files, question, in_memory=False, threads=threads, repetitions=1, memory_bytes=megabytes * 10**6
            )
            limits.append(report.Limit(megabytes, answered, runners.differs(answered.answer, rows[0].answers["pilji"].answer)))
            say(limits[-1].line())
    page = report.page(rows, engines, limits, options.parcels, threads)
    print(page)
    is_whole = len(engines) == len(runners.RUNNERS) and len(asked) == len(questions.QUESTIONS)
    if options.out and is_whole:
        options.out.write_text(page)
        say(f"the table is in {options.out}")
    if any(row.differs() for row in rows):
        sys.exit("answers differ")


if __name__ == "__main__":
    main()
