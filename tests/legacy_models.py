"""Models that the public examples of the former platform's commands fit, by the page that an example is of."""

NUMBERS = "CREATE OR REPLACE TABLE {name} AS SELECT * FROM (VALUES (1, 2.0, 3.0, 4.0), (5, 6.0, 10.123, 8.0)) AS t(\"A\", \"B\", \"C\", \"D\")"
TEXTS = "CREATE OR REPLACE TABLE {name} AS SELECT * FROM (VALUES ('일반', 'b', 'x,y'), ('특수', NULL, 'z')) AS t(\"A\", \"B\", \"C\")"
SHAPES = """CREATE OR REPLACE TABLE {name} AS SELECT * FROM (VALUES
    ('가', 'POLYGON((0 0, 4 0, 4 4, 0 4, 0 0))'), ('나', 'POINT(9 9)')) AS t("A", "B")"""
POINTS = """CREATE OR REPLACE TABLE {name} AS SELECT * FROM (VALUES
    (37.5, 127.0, 10, 'a', '종로구'), (37.6, 127.0, 20, 'b', '중구')) AS t(lat, lon, "SYS_OUT", "OUT_TYPE", user_addr)"""
IRIS = """CREATE OR REPLACE TABLE {name} AS SELECT * FROM (VALUES
    (5.1, 3.5, 'setosa'), (6.3, 3.3, 'virginica'), (6.5, 3.0, 'virginica')) AS t("sepal_Length", "sepal_width", "Species")"""
SCHOOL = """CREATE OR REPLACE TABLE {name} AS SELECT * FROM (VALUES
    ('가', 1, 2, 3), ('나', 2, 1, 1)) AS t("학교", "학년", "반", "번호")"""
COLLECTION = """CREATE OR REPLACE TABLE "City" AS
    SELECT '종로구' AS name, st_makeenvelope(126, 37, 127, 38, 4326) AS geometry"""

# The default model of each page, and what else is read.
PAGES: dict[str, tuple[str, list[str]]] = {
    "calculate": ("m", [NUMBERS]),
    "concat": ("m", ['CREATE OR REPLACE TABLE {name} AS SELECT \'가\' AS "한글", \'a\' AS "알파벳", 1 AS "숫자"']),
    "count": ("m", [NUMBERS]),
    "distinct": ("m", [TEXTS]),
    "explode": ("m", [TEXTS]),
    "fields": ("m", ['CREATE OR REPLACE TABLE {name} AS SELECT 1 AS "HR", \'p\' AS "PLAYERID", 2 AS "RAW_A", 3 AS "RAW_B"']),
    "fillna": (
        "m",
        ["CREATE OR REPLACE TABLE {name} AS SELECT * FROM (VALUES ('a', 'b', 'c', 1), (NULL, NULL, NULL, NULL)) AS t(\"A\", \"B\", \"C\", \"D\")"],
    ),
    "geocode": ("m", ["CREATE OR REPLACE TABLE {name} AS SELECT '서울특별시' AS \"A\", '종로구' AS \"B\", '청운동' AS \"C\""]),
    "geoconverter": ("m", [SHAPES]),
    "geoflip": ("m", [SHAPES]),
    "geomap": ("m", [POINTS, COLLECTION]),
    "geometric": ("m", ["CREATE OR REPLACE TABLE {name} AS SELECT 1 AS id, 'POLYGON((0 0, 4 0, 4 4, 0 4, 0 0))' AS geometry"]),
    "georelation": ("m", [SHAPES]),
    "geostats": ("m", [POINTS]),
    "head": ("m", [NUMBERS]),
    "join": (
        "left_model",
        [
            'CREATE OR REPLACE TABLE {name} AS SELECT 1 AS "A", 7 AS "ID"',
            'CREATE OR REPLACE TABLE right_model AS SELECT 1 AS "A", \'x\' AS "D"',
            'CREATE OR REPLACE TABLE space_test AS SELECT 7 AS "ID", 8 AS "B"',
        ],
    ),
    "lag": ("m", [NUMBERS]),
    "lead": ("m", [NUMBERS]),
    "merge": (
        "z_L",
        [
            'CREATE OR REPLACE TABLE {name} AS SELECT 1 AS "A", \'f\' AS "B", 7 AS "ID"',
            'CREATE OR REPLACE TABLE "z_R" AS SELECT 1 AS "A", \'f\' AS "B"',
            'CREATE OR REPLACE TABLE space_test AS SELECT 7 AS "ID"',
        ],
    ),
    "mkdata": ("m", [NUMBERS]),
    "modeldata": ("m", [NUMBERS]),
    "numbering": ("m", [NUMBERS]),
    "pivot": ("m", [IRIS]),
    "regex": ("m", ["CREATE OR REPLACE TABLE {name} AS SELECT '{{\"colA\": 12, \"colB\": 3}}' AS raw"]),
    "rename": ("m", [NUMBERS]),
    "replace": ("m", [TEXTS]),
    "round": ("m", ['CREATE OR REPLACE TABLE {name} AS SELECT 1 AS id, 1.23456789 AS "AAA", 2.3456789 AS "BBB"']),
    "sampling": ("m", [NUMBERS]),
    "sort": ("m", [SCHOOL]),
    "sql": ("m", [NUMBERS]),
    "stats": ("m", [IRIS]),
    "substr": ("m", [TEXTS]),
    "summary": ("m", [NUMBERS]),
    "timeline": ("m", ['CREATE OR REPLACE TABLE {name} AS SELECT TIMESTAMP \'2020-01-01 10:00:00\' AS "FTS_PARTITION_TIME"']),
    "top": ("m", ['CREATE OR REPLACE TABLE {name} AS SELECT 2000 AS "YEARID"']),
    "typecast": ("m", ["CREATE OR REPLACE TABLE {name} AS SELECT '1.5' AS \"AAA\", '2020/01/02' AS \"EEE\", '2020-01-02 10:00:00' AS \"DDD\""]),
    "union": (
        "m",
        [
            'CREATE OR REPLACE TABLE {name} AS SELECT 1 AS "AAA", 2 AS "BBB"',
            'CREATE OR REPLACE TABLE "unionB" AS SELECT 3 AS "AAA", 4 AS "BBB"',
        ],
    ),
    "unpivot": ("m", [NUMBERS]),
    "value_counts": ("m", ['CREATE OR REPLACE TABLE {name} AS SELECT 1 AS "A", true AS "Bool"']),
    "where": ("m", [NUMBERS]),
}

# `case` mixes texts and numbers, and `pivot` groups by time, in examples of one page.
CASES = "CREATE OR REPLACE TABLE {name} AS SELECT * FROM (VALUES ('일반', 3.0, 10.123), ('특수', 9.0, 40.0)) AS t(\"A\", \"B\", \"C\")"
TIMES = "CREATE OR REPLACE TABLE {name} AS SELECT TIMESTAMP '2020-01-01 10:00:00' AS \"DATETIME\", 'h' AS \"HOST\""


def models(page: str, query: str) -> tuple[str, list[str]]:
    """The default model of an example, and the statements that make what it reads."""
    if page == "case":
        name, statements = "m", [CASES]
    elif page == "pivot" and "DATETIME" in query:
        name, statements = "m", [TIMES]
    else:
        name, statements = PAGES.get(page, ("m", [NUMBERS]))
    return name, [statement.format(name=f'"{name}"') for statement in statements]
