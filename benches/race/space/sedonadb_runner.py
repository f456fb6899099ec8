"""Asks SedonaDB; see `runners` for what goes in and out."""

import json
import sys
import time

import pyarrow
import sedonadb


def main() -> None:
    """Registers the tables and asks."""
    asked = json.load(sys.stdin)
    context = sedonadb.connect()
    context.sql(f"SET datafusion.execution.target_partitions = {asked['threads']}").execute()
    for name, value in asked.get("settings", {}).items():
        context.sql(f"SET {name} = '{value}'").execute()
    for table in asked["tables"]:
        frame = context.read_parquet(table["path"])
        (frame.to_memtable() if table["in_memory"] else frame).to_view(table["name"])
    for question in asked["questions"]:
        seconds = []
        for _ in range(question["repetitions"]):
            started = time.perf_counter()
            rows = pyarrow.table(context.sql(question["sql"]))
            seconds.append(time.perf_counter() - started)
        answer = [str(column[0]) for column in rows.columns]
        print(json.dumps({"name": question["name"], "seconds": seconds, "answer": answer}), flush=True)


main()
