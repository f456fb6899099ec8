"""Draws what is to be looked at: `make pictures` writes docs/areas.png and docs/tiles.png.

Areas are those that `pilji dataset derive-areas` makes of the sample parcels of one 시군구; tiles are `st_asmvt`'s, decoded by an
independent reader.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import geopandas
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import shapely
from binary import ingest, ok, pilji, sample
from matplotlib.collections import PatchCollection
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from serving import Server
from test_tiles import EXTENT, TILE, decoded, tile_of

sys.path.insert(0, str(Path(__file__).parents[1] / "clients/python"))
from geopandas_map import LAND_CATEGORIES, UNKNOWN, use_korean_font

PARCELS = 80_000
SIGUNGU = "11110"  # 종로구
CENTRE = (126.9769, 37.5759)  # longitude and latitude of 광화문
ZOOMS = range(12, 19)
DPI = 90


def main() -> None:
    """Draws both."""
    parser = argparse.ArgumentParser(prog="make pictures", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to")
    out = parser.parse_args().out
    use_korean_font()
    with tempfile.TemporaryDirectory(prefix="pilji-pictures-") as scratch:
        folder = Path(scratch)
        sample(folder / "sample", PARCELS, SIGUNGU)
        ingest(folder / "warehouse", folder / "sample")
        ok(pilji("dataset", "derive-areas", "--warehouse", folder / "warehouse"))
        with Server(folder / "warehouse", None, folder / "log") as server:
            draw_areas(server, out / "areas.png")
            draw_tiles(server, out / "tiles.png")


def draw_areas(server: Server, out: Path) -> None:
    """The 동 of the 시군구, each with its name and how many parcels it has, over the parcels themselves."""
    table = server.sql("SELECT emd_nm, parcels, geometry FROM admin_area WHERE level = 'emd' ORDER BY code")
    areas = geopandas.GeoDataFrame.from_arrow(table).to_crs(5186)
    parcels = geopandas.GeoDataFrame.from_arrow(server.sql("SELECT geometry FROM parcel")).to_crs(5186)
    figure, axes = plt.subplots(figsize=(12, 12), dpi=DPI)
    areas.plot(ax=axes, cmap="tab20", alpha=0.75)
    parcels.boundary.plot(ax=axes, color="white", linewidth=0.08)
    areas.boundary.plot(ax=axes, color="#202020", linewidth=0.9)
    widest = areas.maximum_inscribed_circle(tolerance=5.0)
    for name, centre, radius in zip(areas["emd_nm"], widest, widest.length):
        x, y = centre.coords[0]
        axes.text(x, y, name, ha="center", va="center", fontsize=min(11.0, max(3.0, radius / 18)))
    axes.set_title(f"{len(areas)} 동 of 종로구, derived from {areas['parcels'].sum():,} sample parcels")
    axes.set_aspect("equal")
    axes.set_axis_off()
    figure.savefig(out, bbox_inches="tight")
    plt.close(figure)


def draw_tiles(server: Server, out: Path) -> None:
    """The tile around one place at every zoom, coloured by 지목; a frame marks the edge, outside of which is the buffer."""
    figure, panels = plt.subplots(2, 4, figsize=(17, 9), dpi=DPI)
    for zoom, axes in zip(ZOOMS, panels.flat):
        tile = tile_of(*CENTRE, zoom)
        data = server.value(TILE.format(tile=", ".join(map(str, tile))))
        features = decoded(data)
        colours = [LAND_CATEGORIES.get(feature["properties"].get("jimok"), UNKNOWN)[1] for feature in features]
        patches = [PathPatch(outline(shapely.geometry.shape(feature["geometry"]))) for feature in features]
        width = 0.02 * 2 ** (zoom - ZOOMS.start) ** 0.6
        axes.add_collection(PatchCollection(patches, facecolors=colours, edgecolors="#303030", linewidths=min(width, 0.5)))
        axes.plot([0, EXTENT, EXTENT, 0, 0], [0, 0, EXTENT, EXTENT, 0], color="#c1121f", linewidth=0.8)
        axes.set_xlim(-300, EXTENT + 300)
        axes.set_ylim(EXTENT + 300, -300)  # y runs southward
        axes.set_aspect("equal")
        axes.set_axis_off()
        axes.set_title(f"{'/'.join(map(str, tile))}: {len(features):,} parcels, {len(data) / 1024:,.0f} KiB", fontsize=10)
    panels.flat[-1].set_axis_off()
    figure.savefig(out, bbox_inches="tight")
    plt.close(figure)


def outline(geometry: shapely.Geometry) -> Outline:
    """The rings of polygons as one path."""
    polygons = getattr(geometry, "geoms", [geometry])
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return Outline.make_compound_path(*(Outline(ring.coords, closed=True) for ring in rings))


if __name__ == "__main__":
    main()
