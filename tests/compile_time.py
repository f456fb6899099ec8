"""Measures how long PiljiQL takes to become SQL, and writes docs/compile-time.md."""

import argparse
import os
from pathlib import Path

from measured import printed, rows

PARCELS = 10_000
LIMIT_MS = 1.0

INTRODUCTION = """# How long PiljiQL takes to become SQL

`make compile-time` plans a query of one to ten stages and the SQL that it becomes, in turn, 500 times each. Both are parsed, bound to the same
tables and optimized; what the query in PiljiQL takes longer is its own parsing, binding and lowering. Medians; the last column is the slowest
of twenty. The program of the measurement is [`server/examples/compile_time.rs`](../server/examples/compile_time.rs).

"""


def main() -> None:
    """Fails when the ten stages take longer than the limit."""
    parser = argparse.ArgumentParser(prog="make compile-time", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the page to write")
    parser.add_argument("--runs", type=int, default=500, help="times that each query is planned")
    arguments = parser.parse_args()
    table = printed("compile_time", PARCELS, "--runs", str(arguments.runs))
    arguments.out.write_text(f"{INTRODUCTION}On {len(os.sched_getaffinity(0))} cores.\n\n{table}")
    if (took := float(rows(table)[-1][3])) > LIMIT_MS:
        raise SystemExit(f"ten stages take {took} ms, more than {LIMIT_MS}")


if __name__ == "__main__":
    main()
