"""GeoParquet that others write: read as pyarrow and GEOS read it, or refused by an error that says why."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import pytest
import shapely
from binary import ok, pilji
from geoparquet_agreement import Reader, bad_files, is_refused, is_right, native_files, outcome, refusal, sound_files
from shapely.geometry import LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon

BELT = pyproj.CRS("+proj=tmerc +lat_0=38 +lon_0=126 +x_0=200000 +y_0=600000 +ellps=GRS80 +towgs84=0,0,0 +units=m")
SQUARE = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (1, 2), (2, 2), (2, 1)]])
SHAPES = {
    "point": [Point(1, 2), None, Point(3, 4)],
    "linestring": [LineString([(0, 0), (1, 2)]), None, LineString([(5, 5), (6, 7), (8, 8)])],
    "polygon": [SQUARE, None, Polygon([(9, 9), (10, 9), (9, 10)])],
    "multipoint": [MultiPoint([(1, 2), (3, 4)]), None],
    "multilinestring": [MultiLineString([[(0, 0), (1, 2)], [(3, 3), (4, 4)]]), None],
    "multipolygon": [MultiPolygon([SQUARE, Polygon([(9, 9), (10, 9), (9, 10)])]), None],
}
DEPTH = {"point": 0, "linestring": 1, "multipoint": 1, "polygon": 2, "multilinestring": 2, "multipolygon": 3}


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A server over models of files."""
    some = Reader(tmp_path_factory.mktemp("geoparquet"))
    yield some
    some.stop()


def nested(shape, is_interleaved: bool):
    """A shape as GeoArrow lays it out, its points as lists or as members."""
    if shape is None:
        return None
    if shape.geom_type == "Point":
        return list(shape.coords[0]) if is_interleaved else dict(zip("xy", shape.coords[0]))
    if shape.geom_type == "LineString" or shape.geom_type == "LinearRing":
        return [nested(Point(place), is_interleaved) for place in shape.coords]
    if shape.geom_type == "Polygon":
        return [nested(ring, is_interleaved) for ring in (shape.exterior, *shape.interiors)]
    return [nested(part, is_interleaved) for part in shape.geoms]


def layout(encoding: str, is_interleaved: bool) -> pa.DataType:
    """The type of a column in a layout."""
    points = pa.list_(pa.field("xy", pa.float64(), nullable=False), 2) if is_interleaved else pa.struct(
        [pa.field("x", pa.float64(), nullable=False), pa.field("y", pa.float64(), nullable=False)]
    )  # fmt: skip
    for _ in range(DEPTH[encoding]):
        points = pa.list_(pa.field("element", points, nullable=False))
    return points


def write(path, column: pa.Array, encoding: str, field_metadata: dict | None = None, **about) -> None:
    """Writes a file with the metadata of GeoParquet 1.1, or of a GeoArrow column alone."""
    field = pa.field("geometry", column.type, metadata=field_metadata)
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": encoding, "geometry_types": [], **about}}}
    metadata = None if field_metadata else {"geo": json.dumps(geo)}
    pq.write_table(pa.Table.from_arrays([pa.array(range(len(column))), column], schema=pa.schema([pa.field("id", pa.int64()), field], metadata=metadata)), path)


@pytest.mark.parametrize("encoding", SHAPES)
def test_separated_layouts_are_read(reader, encoding, tmp_path):
    file = tmp_path / f"separated_{encoding}.parquet"
    write(file, pa.array([nested(shape, False) for shape in SHAPES[encoding]], layout(encoding, False)), encoding)
    found = outcome(reader, file)
    assert is_right(found) and found.ingested == "equal", found


@pytest.mark.parametrize("encoding", SHAPES)
@pytest.mark.parametrize("is_interleaved", [False, True])
def test_columns_of_geoarrow_are_read(reader, encoding, is_interleaved, tmp_path):
    """Columns that Arrow's own metadata declare, as a writer of GeoArrow leaves them in Parquet."""
    name = f"geoarrow_{encoding}_{is_interleaved}".lower()
    metadata = {"ARROW:extension:name": f"geoarrow.{encoding}", "ARROW:extension:metadata": json.dumps({"crs": "EPSG:5186"})}
    column = pa.array([nested(shape, is_interleaved) for shape in SHAPES[encoding]], layout(encoding, is_interleaved))
    write(tmp_path / f"{name}.parquet", column, encoding, metadata)
    ok(pilji("model", "register", tmp_path / f"{name}.parquet", "--name", name, "--warehouse", reader.folder / "warehouse"))
    answer = reader.server.sql(f"SELECT st_asbinary(geometry) AS g, st_srid(geometry) AS srid FROM shared.{name} ORDER BY id")
    assert all(one == other for one, other in zip(shapely.from_wkb(np.array(answer["g"].to_pylist(), dtype=object)), SHAPES[encoding]))
    pairs = reader.server.value(f"SELECT count(*) FROM shared.{name} one JOIN shared.{name} other ON st_intersects(one.geometry, other.geometry)")
    known = [shape for shape in SHAPES[encoding] if shape is not None]
    assert pairs == sum(one.intersects(other) for one in known for other in known)
    assert [srid for srid in answer["srid"].to_pylist() if srid is not None] == [5186] * (len(SHAPES[encoding]) - 1)


@pytest.mark.parametrize("crs", [BELT.to_json_dict(), BELT.to_json(), BELT.to_wkt(), BELT.to_proj4()], ids=["PROJJSON", "text", "WKT", "PROJ string"])
def test_a_described_system_is_understood(reader, crs, tmp_path, request):
    name = request.node.callspec.id.replace(" ", "_").lower()
    file = tmp_path / f"{name}.parquet"
    places = [Point(200_000, 600_000), Point(250_000, 550_000.5)]
    write(file, pa.array(shapely.to_wkb(places)), "WKB", crs=crs)
    expected = np.column_stack(pyproj.Transformer.from_crs(BELT, 4326, always_xy=True).transform(*shapely.get_coordinates(places).T))
    ok(pilji("model", "register", file, "--name", name, "--warehouse", reader.folder / "warehouse"))
    answer = reader.server.sql(f"SELECT st_asbinary(st_transform(geometry, 4326)) AS g FROM shared.{name} ORDER BY id")
    assert shapely.get_coordinates(shapely.from_wkb(answer["g"].to_pylist())) == pytest.approx(expected, abs=1e-9)
    assert reader.compare_ingested(file) == "equal"


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"geometry_types": ["Polygon"]}, ["row 1 is a Point", "geometry_types are Polygon"]),
        ({"geometry_types": ["Point Z"]}, ["row 1 is a Point"]),
        ({"bbox": [100, 100, 101, 101]}, ["outside of its bbox"]),
        ({"edges": "spherical"}, ["spherical"]),
        ({"crs": {"name": "none"}}, ["not PROJJSON"]),
        ({"crs": "+proj=isea"}, ["+proj=isea is not supported"]),
        ({"encoding": "WKT"}, ["WKT"]),
        ({"encoding": "point"}, ["Binary", "its encoding point"]),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(reader, about, words, tmp_path):
    file = tmp_path / "bad.parquet"
    write(file, pa.array(shapely.to_wkb([Point(1, 2)])), **({"encoding": "WKB"} | about))
    error, _ = reader.ingested(file)
    assert all(word in error for word in ["bad.parquet", *words]), error
    assert not (reader.folder / "fbad" / "fbad").exists()


@pytest.mark.shared_data
def test_the_sound_files_of_the_collection_are_read(reader):
    found = [outcome(reader, file) for file in sound_files() + native_files()]
    assert len(found) == 34 + 7
    assert [each for each in found if not is_right(each)] == []


@pytest.mark.shared_data
def test_the_bad_files_of_the_collection_are_refused(reader):
    found = {file.name: is_refused(file, refusal(reader, file)) for file in bad_files()}
    assert len(found) == 22 and all(found.values()), found
