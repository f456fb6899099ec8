"""The compiled clients: `pilji-benches`, a program in Rust, asks what this module writes down for it."""

import json
import subprocess
from pathlib import Path

from binary import BINARY, ENVIRONMENT
from race.answers import Answer
from race.engines import Compiled
from race.measure import Failed
from race.work import Dialect, prepared, statement

PROGRAM = BINARY.with_name("pilji-benches")


class NotBuilt(Exception):
    """The program is not where the build puts it."""


def ask(how: Compiled, dialect: Dialect, cases: dict[str, list[dict]], folder: Path) -> dict[str, list[Answer]]:
    """Asks the cases of small works twice and times the second time."""
    if not PROGRAM.exists():
        raise NotBuilt(f"no program at {PROGRAM}: run `cargo build --release --bins`")
    asks = folder / "asks.json"
    asks.write_text(json.dumps(
        [
            {"name": work, "cases": [_case(how, work, number, case, dialect) for number, case in enumerate(drawn)]}
            for work, drawn in cases.items()
        ],
        ensure_ascii=False,
    ))  # fmt: skip
    command = [PROGRAM, *how.arguments, "--asks", asks]
    done = subprocess.run(command, env=ENVIRONMENT | how.environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(done.stderr.strip())
    return {
        answered["name"]: [Answer(*answer) for answer in answered["answers"]]
        for answered in json.loads(done.stdout)
    }


def _case(how: Compiled, work: str, number: int, case: dict, dialect: Dialect) -> dict:
    if how.parameters:
        text, values = prepared(work, case, dialect)
        return {"number": number, "text": text, "parameters": values}
    return {"number": number, "text": statement(work, case, dialect)}
