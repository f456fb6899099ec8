"""Writes the administrative dong (행정동) of 2021-05-01 that are no legal ones, with the legal ones that they cover.

    python make_hdong.py code_hdong_bdong.json

The source is named in README.md. A line is the five digits of the 시군구, the name, a tab, and the names of the legal
districts (법정동) with commas between them.
"""

import json
import sys
from pathlib import Path

DAY = 20210501
HERE = Path(__file__).parent


def rows(path: str):
    columns = json.loads(Path(path).read_text(encoding="utf-8"))
    for key in columns["행정동코드"]:
        yield {name: values[key] for name, values in columns.items()}


def is_in_force(row) -> bool:
    begun, ended = row["생성일자"], row["말소일자"]
    return int(begun or 0) <= DAY and (not ended or ended != ended or int(ended) > DAY)


def main():
    covered: dict[tuple[str, str], set[str]] = {}
    legal: set[tuple[str, str]] = set()
    for row in rows(sys.argv[1]):
        name, own = row["읍면동명"], row["동리명"]
        if not is_in_force(row) or not name or not own or str(row["법정동코드"])[5:8] == "000":
            continue
        sigungu = str(row["행정동코드"])[:5]
        # Of a 리, the town above is what an address names; its name is that of the administrative one.
        if str(row["법정동코드"])[8:] != "00":
            continue
        legal.add((str(row["법정동코드"])[:5], own))
        covered.setdefault((sigungu, name), set()).add(own)
    lines = [
        f"{sigungu}{name}\t{','.join(sorted(names))}"
        for (sigungu, name), names in sorted(covered.items())
        if (sigungu, name) not in legal
    ]
    (HERE / "hdong_2021-05-01.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(len(lines), "administrative dong that are no legal ones")


main()
