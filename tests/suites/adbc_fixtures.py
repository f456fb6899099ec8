"""The fixtures that the official ADBC tests want, each a connection to Pilji. Copied beside them as conftest.py."""

import os

import adbc_driver_flightsql
import adbc_driver_flightsql.dbapi
import adbc_driver_manager
import pytest

URI = os.environ["SUITE_URI"]
USER = "suite"
PASSWORD = os.environ["SUITE_TOKEN"]
LOGIN = {
    adbc_driver_manager.DatabaseOptions.USERNAME.value: USER,
    adbc_driver_manager.DatabaseOptions.PASSWORD.value: PASSWORD,
}


@pytest.fixture
def dremio_uri():
    return URI


@pytest.fixture
def dremio_user():
    return USER


@pytest.fixture
def dremio_pass():
    return PASSWORD


def low_level():
    with adbc_driver_flightsql.connect(URI, db_kwargs=LOGIN) as database:
        with adbc_driver_manager.AdbcConnection(database) as connection:
            yield connection


def dbapi():
    with adbc_driver_flightsql.dbapi.connect(URI, db_kwargs=LOGIN, autocommit=True) as connection:
        yield connection


dremio = pytest.fixture(low_level, name="dremio")
gizmosql = pytest.fixture(low_level, name="gizmosql")
dremio_dbapi = pytest.fixture(dbapi, name="dremio_dbapi")
gizmosql_dbapi = pytest.fixture(dbapi, name="gizmosql_dbapi")
test_dbapi = pytest.fixture(dbapi, name="test_dbapi")
