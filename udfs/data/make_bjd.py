"""Writes the compact tables of legal districts (법정동) that the crate ships.

    python make_bjd.py SOURCE_FOLDER

SOURCE_FOLDER holds the two source tables named in README.md. The tables are written beside this script.
Needs openpyxl. Prints a digest of the official columns; a test of the crate holds the decoded tables to it.
"""

import csv
import hashlib
import sys
from pathlib import Path

import openpyxl

HERE = Path(__file__).parent


def rows_20210501(folder: Path):
    with open(folder / "bjd_codes_valid_20210501.csv", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield row["법정동코드"], [row[name] for name in ("시도명", "시군구명", "읍면동명", "동리명")]


def rows_20260301(folder: Path):
    sheet = openpyxl.load_workbook(folder / "KIKcd_B.20260301.xlsx", read_only=True).worksheets[0]
    for row in sheet.iter_rows(min_row=2, values_only=True):
        yield f"{row[0]:010d}", [name or "" for name in row[1:5]]


def tree(rows):
    """One line a code: blanks for its level, the digits of its level, its own name.

    The names of the levels above come from the lines above. Where the official columns do not continue the
    names above (the two branch offices), `=` follows the digits and the name is the whole 시도 column.
    """
    names = {}
    for code, columns in sorted(rows):
        si, sgg, emd, ri = columns
        if code[2:] == "00000000":
            level, digits, parent = 0, code[:2], None
        elif code[5:] == "00000":
            level, digits, parent = 1, code[2:5], code[:2] + "00000000"
        elif code[8:] == "00":
            level, digits, parent = 2, code[5:8], code[:5] + "00000"
        else:
            level, digits, parent = 3, code[8:], code[:8] + "00"
        names[code] = columns
        above = names[parent][:level] if parent else []
        own = columns[level]
        if columns[:level] == above and not any(columns[level + 1 :]):
            yield " " * level + digits + own
        else:
            assert level == 1 and columns[1:] == ["", "", ""], (code, columns)
            yield " " * level + digits + "=" + si


def main():
    folder = Path(sys.argv[1])
    for vintage, rows in (("2021-05-01", rows_20210501(folder)), ("2026-03-01", rows_20260301(folder))):
        rows = sorted(rows)
        lines = list(tree(rows))
        official = "".join("\t".join([code, *columns]) + "\n" for code, columns in rows)
        (HERE / f"bjd_{vintage}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(vintage, len(lines), "codes", hashlib.sha256(official.encode()).hexdigest())


if __name__ == "__main__":
    main()
