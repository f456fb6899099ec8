"""Reads parcels into polars (or pandas, or Arrow) through ADBC.

    PILJI_TOKEN=… python adbc_polars.py

The address comes from PILJI_URL (http://127.0.0.1:50051 when unset), the token from PILJI_TOKEN.
"""

import os

import adbc_driver_flightsql.dbapi as flightsql
import polars as pl
from adbc_driver_flightsql import DatabaseOptions


def connect() -> flightsql.Connection:
    """Opens a connection as PEP 249 describes it."""
    url = os.environ.get("PILJI_URL", "http://127.0.0.1:50051")
    token = os.environ.get("PILJI_TOKEN", "")
    options = {DatabaseOptions.AUTHORIZATION_HEADER.value: f"Bearer {token}"} if token else {}
    # Every statement is a transaction of its own: there is none to begin, so the driver must not try.
    return flightsql.connect(url.replace("http://", "grpc://"), db_kwargs=options, autocommit=True)


def main() -> None:
    """Prints how much land of which category (지목) each 동 has."""
    with connect() as connection:
        frame = pl.read_database("SELECT sgg_nm, emd_nm, jimok FROM parcel WHERE jimok IS NOT NULL", connection)
    shares = frame.group_by("sgg_nm", "jimok").len("parcels").sort("parcels", descending=True)
    with pl.Config(tbl_rows=20, tbl_hide_dataframe_shape=True):
        print(shares)


if __name__ == "__main__":
    main()
