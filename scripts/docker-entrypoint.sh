#!/bin/sh
# Runs `pilji` in its container. A server without a token gets one that is made at the first start and kept in the
# volume.
set -eu

data=/var/lib/pilji
mkdir -p "$data/warehouse" "$data/spill"

if [ -z "${PILJI_TOKEN:-}" ]; then
    if [ ! -s "$data/token" ]; then
        umask 077
        od -An -N24 -tx1 /dev/urandom | tr -d ' \n' > "$data/token.new"
        mv "$data/token.new" "$data/token"
    fi
    PILJI_TOKEN=$(cat "$data/token")
    export PILJI_TOKEN
    if [ "${1:-}" = serve ]; then
        echo "clients present the token in $data/token" >&2
    fi
fi
exec pilji "$@"
