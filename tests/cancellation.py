"""Measures how long the work of queries goes on that are broken off, and writes docs/cancellation.md."""

import argparse
import os
from pathlib import Path

from measured import printed, rows

PARCELS = 100_000
LIMIT_MS = 100

INTRODUCTION = f"""# Breaking queries off

`make cancellation` starts queries that would run for long, each operator's own, and breaks them off after 50 to 450 ms: the client is gone,
`CancelFlightInfo`, `KILL QUERY`, `statement_timeout`, in turn. A query is over when no task of it is left and no byte of memory is reserved for it;
the time is measured from the moment at which it is broken off to there, with a look every millisecond. The spatial ones read {PARCELS:,} made-up parcels.
Sorts do not go to disk in this time: writing a run there takes a few hundred milliseconds, in which DataFusion hears nothing. The program of the measurement is
[`server/examples/break_off.rs`](../server/examples/break_off.rs).

"""


def main() -> None:
    """Fails when more than one in a hundred takes longer than the limit."""
    parser = argparse.ArgumentParser(prog="make cancellation", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the page to write")
    parser.add_argument("--runs", type=int, default=100, help="queries of each operator")
    arguments = parser.parse_args()
    table = printed("break_off", PARCELS, "--runs", str(arguments.runs))
    cores = len(os.sched_getaffinity(0))
    late = [row for row in rows(table) if float(row[4]) > LIMIT_MS]
    short = f"\nAbove {LIMIT_MS} ms in more than one of a hundred: {', '.join(row[0] for row in late)}.\n" if late else ""
    arguments.out.write_text(f"{INTRODUCTION}Clients, server and measurement share {cores} cores.\n\n{table}{short}")
    if late:
        raise SystemExit(f"p99 above {LIMIT_MS} ms: {', '.join(row[0] for row in late)}")


if __name__ == "__main__":
    main()
