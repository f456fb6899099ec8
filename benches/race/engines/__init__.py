"""The engines that are asked. Each is started and stopped by the race and runs alone."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Protocol

import pyarrow as pa
from race.work import Dialect

# Opens an ADBC connection. It is called in a process of its own, so it carries no open handle.
Connect = Callable[[], Any]


@dataclass(frozen=True)
class Loaded:
    """What loading cost."""

    seconds: float
    size_bytes: int
    how: str


@dataclass(frozen=True)
class Compiled:
    """How the compiled client asks a server."""

    arguments: list[str]
    environment: dict[str, str]
    parameters: bool  # whether values are parameters of a prepared text, or stand in the text


class Engine(Protocol):
    """One engine over the parcels of one run."""

    name: str
    title: str
    dialect: Dialect
    notes: list[str]  # what a reader of the table must know

    def load(self, tables: dict[str, pa.Table]) -> Loaded:
        """Makes parcels and users' tables ready to be asked, unless they are already."""

    def unload(self) -> None:
        """Takes away what `load` left in places that are not the race's."""

    def start(self) -> None:
        """Starts the engine's server, if it has one."""

    def stop(self) -> None:
        """Stops it."""

    def connect(self) -> Connect:
        """How to connect to the engine that is running."""

    def compiled(self) -> Compiled | None:
        """How the compiled client asks the engine that is running, if there is one."""

    def folders(self) -> list[Path]:
        """Where its files are, for dropping them from the page cache."""


class Missing(Exception):
    """An engine that is not to be had on this machine; its column says so."""
