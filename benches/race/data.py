"""The parcels of a run: sample input, and the warehouse that Pilji makes of it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from binary import ingest, inputs, sample


@dataclass(frozen=True)
class Parcels:
    """A warehouse to race over."""

    warehouse: Path
    ingest_report: Path | None  # None: it was there before


def prepare(folder: Path, parcels: int, sigungu: str | None, ingest_flags: list[str]) -> Parcels:
    """Samples and ingests anew, so that the time of this build's ingest is the one that is printed."""
    for name in ("input", "warehouse"):
        shutil.rmtree(folder / name, ignore_errors=True)
    sample(folder / "input", parcels, sigungu)
    ingest(folder / "warehouse", *inputs(folder / "input"), *ingest_flags)
    shutil.rmtree(folder / "input")
    return Parcels(folder / "warehouse", folder / "warehouse-report.json")
