"""Writes tests/data/prj.tsv: the well-known text of every coordinate system in the forms that `.prj` files have.

    python make_prj.py

Columns: EPSG code, form, text on one line. Needs pyproj.
"""

import re
import warnings
from pathlib import Path

import pyproj
from pyproj.enums import WktVersion

from make_crs_vectors import CODES

FORMS = [WktVersion.WKT1_ESRI, WktVersion.WKT1_GDAL, WktVersion.WKT2_2015, WktVersion.WKT2_2019]


def without_codes(text):
    """The same text as writers leave it that do not know the EPSG registry."""
    text = re.sub(r',(AUTHORITY|ID)\["EPSG",\s*"?\d+"?\]', "", text)
    return re.sub(r'^(\w+)\["[^"]*"', r'\1["unnamed"', text)


def main():
    warnings.simplefilter("ignore")
    lines = [f"# PROJ {pyproj.proj_version_str}, pyproj {pyproj.__version__}"]
    for epsg in CODES:
        crs = pyproj.CRS.from_epsg(epsg)
        for form in FORMS:
            text = crs.to_wkt(form)
            if text is None:
                print("no", form, "of", epsg)
                continue
            lines.append(f"{epsg}\t{form.value}\t{text}")
            lines.append(f"{epsg}\t{form.value} without codes\t{without_codes(text)}")
    path = Path(__file__).parent.parent / "tests" / "data" / "prj.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(len(lines) - 1, "texts", path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
