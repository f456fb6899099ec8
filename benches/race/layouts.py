"""`make layouts`: publishes the same parcels in every layout, asks each the same, and writes the tables of docs/layouts.md."""

import argparse
import json
import shutil
from datetime import datetime, timezone
from pathlib import Path

from binary import ingest, inputs, sample
from race import machine, measure, work
from race.__main__ import CACHE, Race, draw, names, say
from race.engines.pilji import Pilji
from race.report import markdown

LAYOUTS = ["sido", "clustered", "sigungu", "leaf"]  # coarsest first
MARK = "<!-- Below this line `make layouts` writes. -->\n"
CSV_FLAGS = ["--crs", "EPSG:4326", "--vintage", "2021-05-01"]


def arguments() -> argparse.Namespace:
    """What can be typed."""
    parser = argparse.ArgumentParser(prog="make layouts", description=__doc__)
    parser.add_argument("--parcels", type=int, default=1_000_000, help="parcels to sample [1000000]")
    parser.add_argument("--input", type=Path, help="a folder that `pilji sample --format csv` wrote, in place of sampling")
    parser.add_argument("--folder", type=Path, help="where warehouses and results stand [the cache, by size]")
    parser.add_argument("--keep", action="store_true", help="take the warehouses that an earlier run left in the folder")
    parser.add_argument("--layouts", type=names(LAYOUTS), default=LAYOUTS, help=f"of {','.join(LAYOUTS)}")
    parser.add_argument("--work", type=names([each.name for each in work.WORKS]), help="works, as W1,W3")
    parser.add_argument("--state", type=names(["warm", "cold"]), default=["warm", "cold"], help="warm, cold or both")
    parser.add_argument("--repetitions", type=int, default=20, help="of each work [20]; small ones warm: five times that")
    parser.add_argument("--seed", type=int, default=1, help="of the work list [1]")
    parser.add_argument("--work-list", type=Path, help="a work.json that another run drew, in place of drawing one")
    parser.add_argument("--threads", type=int, default=2, help="cores that everybody may use [2]")
    parser.add_argument("--page-cache", choices=["machine", "files"], default="machine", help="what cold drops [machine]")
    parser.add_argument("--out", type=Path, help="Markdown page whose section of this size is written anew")
    return parser.parse_args()


class Laid(Pilji):
    """Pilji over one of the layouts, asked through ADBC only: another client would tell the same about files."""

    def compiled(self) -> None:
        """No compiled client."""


def main() -> None:
    """Runs the study."""
    options = arguments()
    threads = machine.limit_cores(options.threads)
    page_cache = machine.PageCache(whole_machine=options.page_cache == "machine")
    folder = (options.folder or CACHE / "layouts" / str(options.parcels)).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    published = {layout: publish(options, folder, layout) for layout in options.layouts}

    works = [each for each in work.WORKS if options.work is None or each.name in options.work]
    asked, expected, races = None, {}, {}
    for layout in options.layouts:
        pilji = Laid(folder / layout, folder / f"{layout}-report.json", folder / f"{layout}.log")
        pilji.title = f"Pilji by {layout}"
        asked = asked or draw(options, pilji, folder)
        race = races[layout] = Race(options, works, asked, page_cache, folder, expected)
        race.run(pilji)
        # What the first layout answered is what the others must answer.
        for timing in race.timings:
            for answer in timing.answers:
                expected.setdefault(timing.work, {}).setdefault(answer.case, answer)

    found = {
        "made": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "parcels": asked.parcels,
        "seed": asked.seed,
        "machine": machine.facts(threads),
        "page_cache": page_cache.how,
        "repetitions": sorted({len(timing.answers) for race in races.values() for timing in race.timings}),
        "published": published,
        "timings": [
            timing_facts(layout, timing) for layout, race in races.items() for timing in race.timings
        ],
    }  # fmt: skip
    (folder / "layouts.json").write_text(json.dumps(found, ensure_ascii=False, indent=1))
    section = page(found)
    print(section)
    if options.out:
        write_section(options.out, found["parcels"], section)
    say(f"done; the numbers are in {folder / 'layouts.json'}")


def publish(options: argparse.Namespace, folder: Path, layout: str) -> dict:
    """Publishes the parcels in a layout and says what that took."""
    warehouse, report = folder / layout, folder / f"{layout}-report.json"
    if not (options.keep and report.exists()):
        source = options.input or folder / "input"
        if not source.exists():
            say(f"sampling {options.parcels:,} parcels")
            sample(source, options.parcels, None, "--format", "csv")
        say(f"publishing by {layout}")
        shutil.rmtree(warehouse, ignore_errors=True)
        ingest(warehouse, *inputs(source), *CSV_FLAGS, "--layout", layout)
    log = warehouse / "parcel" / "_delta_log"
    # Fresh from one run of the ingest, so that the first entry lists all files.
    actions = [json.loads(line) for line in (log / f"{0:020}.json").read_text().splitlines()]
    sizes = sorted(action["add"]["size"] for action in actions if "add" in action)
    return {
        "seconds": json.loads(report.read_text())["seconds"],
        "files": len(sizes),
        "bytes": sum(sizes),
        "median_file_bytes": sizes[len(sizes) // 2],
        "largest_file_bytes": sizes[-1],
        "log_bytes": machine.size_bytes(log),
    }


def timing_facts(layout: str, timing: measure.Timing) -> dict:
    """A timing for programs."""
    return {
        "layout": layout,
        "work": timing.work,
        "state": timing.state,
        "median_ms": timing.median_ms,
        "p95_ms": timing.p95_ms,
        "median_rows": timing.median_rows,
        "seconds": [answer.seconds for answer in timing.answers],
    }


def page(found: dict) -> str:
    """Renders the study of one size."""
    layouts = list(found["published"])
    facts = "; ".join(f"{name}: {value}" for name, value in found["machine"].items())
    parts = [
        f"## {found['parcels']:,} parcels\n",
        f"{found['made']}. {facts}. Seed {found['seed']}; {' or '.join(map(str, found['repetitions']))} repetitions. "
        "Every layout gave the same answers, down to the bytes of each geometry.\n",
        _size_table(found["published"]),
    ]
    for state in ("warm", "cold"):
        timings = {
            (timing["work"], timing["layout"]): timing for timing in found["timings"] if timing["state"] == state
        }
        works = [each for each in work.WORKS if (each.name, layouts[0]) in timings]
        if not works:
            continue
        title = "Warm" if state == "warm" else f"Cold: a new process, {found['page_cache']}"
        rows = [
            [f"**{each.name}** {each.what}", f"{timings[each.name, layouts[0]]['median_rows']:,}"]
            + [_cell(timings, each.name, layout, layouts) for layout in layouts]
            for each in works
        ]
        parts.append(f"{title}. Milliseconds, median / 95th percentile; the smallest median is set off.\n")
        parts.append(markdown(["work", "rows", *layouts], rows) + "\n")
    return "\n".join(parts)


def _cell(timings: dict, name: str, layout: str, layouts: list[str]) -> str:
    timing = timings[name, layout]
    best = min(timings[name, each]["median_ms"] for each in layouts)
    median = f"{timing['median_ms']:,.1f}"
    return (f"**{median}**" if timing["median_ms"] == best else median) + f" / {timing['p95_ms']:,.1f}"


def _size_table(published: dict) -> str:
    mib = 2**20
    rows = [
        [layout, f"{facts['files']:,}", f"{facts['bytes'] / mib:,.0f}", f"{facts['median_file_bytes'] / mib:,.2f}",
         f"{facts['largest_file_bytes'] / mib:,.1f}", f"{facts['log_bytes'] / mib:,.2f}", f"{facts['seconds']:,.1f}"]
        for layout, facts in published.items()
    ]  # fmt: skip
    return markdown(["layout", "files", "MiB", "median file MiB", "largest MiB", "log MiB", "ingest s"], rows) + "\n"


def write_section(file: Path, parcels: int, section: str) -> None:
    """Puts the section of a size below the mark, in the place of an older one, in order of size."""
    text, _, tables = file.read_text().partition(MARK)
    sections = {parcels: section.strip()}
    for kept in f"\n{tables}".split("\n## ")[1:]:
        sections.setdefault(int(kept.split(" ", 1)[0].replace(",", "")), "## " + kept.strip())
    file.write_text(text + MARK + "".join(f"\n{sections[size]}\n" for size in sorted(sections)))


if __name__ == "__main__":
    main()
