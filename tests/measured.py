"""Programs of `server/examples` that measure the server from within, run over a sample of their own."""

import subprocess
import tempfile
from pathlib import Path

from binary import BINARY, ENVIRONMENT, ingest, inputs, sample


def printed(example: str, parcels: int, *arguments: str) -> str:
    """What a program prints that is given a warehouse with so many made-up parcels."""
    with tempfile.TemporaryDirectory(prefix=f"pilji-{example}-") as scratch:
        folder, warehouse = Path(scratch) / "sample", Path(scratch) / "warehouse"
        sample(folder, parcels, "11110,36110,43745")
        ingest(warehouse, *inputs(folder))
        command = [BINARY.with_name("examples") / example, "--warehouse", warehouse, *arguments]
        return subprocess.run(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, check=True).stdout


def rows(table: str) -> list[list[str]]:
    """The cells of each row of the table that it prints."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
