"""The sqllogictest files that DataFusion ships, asked over Flight SQL: which records apply, and what became of them."""

import json
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from binary import BINARY, ENVIRONMENT

from suites.foreign import CACHE

PROGRAM = BINARY.with_name("pilji-benches")
CRATE, VERSION = "datafusion-sqllogictest", "55.2.0"

# Files that do not apply as a whole, by the beginning of their name.
FILES_APART = {
    "spark/": "ask for the functions of Spark, which a crate of their own has",
    "tpch/": "read files that are made by a generator and do not ship with the records",
    "imdb.slt": "read files that are made by a generator and do not ship with the records",
    "slt_features.slt": "test the program that asks the records",
    "dynamic_file.slt": "read files of the client's machine by their path",
    "dynamic_file_": "read files of the client's machine by their path",
    "encrypted_parquet.slt": "read files of the client's machine",
    "information_schema": "describe the schemas and settings of DataFusion's own program",
}

# What the program that asks them in process makes itself before it asks.
MADE_BY_THE_PROGRAM = [
    "table_with_metadata", "range_partitioned", "unbounded_range_like", "dict_struct_table", "union_table", "async_abs", "table_with_map",
    "table_with_many_types", "approx_distinct_union_test", "dict_struct_nullable", "test_partition_table", "abc", "async_equal", "range_partitioned_\\w+", "\\w*_metadata", "cast_extension\\w*",
]  # fmt: skip

# Records that do not apply, by what they begin with.
RECORDS_APART = [
    (r"EXPLAIN", "ask for a plan, which is each engine's own and no answer"),
    (r"(SET|RESET|SHOW)\s+(\w+\.\w+|ALL|VARIABLE)|SHOW\s+(FUNCTIONS|COLUMNS)", "set or show what is the server's to set"),
    (r"CREATE\s+(OR\s+REPLACE\s+)?(UNBOUNDED\s+)?EXTERNAL", "make tables of files that are not on the server"),
    (r"COPY\b", "write files"),
    (r"(CREATE\s+(OR\s+REPLACE\s+)?|DROP\s+)FUNCTION", "define functions"),
    (r"(PREPARE|EXECUTE|DEALLOCATE)\b", "prepare in SQL; Flight SQL has its own commands for it"),
    (r"(DELETE|UPDATE|MERGE|TRUNCATE)\b", "change rows, which Pilji's tables do not allow"),
    (r"(CREATE|DROP)\s+(SCHEMA|DATABASE|CATALOG)", "make schemas; Pilji's are its users"),
    (r"(BEGIN|START|COMMIT|ROLLBACK)\b", "are parts of a transaction"),
    (r"SELECT\s[^;]*?\sINTO\s+\w+\s+FROM", "make tables by SELECT INTO; Pilji has CREATE TABLE AS"),
    (r"CREATE\s+TABLE\s+\w+;?$", "make tables without a column"),
    (r"CREATE\b[^;]*?\b(PRIMARY\s+KEY|UNIQUE)\b", "declare keys; Pilji refuses what it would not check"),
    (r"CREATE\s+TABLE\b[^;]*?\bDEFAULT\b", "declare default values, which Pilji's tables do not have"),
    (r"CREATE\s+TABLE\b[^;]*?\bINTERVAL\b", "store intervals, which Parquet does not hold"),
    (r"CREATE\s+TABLE\s+\"[^\"]*[^\w\"-]", "name a table by what is no name of a folder"),
    (r"[^;]*\bpublic\.\w+", "name the schema `public`, which has the datasets alone"),
]

# Why records fail that apply: by their statement, and by what came.
KNOWN = [
    (
        "the difference is a `Z`: sessions have the time zone UTC, so that `to_timestamp` gives times with a zone",
        lambda record: same_without_zone(record.failure),
    ),
    (
        "they ask for the Arrow type of what a table holds; Pilji stores plain types (`Utf8`, no views, no dictionaries)",
        lambda record: re.search(r"arrow_typeof", record.sql, re.IGNORECASE) and "mismatch" in record.failure,
    ),
    (
        "the same rows come in another order, and none was asked for",
        lambda record: same_in_another_order(record),
    ),
]

# Settings that change answers and not only plans: what comes behind them does not apply until they are reset.
ANSWERS_CHANGE = r"(SET|RESET)\s+(datafusion\.(?:sql_parser|format|catalog|execution\.(?:time_zone|enable_ansi_mode))[\w.]*)"

MADE = r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:UNBOUNDED\s+)?(?:EXTERNAL\s+)?(?:TEMPORARY\s+)?(?:TABLE|VIEW|FUNCTION|SCHEMA)\s+(?:IF\s+NOT\s+EXISTS\s+)?([\w.\"]+)"

CHANGED = r"(?:INSERT\s+(?:INTO|OVERWRITE)|DELETE\s+FROM|UPDATE|MERGE\s+INTO|TRUNCATE\s+TABLE|[^;]*?\bINTO|COPY)\s+([\w.\"]+)"


@dataclass(frozen=True)
class Record:
    """One record and what became of it."""

    file: str
    line: int
    sql: str
    apart: str | None
    """Why it does not apply."""
    failure: str | None


def ask(url: str, names: list[str] | None) -> list[Record]:
    """Asks every record of the files that apply, or of those that are named, and sorts them."""
    root = fetched()
    files = sorted(path for path in root.rglob("*.slt") if why_apart(path.relative_to(root).as_posix()) is None)
    if names is not None:
        files = [root / name for name in names]
    done = subprocess.run(
        [PROGRAM, "records", "--url", url, "--root", root, *files], env=ENVIRONMENT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return sorted_out([json.loads(line) for line in done.stdout.splitlines()])


def files_apart() -> Counter[str]:
    """The number of files that do not apply as a whole, by the reason."""
    root = fetched()
    reasons = (why_apart(path.relative_to(root).as_posix()) for path in root.rglob("*.slt"))
    return Counter(reason for reason in reasons if reason is not None)


def why_apart(file: str) -> str | None:
    return next((reason for prefix, reason in FILES_APART.items() if file.startswith(prefix)), None)


def sorted_out(outcomes: list[dict]) -> list[Record]:
    """Says of each record whether it applies: by what it is, and by what it stands on."""
    records = []
    file, missing, changed, has_zone = "", {}, frozenset(), False
    for one in outcomes:
        if one["file"] != file:
            file, changed, has_zone = one["file"], frozenset(), False
            missing = dict.fromkeys(MADE_BY_THE_PROGRAM, "ask tables and functions that DataFusion's own program makes")
        sql = re.sub(r"^(\s*--[^\n]*\n)*\s*", "", one["sql"])
        apart = next((reason for pattern, reason in RECORDS_APART if re.match(pattern, sql, re.IGNORECASE)), None)
        change = re.match(ANSWERS_CHANGE, sql, re.IGNORECASE)
        if change:
            word, setting = change.group(1).upper(), change.group(2).lower()
            # One that stands in another statement, which Pilji has carried out, is not reset by this one.
            is_reset = word == "RESET" and not (setting.endswith("time_zone") and has_zone)
            changed = changed - {setting} if is_reset else changed | {setting}
        has_zone = has_zone or re.match(r"SET\s+TIME\s*ZONE", sql, re.IGNORECASE) is not None
        if apart is None and changed:
            apart = "come behind a setting that changes answers"
        if apart is None:
            apart = next((reason for name, reason in missing.items() if re.search(rf"\b{name}\b", sql, re.IGNORECASE)), None)
        made = re.match(MADE, sql, re.IGNORECASE)
        made = made or re.match(CHANGED, sql, re.IGNORECASE)
        if made and apart is not None:
            name = made.group(1).replace('"', "").split(".")[-1]
            missing[re.escape(name)] = "ask tables that such a record would have made or changed"
        records.append(Record(one["file"], one["line"], one["sql"], apart, one["failure"]))
    return records

# Why the records of a file fail that no rule above explains.
KNOWN_FILES = {
    "arrow_field.slt": "a column of one value is read as that value, and `arrow_field` tells the field of a value",
    "create_function.slt": "they stand on a function that was taken away before",
    "ddl.slt": "they expect that a statement drops one view only; Pilji has dropped several",
    "explain_analyze.slt": "a table's name begins with `_`, and names begin with a letter or a digit",
    "identifiers.slt": "a column is found by other capitals where only one can be meant",
    "insert_to_external.slt": "they describe columns as dictionaries and NOT NULL; a table made by a query has plain ones that may be NULL",
    "ordered_aggregate_spill.slt": "they expect to run out of memory that a setting has taken away",
    "pwmj.slt": "the rows come in the order that `ORDER BY` asks for; in the file they do not",
    "group_by.slt": "groups that are equal in what they are ordered by come in another order",
    "window.slt": "DataFusion refuses its own plan: a column of one value, which Parquet's bounds tell, is no longer in the order",
}


def explanation(record: Record) -> str | None:
    """Why a record that applies fails, when that is known."""
    return next((why for why, is_so in KNOWN if is_so(record)), KNOWN_FILES.get(record.file))


def difference(failure: str) -> tuple[list[str], list[str]]:
    """The lines that were expected and did not come, and those that came and were not expected."""
    lines = failure.split("[Diff]", 1)[-1].splitlines()
    return [line[1:].strip() for line in lines if line.startswith("-")], [line[1:].strip() for line in lines if line.startswith("+")]


def same_without_zone(failure: str) -> bool:
    expected, came = difference(failure)
    return bool(came) and expected == [re.sub(r"(\d\d:\d\d:\d\d(\.\d+)?)Z", r"\1", line) for line in came]


def same_in_another_order(record: Record) -> bool:
    expected, came = difference(record.failure)
    return bool(came) and sorted(expected) == sorted(came) and not re.search(r"ORDER\s+BY", record.sql, re.IGNORECASE)


def fetched() -> Path:
    """The folder of the files in the crate, which cargo fetches."""
    project = CACHE / CRATE
    (project / "src").mkdir(parents=True, exist_ok=True)
    (project / "src/lib.rs").touch()
    manifest = project / "Cargo.toml"
    manifest.write_text(
        f'[package]\nname = "records"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n'
        f'[dependencies]\n{CRATE} = {{ version = "={VERSION}", default-features = false }}\n'
    )
    done = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--manifest-path", manifest], capture_output=True, text=True, check=True
    )
    package = next(one for one in json.loads(done.stdout)["packages"] if one["name"] == CRATE)
    return Path(package["manifest_path"]).parent / "test_files"
