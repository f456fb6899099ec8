"""Starts a server for the tests and talks to it."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import adbc_driver_flightsql.dbapi as flightsql
import pyarrow as pa
from adbc_driver_flightsql import DatabaseOptions
from binary import BINARY, ENVIRONMENT

DEADLINE_SECS = 30


def wait_until(condition, what: str, deadline_secs: float = DEADLINE_SECS):
    """Polls until the condition holds a truth and returns that; fails past the deadline."""
    end = time.monotonic() + deadline_secs
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {deadline_secs} s")


class Server:
    """A running `pilji serve` on a free port."""

    def __init__(self, warehouse: Path, token: str | None, log: Path, settings: dict[str, str] | None = None):
        self.token = token
        self.warehouse = warehouse
        self.log = log
        environment = ENVIRONMENT | ({"PILJI_TOKEN": token} if token else {}) | (settings or {})
        command = [str(BINARY), "serve", "--warehouse", str(warehouse), "--listen", "127.0.0.1:0"]
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=stderr, stderr=stderr
            )
        self.port = int(wait_until(self._port, "the server says its address"))
        self.url = f"http://127.0.0.1:{self.port}"

    def _port(self) -> str | None:
        text = self.log.read_text()
        assert self.process.poll() is None, f"the server ended:\n{text}"
        found = re.search(r"127\.0\.0\.1:(\d+)", text)
        return found and found.group(1)

    @property
    def environment(self) -> dict[str, str]:
        """What a client finds the server with."""
        return {"PILJI_URL": self.url} | ({"PILJI_TOKEN": self.token} if self.token else {})

    def connect(self, token: str | None = None) -> flightsql.Connection:
        """Opens an ADBC connection."""
        token = token if token is not None else self.token
        options = {DatabaseOptions.AUTHORIZATION_HEADER.value: f"Bearer {token}"} if token else {}
        return flightsql.connect(f"grpc://127.0.0.1:{self.port}", db_kwargs=options, autocommit=True)

    def sql(self, text: str) -> pa.Table:
        """Runs a statement and returns its result."""
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(text)
            return cursor.fetch_arrow_table()

    def value(self, text: str):
        """Runs a statement with one row and one column and returns that value."""
        table = self.sql(text)
        assert table.shape == (1, 1), table.shape
        return table.column(0)[0].as_py()

    def memory_bytes(self, field: str) -> int:
        """A memory figure of the process as Linux counts it: `VmRSS`, `VmHWM`."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{field}:\s+(\d+) kB", status).group(1)) * 1024

    def stop(self) -> int:
        """Asks the server to stop, as Ctrl-C does, and returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(DEADLINE_SECS)
        except subprocess.TimeoutExpired:
            os.kill(self.process.pid, signal.SIGKILL)
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
