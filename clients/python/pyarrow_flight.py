"""Reads parcels with pyarrow alone: Flight SQL without a Flight SQL driver.

    PILJI_TOKEN=… python pyarrow_flight.py "SELECT count(*) FROM parcel"

The address comes from PILJI_URL (http://127.0.0.1:50051 when unset), the token from PILJI_TOKEN.
"""

import os
import sys

import pyarrow as pa
from pyarrow import flight

COMMAND_TYPE = "type.googleapis.com/arrow.flight.protocol.sql.CommandStatementQuery"


def connect() -> tuple[flight.FlightClient, flight.FlightCallOptions]:
    """Returns a client and the options that carry the token with every call."""
    url = os.environ.get("PILJI_URL", "http://127.0.0.1:50051")
    token = os.environ.get("PILJI_TOKEN", "")
    headers = [(b"authorization", f"Bearer {token}".encode())] if token else []
    return flight.FlightClient(url.replace("http://", "grpc://")), flight.FlightCallOptions(headers=headers)


def query(sql: str) -> pa.Table:
    """Runs a statement and returns its whole result."""
    client, options = connect()
    with client:
        info = client.get_flight_info(flight.FlightDescriptor.for_command(statement_query(sql)), options)
        return pa.concat_tables(client.do_get(endpoint.ticket, options).read_all() for endpoint in info.endpoints)


def statement_query(sql: str) -> bytes:
    """Encodes `Any(CommandStatementQuery(query=sql))`, the Flight SQL message for a statement."""
    return _field(1, COMMAND_TYPE.encode()) + _field(2, _field(1, sql.encode()))


def _field(number: int, value: bytes) -> bytes:
    """Encodes a length-delimited protobuf field."""
    length = len(value)
    varint = bytearray()
    while length >= 0x80:
        varint.append(length & 0x7F | 0x80)
        length >>= 7
    varint.append(length)
    return bytes([number << 3 | 2]) + bytes(varint) + value


if __name__ == "__main__":
    statement = sys.argv[1] if len(sys.argv) > 1 else "SELECT sgg_nm, count(*) AS parcels FROM parcel GROUP BY sgg_nm"
    print(query(statement).to_pandas().to_string(index=False))
