"""Pipelines made by chance, answered by a slow interpreter of their own: rows as dicts, a command at a time.

    python -m random_pipelines --pipelines 10000        # against a server that PILJI_BIN starts
"""

import argparse
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

Row = dict[str, int | str | None]

WORDS = ["가", "나", "다", "Aa", "a b", "", "100%", "it's"]
MODEL = "무작위"


def rows_of(chance: random.Random, count: int) -> list[Row]:
    """Rows with NULL, ties, and a number that tells them apart."""
    return [
        {
            "id": number,
            "k": chance.choice([*WORDS[:4], None]),
            "n": chance.choice([None, *range(-3, 6)]),
            "m": chance.choice([None, 0, 1, 10, 100]),
            "t": chance.choice([*WORDS, None]),
        }
        for number in range(count)
    ]


def statement(name: str, rows: list[Row]) -> str:
    """Makes a model of rows."""

    def value(value) -> str:
        if value is None:
            return "NULL"
        return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"

    values = ", ".join("(" + ", ".join(value(cell) for cell in row.values()) + ")" for row in rows)
    columns = "id::BIGINT AS id, k::VARCHAR AS k, n::BIGINT AS n, m::BIGINT AS m, t::VARCHAR AS t"
    return f"CREATE OR REPLACE TABLE {name} AS SELECT {columns} FROM (VALUES {values}) AS v(id, k, n, m, t)"


def smallest_null(value):
    """A key that sorts NULL below everything."""
    return (value is not None, value if value is not None else 0)


def ordered_by(rows: list[Row], keys: list[tuple[str, bool]]) -> list[Row]:
    """Sorted, the last key first: sorting is stable."""
    for column, descending in reversed(keys):
        rows = sorted(rows, key=lambda row: smallest_null(row[column]), reverse=descending)
    return rows


@dataclass(frozen=True)
class State:
    """Rows between two stages, as the interpreter has them."""

    rows: list[Row]
    numbers: list[str]
    texts: list[str]
    unique: list[str] | None = field(default_factory=lambda: ["id"])
    """Columns that tell rows apart; None where none do."""
    is_ordered: bool = False
    """Whether the order of the rows is certain."""

    @property
    def columns(self) -> list[str]:
        return self.numbers + self.texts


Stage = tuple[str, State]
Maker = Callable[[random.Random, State], Stage | None]


def condition(chance: random.Random, state: State) -> tuple[str, Callable[[Row], bool | None]]:
    """A condition as text, and what it is of a row: true, false or unknown."""
    kind = chance.randrange(7)
    if kind == 0:
        (left, one), (right, other) = condition(chance, state), condition(chance, state)
        if chance.random() < 0.5:

            def both(row):
                a, b = one(row), other(row)
                return False if a is False or b is False else None if a is None or b is None else True

            return f"({left} and {right})", both

        def either(row):
            a, b = one(row), other(row)
            return True if a is True or b is True else None if a is None or b is None else False

        return f"({left} or {right})", either
    if kind == 1:
        inner, of = condition(chance, state)
        return f"not ({inner})", lambda row: None if of(row) is None else not of(row)
    column = chance.choice(state.columns)
    if kind == 2:
        return f"`{column}` is null", lambda row: row[column] is None
    if column in state.numbers:
        number = chance.randrange(-3, 6)
        if kind == 3:
            high = number + chance.randrange(4)
            text = f"`{column}` between {number} and {high}"
            return text, lambda row: None if row[column] is None else number <= row[column] <= high
        operators = {
            "<": lambda a, b: a < b,
            "<=": lambda a, b: a <= b,
            ">": lambda a, b: a > b,
            ">=": lambda a, b: a >= b,
            "=": lambda a, b: a == b,
            "!=": lambda a, b: a != b,
        }
        sign, holds = chance.choice(list(operators.items()))
        return f"`{column}` {sign} {number}", lambda row: None if row[column] is None else holds(row[column], number)
    words = chance.sample(WORDS, 2)
    if kind in (3, 4):
        quoted = ", ".join("'" + word.replace("'", "''") + "'" for word in words)
        return f"`{column}` in ({quoted})", lambda row: None if row[column] is None else row[column] in words
    quoted = words[0].replace("'", "''")
    return f"`{column}` = '{quoted}'", lambda row: None if row[column] is None else row[column] == words[0]


def where(chance, state):
    text, holds = condition(chance, state)
    return f"where {text}", replace(state, rows=[row for row in state.rows if holds(row) is True])


def sort(chance, state):
    if state.unique is None:
        return None
    some = chance.sample(state.columns, min(len(state.columns), chance.randrange(0, 3)))
    keys = [(column, chance.random() < 0.5) for column in dict.fromkeys([*some, *state.unique])]
    text = ", ".join(("-" if descending else chance.choice(["", "+"])) + f"`{column}`" for column, descending in keys)
    rows = ordered_by(state.rows, keys)
    limit = chance.choice([None, None, 0, 1, 5])
    within = [column for column in chance.sample(state.columns, 1) if chance.random() < 0.3]
    number = "" if limit is None else f"{limit} "
    if not within:
        return f"sort {number}{text}", replace(state, rows=rows[:limit], is_ordered=True)
    [group] = within
    counted: dict = {}
    kept = []
    for row in rows:
        counted[row[group]] = counted.get(row[group], 0) + 1
        if limit is None or counted[row[group]] <= limit:
            kept.append(row)
    rows = ordered_by(kept, [(group, False)])
    return f"sort {number}{text} by `{group}`", replace(state, rows=rows, is_ordered=True)


def head(chance, state):
    if not state.is_ordered:
        return None
    limit = chance.choice([0, 1, 3, 10, 30])
    return f"head {limit}", replace(state, rows=state.rows[:limit])


def kept(state: State, columns: list[str]) -> State:
    """The state with these columns only."""
    unique = state.unique if state.unique is not None and set(state.unique) <= set(columns) else None
    return replace(
        state,
        rows=[{column: row[column] for column in columns} for row in state.rows],
        numbers=[column for column in state.numbers if column in columns],
        texts=[column for column in state.texts if column in columns],
        unique=unique,
    )


def fields(chance, state):
    columns = chance.sample(state.columns, chance.randrange(1, len(state.columns) + 1))
    if chance.random() < 0.3 and len(columns) < len(state.columns):
        left = [column for column in state.columns if column not in columns]
        return "fields -" + ", ".join(f"`{column}`" for column in columns), kept(state, left)
    return "fields " + ", ".join(f"`{column}`" for column in columns), kept(state, columns)


def rename(chance, state):
    old = chance.choice(state.columns)
    new = f"c{chance.randrange(1000)}"
    if new in state.columns:
        return None

    def named(columns):
        return [new if column == old else column for column in columns]

    changed = replace(
        state,
        rows=[{new if column == old else column: value for column, value in row.items()} for row in state.rows],
        numbers=named(state.numbers),
        texts=named(state.texts),
        unique=None if state.unique is None else named(state.unique),
    )
    return f"rename `{old}` {new}", changed


def evaluate(chance, state):
    name = chance.choice([*state.columns, f"e{chance.randrange(1000)}"])
    if state.numbers and chance.random() < 0.7:
        left, right = chance.choice(state.numbers), chance.choice(state.numbers)
        sign, compute = chance.choice([("+", lambda a, b: a + b), ("-", lambda a, b: a - b), ("*", lambda a, b: a * b)])
        if sign == "*" and max((abs(row[left] or 0) for row in state.rows), default=0) > 10**6:
            return None
        text = f"`{left}` {sign} `{right}`"
        values = [
            None if row[left] is None or row[right] is None else compute(row[left], row[right]) for row in state.rows
        ]
        is_number = True
    elif state.texts:
        left, right = chance.choice(state.texts), chance.choice(state.texts)
        text = f"`{left}` || '-' || `{right}`"
        values = [
            None if row[left] is None or row[right] is None else f"{row[left]}-{row[right]}" for row in state.rows
        ]
        is_number = False
    else:
        return None
    if any(isinstance(value, str) and len(value) > 200 for value in values):
        return None
    rows = [row | {name: value} for row, value in zip(state.rows, values, strict=True)]
    numbers = [column for column in state.numbers if column != name] + ([name] if is_number else [])
    texts = [column for column in state.texts if column != name] + ([] if is_number else [name])
    unique = None if state.unique is not None and name in state.unique else state.unique
    return f"eval `{name}` = {text}", replace(state, rows=rows, numbers=numbers, texts=texts, unique=unique)


def aggregates(chance, state) -> list[tuple[str, str, Callable[[list[Row]], int | str | None], bool]]:
    """Text, name, what it is of rows, whether it is a number."""
    made = [("count(*)", "n_rows", len, True)]
    for number in chance.sample(state.numbers, min(len(state.numbers), 2)):

        def present(rows, number=number):
            return [row[number] for row in rows if row[number] is not None]

        function, of = chance.choice(
            [
                ("sum", lambda values: sum(values) if values else None),
                ("min", lambda values: min(values, default=None)),
                ("max", lambda values: max(values, default=None)),
                ("count", len),
            ]
        )
        made.append(
            (f"{function}(`{number}`)", f"{function}_{number}", lambda rows, of=of, present=present: of(present(rows)), True)
        )
    if state.texts:
        text = chance.choice(state.texts)
        made.append(
            (
                f"max(`{text}`)",
                f"max_{text}",
                lambda rows: max((row[text] for row in rows if row[text] is not None), default=None),
                False,
            )
        )
    return made


def grouped(rows: list[Row], keys: list[str]) -> dict[tuple, list[Row]]:
    groups: dict[tuple, list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    return groups


def stats(chance, state):
    keys = chance.sample(state.columns, min(len(state.columns), chance.randrange(0, 3)))
    made = [one for one in aggregates(chance, state) if one[1] not in keys]
    groups = grouped(state.rows, keys)
    if not keys:
        groups = {(): state.rows}
    rows = [
        dict(zip(keys, key, strict=True)) | {name: of(members) for _, name, of, _ in made}
        for key, members in groups.items()
    ]
    text = "stats " + ", ".join(f"{text} as `{name}`" for text, name, *_ in made)
    if keys:
        text += " by " + ", ".join(f"`{key}`" for key in keys)
    numbers = [key for key in keys if key in state.numbers] + [name for _, name, _, is_number in made if is_number]
    texts = [key for key in keys if key in state.texts] + [name for _, name, _, is_number in made if not is_number]
    return text, State(rows, numbers, texts, keys or [made[0][1]], False)


def event_stats(chance, state):
    keys = chance.sample(state.columns, min(len(state.columns), chance.randrange(0, 2)))
    made = [one for one in aggregates(chance, state) if one[1] not in state.columns]
    if not made:
        return None
    groups = grouped(state.rows, keys)
    rows = [
        row | {name: of(groups[tuple(row[key] for key in keys)]) for _, name, of, _ in made} for row in state.rows
    ]
    text = "eventstats " + ", ".join(f"{text} as `{name}`" for text, name, *_ in made)
    if keys:
        text += " by " + ", ".join(f"`{key}`" for key in keys)
    numbers = state.numbers + [name for _, name, _, is_number in made if is_number]
    texts = state.texts + [name for _, name, _, is_number in made if not is_number]
    return text, replace(state, rows=rows, numbers=numbers, texts=texts)


def dedup(chance, state):
    if not state.is_ordered:
        return None
    keys = chance.sample(state.columns, 1)
    limit = chance.choice([1, 2])
    counted: dict = {}
    rows = []
    for row in state.rows:
        key = row[keys[0]]
        counted[key] = counted.get(key, 0) + 1
        if counted[key] <= limit:
            rows.append(row)
    return f"dedup {limit} `{keys[0]}`", replace(state, rows=rows)


def distinct(chance, state):
    columns = chance.sample(state.columns, min(len(state.columns), 2))
    rows = list({tuple(row[column] for column in columns): None for row in state.rows})
    return (
        "distinct " + ", ".join(f"`{column}`" for column in columns),
        State(
            [dict(zip(columns, row, strict=True)) for row in rows],
            [column for column in columns if column in state.numbers],
            [column for column in columns if column in state.texts],
            columns,
            False,
        ),
    )


def fill(chance, state):
    column = chance.choice(state.columns)
    unique = None if state.unique is not None and column in state.unique else state.unique
    if chance.random() < 0.5:
        return f"fillna `{column}`", replace(state, rows=[row for row in state.rows if row[column] is not None])
    value, text = (7, "7") if column in state.numbers else ("없음", "'없음'")
    rows = [row | {column: value if row[column] is None else row[column]} for row in state.rows]
    return f"fillna `{column}` {text}", replace(state, rows=rows, unique=unique)


def numbering(chance, state):
    if not state.is_ordered or "numbering" in state.columns:
        return None
    rows = [{"numbering": number} | row for number, row in enumerate(state.rows, 1)]
    return "numbering", replace(state, rows=rows, numbers=["numbering", *state.numbers])


MAKERS: list[Maker] = [
    where, where, sort, sort, head, fields, rename, evaluate, evaluate, stats, event_stats, dedup, distinct, fill, numbering,
]  # fmt: skip


def pipeline(chance: random.Random, rows: list[Row]) -> tuple[str, State]:
    """A pipeline of up to eight stages and what it answers."""
    state = State(rows, ["id", "n", "m"], ["k", "t"])
    stages = [f"model {MODEL}"]
    for _ in range(chance.randrange(1, 8)):
        made = chance.choice(MAKERS)(chance, state)
        if made is not None:
            stages.append(made[0])
            state = made[1]
    return " | ".join(stages), state


def differs(answer: list[Row], state: State) -> bool:
    """Whether an answer is another than the interpreter's."""
    columns = sorted(state.columns)
    if answer and sorted(answer[0]) != columns:
        return True

    def plain(rows):
        return [tuple(row[column] for column in columns) for row in rows]

    found, expected = plain(answer), plain(state.rows)
    if not state.is_ordered:
        found, expected = (sorted(rows, key=lambda row: [smallest_null(cell) for cell in row]) for rows in (found, expected))
    return found != expected


def run(connect: Callable, pipelines: int, seed: int) -> list[str]:
    """The pipelines whose answers differ."""
    chance = random.Random(seed)
    rows = rows_of(chance, 60)
    wrong = []
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute(statement(MODEL, rows))
        for _ in range(pipelines):
            text, state = pipeline(chance, rows)
            cursor.execute(text)
            if differs(cursor.fetch_arrow_table().to_pylist(), state):
                wrong.append(text)
    return wrong


def main() -> None:
    from piljiql_cases import served

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pipelines", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, served(Path(scratch)) as pilji:
        wrong = run(pilji.server.connect, arguments.pipelines, arguments.seed)
    for text in wrong[:20]:
        print(text)
    print(f"{arguments.pipelines} pipelines, {len(wrong)} answered otherwise than by the interpreter")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
