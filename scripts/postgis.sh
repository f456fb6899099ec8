#!/usr/bin/env bash
# Prints the folder with the programs of a PostgreSQL that has PostGIS; installs both where it may (as root, on Debian).
# Exits with 1 and says why when there is none.
set -euo pipefail

newest_with_postgis() {
    local found=
    for config in /usr/lib/postgresql/*/bin/pg_config $(command -v pg_config || true); do
        [ -x "$config" ] || continue
        if [ -e "$("$config" --sharedir)/extension/postgis.control" ] && [ -x "$("$config" --bindir)/postgres" ]; then
            found=$("$config" --bindir)
        fi
    done
    [ -n "$found" ] && echo "$found"
}

newest_with_postgis && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "PostgreSQL with PostGIS is not installed; on Debian or Ubuntu: sudo apt-get install postgresql postgis postgresql-…-postgis-3" >&2
    exit 1
fi
{
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    package=$(apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' | cut -d ' ' -f 1 | sort -V | tail -n 1)
    [ -n "$package" ] || { echo "no package postgresql-…-postgis-3 is to be had" >&2; exit 1; }
    apt-get install -y -q --no-install-recommends "${package%-postgis-3}" "$package"
} >&2
newest_with_postgis
