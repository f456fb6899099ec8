"""Asks both sides everything and writes the table."""

import argparse
import re
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import shapely
from agreement.cases import ALONE, CASES, TOLERANCE, Case
from agreement.geometries import tables
from agreement.postgis_side import PostGisSide
from agreement.reasons import REASONS, Difference, Reason, reason
from agreement.sides import Failure, PiljiSide
from agreement.verdict import verdict
from binary import chapters

UNEXPLAINED_SHOWN = 3


@dataclass
class Line:
    """What a function's cases came to."""

    counts: Counter = field(default_factory=Counter)
    reasons: Counter = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)


def main() -> None:
    """Writes the page; fails when something differs without a reason."""
    parser = argparse.ArgumentParser(prog="make agreement", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the page to write")
    parser.add_argument("--only", default="", help="a regular expression of the names to ask about")
    arguments = parser.parse_args()
    asked = {title: [name for name in names if name.startswith("st_") and re.search(arguments.only, name)] for title, names in chapters().items()}
    rows = tables()
    lines: dict[str, Line] = {}
    examples: dict[Reason, str] = {}
    with tempfile.TemporaryDirectory(prefix="pilji-agreement-") as scratch:
        theirs = PostGisSide(rows, Path(scratch))
        try:
            ours = PiljiSide(rows, Path(scratch))
            try:
                for name in (name for names in asked.values() for name in names if name in CASES):
                    lines[name] = Line()
                    for case in CASES[name]:
                        compare(name, case, rows[case.table], ours, theirs, lines[name], examples)
                    print(name, dict(lines[name].counts), dict(lines[name].reasons), *lines[name].unexplained, sep="\n  ", flush=True)
            finally:
                ours.stop()
        finally:
            theirs.stop()
    missing = [name for names in asked.values() for name in names if name not in CASES and name not in ALONE]
    n_unexplained = sum(line.counts["differs"] for line in lines.values())
    arguments.out.write_text(page(theirs.title, rows, asked, lines, examples, missing))
    if missing or n_unexplained:
        raise SystemExit(f"{len(missing)} functions have no case; {n_unexplained} answers differ without a reason: see {arguments.out}")


def compare(name: str, case: Case, table: pa.Table, ours: PiljiSide, theirs: PostGisSide, line: Line, examples: dict[Reason, str]) -> None:
    """Counts the verdicts of a case; notes the first difference for each reason, and a few without."""
    ids = list(range(case.groups or len(table)))
    expected = theirs.answers(case, ids)
    found = ours.answers(case, ids, [idx for idx in ids if isinstance(expected[idx], Failure)])
    for idx in ids:
        said = verdict(case, found[idx], expected[idx])
        if said in ("equal", "close", "refused"):
            line.counts[said] += 1
            continue
        difference = Difference(case, *shapes(case, table, idx), found[idx], expected[idx])
        why = reason(name, difference)
        if why:
            line.counts["explained"] += 1
            line.reasons[why.name] += 1
            examples.setdefault(why, example(difference))
        else:
            line.counts["differs"] += 1
            if len(line.unexplained) < UNEXPLAINED_SHOWN:
                line.unexplained.append(example(difference))


def shapes(case: Case, table: pa.Table, idx: int) -> tuple[shapely.Geometry | None, shapely.Geometry | None]:
    """The pair of a row; for a group, the collections of its geometries."""
    if not case.groups:
        return tuple(shapely.from_wkb(table[side][idx].as_py()) for side in ("a", "b"))
    members = (shapely.from_wkb(table[side].take(list(range(idx, len(table), case.groups))).to_pylist()) for side in ("a", "b"))
    return tuple(shapely.geometrycollections([one for one in some if one is not None]) for some in members)


def example(found: Difference) -> str:
    """A difference in words."""

    def said(value) -> str:
        if isinstance(value, Failure):
            return "an error"
        try:
            return f"`{shapely.from_wkb(value).wkt}`" if isinstance(value, bytes) else f"`{value}`"
        except shapely.GEOSException:
            return "bytes that are no geometry"

    names = [name for name in ("a", "b") if re.search(rf"\b{name}\b", found.case.expression)]
    given = ", ".join(f"{name} = `{getattr(found, name)}`" for name in names)
    return f"`{found.case.expression}`, {given}: Pilji {said(found.ours)}, PostGIS {said(found.theirs)}."


def page(title: str, rows: dict[str, pa.Table], asked: dict[str, list[str]], lines: dict[str, Line], examples: dict[Reason, str], missing: list[str]) -> str:
    """The document."""
    sizes = ", ".join(f"{len(table)} of {name}" for name, table in rows.items())
    text = ["# Spatial functions beside PostGIS\n",
            f"Made by `make agreement` with {title}. Pairs of geometries asked about: {sizes}; among them NULL on either side, EMPTY ones and EMPTY "
            "members, heights and measures, invalid, collinear and touching ones.\n",
            f"`within tolerance`: numbers and coordinates within {TOLERANCE} (coordinates in another system within 1 µm), or the same set of points cut or ordered in another way. "
            "`refused`: an error on both sides. Answers that differ are counted by a reason, each of which checks on the answers what it claims "
            "(`tests/agreement/reasons.py`); what has none `differs`, and fails the run.\n"]  # fmt: skip
    for title, names in asked.items():
        if not any(name in lines or name in ALONE for name in names):
            continue
        text += [f"## {title}\n", "| function | cases | equal | within tolerance | refused | differs because | differs |", "| --- |" + " ---: |" * 4 + " --- | ---: |"]
        for name in names:
            if name in ALONE:
                text.append(f"| `{name}` | | | | | PostGIS has nothing like it; {ALONE[name]} | |")
            elif name in lines:
                counts, reasons = lines[name].counts, lines[name].reasons
                because = ", ".join(f"{count} {why}" for why, count in reasons.items())
                numbers = " | ".join(f"{counts[kind]:,}" for kind in ("equal", "close", "refused"))
                text.append(f"| `{name}` | {counts.total():,} | {numbers} | {because} | {counts['differs']:,} |")
        text.append("")
    text += ["## Reasons\n"]
    for why in REASONS:
        if why in examples:
            text += [f"* **{why.name}** ({', '.join(f'`st_{name}`' for name in why.functions.split('|') if f'st_{name}' in lines)}): {why.text}", f"  {examples[why]}"]
    unexplained = [each for line in lines.values() for each in line.unexplained]
    if unexplained:
        text += ["\n## Without a reason\n", *(f"* {each}" for each in unexplained)]
    if missing:
        text += ["\nWithout a case: " + ", ".join(f"`{name}`" for name in missing) + "."]
    return "\n".join(text) + "\n"


if __name__ == "__main__":
    main()
