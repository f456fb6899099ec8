"""DuckDB with the extensions that came as Python packages, set up as docs/readers.md says."""

import importlib.util
from pathlib import Path

import duckdb


def open_duckdb() -> duckdb.DuckDBPyConnection:
    """Opens a connection that can read a Delta dataset and its geometry, and asks no network for anything."""
    connection = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    for name in ("spatial", "delta"):
        connection.load_extension(str(extension_file(name)))
    connection.execute("SET enable_geoparquet_conversion = false")
    return connection


def extension_file(name: str) -> Path:
    """The file of an extension that came as a Python package."""
    package = Path(importlib.util.find_spec(f"duckdb_extension_{name}").origin).parent
    (file,) = package.glob(f"extensions/v{duckdb.__version__}/{name}.duckdb_extension")
    return file
