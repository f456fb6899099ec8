#!/usr/bin/env bash
# Prints the folder of a Python environment that holds the packages of the requirement files given.
#
# Environments stand in the cache, one for each content of the files and version of Python: a changed pin makes a new
# one, an unchanged one is reused.
set -euo pipefail

cache=${XDG_CACHE_HOME:-$HOME/.cache}/pilji
key=$( (python3 --version; cat "$@") | sha256sum | cut -c 1-12)
venv=$cache/venv-$key

if [ ! -e "$venv/complete" ]; then
    echo "making the Python environment $venv" >&2
    mkdir -p "$cache"
    rm -rf "$venv"
    python3 -m venv "$venv" >&2
    arguments=()
    for file in "$@"; do arguments+=(-r "$file"); done
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "${arguments[@]}" >&2
    touch "$venv/complete"
fi
echo "$venv"
