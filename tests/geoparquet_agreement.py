"""GeoParquet of other writers, sound and bad: `make geoparquet` writes docs/geoparquet-agreement.md.

The files are those of geoparquet/geoparquet-testing, and of geopandas and geoarrow-rs for GeoArrow's own layouts.
"""

import argparse
import csv
import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely
from binary import ok, pilji
from deltalake import DeltaTable
from serving import Server

CORPORA = Path(__file__).parents[2] / "shared/data/geoparquet"
CONFORMANCE = CORPORA / "geoparquet-testing"
NATIVE = CORPORA / "geopandas/geopandas/io/tests/data/arrow/geoparquet"

# Bad files that are read, and why.
READ_BECAUSE = {
    "crs-mismatch-schema-vs-geo-metadata": "the metadata are sound, and small numbers are coordinates of EPSG:3857 too: nothing in the file tells",
    "epoch-on-unsupported-crs": "a coordinate epoch is not taken into account, which a remark says: which systems move is not known here",
    "zm-declared-xy-actual-xyz": "sound files of the collection, such as linestring-xyz-native-geometry, name the type of raised geometries without its Z too",
    "version-1-0-with-2-0-features": "versions 1.0 and 1.1 have the member `epoch` too; that it is not taken into account is remarked",
}
# Sound files that `pilji ingest` refuses, and why; they are read where they lie.
REFUSED_BECAUSE = {"spherical": "edges on the sphere cannot be kept in a dataset, whose edges are straight"}


@dataclass
class Outcome:
    """What became of a file."""

    file: str
    rows: int
    where_it_lies: str
    ingested: str


def sound_files() -> list[Path]:
    """The conformance files, by their names."""
    return sorted(CONFORMANCE.glob("data/*/*.parquet"))


def native_files() -> list[Path]:
    """Files in GeoArrow's own layouts."""
    return sorted(NATIVE.glob("*encoding_native.parquet")) + sorted((CORPORA / "geoarrow-rs").rglob("nybb_geoarrow.parquet"))


def bad_files() -> dict[Path, dict]:
    """The bad files, and what their manifest says of them."""
    manifest = json.loads((CONFORMANCE / "bad_data/manifest.json").read_text())
    return {CONFORMANCE / "bad_data" / name: about for name, about in sorted(manifest.items())}


def geometries(file: Path) -> tuple[np.ndarray, object]:
    """The primary geometries of a file as pyarrow and GEOS read them, and their CRS."""
    table = pq.read_table(file)
    geo = json.loads(pq.read_schema(file).metadata[b"geo"])
    about = geo["columns"][geo["primary_column"]]
    column = table[geo["primary_column"]].combine_chunks()
    return as_shapes(column, about["encoding"]), about.get("crs", "OGC:CRS84")


def as_shapes(column: pa.Array, encoding: str) -> np.ndarray:
    """A column as shapes; of GeoArrow's layouts, by way of Python's lists."""
    storage = column.storage if isinstance(column, pa.ExtensionArray) else column
    if encoding == "WKB":
        return shapely.from_wkb(np.array(storage.to_pylist(), dtype=object))

    def pairs(points):
        return [(point["x"], point["y"]) for point in points]

    def polygon(rings):
        return shapely.Polygon(pairs(rings[0]), [pairs(ring) for ring in rings[1:]]) if rings else shapely.Polygon()

    build = {
        "point": lambda value: shapely.Point() if np.isnan(value["x"]) else shapely.Point(value["x"], value["y"]),
        "linestring": lambda value: shapely.LineString(pairs(value)),
        "polygon": polygon,
        "multipoint": lambda value: shapely.MultiPoint(pairs(value)),
        "multilinestring": lambda value: shapely.MultiLineString([pairs(line) for line in value]),
        "multipolygon": lambda value: shapely.MultiPolygon([polygon(rings) for rings in value]),
    }[encoding]
    return np.array([None if value is None else build(value) for value in storage.to_pylist()], dtype=object)


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether all geometries have the same type and the same numbers, Z and M too."""
    return len(one) == len(other) and all(
        (a is None and b is None) or (a is not None and b is not None and (a.equals_exact(b, 0) or (a.is_empty and b.is_empty)) and a.has_z == b.has_z and a.has_m == b.has_m)
        for a, b in zip(one, other)
    )  # fmt: skip


class Reader:
    """Pilji over files where they lie, and over those that it has ingested."""

    def __init__(self, folder: Path):
        self.folder = folder
        (folder / "warehouse").mkdir()
        self.server = Server(folder / "warehouse", None, folder / "log")

    def where_it_lies(self, file: Path) -> str:
        """Registers a file and asks for its geometries; says `equal` or what differs."""
        name = "f" + re.sub(r"\W", "_", file.stem)
        ok(pilji("model", "register", file, "--name", name, "--warehouse", self.folder / "warehouse"))
        geo = json.loads(pq.read_schema(file).metadata[b"geo"])
        column = f'"{geo["primary_column"]}"'
        answer = self.server.sql(f"SELECT st_asbinary({column}) AS g, st_npoints({column}) AS n FROM shared.{name}")
        expected, _ = geometries(file)
        counts = [None if shape is None else count for shape, count in zip(expected, shapely.get_num_coordinates(expected).tolist())]
        return "equal" if same(shapely.from_wkb(np.array(answer["g"].to_pylist(), dtype=object)), expected) and answer["n"].to_pylist() == counts else "differs"

    def asked(self, file: Path) -> str:
        """The error of a query over a file where it lies; empty when there is none."""
        name = "f" + re.sub(r"\W", "_", file.stem)
        run = pilji("model", "register", file, "--name", name, "--warehouse", self.folder / "warehouse")
        if run.code:
            return run.error
        try:
            self.server.sql(f"SELECT st_npoints(geometry) AS n FROM shared.{name}")
        except Exception as error:
            return str(error)
        return ""

    def ingested(self, file: Path) -> tuple[str, dict]:
        """Ingests a file; the error, empty when there is none, and the closing report."""
        name = "f" + re.sub(r"\W", "_", file.stem)
        report = self.folder / f"{name}.json"
        rejects = self.folder / f"{name}.csv"
        run = pilji("ingest", file, "--dataset", name, "--warehouse", self.folder / name, "--report", report, "--rejects", rejects)
        return run.error, json.loads(report.read_text()) if report.exists() else {}

    def compare_ingested(self, file: Path) -> str:
        """Ingests a file and holds what was published against the file in longitude and latitude: `equal`, an error, or what differs."""
        error, _ = self.ingested(file)
        if error:
            return error
        name = "f" + re.sub(r"\W", "_", file.stem)
        table = DeltaTable(str(self.folder / name / name)).to_pyarrow_table()
        found = shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object))
        expected, crs = geometries(file)
        to_degrees = pyproj.Transformer.from_crs(pyproj.CRS.from_user_input(crs), 4326, always_xy=True)
        expected = shapely.transform(shapely.force_2d(expected), lambda points: np.column_stack(to_degrees.transform(*points.T)) if len(points) else points)

        def key(shape) -> str:
            return "" if shape is None or shape.is_empty else shapely.normalize(shapely.set_precision(shape, 1e-7, mode="pointwise")).wkt

        return "equal" if sorted(map(key, found)) == sorted(map(key, expected)) else "differs"

    def stop(self) -> None:
        self.server.stop()


def one_line(message: str, file: Path) -> str:
    """A message without the folders of the file."""
    return " ".join(message.replace(f"{file.parent}/", "").split()).removeprefix("error: ")


def refusal(reader: Reader, file: Path) -> str:
    """What `pilji ingest` says of a bad file: its error, or the message of the rows that it rejected."""
    error, report = reader.ingested(file)
    if error or not report.get("rejected"):
        return one_line(error, file)
    name = "f" + re.sub(r"\W", "_", file.stem)
    with (reader.folder / f"{name}.csv").open(newline="", encoding="utf-8-sig") as rejects:
        first = next(csv.DictReader(rejects))
    return f"{file.name}: row {first['row']} is rejected: {first['message']}"


def main() -> None:
    """Writes the page; fails when a sound file is read otherwise than by others, or a bad one passes without a reason."""
    parser = argparse.ArgumentParser(prog="make geoparquet", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the page to write")
    arguments = parser.parse_args()
    if not CONFORMANCE.exists():
        print(f"the conformance files are not at {CONFORMANCE}: {arguments.out} stays as it is")
        return
    with tempfile.TemporaryDirectory(prefix="pilji-geoparquet-") as folder:
        reader = Reader(Path(folder))
        try:
            sound = {file: outcome(reader, file) for file in sound_files()}
            native = {file: outcome(reader, file) for file in native_files()}
            bad = {file: (refusal(reader, file), one_line(reader.asked(file), file)) for file in bad_files()}
        finally:
            reader.stop()
    arguments.out.write_text(page(sound, native, bad))
    wrong = [each for each in (sound | native).values() if not is_right(each)] + [file.name for file, (error, _) in bad.items() if not is_refused(file, error)]
    print(f"written to {arguments.out}")
    if wrong:
        raise SystemExit(f"not as it should be: {wrong}")


def outcome(reader: Reader, file: Path) -> Outcome:
    return Outcome(file.stem, pq.read_metadata(file).num_rows, reader.where_it_lies(file), one_line(reader.compare_ingested(file), file))


def is_right(found: Outcome) -> bool:
    """Read right both ways; or refused by ingestion for a stated reason."""
    return found.where_it_lies == "equal" and (found.ingested == "equal" or any(word in found.ingested for word in REFUSED_BECAUSE))


def is_refused(file: Path, error: str) -> bool:
    """Refused by an error that names the file; or read for a stated reason."""
    return not error if file.stem in READ_BECAUSE else file.name in error


def page(sound: dict[Path, Outcome], native: dict[Path, Outcome], bad: dict[Path, tuple[str, str]]) -> str:
    """The document."""
    n_equal = sum(each.where_it_lies == "equal" for each in sound.values())
    n_ingested = sum(each.ingested == "equal" for each in sound.values())
    n_refused = sum(bool(error) for error, _ in bad.values())
    text = [
        "# GeoParquet of other writers\n",
        f"Made by `make geoparquet` over the conformance files of geoparquet/geoparquet-testing: {len(sound)} sound files, of which {n_equal} are read where they lie "
        f"and {n_ingested} ingested with geometries equal to those that pyarrow {pa.__version__} and GEOS {shapely.geos_version_string} read; and {len(bad)} bad ones, "
        f"of which {n_refused} are refused by `pilji ingest` and {len(bad) - n_refused} read for a reason. A file that is read otherwise fails the run.\n",
        "A model reads a file where it lies as forgivingly as it can: metadata that contradict the rows are not used, only bytes that are no geometry are errors. "
        "`pilji ingest` copies, and refuses what contradicts itself.\n",
    ]  # fmt: skip
    for title, some in (("Sound files", sound), ("GeoArrow's own layouts", native)):
        text += [f"## {title}\n", "| file | rows | where it lies | ingested |", "| --- | ---: | --- | --- |"]
        text += [f"| {each.file} | {each.rows:,} | {each.where_it_lies} | {escaped(each.ingested)} |" for each in some.values()]
        text.append("")
    text += [*(f"Edges: {why}.\n" for why in REFUSED_BECAUSE.values()), "## Bad files\n",
             "| file | what is wrong | `pilji ingest` | a query where it lies |", "| --- | --- | --- | --- |"]  # fmt: skip
    for file, (error, asked) in bad.items():
        said = escaped(error) if error else f"read: {READ_BECAUSE.get(file.stem, 'without a reason')}"
        text.append(f"| {file.stem} | {escaped(bad_files()[file]['violation'])} | {said} | {escaped(asked) or 'answered'} |")
    return "\n".join(text) + "\n"


def escaped(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    main()
