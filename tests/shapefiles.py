"""Small shapefiles, written by pyshp so that our own writer does not vouch for our own reader."""

import zipfile
from datetime import date
from pathlib import Path

import shapefile
from pyproj import CRS

CHEONGUN = "서울특별시 종로구 청운동"
# A corner of 청운동 in EPSG:5174, in metres.
EAST, NORTH = 197_100.0, 454_100.0


def square(index: int, side: float = 10.0) -> list[list[tuple[float, float]]]:
    """A closed clockwise square, the `index`-th of a row of squares that share edges."""
    x, y = EAST + index * side, NORTH
    return [[(x, y), (x, y + side), (x + side, y + side), (x + side, y), (x, y)]]


def official_row(index: int, **changes) -> dict:
    """A row of an AL_D002 file: 청운동, 본번 `index` + 1, 대."""
    row = {
        "A0": index + 1,
        "A1": f"1111010100{1}{index + 1:04}0000",
        "A2": "1111010100",
        "A3": CHEONGUN,
        "A4": f"{index + 1}",
        "A5": f"{index + 1} 대",
        "A6": date(2021, 5, 1),
        "rings": square(index),
    }
    return row | changes


def write_official(path: Path, rows: list[dict], *, encoding: str = "cp949", epsg: int | None = 5174) -> Path:
    """Writes `path`.shp, .shx, .dbf and, with an `epsg`, .prj; never a .cpg. Returns the .shp."""
    with shapefile.Writer(str(path), shapeType=shapefile.POLYGON, encoding=encoding) as writer:
        writer.field("A0", "N", 10)
        for name, size in (("A1", 19), ("A2", 10), ("A3", 254), ("A4", 10), ("A5", 200)):
            writer.field(name, "C", size)
        writer.field("A6", "D")
        for row in rows:
            writer.poly(row["rings"]) if row["rings"] else writer.null()
            writer.record(*[row[name] for name in ("A0", "A1", "A2", "A3", "A4", "A5", "A6")])
    return finish(path, epsg)


def write_plain(path: Path, fields: list[tuple], rows: list[tuple], *, encoding: str, epsg: int | None) -> Path:
    """Writes a shapefile with columns of its own; each row ends with its rings. Returns the .shp."""
    with shapefile.Writer(str(path), shapeType=shapefile.POLYGON, encoding=encoding) as writer:
        for field in fields:
            writer.field(*field)
        for *values, rings in rows:
            writer.poly(rings)
            writer.record(*values)
    return finish(path, epsg)


def finish(path: Path, epsg: int | None) -> Path:
    """Adds the .prj and removes the .cpg that some writers make."""
    path.with_name(path.name + ".cpg").unlink(missing_ok=True)
    if epsg is not None:
        path.with_name(path.name + ".prj").write_text(CRS.from_epsg(epsg).to_wkt("WKT1_ESRI"))
    return path.with_name(path.name + ".shp")


def zip_up(shp: Path, archive: Path, *, leave_out: tuple[str, ...] = ()) -> Path:
    """Zips the files of a shapefile."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for file in sorted(shp.parent.glob(f"{shp.stem}.*")):
            if file.suffix not in (*leave_out, ".zip"):
                target.write(file, file.name)
    return archive
