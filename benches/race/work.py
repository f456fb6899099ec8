"""What is asked: the works, and the places, numbers and viewports that each repetition draws."""

import json
import random
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Callable

import numpy as np
import pyarrow as pa

CASES = 200  # drawn for each work on single places
LISTS = 20  # lists of PNUs drawn for each work that joins
LIST_PNUS = 10_000
LONG = 5  # cases of each work that takes seconds somewhere
POINTS = 100_000
POINT_SPREAD = 2e-4  # degrees around the middle of a parcel: about 20 m, so that some lie in a neighbour or in none
VIEWPORT_PARCELS = 200
# A 동 that is drawn has this many parcels, where there are enough such: the country's mean is 2,100.
DONG_PARCELS = (500, 5_000)


@dataclass(frozen=True)
class Work:
    """One kind of question."""

    name: str
    what: str
    small: bool  # milliseconds: asked more often, and through compiled clients too


WORKS = [
    Work("W1", "one 동, all polygons", True),
    Work("W2", "one 구 (시군구), all polygons", False),
    Work("W3", "one PNU", True),
    Work("W4", "join with 10,000 PNUs from everywhere", False),
    Work("W4g", "join with 10,000 PNUs of one 구", False),
    Work("W5", "viewport of about 200 parcels", True),
    Work("W6", "count by 동 × 지목 over everything", False),
    Work("W7", "the parcels of 100,000 points", False),
    Work("W9", "`안양시 *` with 지목 = 대", False),
    Work("W10", "area in m² by 동 over everything", False),
]


@dataclass
class WorkList:
    """The cases of every work. The same seed over the same parcels draws the same cases."""

    seed: int
    parcels: int
    cases: dict[str, list[dict]]
    lists: dict[str, list[str]]  # PNUs by the name of the list
    points: dict[str, list[list[float]]]  # longitude and latitude by the name of the list

    def write(self, file: Path) -> None:
        """Keeps the list, for another run over other files or for the compiled clients."""
        file.write_text(json.dumps(asdict(self), ensure_ascii=False))

    @staticmethod
    def read(file: Path) -> "WorkList":
        """Reads a kept list."""
        return WorkList(**json.loads(file.read_text()))

    def tables(self) -> dict[str, pa.Table]:
        """The lists as tables of a user's: `pnu`, or `id`, `lon` and `lat`."""
        tables = {name: pa.table({"pnu": pnus}) for name, pnus in self.lists.items()}
        for name, points in self.points.items():
            lon, lat = np.array(points).T
            tables[name] = pa.table({"id": np.arange(len(points)), "lon": lon, "lat": lat})
        return tables

    def distinct(self, work: str) -> int:
        """How many different cases there are: a small sample has few 구."""
        return len({json.dumps(case, sort_keys=True) for case in self.cases[work]})


Sql = Callable[[str], pa.Table]


def draw(sql: Sql, seed: int) -> WorkList:
    """Draws the cases from the parcels that `sql` answers from."""
    chance = random.Random(seed)
    leaves = sql(
        "SELECT bjd_cd, si_nm, sgg_nm, emd_nm, ri_nm, count(*) AS parcels FROM parcel "
        "GROUP BY bjd_cd, si_nm, sgg_nm, emd_nm, ri_nm ORDER BY bjd_cd, si_nm, sgg_nm, emd_nm, ri_nm"
    ).to_pylist()
    parcels = sql("SELECT pnu, (bbox['xmin'] + bbox['xmax']) / 2 AS x, (bbox['ymin'] + bbox['ymax']) / 2 AS y FROM parcel")
    pnus = _fixed(parcels.column("pnu"))
    middles = np.column_stack([parcels.column("x").to_numpy(), parcels.column("y").to_numpy()])
    middles = middles[np.lexsort((middles[:, 1], middles[:, 0], pnus))]
    pnus = np.unique(pnus)
    lists = {}
    points = _points(middles, seed)
    cases = {
        "W1": [_place(leaf, "si_nm", "sgg_nm", "emd_nm", "ri_nm") for leaf in _dong(leaves, chance)],
        "W2": _cycle(_districts(leaves), chance),
        "W4": _lists("everywhere", lists, [pnus] * LISTS, chance),
        "W4g": _lists("district", lists, _by_district(pnus, chance), chance),
        "W6": [{}] * LISTS,
        "W7": [{"list": name} for name in points],
        "W9": [{"city": city, "jimok": "대"} for city in _cycle(_cities(leaves), chance, LISTS)],
        "W10": [{}] * LONG,
    }
    cases["W3"], cases["W5"] = _numbers_and_viewports(sql, leaves, chance)
    return WorkList(seed, len(middles), {work.name: cases[work.name] for work in WORKS}, lists, points)


def _fixed(pnus: pa.ChunkedArray) -> np.ndarray:
    """PNUs as an array of 19 bytes each: tens of millions of them fit into memory."""
    chunks = [chunk.cast(pa.binary()).cast(pa.binary(19)) for chunk in pnus.chunks]
    return np.concatenate([np.frombuffer(chunk.buffers()[1], "S19")[chunk.offset :][: len(chunk)] for chunk in chunks])


def _place(leaf: dict, *levels: str) -> dict:
    return {level: leaf[level] for level in levels}


def _cycle(values: list, chance: random.Random, wanted: int = CASES) -> list:
    """Shuffles, and goes round again where there are fewer than wanted."""
    shuffled = chance.sample(values, len(values))
    return [shuffled[idx % len(shuffled)] for idx in range(wanted)]


def _dong(leaves: list[dict], chance: random.Random) -> list[dict]:
    low, high = DONG_PARCELS
    usual = [leaf for leaf in leaves if low <= leaf["parcels"] <= high]
    return _cycle(usual if len(usual) >= CASES else leaves, chance)


def _districts(leaves: list[dict]) -> list[dict]:
    names = sorted({(leaf["si_nm"], leaf["sgg_nm"]) for leaf in leaves}, key=lambda name: (name[0], name[1] or ""))
    return [{"si_nm": si, "sgg_nm": sgg} for si, sgg in names]


def _cities(leaves: list[dict]) -> list[str]:
    """The cities with 구 of their own (`안양시 동안구`); 안양시 where there is none."""
    found = {leaf["sgg_nm"].split(" ")[0] for leaf in leaves if " " in (leaf["sgg_nm"] or "")}
    return sorted(found) or ["안양시"]


def _by_district(pnus: np.ndarray, chance: random.Random) -> list[np.ndarray]:
    codes = pnus.astype("S5")
    return [pnus[codes == code] for code in _cycle(np.unique(codes).tolist(), chance, LISTS)]


def _lists(name: str, lists: dict, populations: list[np.ndarray], chance: random.Random) -> list[dict]:
    cases = []
    for idx, population in enumerate(populations):
        wanted = min(LIST_PNUS, max(1, len(population) // 2))
        drawn = chance.sample(range(len(population)), wanted)
        lists[f"{name}_{idx:02}"] = [population[position].decode() for position in drawn]
        cases.append({"list": f"{name}_{idx:02}"})
    return cases


def _points(middles: np.ndarray, seed: int) -> dict[str, list[list[float]]]:
    """Draws points around the middles of parcels, given in an order that is always the same."""
    chance = np.random.default_rng(seed)
    points = {}
    for idx in range(LONG):
        drawn = middles[chance.integers(len(middles), size=min(POINTS, len(middles)))]
        around = drawn + chance.uniform(-POINT_SPREAD, POINT_SPREAD, drawn.shape)
        points[f"points_{idx:02}"] = np.round(around, 7).tolist()
    return points


def _numbers_and_viewports(sql: Sql, leaves: list[dict], chance: random.Random) -> tuple[list[dict], list[dict]]:
    """Draws parcels, and around each a square window that about `VIEWPORT_PARCELS` parcels reach into."""
    numbers, viewports = [], []
    for leaf in chance.choices(leaves, weights=[leaf["parcels"] for leaf in leaves], k=CASES):
        where = place_filter(_place(leaf, "si_nm", "sgg_nm", "emd_nm", "ri_nm"))
        rows = sql(
            "SELECT pnu, bbox['xmin'] AS west, bbox['ymin'] AS south, bbox['xmax'] AS east, bbox['ymax'] AS north "
            f"FROM parcel WHERE {where} ORDER BY pnu, west, south"
        )
        west, south, east, north = (rows.column(name).to_numpy() for name in ("west", "south", "east", "north"))
        idx = chance.randrange(rows.num_rows)
        numbers.append({"pnu": rows.column("pnu")[idx].as_py()})
        x, y = (west[idx] + east[idx]) / 2, (south[idx] + north[idx]) / 2
        # Half the side at which a window around (x, y) touches each parcel.
        reach = np.maximum.reduce([west - x, x - east, south - y, y - north])
        side = np.sort(reach)[min(VIEWPORT_PARCELS, rows.num_rows) - 1]
        side = max(float(side), 1e-5)
        viewports.append({
            "xmin": round(x - side, 7), "ymin": round(y - side, 7),
            "xmax": round(x + side, 7), "ymax": round(y + side, 7),
        })  # fmt: skip
    return numbers, viewports


@dataclass(frozen=True)
class Dialect:
    """How an engine wants to be asked, where engines differ."""

    geometry: str  # gives ISO WKB, little-endian
    viewport: str  # true where the parcel's bounds reach into the window {xmin} {ymin} {xmax} {ymax}
    user_table: str  # a user's table {name}
    holds: str  # true where the parcel holds the user's point, its border included
    area_m2: str  # the parcel's area in the plane of EPSG:5186


def place_filter(place: dict[str, str | None]) -> str:
    """A filter on the names of a place, NULL where a level is missing."""
    return " AND ".join(
        f"{level} IS NULL" if name is None else f"{level} = {quoted(name)}" for level, name in place.items()
    )


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


COLUMNS = "p.pnu, p.bonbun, p.bubon, p.jimok, {geometry} AS geometry"


def prepared(work: str, case: dict, dialect: Dialect) -> tuple[str, list[str | float]]:
    """The text of one case of a small work with `$1`, `$2` in the place of its values, and these values."""
    columns = COLUMNS.format(geometry=dialect.geometry)
    values = {name: value for name, value in case.items() if value is not None}
    marks = {name: f"${number}" for number, name in enumerate(values, start=1)}
    if work == "W5":
        where = dialect.viewport.format(**marks)
    else:
        where = " AND ".join(f"{name} = {marks[name]}" if name in marks else f"{name} IS NULL" for name in case)
    return f"SELECT {columns} FROM parcel p WHERE {where}", list(values.values())


def statement(work: str, case: dict, dialect: Dialect) -> str:
    """The text of one case."""
    columns = COLUMNS.format(geometry=dialect.geometry)
    parcels = f"SELECT {columns} FROM parcel p WHERE "
    match work:
        case "W1" | "W2":
            return parcels + place_filter(case)
        case "W3":
            return parcels + f"pnu = {quoted(case['pnu'])}"
        case "W4" | "W4g":
            table = dialect.user_table.format(name=case["list"])
            return f"SELECT {columns} FROM {table} u JOIN parcel p ON p.pnu = u.pnu"
        case "W5":
            return parcels + dialect.viewport.format(**case)
        case "W6":
            return "SELECT bjd_cd, jimok, count(*) AS parcels FROM parcel GROUP BY bjd_cd, jimok"
        case "W7":
            table = dialect.user_table.format(name=case["list"])
            return f"SELECT u.id, p.pnu FROM {table} u JOIN parcel p ON {dialect.holds}"
        case "W9":
            return parcels + f"sgg_nm LIKE {quoted(case['city'] + ' %')} AND jimok = {quoted(case['jimok'])}"
        case "W10":
            return f"SELECT bjd_cd, sum({dialect.area_m2}) AS area_m2 FROM parcel p GROUP BY bjd_cd"
    raise ValueError(f"no such work: {work}")
