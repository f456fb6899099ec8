"""PostGIS's side: a cluster of its own."""

import time
from pathlib import Path

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa
from agreement.cases import Case
from agreement.geometries import with_empty_members
from agreement.sides import Answers, Failure, halved
from race.engines.postgis import PostGis

RECOVERY_SECS = 30
# Catches the error of each row, so that one query answers all of them.
ANSWERS = """
    CREATE FUNCTION answers(ids bigint[]) RETURNS TABLE(row_id bigint, value {type}, failure text)
    LANGUAGE plpgsql AS $$
    BEGIN
        FOREACH row_id IN ARRAY ids LOOP
            value := NULL;
            failure := NULL;
            BEGIN
                value := (SELECT {expression} FROM {table} WHERE {key} = row_id);
            EXCEPTION WHEN OTHERS THEN
                failure := SQLERRM;
            END;
            RETURN NEXT;
        END LOOP;
    END $$
"""


class Cluster(PostGis):
    """One that rises quickly when it was felled."""

    def _settings(self) -> dict[str, str]:
        return super()._settings() | {"shared_buffers": "16MB", "fsync": "off", "max_wal_size": "256MB"}


class PostGisSide:
    """A PostgreSQL of our own with the tables."""

    def __init__(self, tables: dict[str, pa.Table], folder: Path):
        self.server = Cluster(folder / "warehouse", folder / "peer", 2)
        self.server.make_cluster()
        self.server.start()
        self.connection = self.server.connect()()
        self._run("CREATE EXTENSION postgis")
        self.with_empty_members = {name: with_empty_members(table) for name, table in tables.items()}
        for name, table in tables.items():
            with self.connection.cursor() as cursor:
                cursor.adbc_ingest(f"{name}_wkb", table, mode="create")
            self._run(f"CREATE TABLE {name} AS SELECT id, ST_GeomFromWKB(a) AS a, ST_GeomFromWKB(b) AS b FROM {name}_wkb")
            self._run(f"CREATE INDEX ON {name} (id)")
        self._run("CREATE TYPE feature AS (geom geometry, id bigint)")
        self.title = self.ask("SELECT 'PostGIS ' || postgis_lib_version() || ', ' || postgis_geos_version() AS v")["v"][0].as_py()

    def answers(self, case: Case, ids: list[int]) -> Answers:
        """The answer for each row, in one query unless some of them fell the server."""
        value, kind = self._value(case)
        self._run("DROP FUNCTION IF EXISTS answers")
        self._run(ANSWERS.format(type=kind, table=case.table, key=case.key, expression=value))

        def ask(some: list[int]) -> Answers:
            table = self.ask(f"SELECT * FROM answers(ARRAY{some}::bigint[])")
            columns = (table[name].to_pylist() for name in ("row_id", "value", "failure"))
            return {idx: value if failure is None else Failure(failure) for idx, value, failure in zip(*columns)}

        try:
            return ask(ids)
        except adbc.OperationalError:
            # An EMPTY member is what fells it; the others are answered at once.
            suspects = [] if case.groups else self.with_empty_members[case.table]
            sound = [idx for idx in ids if idx not in suspects]
            found = halved(ask, sound, adbc.OperationalError)
            for idx in suspects:
                found |= halved(ask, [idx], adbc.OperationalError)
            return found

    def _value(self, case: Case) -> tuple[str, str]:
        """The expression as it is asked, and its type: geometries leave as bytes."""
        found = self.ask(f"SELECT pg_typeof({case.peer})::text AS t FROM {case.table} WHERE a IS NULL AND b IS NULL LIMIT 1")
        kind = found["t"][0].as_py()
        return (f"ST_AsBinary({case.peer}, 'NDR')", "bytea") if kind == "geometry" else (case.peer, kind)

    def _run(self, statement: str) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(statement)

    def ask(self, statement: str) -> pa.Table:
        """Asks; a server that the question has felled gets time to rise."""
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetch_arrow_table()
        except adbc.OperationalError:
            self._reconnect()
            raise

    def _reconnect(self) -> None:
        deadline = time.monotonic() + RECOVERY_SECS
        while True:
            try:
                self.connection = self.server.connect()()
                return
            except adbc.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        """Ends the cluster."""
        self.connection.close()
        self.server.stop()
