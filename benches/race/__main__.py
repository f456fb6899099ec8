"""`make bench`: loads the same parcels into every engine, asks them the same, compares answers and times."""

import argparse
import importlib
import json
import os
import sys
import time
from pathlib import Path

from race import answers, compiled, data, engines, machine, measure, report, work
from race.answers import Answer, Mismatch
from race.engines import Engine, Missing
from race.engines.pilji import Pilji

REFERENCE = "duckdb"
ENGINES = ["duckdb", "duckdb-files", "postgis", "pilji"]  # the reference first
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pilji"
STARTED = time.monotonic()


def say(text: str) -> None:
    """Prints a line of progress."""
    print(f"[{time.monotonic() - STARTED:6.1f} s] {text}", file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    """What can be typed."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--parcels", type=int, default=100_000, help="parcels to sample [100000]")
    parser.add_argument("--sigungu", help="codes of the 시군구 to sample; otherwise the whole country, 종로구 first")
    parser.add_argument("--ingest-flag", action="append", default=[], help="handed to `pilji ingest`; may come again")
    parser.add_argument("--warehouse", type=Path, help="race over this warehouse, in place of sampling and loading one")
    parser.add_argument("--folder", type=Path, help="where loaded data and results stand [the cache, by size]")
    parser.add_argument("--only", type=names(ENGINES), default=ENGINES, help=f"engines, of {','.join(ENGINES)}")
    parser.add_argument("--work", type=names([each.name for each in work.WORKS]), help="works, as W1,W3")
    parser.add_argument("--state", type=names(["warm", "cold"]), default=["warm", "cold"], help="warm, cold or both")
    parser.add_argument("--repetitions", type=int, default=20, help="of each work [20]; small ones warm: five times that")
    parser.add_argument("--seed", type=int, default=1, help="of the work list [1]")
    parser.add_argument("--work-list", type=Path, help="a work.json that another run drew, in place of drawing one")
    parser.add_argument("--answers", type=Path, help="a result.json over the same parcels whose answers are the right ones")
    parser.add_argument("--threads", type=int, default=2, help="cores that everybody may use [2]")
    parser.add_argument("--page-cache", choices=["machine", "files"], default="machine", help="what cold drops [machine]")
    parser.add_argument("--json", type=Path, help="where the result goes [result.json in the folder, result-part.json for a part of the race]")
    parser.add_argument("--out", type=Path, help="page whose section of this size a whole race writes anew")
    return parser.parse_args()


def names(known: list[str]):
    """A type for comma-separated names."""

    def parse(text: str) -> list[str]:
        chosen = text.split(",")
        if unknown := set(chosen) - set(known):
            raise argparse.ArgumentTypeError(f"not known: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        return [name for name in known if name in chosen]

    return parse


def main() -> None:
    """Runs the race."""
    options = arguments()
    threads = machine.limit_cores(options.threads)
    page_cache = machine.PageCache(whole_machine=options.page_cache == "machine")
    label = options.warehouse.resolve().name if options.warehouse else str(options.parcels)
    folder = (options.folder or CACHE / "bench" / label).resolve()
    folder.mkdir(parents=True, exist_ok=True)

    if options.warehouse:
        parcels = data.Parcels(options.warehouse.resolve(), None)
    else:
        say(f"sampling {options.parcels:,} parcels and loading them into Pilji")
        parcels = data.prepare(folder, options.parcels, options.sigungu, options.ingest_flag)
    pilji = Pilji(parcels.warehouse, parcels.ingest_report, folder / "pilji.log")
    asked = draw(options, pilji, folder)
    works = [each for each in work.WORKS if options.work is None or each.name in options.work]

    race = Race(options, works, asked, page_cache, folder, known_answers(options))
    missing = {}
    for name in options.only:
        try:
            race.run(pilji if name == "pilji" else make(name, parcels.warehouse, folder, threads))
        except Missing as reason:
            say(f"{name} is missing: {reason}")
            missing[name] = str(reason)

    result = report.result(race, missing, threads, page_cache)
    file = options.json or folder / ("result.json" if is_whole(options) else "result-part.json")
    file.write_text(json.dumps(result, ensure_ascii=False, indent=1))
    page = report.page(result)
    print(page)
    say(f"done; the numbers are in {file}")
    if options.out and is_whole(options):
        report.write_section(options.out, result, page)
        say(f"the table is in {options.out}")
    elif options.out:
        say(f"{options.out} is left as it is: this was a part of the race, or over a warehouse of its own")


def is_whole(options: argparse.Namespace) -> bool:
    """Whether everybody was asked everything over sample parcels: only such a race goes onto the page."""
    everybody = options.only == ENGINES and options.work is None and len(options.state) == 2
    return everybody and options.warehouse is None


def draw(options: argparse.Namespace, pilji: Pilji, folder: Path) -> work.WorkList:
    """Draws the work list, or takes the one that was given, and keeps it."""
    if options.work_list:
        asked = work.WorkList.read(options.work_list)
    else:
        say("drawing places, numbers and viewports")
        pilji.start()
        try:
            with pilji.connect()() as connection:
                asked = work.draw(lambda text: measure.fetch(connection, text), options.seed)
        finally:
            pilji.stop()
    asked.write(folder / "work.json")
    return asked


def known_answers(options: argparse.Namespace) -> dict[str, dict[int, Answer]]:
    """The right answers by work and case, where a file has them."""
    if not options.answers:
        return {}
    return report.reference_answers(json.loads(options.answers.read_text()))


def make(name: str, warehouse: Path, folder: Path, threads: int) -> Engine:
    """Makes a peer, whose packages are imported only when it takes part."""
    module, kind = {
        "duckdb": ("duckdb", "DuckDb"),
        "duckdb-files": ("duckdb", "DuckDbFiles"),
        "postgis": ("postgis", "PostGis"),
    }[name]
    return getattr(importlib.import_module(f"race.engines.{module}"), kind)(warehouse, folder, threads)


class Race:
    """The engines' turns and what came of them."""

    def __init__(self, options, works, asked, page_cache, folder, expected):
        self.options = options
        self.works: list[work.Work] = works
        self.asked: work.WorkList = asked
        self.page_cache: machine.PageCache = page_cache
        self.folder: Path = folder
        self.expected: dict[str, dict[int, Answer]] = expected
        self.verified = bool(expected)
        self.engines: list[Engine] = []
        self.loaded: dict[str, engines.Loaded] = {}
        self.timings: list[measure.Timing] = []

    def run(self, engine: Engine) -> None:
        """Loads an engine, asks it everything and stops it."""
        say(f"{engine.title}: loading")
        try:
            self.loaded[engine.name] = engine.load(self.asked.tables())
            self.engines.append(engine)
            if "warm" in self.options.state:
                engine.start()
                for each in self.works:
                    texts = self.texts(engine, each, self.options.repetitions * (5 if each.small else 1))
                    self.keep(engine, "adbc", each, "warm", measure.warm(engine, texts))
                self.run_compiled(engine)
            if "cold" in self.options.state:
                for each in self.works:
                    texts = self.texts(engine, each, self.options.repetitions)
                    self.keep(engine, "adbc", each, "cold", measure.cold(engine, texts, self.page_cache))
        finally:
            engine.stop()
            engine.unload()

    def run_compiled(self, engine: Engine) -> None:
        """Asks the small works through the compiled client."""
        how = engine.compiled()
        small = [each for each in self.works if each.small]
        if how is None or not small:
            return
        cases = {each.name: self.asked.cases[each.name][: 5 * self.options.repetitions] for each in small}
        found = compiled.ask(how, engine.dialect, cases, self.folder)
        for each in small:
            self.keep(engine, "compiled", each, "warm", found[each.name])

    def texts(self, engine: Engine, each: work.Work, repetitions: int) -> dict[int, str]:
        """The statements of the first cases."""
        cases = self.asked.cases[each.name][:repetitions]
        return {idx: work.statement(each.name, case, engine.dialect) for idx, case in enumerate(cases)}

    def keep(self, engine: Engine, client: str, each: work.Work, state: str, found: list[Answer]) -> None:
        """Compares answers with the reference's, or makes them the reference, and keeps the times."""
        expected = self.expected.setdefault(each.name, {})
        answers.verify(engine.title, each.name, self.texts(engine, each, len(found)), expected, found)
        if engine.name == REFERENCE:
            expected.update({answer.case: answer for answer in found})
        timing = measure.Timing(engine.name, client, each.name, state, found)
        self.timings.append(timing)
        say(
            f"{engine.title}, {client}, {each.name} {state}: median {report.ms(timing.median_ms)} ms, p95 {report.ms(timing.p95_ms)} ms, "
            f"{timing.median_rows:,} rows"
        )


if __name__ == "__main__":
    try:
        main()
    except (Mismatch, measure.Failed, compiled.NotBuilt) as problem:
        sys.exit(f"error: {problem}")
