#!/usr/bin/env bash
# Checks that the programs which a build, the demo and the tests need are there, and says what to install.
# `--install` installs missing Debian packages when it may (as root), for machines that nobody sits at.
set -euo pipefail

readonly rust_minimum=1.95
readonly python_minimum=3.11

missing=()          # what is missing, in words
debian_packages=()  # what installs it on Debian and Ubuntu

need() { # need 'what it is' 'Debian package'
    missing+=("$1")
    debian_packages+=("$2")
}

at_least() { # at_least MINIMUM FOUND
    [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

look() {
    missing=()
    debian_packages=()
    command -v cc >/dev/null || need "a C compiler (cc)" build-essential
    command -v make >/dev/null || need "make" make
    command -v git >/dev/null || need "git" git
    if ! command -v python3 >/dev/null; then
        need "Python $python_minimum or newer with venv" "python3 python3-venv"
    else
        local found
        found=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        if ! at_least "$python_minimum" "$found"; then
            missing+=("Python $python_minimum or newer (python3 is $found)")
        elif ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
            need "Python's venv module with ensurepip" python3-venv
        fi
    fi
}

rust_problem() { # Prints what is wrong with Rust, or nothing.
    if ! command -v cargo >/dev/null; then
        echo "Rust $rust_minimum or newer (cargo is not on the PATH)"
        return
    fi
    local found
    found=$(cargo --version | cut -d ' ' -f 2)
    at_least "$rust_minimum" "$found" || echo "Rust $rust_minimum or newer (cargo is $found)"
}

look
if [ "${1:-}" = --install ] && [ "${#debian_packages[@]}" -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    # shellcheck disable=SC2068 # an entry may name two packages
    apt-get install -y -q --no-install-recommends ${debian_packages[@]}
    look
fi

rust=$(rust_problem)
[ "${#missing[@]}" -gt 0 ] || [ -n "$rust" ] || exit 0
{
    echo "Pilji cannot be built yet. Missing:"
    for item in "${missing[@]}"; do echo "  - $item"; done
    [ -z "$rust" ] || echo "  - $rust"
    if [ "${#debian_packages[@]}" -gt 0 ]; then echo "On Debian or Ubuntu: sudo apt-get install ${debian_packages[*]}"; fi
    if [ -n "$rust" ]; then echo "Rust comes from rustup: https://rustup.rs (rustup update stable)"; fi
} >&2
exit 1
