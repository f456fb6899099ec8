#!/usr/bin/env bash
# `make demo`: from sample input in the official format to a map of one 동, all in one folder.
#
# DEMO_DIR is that folder (demo-out when unset); it may exist already. PARCELS is the number of sample parcels.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

out=$(realpath -m "${DEMO_DIR:-demo-out}")
readonly out
readonly parcels=${PARCELS:-100000}
readonly sigungu=11110,41173 # 종로구 and 안양시 동안구
readonly sgg=종로구 emd=사직동
readonly pilji=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/pilji/target}/release/pilji
readonly warehouse=$out/warehouse

server=
stop_server() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=
    fi
}
trap stop_server EXIT

step() { printf '\n== %s\n' "$*"; }

step "Building"
make --no-print-directory build
mkdir -p "$out"

step "Sampling $parcels parcels of 종로구 and 안양시 동안구, as the official zips look"
rm -rf "$out/input"
"$pilji" sample --out "$out/input" --parcels "$parcels" --sigungu "$sigungu"

step "Loading them into $warehouse"
"$pilji" ingest "$out"/input/*.zip --warehouse "$warehouse"

step "Starting the server"
if [ ! -s "$out/token" ]; then
    (umask 077 && python3 -c 'import secrets; print(secrets.token_urlsafe(24))' > "$out/token")
fi
PILJI_TOKEN=$(cat "$out/token")
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
PILJI_URL=http://127.0.0.1:$port
export PILJI_TOKEN PILJI_URL
"$pilji" serve --warehouse "$warehouse" --listen "127.0.0.1:$port" > "$out/server.log" 2>&1 &
server=$!
for _ in $(seq 100); do
    if "$pilji" query 'SELECT 1' > /dev/null 2>&1; then break; fi
    if ! kill -0 "$server" 2>/dev/null; then break; fi
    sleep 0.1
done
if ! "$pilji" query 'SELECT 1' > /dev/null; then
    echo "the server did not start; its log is $out/server.log:" >&2
    tail -n 5 "$out/server.log" >&2
    exit 1
fi
echo "listening on $PILJI_URL, log in $out/server.log"

step "Query 1: the first parcels of $sgg $emd with their polygons"
"$pilji" query "SELECT pnu, bonbun, bubon, jimok, geometry FROM parcel
    WHERE sgg_nm = '$sgg' AND emd_nm = '$emd' ORDER BY pnu LIMIT 5"

step "Query 2: the most frequent land categories (지목) of each 시군구"
"$pilji" query "SELECT si_nm, sgg_nm, jimok, count(*) AS parcels FROM parcel
    WHERE jimok IS NOT NULL GROUP BY si_nm, sgg_nm, jimok HAVING count(*) >= 500 ORDER BY si_nm, sgg_nm, parcels DESC"

step "The same in PiljiQL, and polygons beside rows of one's own"
"$pilji" query "model parcel | where jimok is not null | freq 3 jimok by sgg_nm"
"$pilji" query "mkdata [['서울 종로구 사직동 1-1'], ['$sgg $emd 1'], ['어딘가 1']] ['주소'] | geojoin by=jibun addr=주소 keep=pnu | fields 주소, pnu, match_status"

step "Query 3: $emd as a GeoJSON file"
readonly geojson=$out/$emd.geojson
"$pilji" query --format geojson "SELECT pnu, bjd_nm, bonbun, bubon, jimok, base_date, geometry FROM parcel
    WHERE sgg_nm = '$sgg' AND emd_nm = '$emd'" > "$geojson"
echo "$geojson: $(wc -c < "$geojson") bytes"

step "Drawing $emd"
python=$(bash scripts/venv.sh clients/python/requirements.txt)/bin/python
"$python" clients/python/geopandas_map.py "$sgg" "$emd" "$out/$emd.png"

stop_server
cat <<EOF

== Done. In $out:
  input/          the sample input: zipped shapefiles and truth.json, which says what is in them
  warehouse/      the dataset, readable by DuckDB, polars and Spark too (docs/readers.md)
  $emd.png      the map
  $emd.geojson  the same 동 for QGIS
  token           the secret that clients present

To go on, start the server again:
  PILJI_TOKEN=\$(cat $out/token) $pilji serve --warehouse $warehouse
and ask it from another shell:
  PILJI_TOKEN=\$(cat $out/token) $pilji query "SELECT count(*) FROM parcel"
  PILJI_TOKEN=\$(cat $out/token) $python clients/python/adbc_polars.py
DBeaver (Arrow Flight SQL driver), with the token in the place of …:
  jdbc:arrow-flight-sql://127.0.0.1:50051?useEncryption=false&token=…
EOF
