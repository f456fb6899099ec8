"""Pilji's side, and what both sides share: each answers one SQL expression for all rows of a table."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from agreement.cases import Case
from binary import ok, pilji
from serving import Server

THREADS = 4


@dataclass(frozen=True)
class Failure:
    """An error in place of an answer."""

    message: str


Answers = dict[int, object]


def halved(ask: Callable[[list[int]], Answers], ids: list[int], failing: type[Exception]) -> Answers:
    """The answer for each row; rows that fail together are halved until the failing ones stand alone."""
    if not ids:
        return {}
    try:
        return ask(ids)
    except failing as error:
        if len(ids) == 1:
            return {ids[0]: Failure(str(error))}
    middle = len(ids) // 2
    return halved(ask, ids[:middle], failing) | halved(ask, ids[middle:], failing)


class PiljiSide:
    """Pilji's server over models of the tables."""

    def __init__(self, tables: dict[str, pa.Table], folder: Path):
        for name, table in tables.items():
            pq.write_table(table, folder / f"{name}.parquet")
            ok(pilji("model", "register", folder / f"{name}.parquet", "--name", name, "--warehouse", folder / "warehouse"))
        self.server = Server(folder / "warehouse", None, folder / "log")
        self.pool = ThreadPoolExecutor(THREADS)
        self.local = threading.local()  # a connection for each thread

    def answers(self, case: Case, ids: list[int], refused: list[int]) -> Answers:
        """The answer for each row; those that the peer refused are asked one by one."""
        def ask(some: list[int]) -> Answers:
            rows = ", ".join(map(str, some))
            grouped = f" GROUP BY {case.key}" if case.groups else ""
            return self._ask(f"SELECT {case.key} AS id, {case.expression} AS v FROM shared.{case.table} WHERE {case.key} IN ({rows}){grouped}")

        found = halved(ask, [idx for idx in ids if idx not in set(refused)], Exception)
        for single in self.pool.map(lambda idx: halved(ask, [idx], Exception), refused):
            found |= single
        return found

    def _ask(self, statement: str) -> Answers:
        if not hasattr(self.local, "connection"):
            self.local.connection = self.server.connect()
        with self.local.connection.cursor() as cursor:
            cursor.execute(statement)
            table = cursor.fetch_arrow_table()
        return dict(zip(table["id"].to_pylist(), table["v"].to_pylist()))

    def stop(self) -> None:
        """Ends the server."""
        self.pool.shutdown()
        self.server.stop()
