"""How an engine is timed: in a process of its own, one statement after the other, each answer fetched whole as Arrow."""

import multiprocessing
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import adbc_driver_manager.dbapi as dbapi
import pyarrow as pa
from race.answers import Answer, answer
from race.engines import Connect, Engine
from race.machine import PageCache

# Children of a server process that has imported everything already and opened nothing: new for the engine, yet quick.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["race.measure", "race.engines.pilji", "race.engines.duckdb", "race.engines.postgis"])


@dataclass(frozen=True)
class Timing:
    """The repetitions of one work by one engine."""

    engine: str
    client: str
    work: str
    state: str  # "cold" or "warm"
    answers: list[Answer]

    @property
    def median_ms(self) -> float:
        """The median."""
        return 1000 * statistics.median(each.seconds for each in self.answers)

    @property
    def p95_ms(self) -> float:
        """The 95th percentile, by nearest rank."""
        ordered = sorted(each.seconds for each in self.answers)
        return 1000 * ordered[-(-95 * len(ordered) // 100) - 1]

    @property
    def median_rows(self) -> int:
        """How many rows the median answer has."""
        return int(statistics.median(each.rows for each in self.answers))


def warm(engine: Engine, texts: dict[int, str]) -> list[Answer]:
    """Asks every case twice over one connection and times the second time.

    The engine must be running.
    """
    return _in_new_process(engine.connect(), texts, passes=2)


def cold(engine: Engine, texts: dict[int, str], page_cache: PageCache) -> list[Answer]:
    """Asks each case as the first statement of a new engine whose files are not in memory.

    Starting and connecting are not part of the time.
    """
    answers = []
    page_cache.settle()
    for case, text in texts.items():
        engine.stop()
        page_cache.drop(engine.folders())
        engine.start()
        answers += _in_new_process(engine.connect(), {case: text}, passes=1)
    return answers


def _in_new_process(connect: Connect, texts: dict[int, str], passes: int) -> list[Answer]:
    with ProcessPoolExecutor(max_workers=1, mp_context=PROCESSES) as pool:
        return pool.submit(_ask_all, connect, texts, passes).result()


class Failed(Exception):
    """An engine that answered with an error."""


def _ask_all(connect: Connect, texts: dict[int, str], passes: int) -> list[Answer]:
    with connect() as connection:
        for _ in range(passes - 1):
            for text in texts.values():
                fetch(connection, text)
        return [_ask(connection, case, text) for case, text in texts.items()]


def fetch(connection, text: str) -> pa.Table:
    """Runs a statement and fetches its whole answer."""
    with connection.cursor() as cursor:
        try:
            cursor.execute(text)
            return cursor.fetch_arrow_table()
        except dbapi.Error as error:  # which does not travel between processes
            raise Failed(f"{error}:\n  {text[:2000]}") from None


def _ask(connection, case: int, text: str) -> Answer:
    begin = time.perf_counter()
    table = fetch(connection, text)
    seconds = time.perf_counter() - begin
    return answer(case, seconds, table)
