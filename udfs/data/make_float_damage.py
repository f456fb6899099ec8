"""Writes tests/data/float_damage.tsv: parcel numbers and what is left of them after a trip through a double.

    python make_float_damage.py

Columns: parcel number; then the double as written by `%.15g`, `%.16g`, `%.17g`, `%.18g`, `%.18g` padded to an
integer, repr() and int().
"""

import random
from decimal import Decimal
from pathlib import Path


def main():
    random.seed(1)
    lines = []
    for _ in range(200):
        code = f"{random.choice([11, 26, 36, 41, 43, 46, 47, 50, 51, 52])}{random.randrange(10**8):08d}"
        pnu = f"{code}{random.choice('111122356789')}{random.choice([0, 1, 883, random.randrange(10**4)]):04d}"
        pnu += f"{random.choice([0, 0, 3, random.randrange(10**4)]):04d}"
        double = float(pnu)
        written = [f"%.{digits}g" % double for digits in (15, 16, 17, 18)]
        written += [str(int(Decimal(written[-1]))), repr(double), str(int(double))]
        lines.append("\t".join([pnu, *written]))
    path = Path(__file__).parent.parent / "tests" / "data" / "float_damage.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
