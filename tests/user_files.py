"""Makes the kinds of files that users bring, good and bad."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

import geopandas
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import write_deltalake
from shapely.geometry import Point

HEADER = "고유번호,상호명,시도명,시군구명,읍면동명,지번,경도,위도"
N_ROWS = 40


def pnu(index: int) -> str:
    """The number of a parcel of 청운동, most with a sub number."""
    return f"11110101001{index // 7 + 1:04}{index % 7:04}"


def shop(index: int) -> list[str]:
    """A shop in 청운동."""
    lot = f"{index // 7 + 1}" + (f"-{index % 7}" if index % 7 else "")
    lon, lat = f"126.9{index:02}71", f"37.5{index:02}83"
    return [pnu(index), f"가게 {index}", "서울특별시", "종로구", "청운동", lot, lon, lat]


def shops(delimiter: str = ",") -> str:
    """The shops as text, without the header."""
    return "".join(delimiter.join(shop(index)) + "\n" for index in range(N_ROWS))


SHOP_ROLES = {
    "고유번호": "pnu",
    "시도명": "si_nm",
    "시군구명": "sgg_nm",
    "읍면동명": "emd_nm",
    "지번": "jibun_address",
    "경도": "lon",
    "위도": "lat",
}


def table() -> pa.Table:
    """The shops as columns."""
    names = HEADER.split(",")
    columns = list(zip(*(shop(index) for index in range(N_ROWS)), strict=True))
    arrays = [pa.array(map(float, values)) if name in ("경도", "위도") else pa.array(values) for name, values in
              zip(names, columns, strict=True)]  # fmt: skip
    return pa.table(arrays, names=names)


def cp949_csv(folder: Path) -> Path:
    path = folder / "상가.csv"
    path.write_text(HEADER + "\n" + shops(), encoding="cp949")
    return path


def csv_with_byte_order_mark(folder: Path) -> Path:
    path = folder / "shops.csv"
    path.write_text(HEADER + "\n" + shops(), encoding="utf-8-sig")
    return path


def csv_with_quoted_newlines(folder: Path) -> Path:
    path = folder / "shops.csv"
    rows = "".join(f'{pnu(index)},"first, line\nsecond ""line"""\n' for index in range(N_ROWS))
    path.write_text("PNU,note\n" + rows, encoding="utf-8")
    return path


def csv_with_mixed_types(folder: Path) -> Path:
    path = folder / "shops.csv"
    rows = "".join(f"{pnu(index)},{index if index % 3 else 'n/a'},{index}.5\n" for index in range(N_ROWS))
    path.write_text("PNU,amount,price\n" + rows, encoding="utf-8")
    return path


def empty_file(folder: Path) -> Path:
    path = folder / "empty.csv"
    path.write_bytes(b"")
    return path


def csv_with_200_columns(folder: Path) -> Path:
    path = folder / "wide.csv"
    names = ["pnu", *(f"c{column}" for column in range(199))]
    rows = "".join(",".join([pnu(index), *(str(index) for _ in range(199))]) + "\n" for index in range(N_ROWS))
    path.write_text(",".join(names) + "\n" + rows, encoding="utf-8")
    return path


def parquet_called_csv(folder: Path) -> Path:
    path = folder / "shops.csv"
    pq.write_table(table(), path)
    return path


def excel_called_csv(folder: Path) -> Path:
    import zipfile

    path = folder / "shops.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return path


def tsv(folder: Path) -> Path:
    path = folder / "shops.tsv"
    path.write_text(HEADER.replace(",", "\t") + "\n" + shops("\t"), encoding="utf-8")
    return path


def json_lines(folder: Path) -> Path:
    path = folder / "shops.jsonl"
    names = HEADER.split(",")
    rows = [dict(zip(names, shop(index), strict=True)) for index in range(N_ROWS)]
    for row in rows:
        row["경도"], row["위도"] = float(row["경도"]), float(row["위도"])
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def geoparquet(folder: Path) -> Path:
    path = folder / "points.parquet"
    points = [Point(float(shop(index)[6]), float(shop(index)[7])) for index in range(N_ROWS)]
    frame = geopandas.GeoDataFrame({"PNU": [pnu(index) for index in range(N_ROWS)]}, geometry=points, crs="EPSG:4326")
    frame.to_parquet(path)
    return path


def delta(folder: Path) -> Path:
    path = folder / "shops"
    write_deltalake(str(path), table())
    return path


def csv_with_pnus_as_floats(folder: Path) -> Path:
    path = folder / "floats.csv"
    rows = "".join(f"{float(pnu(index)):.17g},{index}\n" for index in range(N_ROWS))
    path.write_text("PNU,n\n" + rows, encoding="utf-8")
    return path


def csv_with_a_header_only(folder: Path) -> Path:
    path = folder / "header.csv"
    path.write_text(HEADER + "\n", encoding="utf-8")
    return path


def csv_without_a_header(folder: Path) -> Path:
    path = folder / "bare.csv"
    path.write_text(shops(), encoding="utf-8")
    return path


@dataclass
class Kind:
    """A kind of file, and what must become of it."""

    make: Callable[[Path], Path]
    format: str = "csv"
    source: dict = field(default_factory=dict)
    columns: int = 8
    roles: dict = field(default_factory=dict)
    types: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)
    flags: list = field(default_factory=list)


KINDS = [
    Kind(cp949_csv, source={"encoding": "cp949", "delimiter": ","}, roles=SHOP_ROLES, types={"고유번호": "text"}),
    Kind(csv_with_byte_order_mark, source={"encoding": "utf-8"}, roles=SHOP_ROLES),
    Kind(csv_with_quoted_newlines, columns=2, roles={"PNU": "pnu"}, types={"note": "text"}),
    Kind(csv_with_mixed_types, columns=3, roles={"PNU": "pnu"}, types={"amount": "text", "price": "float64"}),
    Kind(csv_with_200_columns, columns=200, roles={"pnu": "pnu"}, types={"c198": "int64"}),
    Kind(parquet_called_csv, format="parquet", roles=SHOP_ROLES),
    Kind(tsv, source={"delimiter": "\t"}, roles=SHOP_ROLES),
    Kind(json_lines, format="json-lines", roles=SHOP_ROLES),
    Kind(geoparquet, format="parquet", columns=2, roles={"PNU": "pnu", "geometry": "geometry"}),
    Kind(delta, format="delta", roles=SHOP_ROLES),
    Kind(csv_with_pnus_as_floats, columns=2, remarks=["floating-point"]),
    Kind(csv_without_a_header, flags=["--header", "false"], roles=dict(enumerate(SHOP_ROLES.values()))),
]

# What cannot become a model, and words of the error that say why and what helps.
REFUSED = [
    (empty_file, ["empty"]),
    (excel_called_csv, ["Excel", "CSV"]),
]
