"""Asks DuckDB; see `runners` for what goes in and out."""

import json
import sys
import time

import duckdb

from duckdb_reader import extension_file


def main() -> None:
    """Registers the tables and asks."""
    asked = json.load(sys.stdin)
    connection = duckdb.connect(config={"threads": asked["threads"], "autoinstall_known_extensions": False})
    connection.load_extension(str(extension_file("spatial")))
    for table in asked["tables"]:
        kind = "TABLE" if table["in_memory"] else "VIEW"
        connection.execute(f"CREATE {kind} {table['name']} AS FROM read_parquet('{table['path']}')")
    for question in asked["questions"]:
        seconds = []
        for _ in range(question["repetitions"]):
            started = time.perf_counter()
            row = connection.execute(question["sql"]).fetchone()
            seconds.append(time.perf_counter() - started)
        print(json.dumps({"name": question["name"], "seconds": seconds, "answer": [str(value) for value in row]}), flush=True)


main()
