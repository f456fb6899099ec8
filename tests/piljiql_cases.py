"""The cases of tests/dsl: a text in PiljiQL each, with the SQL that it becomes and its rows, or what is said of it.

    python -m piljiql_cases --write tests/dsl/where     # writes what is there now; read the difference before it is kept
"""

import argparse
import csv
import io
import math
import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import adbc_driver_manager
import duckdb
from binary import ingest, inputs, ok, pilji, sample
from serving import Server

FOLDER = Path(__file__).parent / "dsl"
MODELS = (FOLDER / "models.sql").read_text()


@dataclass(frozen=True)
class Case:
    """A folder with a text and what comes of it."""

    folder: Path

    @property
    def name(self) -> str:
        return str(self.folder.relative_to(FOLDER))

    @property
    def text(self) -> str:
        return (self.folder / "in.pql").read_text()

    @property
    def settings(self) -> list[str]:
        """Statements before it: `# SET compat = 'legacy'` lines at its top."""
        lines = self.text.splitlines()
        return [line[1:].strip() for line in lines if line.startswith("# SET ")]

    def same_rows(self, rows: str, others: str) -> bool:
        """Whether rows are others; in whatever order where the text gives them none."""
        one, other = rows.splitlines()[1:], others.splitlines()[1:]
        if "ORDER BY" not in self.expected("out.sql").splitlines()[-1]:
            one, other = sorted(one), sorted(other)
        return one == other

    def expected(self, file: str) -> str | None:
        path = self.folder / file
        return path.read_bytes().decode() if path.exists() else None


def cases() -> list[Case]:
    """Every case, by name."""
    return sorted((Case(path.parent) for path in FOLDER.glob("*/*/in.pql")), key=lambda case: case.name)


def reference_examples() -> list[str]:
    """The examples of the page that describes the language."""
    page = (Path(__file__).parents[1] / "docs/piljiql.md").read_text()
    blocks = re.findall(r"^```\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    return [block.strip() for block in blocks if not block.startswith("text  ")]


def statements(models: str = MODELS) -> list[str]:
    """The statements of the models."""
    lines = [line for line in models.splitlines() if not line.startswith("--")]
    return [statement for statement in "\n".join(lines).split(";") if statement.strip()]


class Pilji:
    """A server with the models, and sessions that ask it."""

    def __init__(self, server: Server):
        self.server = server
        with server.connect() as connection, connection.cursor() as cursor:
            for statement in statements():
                cursor.execute(statement)

    def ask(self, case: Case) -> tuple[str, str]:
        """The SQL and the rows of a case as CSV."""
        with self.server.connect() as connection, connection.cursor() as cursor:
            for statement in case.settings:
                cursor.execute(statement)
            cursor.execute(f"explain sql {case.text}")
            sql = cursor.fetch_arrow_table()[0][0].as_py()
            cursor.execute(case.text)
            return sql + "\n", as_csv(cursor.fetch_arrow_table())

    def refusal(self, case: Case) -> str:
        """What is said of a case that is refused."""
        try:
            with self.server.connect() as connection, connection.cursor() as cursor:
                for statement in case.settings:
                    cursor.execute(statement)
                cursor.execute(case.text)
                cursor.fetch_arrow_table()
        except adbc_driver_manager.Error as error:
            text = str(error).split("[FlightSQL] ", 1)[-1]
            return text.rsplit(" (", 1)[0] + "\n"
        raise AssertionError(f"{case.name} was answered")


@contextmanager
def served(folder: Path):
    """A server over a small dataset of parcels, its areas, and the models."""
    (folder / "sample").mkdir()
    sample(folder / "sample", 2_000, "11110", "--piece-rows", 7000)
    ingest(folder / "warehouse", *inputs(folder / "sample"))
    ok(pilji("dataset", "derive-areas", "--warehouse", folder / "warehouse"))
    (folder / "files").mkdir()
    (folder / "files/corona19.csv").write_text("지역,확진\n종로구,12\n중구,7\n", encoding="cp949")
    ok(pilji("connection", "add", "local", "minio-test", folder / "files", "--warehouse", folder / "warehouse"))
    roots = {"PILJI_ROOTS": str(folder / "files")}
    with Server(folder / "warehouse", None, folder / "log", roots) as server:
        yield Pilji(server)


def as_csv(table) -> str:
    """Rows as CSV: a header, texts as they are, NULL as nothing, floating-point numbers to twelve digits."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.column_names)
    for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
        writer.writerow([plain(value) for value in row])
    return out.getvalue()


def plain(value) -> str:
    """A value as text, the same from every engine."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if math.isfinite(value):
            return f"{value:.12g}"
        case Decimal():
            return f"{float(value):.12g}"
        case bytes():
            return value.hex()
        case datetime():
            return value.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
        case date() | time() | timedelta():
            return str(value)
        case _:
            return str(value)


def oracle(case: Case) -> str:
    """The rows of a case's hand-written SQL in DuckDB."""
    connection = duckdb.connect()
    for statement in statements():
        connection.execute(statement)
    return as_csv(connection.execute(case.expected("oracle.sql")).to_arrow_table())


def write(case: Case, asked: Pilji) -> None:
    """Writes what comes of a case now."""
    for file in ["out.sql", "out.csv", "err.txt"]:
        (case.folder / file).unlink(missing_ok=True)
    try:
        sql, rows = asked.ask(case)
    except adbc_driver_manager.Error:
        (case.folder / "err.txt").write_bytes(asked.refusal(case).encode())
        return
    (case.folder / "out.sql").write_bytes(sql.encode())
    (case.folder / "out.csv").write_bytes(rows.encode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, nargs="+", required=True, help="folders of cases")
    folders = [folder.resolve() for folder in parser.parse_args().write]
    with tempfile.TemporaryDirectory() as scratch:
        with served(Path(scratch)) as asked:
            for case in cases():
                if any(folder == case.folder or folder in case.folder.parents for folder in folders):
                    write(case, asked)
                    print(case.name, "err" if case.expected("err.txt") else "ok")


if __name__ == "__main__":
    main()
