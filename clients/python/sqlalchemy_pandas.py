"""Asks through SQLAlchemy, as Superset, dbt and notebooks do.

    pip install sqlalchemy sqlalchemy-adbc
    PILJI_TOKEN=… python sqlalchemy_pandas.py

The address comes from PILJI_URL, the token from PILJI_TOKEN. `name:token`, percent-encoded, in place of the token says whose tables are
found without their schema.
"""

import os
from urllib.parse import quote, urlsplit

import pandas as pd
import sqlalchemy as sa


def engine() -> sa.Engine:
    """The engine; a server with TLS in front wants `tls=true`."""
    address = urlsplit(os.environ.get("PILJI_URL", "http://127.0.0.1:50051")).netloc
    token = quote(os.environ.get("PILJI_TOKEN", ""), safe="")
    return sa.create_engine(f"adbc+flightsql://:{token}@{address}?tls=false")


def main() -> None:
    """Prints the parcels of each 시군구."""
    with engine().connect() as connection:
        print(pd.read_sql(sa.text("SELECT sgg_nm, count(*) AS parcels FROM parcel GROUP BY sgg_nm"), connection))


if __name__ == "__main__":
    main()
