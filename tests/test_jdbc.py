"""Arrow's Flight SQL JDBC driver, which DBeaver and BI tools load: every getter, the tree of tables, statements, logins."""

import os
import re
import subprocess
from pathlib import Path

import adbc_driver_manager
import pytest
from adbc_driver_manager import AdbcStatusCode
from conftest import TOKEN

ROOT = Path(__file__).parents[1]
PROGRAMS = Path(__file__).parent / "jdbc"
VERSION = "18.3.0"  # the one that DBeaver's users have
GETTERS = 142
PATIENCE = 300  # seconds for a program of ours: a few are usual
REFUSALS = {AdbcStatusCode.INVALID_ARGUMENT, AdbcStatusCode.NOT_IMPLEMENTED}


@pytest.fixture(scope="session")
def driver() -> Path:
    """The driver's jar."""
    script = ROOT / "scripts/jdbc-driver.sh"
    found = subprocess.run(["bash", script, VERSION], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    return Path(found.stdout.strip())


@pytest.fixture(scope="module")
def jdbc(driver, server):
    """Runs one of our Java programs against the server: lines of its output, split at tabs."""

    def run(program: str, **parameters: str) -> list[list[str]]:
        query = "&".join(f"{name}={value}" for name, value in {"useEncryption": "false", **parameters}.items())
        url = f"jdbc:arrow-flight-sql://127.0.0.1:{server.port}/?{query}"
        command = ["java", "--add-opens=java.base/java.nio=ALL-UNNAMED", "-cp", str(driver)]
        done = subprocess.run([*command, PROGRAMS / f"{program}.java", url], capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr[-4000:]
        return [line.split("\t") for line in done.stdout.splitlines()]

    return run


@pytest.fixture(scope="module")
def getters(jdbc) -> dict[str, tuple[str, str]]:
    """What each getter of DatabaseMetaData answers, and whether the server or the driver says so."""
    return {name: (origin, value) for name, origin, value in jdbc("Getters", token=TOKEN)}


def listed(table: str) -> list[list[str]]:
    lines = (PROGRAMS / table).read_text().splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def test_every_getter_answers(getters):
    assert len(getters) == GETTERS
    assert [name for name, (_, value) in getters.items() if value.startswith("FAILED")] == []


@pytest.mark.parametrize("getter,expected,sql", listed("getters.tsv"))
def test_a_getter_says_what_the_server_does(getters, server, getter, expected, sql):
    origin, answer = getters[getter]
    assert origin == "server"
    assert answer == expected if expected != "…" else answer
    if not sql:
        return
    if expected == "false":
        with pytest.raises(adbc_driver_manager.Error) as refusal:
            server.sql(sql)
        assert refusal.value.status_code in REFUSALS, refusal.value
    else:
        server.sql(sql)


def test_every_getter_that_asks_the_server_is_in_the_table(getters):
    told = {name for name, (origin, _) in getters.items() if origin == "server"}
    assert told == {getter for getter, *_ in listed("getters.tsv")}


def test_functions_that_are_listed_are_there(getters, server):
    known = set(server.sql("SELECT DISTINCT routine_name FROM information_schema.routines")["routine_name"].to_pylist())
    for getter in ["getNumericFunctions", "getStringFunctions", "getSystemFunctions", "getTimeDateFunctions"]:
        named = set(getters[getter][1].split(", "))
        assert named and named <= known, (getter, named - known)


def test_keywords_are_words_that_the_parser_knows(getters, server):
    keywords = getters["getSQLKeywords"][1].split(", ")
    assert keywords == sorted(set(keywords)) and {"QUALIFY", "ILIKE", "LATERAL"} <= set(keywords)
    # The one kind that a name cannot be without quotes.
    with pytest.raises(adbc_driver_manager.Error, match="Expected"):
        server.sql("SELECT 1 FROM parcel qualify")


def test_the_tree_of_dbeaver_opens_without_an_error(jdbc):
    lines = jdbc("Browse", token=TOKEN)
    assert [line for line in lines if "FAILED" in line[1]] == []
    shown = {title: fields for title, *fields in lines}
    assert shown["product"] == ["Pilji"] and shown["valid"] == ["true"]
    assert shown["table types"][-1] == "2 rows"
    columns = [dict(field.split("=", 1) for field in line[1:]) for line in lines if line[0] == "columns" and len(line) > 2]
    assert [column["COLUMN_NAME"] for column in columns][:3] == ["geometry", "sgg_oid", "pnu"]
    assert next(column for column in columns if column["COLUMN_NAME"] == "pnu")["TYPE_NAME"] == "VARCHAR"
    some = [line for line in lines if line[0] == "some columns" and len(line) > 2]
    assert {re.search(r"COLUMN_NAME=(\w+)", "\t".join(line)).group(1) for line in some} == {
        "bjd_nm", "si_nm", "sgg_nm", "emd_nm", "ri_nm",
    }  # fmt: skip
    assert shown["first rows"][-1] == "2 rows"


@pytest.fixture(scope="module")
def statements(jdbc) -> dict[str, str]:
    return {title: value for title, value in jdbc("Statements", token=TOKEN)}


@pytest.mark.parametrize("title,expected", listed("statements.tsv"))
def test_a_statement_answers(statements, title, expected):
    assert re.fullmatch(expected, statements[title]), statements[title]


def test_every_statement_is_in_the_table(statements):
    assert list(statements) == [title for title, _ in listed("statements.tsv")]


@pytest.mark.parametrize(
    "login",
    [{"token": TOKEN}, {"user": "kim", "password": TOKEN}],
    ids=["bearer", "basic"],
)
def test_a_login_is_accepted(jdbc, login):
    assert ["valid", "true"] in jdbc("Browse", **login)


def test_options_in_the_address_reach_the_session(jdbc):
    lines = jdbc("Browse", token=TOKEN, geometry_format="wkt")
    first = next(line for line in lines if line[0] == "first rows")
    assert any(field.startswith("geometry=POLYGON") or field.startswith("geometry=MULTIPOLYGON") for field in first)


def test_a_wrong_token_is_refused(driver, server):
    url = f"jdbc:arrow-flight-sql://127.0.0.1:{server.port}/?useEncryption=false&token=wrong"
    command = ["java", "--add-opens=java.base/java.nio=ALL-UNNAMED", "-cp", str(driver), PROGRAMS / "Browse.java", url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode != 0 and "UNAUTHENTICATED" in done.stderr.upper(), done.stderr


def test_the_example_with_maven_prints_an_answer(server):
    done = subprocess.run(
        ["mvn", "-B", "-q", "-Dstyle.color=never", "compile", "exec:exec"],
        cwd=ROOT / "clients/java", env=dict(os.environ) | server.environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"종로구 대 \d+\n", done.stdout), done.stdout
