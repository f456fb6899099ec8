"""Stands in for what Sail's Flight tests import of Sail, which they use only to start a server of their own."""

import sys
import types

import pytest

flight = types.ModuleType("pysail.flight")
flight.FlightSqlServer = None
sys.modules["pysail"] = types.ModuleType("pysail")
sys.modules["pysail.flight"] = flight


def pytest_configure(config: pytest.Config) -> None:
    """The tests connect without asking for autocommit, and the driver warns."""
    config.addinivalue_line("filterwarnings", "ignore:Cannot disable autocommit:Warning")
