"""Geometry in GeoArrow's own layout, beside the same as well-known binary."""

import geopandas as gpd
import pyarrow as pa
import pyarrow_flight
import pytest
import shapely
from conftest import TOKEN
from pyarrow import flight

NATIVE, WKB = b"geoarrow.multipolygon", b"geoarrow.wkb"


def answer(server, sql: str, form: str) -> pa.Table:
    """The rows of a query whose schema is told alike by whatever tells it."""
    headers = [(b"authorization", f"Bearer {TOKEN}".encode()), (b"geometry_format", form.encode())]
    options = flight.FlightCallOptions(headers=headers)
    descriptor = flight.FlightDescriptor.for_command(pyarrow_flight.statement_query(sql))
    with flight.FlightClient(f"grpc://127.0.0.1:{server.port}") as client:
        info = client.get_flight_info(descriptor, options)
        table = pa.concat_tables(client.do_get(endpoint.ticket, options).read_all() for endpoint in info.endpoints)
        assert client.get_schema(descriptor, options).schema.equals(info.schema, check_metadata=True)
    assert table.schema.equals(info.schema, check_metadata=True)
    return table


def layouts(table: pa.Table) -> dict[str, bytes]:
    """How the columns of geometry are laid out."""
    metadata = {field.name: field.metadata or {} for field in table.schema}
    return {name: said[b"ARROW:extension:name"] for name, said in metadata.items() if b"ARROW:extension:name" in said}


def test_parcels_are_those_of_well_known_binary(server):
    sql = "SELECT pnu, geometry FROM parcel ORDER BY pnu, st_xmin(geometry), st_ymin(geometry) LIMIT 5000"
    native, binary = (gpd.GeoDataFrame.from_arrow(answer(server, sql, form)) for form in ("geoarrow", "wkb"))
    assert native.crs == binary.crs == "EPSG:4326"
    assert (native.pnu == binary.pnu).all()
    expected = [shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape]) for shape in binary.geometry]
    assert len(expected) == 5000 and shapely.equals_exact(native.geometry.array, expected, 0).all()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT * FROM parcel LIMIT 5", {"geometry": NATIVE}),
        ("SELECT * FROM parcel WHERE false", {"geometry": NATIVE}),
        ("SELECT p.geometry AS g, st_centroid(p.geometry) AS c FROM parcel p LIMIT 5", {"g": NATIVE, "c": WKB}),
        ("WITH t AS (SELECT geometry FROM parcel WHERE bonbun > 1) SELECT * FROM t LIMIT 2", {"geometry": NATIVE}),
        ("SELECT v.n, p.geometry FROM (VALUES ('none')) v(n) LEFT JOIN parcel p ON p.pnu = v.n", {"geometry": NATIVE}),
        ("SELECT st_union_agg(geometry) AS u FROM (SELECT geometry FROM parcel LIMIT 3)", {"u": WKB}),
        ("SELECT geometry FROM parcel WHERE false UNION ALL SELECT st_centroid(geometry) FROM parcel", {"geometry": WKB}),
    ],
)
def test_the_layout_follows_from_what_a_column_is_known_to_hold(server, sql, expected):
    assert layouts(answer(server, sql, "geoarrow")) == expected
