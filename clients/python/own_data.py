"""Brings a table of your own to the server and joins it with the parcels.

    PILJI_TOKEN=… python own_data.py

The rows go in as one stream (ADBC's bulk ingest) and belong to the session: they are gone when the connection is closed.
The address comes from PILJI_URL, the token from PILJI_TOKEN.
"""

import pandas as pd
import pyarrow as pa
from adbc_polars import connect


def main() -> None:
    """Prints how many of some places lie in each 동, and on how many parcels."""
    places = pd.DataFrame({"place": range(400)})
    places["lon"] = 126.9650 + (places["place"] % 20) * 0.0005
    places["lat"] = 37.5770 + (places["place"] // 20) * 0.0005
    with connect() as connection:
        with connection.cursor() as cursor:
            cursor.adbc_ingest("places", pa.Table.from_pandas(places, preserve_index=False), temporary=True)
        found = pd.read_sql(
            """
            SELECT p.sgg_nm, p.emd_nm, count(*) AS places, count(DISTINCT p.pnu) AS parcels
            FROM places s JOIN parcel p ON st_intersects(p.geometry, st_point(s.lon, s.lat, 4326))
            GROUP BY p.sgg_nm, p.emd_nm ORDER BY places DESC, p.emd_nm
            """,
            connection,
        )
    print(found.to_string(index=False))


if __name__ == "__main__":
    main()
