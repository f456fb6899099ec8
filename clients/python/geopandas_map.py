"""Draws one 동 coloured by land category (지목).

    PILJI_TOKEN=… python geopandas_map.py 종로구 사직동 map.png

The geometry column arrives as `geoarrow.wkb` with its CRS, so geopandas needs no hint. The picture is drawn in
EPSG:5186 (metres). The address comes from PILJI_URL, the token from PILJI_TOKEN.
"""

import importlib.util
import sys
from pathlib import Path

import geopandas as gpd
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from adbc_polars import connect
from matplotlib import font_manager
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

# sign: (name, colour). Signs that a 동 does not have are left out of the legend.
LAND_CATEGORIES = {
    "전": ("전 (밭)", "#e9d8a6"),
    "답": ("답 (논)", "#cfe1b9"),
    "과": ("과수원", "#b5c99a"),
    "목": ("목장용지", "#dde5b6"),
    "임": ("임야", "#7fb069"),
    "광": ("광천지", "#a2d2ff"),
    "염": ("염전", "#dfe7fd"),
    "대": ("대 (집터)", "#f6bd60"),
    "장": ("공장용지", "#9d8ca1"),
    "학": ("학교용지", "#f28482"),
    "차": ("주차장", "#b8b8c8"),
    "주": ("주유소용지", "#e07a5f"),
    "창": ("창고용지", "#b08968"),
    "도": ("도로", "#d9d9d9"),
    "철": ("철도용지", "#8d99ae"),
    "제": ("제방", "#c9ada7"),
    "천": ("하천", "#74b3ce"),
    "구": ("구거", "#90e0ef"),
    "유": ("유지", "#48a9a6"),
    "양": ("양어장", "#5fa8d3"),
    "수": ("수도용지", "#4895ef"),
    "공": ("공원", "#a7c957"),
    "체": ("체육용지", "#f4a6c0"),
    "원": ("유원지", "#ffc8dd"),
    "종": ("종교용지", "#b79ced"),
    "사": ("사적지", "#c08552"),
    "묘": ("묘지", "#84a98c"),
    "잡": ("잡종지", "#e5989b"),
}
UNKNOWN = ("지목 없음", "#ffffff")
LABELS = 40


def parcels(sgg: str, emd: str) -> gpd.GeoDataFrame:
    """Returns the parcels of one 동 in EPSG:5186."""
    quoted = [name.replace("'", "''") for name in (sgg, emd)]
    sql = "SELECT pnu, san, bonbun, bubon, jimok, geometry FROM parcel WHERE sgg_nm = '{}' AND emd_nm = '{}'"
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute(sql.format(*quoted))
        return gpd.GeoDataFrame.from_arrow(cursor.fetch_arrow_table()).to_crs(5186)


def jibun(row) -> str:
    """Returns a parcel's address as people write it, `산43-4`."""
    return f"{'산' if row.san else ''}{row.bonbun}{f'-{row.bubon}' if row.bubon else ''}"


def use_korean_font() -> None:
    """Lets matplotlib write Hangul with NanumGothic, whose files the koreanize-matplotlib package carries."""
    package = importlib.util.find_spec("koreanize_matplotlib")
    for file in sorted((Path(package.origin).parent / "fonts").glob("NanumGothic*.ttf")):
        font_manager.fontManager.addfont(file)
    plt.rcParams["font.family"] = "NanumGothic"
    plt.rcParams["axes.unicode_minus"] = False


def draw(frame: gpd.GeoDataFrame, title: str, out: Path) -> None:
    """Writes the picture."""
    use_korean_font()
    figure, axes = plt.subplots(figsize=(11, 8.5), dpi=120)
    colours = [LAND_CATEGORIES.get(sign, UNKNOWN)[1] for sign in frame["jimok"]]
    frame.plot(ax=axes, color=colours, edgecolor="#4a4a4a", linewidth=0.25)

    # A label goes where a parcel is widest, and only to the widest parcels: there it can be read. Roads are long.
    lots = frame[frame.is_valid & (frame["jimok"] != "도")]
    widest = lots.maximum_inscribed_circle(tolerance=0.5)
    for index in widest.length.nlargest(LABELS).index:
        x, y = widest[index].coords[0]
        halo = [withStroke(linewidth=2, foreground="white", alpha=0.8)]
        axes.text(x, y, jibun(lots.loc[index]), ha="center", va="center", fontsize=7, path_effects=halo)

    counts = frame["jimok"].map(lambda sign: LAND_CATEGORIES.get(sign, UNKNOWN)).value_counts()
    handles = [
        Patch(facecolor=colour, edgecolor="#4a4a4a", linewidth=0.5, label=f"{name}  {count:,}")
        for (name, colour), count in counts.items()
    ]
    axes.legend(handles=handles, title="지목 (필지 수)", loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)
    axes.set_title(f"{title} – 필지 {len(frame):,}", fontsize=15)
    axes.set_aspect("equal")
    axes.set_axis_off()
    figure.savefig(out, bbox_inches="tight")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: geopandas_map.py SGG EMD OUT.png, for example: geopandas_map.py 종로구 사직동 map.png")
    sgg_name, emd_name, out_file = sys.argv[1:]
    rows = parcels(sgg_name, emd_name)
    if rows.empty:
        sys.exit(f"no parcels of {sgg_name} {emd_name} in this warehouse")
    draw(rows, f"{sgg_name} {emd_name}", Path(out_file))
    print(f"{out_file}: {len(rows):,} parcels")
