"""Counts the rows of shapefile zips with GDAL, so that our own reader does not vouch for itself."""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyogrio


def read_attributes(zips: list[Path], columns: list[str]) -> pd.DataFrame:
    """Reads columns of every shapefile piece of the zips, with the piece's name and 1-based record number."""
    frames = []
    for path in zips:
        with zipfile.ZipFile(path) as archive:
            pieces = sorted(name for name in archive.namelist() if name.endswith(".shp"))
        for piece in pieces:
            frame = pyogrio.read_dataframe(
                f"/vsizip/{path}/{piece}", columns=columns, read_geometry=False, encoding="CP949"
            )
            frame["file"] = f"{path}/{piece}"
            frame["row"] = range(1, len(frame) + 1)
            frames.append(frame)
    return pd.concat(frames, ignore_index=True)


@dataclass
class Counts:
    """What a dataset made of some input must hold."""

    rows: int
    distinct_pnus: int
    by_sigungu: dict[str, int]


def expected_counts(zips: list[Path], report: dict) -> Counts:
    """Counts the rows of official zips, less those that the run's reject file names."""
    rows = read_attributes(zips, ["A1", "A2"])
    rows["A1"] = rows["A1"].fillna("")
    if report["rejects"]:
        rejects = pd.read_csv(report["rejects"], usecols=["file", "row", "record"], dtype={"record": str})
        recorded = rejects["record"].map(lambda text: json.loads(text)["A1"] or "")
        joined = rows.merge(rejects.assign(recorded=recorded), on=["file", "row"], how="left", indicator=True)
        assert (joined["_merge"] == "both").sum() == len(rejects), "every reject names a row of the input"
        rejected = joined[joined["_merge"] == "both"]
        assert (rejected["recorded"].str.strip() == rejected["A1"]).all(), "the reject file names other rows"
        rows = rows[(joined["_merge"] == "left_only").to_numpy()]
    by_sigungu = rows["A2"].str[:5].value_counts().to_dict()
    return Counts(len(rows), rows["A1"].nunique(), by_sigungu)
