"""Reads parcels into DuckDB, which asks on without the server.

    pip install duckdb
    PILJI_TOKEN=… python duckdb_local.py

The rows stream from the server into DuckDB's table; no copy in Python. The address comes from PILJI_URL, the token from PILJI_TOKEN.
"""

import duckdb
from adbc_polars import connect


def main() -> None:
    """Prints the land categories (지목) of the parcels that were read."""
    with duckdb.connect() as local:
        with connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT pnu, sgg_nm, jimok, area_m2(geometry) AS m2 FROM parcel WHERE jimok IS NOT NULL")
            rows = cursor.fetch_record_batch()
            local.execute("CREATE TABLE land AS SELECT * FROM rows")
        print(local.sql("SELECT sgg_nm, jimok, count(*) AS parcels, round(sum(m2)) AS m2 FROM land GROUP BY ALL ORDER BY ALL"))


if __name__ == "__main__":
    main()
