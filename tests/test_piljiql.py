"""PiljiQL: every case of tests/dsl, beside hand-written SQL in DuckDB; the languages side by side over the wire."""

import json
import re
from pathlib import Path

import adbc_driver_manager
import binary
import geopandas as gpd
import legacy_models
import piljiql_cases
import pytest
import random_pipelines
from binary import ok
from piljiql_cases import Case, oracle
from pyarrow import flight

CASES = piljiql_cases.cases()
ORACLES = [case for case in CASES if case.expected("oracle.sql")]


@pytest.fixture(scope="module")
def pilji(tmp_path_factory):
    """A server of its own: the cases make models."""
    with piljiql_cases.served(tmp_path_factory.mktemp("piljiql")) as pilji:
        yield pilji


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case(pilji, case: Case):
    if (error := case.expected("err.txt")) is not None:
        assert pilji.refusal(case) == error
        return
    sql, rows = pilji.ask(case)
    assert sql == case.expected("out.sql")
    expected = case.expected("out.csv")
    assert rows.splitlines()[0] == expected.splitlines()[0]
    assert case.same_rows(rows, expected), rows


@pytest.mark.parametrize("case", ORACLES, ids=lambda case: case.name)
def test_the_rows_of_a_case_are_those_of_duckdb(case: Case):
    expected = oracle(case)
    assert case.same_rows(case.expected("out.csv"), expected), expected


LEGACY = Path(__file__).parents[2] / "shared/dsl/legacy-examples.tsv"


def legacy_examples(verdict: str) -> list[tuple[str, str]]:
    """The public examples of the former platform's commands: page and text."""
    if not LEGACY.exists():
        return []
    with LEGACY.open(encoding="utf-8", newline="") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    return [(page, query) for page, query, said in rows[1:] if said == verdict]


@pytest.mark.shared_data
@pytest.mark.parametrize("page,query", legacy_examples("ok"))
def test_an_example_of_the_former_platform_runs(pilji, page, query):
    name, statements = legacy_models.models(page, query)
    with pilji.server.connect() as connection, connection.cursor() as cursor:
        for statement in [*statements, f"SET default_model = '{name}'", "SET compat = 'legacy'"]:
            cursor.execute(statement)
        cursor.execute(query)
        assert cursor.fetch_arrow_table().num_columns > 0


@pytest.mark.shared_data
@pytest.mark.parametrize("page,query", legacy_examples("reject"))
def test_an_example_that_cannot_be_run_says_why(pilji, page, query):
    with pilji.server.connect() as connection, connection.cursor() as cursor:
        for statement in [*legacy_models.models(page, query)[1], "SET default_model = 'm'"]:
            cursor.execute(statement)
        with pytest.raises(adbc_driver_manager.Error, match=r"error\[E0\d{3}\]") as refusal:
            cursor.execute(query)
        assert "한국어" in str(refusal.value)
        cursor.execute(mended(query, diagnostics(refusal.value)))
        assert cursor.fetch_arrow_table().num_rows > 0


def diagnostics(error: adbc_driver_manager.Error) -> list[dict]:
    """What is wrong with a text, as the details of its status say it."""
    details = b"".join(value for _, value in error.details or [])
    assert b"PILJIQL_WRONG" in details, details
    return json.loads(re.search(rb'\[\{"code".*\}\]', details).group(0))


def mended(text: str, found: list[dict]) -> str:
    """A text with the first fix of each diagnostic made."""
    content = text.encode()
    fixes = [one["fixes"][0] for one in found]
    for fix in sorted(fixes, key=lambda fix: fix["span"]["start"], reverse=True):
        content = content[: fix["span"]["start"]] + fix["replacement"].encode() + content[fix["span"]["end"] :]
    return content.decode()


# Texts with one mistake and with what to write instead; the connection of the one that is left out is not there.
MENDED = [
    case
    for case in CASES
    if "write this" in (error := case.expected("err.txt") or "") and error.count("error[") == 1 and case.name != "outside/joined_file"
]


@pytest.mark.parametrize("case", MENDED, ids=lambda case: case.name)
def test_what_is_written_instead_runs(pilji, case: Case):
    with pilji.server.connect() as connection, connection.cursor() as cursor:
        text = case.text
        # A name that is wrong twice is put right at one place after the other.
        for _ in range(3):
            try:
                cursor.execute(text)
                cursor.fetch_arrow_table()
                return
            except adbc_driver_manager.Error as error:
                text = mended(text, diagnostics(error))
    pytest.fail(text)


def rows(pilji, *texts, parameters=None):
    """The rows of the last of some texts, in one session."""
    with pilji.server.connect() as connection, connection.cursor() as cursor:
        for text in texts[:-1]:
            cursor.execute(text)
        cursor.execute(texts[-1], parameters)
        return cursor.fetch_arrow_table()


def test_languages_are_told_apart(pilji):
    assert rows(pilji, "model 토지 | count")["count"].to_pylist() == [8]
    assert rows(pilji, "SET default_model = '토지'", "SET query_language = 'piljiql'", "순번 = 1")["pnu"].length() == 4
    assert rows(pilji, "SET query_language = 'piljiql'", "SELECT 1 AS a")["a"].to_pylist() == [1]
    assert rows(pilji, "SET default_model = '토지'", "-- lang: dsl\n순번 = 1")["pnu"].length() == 4
    with pytest.raises(adbc_driver_manager.Error, match="found: model"):
        rows(pilji, "-- lang: sql\nmodel 토지")
    with pytest.raises(adbc_driver_manager.Error, match="found: SELEC"):
        rows(pilji, "SELEC 1")


def test_a_text_stands_within_sql(pilji):
    joined = """
        SELECT d.동, count(*) AS n FROM dsl($$ model 토지 | where 면적 > 100 $$) AS d JOIN 토지 t ON t.pnu = d.pnu
        WHERE d.순번 = 1 GROUP BY d.동 ORDER BY d.동
    """
    assert rows(pilji, joined)["n"].to_pylist() == [1, 1, 1]
    # Filters reach the scan, and an order survives where nothing else is asked.
    plan = rows(pilji, "EXPLAIN SELECT pnu FROM dsl($$ model parcel $$) WHERE emd_nm = '청운동'")["plan"].to_pylist()[1]
    assert "emd_nm_min@" in plan and "projection=[pnu" in plan, plan
    ordered = rows(pilji, "SELECT * FROM dsl('model 토지 | sort -면적 | fields pnu')")["pnu"].to_pylist()
    assert ordered == rows(pilji, "model 토지 | sort -면적 | fields pnu")["pnu"].to_pylist()
    assert ordered == rows(pilji, "SELECT * FROM dsl($$ model 토지 | sort -면적 | fields pnu $$) AS d")["pnu"].to_pylist()
    with pytest.raises(adbc_driver_manager.Error, match="it takes one text"):
        rows(pilji, "SELECT * FROM dsl(1)")


def test_a_view_is_a_text(pilji):
    text = "model 토지 | where 면적 > 900 | stats count(*) as n by 동 | sort 동"
    view = rows(pilji, f"CREATE OR REPLACE VIEW 넓은토지 AS {text}", "SELECT * FROM 넓은토지 ORDER BY 동")
    assert view.to_pylist() == rows(pilji, text).to_pylist()
    assert rows(pilji, "model 넓은토지 | where n > 1 | count")["count"].to_pylist() == [2]
    table = rows(pilji, "CREATE OR REPLACE TABLE 좁은토지 AS model 토지 | where 면적 < 200", "model 좁은토지 | count")
    assert table["count"].to_pylist() == [2]


@pytest.mark.parametrize(
    "text,values,expected",
    [
        ("model 토지 | where 지목 = ? and 순번 = ? | count", ("대", 1), 1),
        ("model 토지 | where 순번 = $2 and 지목 = $1 | count", ("대", 2), 1),
        ("model 토지 | where 지목 = ${종류} or 동 = ${종류} | count", ("대",), 2),
        ("model 토지 | where 지목 = ? | count", ("대' or '1' = '1",), 0),
    ],
)
def test_parameters_are_values(pilji, text, values, expected):
    assert rows(pilji, text, parameters=values)["count"].to_pylist() == [expected]


def test_a_plan_is_explained(pilji):
    plan = rows(pilji, "explain model parcel | where emd_nm = '청운동' | head 1")
    assert plan["plan_type"].to_pylist()[:2] == ["logical_plan", "physical_plan"]
    analyzed = rows(pilji, "EXPLAIN ANALYZE model 토지 | count")
    assert "output_rows" in str(analyzed.to_pylist())


def test_the_nearest_parcels_of_a_row_are_those_that_geos_finds(pilji):
    text = "model 지점 | nearest k=3 lon=lon lat=lat within=2km keep=jimok | fields id, pnu, jimok, distance_m"
    found = rows(pilji, text).to_pandas()
    points = pilji.server.sql("SELECT id, lon, lat FROM 지점 WHERE lon IS NOT NULL").to_pandas()
    parcels = gpd.GeoDataFrame.from_arrow(pilji.server.sql("SELECT pnu, jimok, geometry FROM parcel")).to_crs(5186)
    at = gpd.GeoSeries.from_xy(points["lon"], points["lat"], crs=4326).to_crs(5186)
    n_found = 0
    for number, point in zip(points["id"], at, strict=True):
        parcels["distance_m"] = parcels.distance(point)
        near = parcels[parcels["distance_m"] <= 2000].nsmallest(3, "distance_m")
        told = found[(found["id"] == number) & found["pnu"].notna()].sort_values("distance_m")
        assert told["pnu"].to_list() == near["pnu"].to_list()
        assert told["distance_m"].to_list() == pytest.approx(near["distance_m"].to_list(), abs=0.01)
        n_found += len(near)
    assert n_found > 0 and set(found["id"]) == {1, 2, 3, 4}


def test_an_answer_says_how_its_rows_were_matched(pilji):
    text = "model 거래 | geojoin by=pnu | fields id, match_status"
    counts = dict.fromkeys(["ambiguous", "exact", "none", "normalized"], 0)
    for status in rows(pilji, text)["match_status"].to_pylist():
        counts[status] += 1
    with flight.connect(f"grpc://127.0.0.1:{pilji.server.port}") as client:
        options = flight.FlightCallOptions(headers=[(b"authorization", f"Bearer {pilji.server.token}".encode())])
        info = client.get_flight_info(flight.FlightDescriptor.for_command(text), options)
        reader = client.do_get(info.endpoints[0].ticket, options)
        said = [json.loads(chunk.app_metadata.to_pybytes()) for chunk in reader if chunk.app_metadata]
    assert said[-1]["match_status"] == counts and said[-1]["rows"] == sum(counts.values()) == 6


def test_diagnostics_are_data_too(pilji):
    with pytest.raises(adbc_driver_manager.Error) as refusal:
        rows(pilji, "model 토지\n| where 지묵 = '대'")
    [diagnostic] = diagnostics(refusal.value)
    assert diagnostic["code"] == "E0201" and diagnostic["stage"] == 2
    label = diagnostic["labels"][0]["span"]
    assert "model 토지\n| where 지묵 = '대'".encode()[label["start"] : label["end"]].decode() == "지묵"
    assert diagnostic["fixes"][0]["replacement"] == "지목"


@pytest.mark.parametrize("command", piljiql_cases.reference_examples(), ids=lambda text: text[:40])
def test_an_example_of_the_reference_runs(pilji, command):
    assert rows(pilji, command).num_columns > 0


def test_the_reference_is_what_the_binary_says():
    page = (Path(__file__).parents[1] / "docs/piljiql.md").read_text()
    assert ok(binary.pilji("dsl", "reference")).stdout == page


def test_texts_are_checked_and_formatted_on_the_command_line(pilji, tmp_path):
    text = tmp_path / "a.pql"
    text.write_text("model 토지|where 지목='대'|count")
    environment = pilji.server.environment
    assert ok(binary.pilji("dsl", "fmt", text)).stdout == "model 토지\n| where 지목='대'\n| count\n"
    ok(binary.pilji("dsl", "fmt", "--write", text))
    assert text.read_text() == "model 토지\n| where 지목='대'\n| count\n"
    assert ok(binary.pilji("dsl", "check", text, environment=environment)).stdout == ""
    assert "WITH \"_s1\"" in ok(binary.pilji("dsl", "explain", text, environment=environment)).stdout
    text.write_text("model 토지 | where 지묵 = '대'")
    assert binary.pilji("dsl", "check", "--syntax", text).code == 0
    wrong = binary.pilji("dsl", "check", text, environment=environment)
    assert wrong.code == 1 and "E0201" in wrong.stderr
    broken = binary.pilji("dsl", "check", "--syntax", "-", stdin="model 토지 | stat count")
    assert broken.code == 1 and "did you mean `stats`" in broken.stderr


def test_pipelines_made_by_chance_are_answered_as_by_an_interpreter(pilji):
    assert random_pipelines.run(pilji.server.connect, pipelines=1_000, seed=20_241_129) == []


def test_files_are_read_where_the_server_may_read(pilji):
    with pytest.raises(adbc_driver_manager.Error, match="outside of the folders that this server may read"):
        rows(pilji, "file path='/etc/passwd'")


# Texts that try to be more than a name, a literal or a value.
INJECTIONS = ["'; DROP TABLE 토지; --", "' OR 1=1 --", '" OR "1"="1', "`; DROP TABLE 토지; --", "$$; DROP TABLE 토지; $$", "\\'; DROP TABLE 토지 --",
              "') UNION SELECT 'x", "*/ DROP TABLE 토지 /*", "토지 | sql $$ DROP TABLE 토지 $$", "${x}"]  # fmt: skip


def quoted(text: str) -> list[str]:
    """A text as a literal, in either quotes."""
    double = text.replace("\\", "\\\\").replace('"', '""')
    return ["'" + text.replace("'", "''") + "'", f'"{double}"']


@pytest.mark.parametrize("attack", INJECTIONS)
def test_nothing_that_is_written_becomes_a_statement(pilji, attack):
    # As literals, in either quotes: no row is equal, and no row is lost.
    for literal in quoted(attack):
        for text in [
            f"model 토지 | where 지목 = {literal} | count",
            f"model 토지 | where 동 in ({literal}) | count",
            f"model 토지 | addr 동={literal} | count",
        ]:
            if attack == "*/ DROP TABLE 토지 /*" and "addr" in text:
                continue  # A star is any characters there.
            assert rows(pilji, text)["count"].to_pylist() == [0], text
    # As names: the column is made and asked for under exactly this name.
    if "`" not in attack:
        named = rows(pilji, f"model 토지 | rename 지목 `{attack}` | fields `{attack}`")
        assert named.column_names == [attack] and named.num_rows == 8
        made = rows(pilji, f"model 토지 | eval `{attack}` = 1 | stats sum(`{attack}`) as `{attack}`")
        assert made.to_pylist() == [{attack: 8}]
    # As a value, and as SQL within.
    assert rows(pilji, "model 토지 | where 지목 = ? | count", parameters=(attack,))["count"].to_pylist() == [0]
    with pytest.raises(adbc_driver_manager.Error):
        rows(pilji, f"model 토지 | sql $z$ SELECT 1 {attack}; DROP TABLE 토지 $z$")
    assert rows(pilji, "SELECT count(*) AS n FROM 토지")["n"].to_pylist() == [8]


@pytest.mark.parametrize("statement", ["DROP TABLE 토지", "INSERT INTO 토지 VALUES (1)", "SET schema = 'x'", "COPY 토지 TO '/tmp/x'",
                                       "CREATE TABLE x AS SELECT 1", "EXPLAIN SELECT 1", "SELECT 1; SELECT 2"])  # fmt: skip
def test_sql_within_only_reads(pilji, statement):
    with pytest.raises(adbc_driver_manager.Error, match=r"error\[E0140\]"):
        rows(pilji, f"model 토지 | sql $$ {statement} $$")


@pytest.mark.parametrize("page", sorted((Path(__file__).parents[1] / "docs/dsl/errors").glob("*.md")), ids=lambda page: page.stem)
def test_the_page_of_a_code_tells_the_truth(pilji, page):
    text = page.read_text()
    examples = {title: text.split(title, 1)[1].strip().splitlines()[0] for title in ["틀린 예:", "바른 예:"] if title in text}
    if "틀린 예:" in examples:
        with pytest.raises(adbc_driver_manager.Error, match=re.escape(f"[{page.stem}]")):
            rows(pilji, examples["틀린 예:"])
    assert rows(pilji, examples["바른 예:"]).num_columns > 0


def test_the_pages_of_codes_are_what_the_binary_says(tmp_path):
    ok(binary.pilji("dsl", "errors", tmp_path))
    pages = Path(__file__).parents[1] / "docs/dsl/errors"
    assert {page.name: page.read_text() for page in tmp_path.iterdir()} == {page.name: page.read_text() for page in pages.iterdir()}
