"""What holds of the repository as a whole: crate edges, versions, names of tests, nothing of one machine."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# udfs <- catalog <- ingest <- server
EDGES = {
    "pilji-udfs": set(),
    "pilji-catalog": {"pilji-udfs"},
    "pilji-ingest": {"pilji-udfs", "pilji-catalog"},
    "pilji": {"pilji-udfs", "pilji-catalog", "pilji-ingest", "pilji-dsl"},
    "pilji-dsl": set(),
    "pilji-benches": set(),
}
# Crates whose types cross our interfaces: two versions of one would not fit together.
SINGLE = {"datafusion", "arrow-array", "object_store", "geo", "tonic"}


def manifests() -> dict[str, dict]:
    workspace = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]
    parsed = [tomllib.loads((ROOT / member / "Cargo.toml").read_text()) for member in workspace["members"]]
    return {manifest["package"]["name"]: manifest for manifest in parsed}


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name]


def test_crates_depend_on_each_other_in_one_direction():
    found = manifests()
    assert set(found) == set(EDGES)
    for name, manifest in found.items():
        tables = [manifest.get(kind, {}) for kind in ("dependencies", "dev-dependencies", "build-dependencies")]
        ours = {dependency for table in tables for dependency in table if dependency.startswith("pilji")}
        assert ours <= EDGES[name], f"{name} may not depend on {ours - EDGES[name]}"


def test_versions_are_pinned_once_in_the_workspace():
    for name, manifest in manifests().items():
        for kind in ("dependencies", "dev-dependencies", "build-dependencies"):
            for dependency, wanted in manifest.get(kind, {}).items():
                assert isinstance(wanted, dict) and wanted.get("workspace"), f"{name}: {dependency} has its own version"
        assert manifest["lints"] == {"workspace": True}, name


@pytest.mark.parametrize("crate", ["udfs", "dsl"])
def test_pure_crates_do_no_input_or_output(crate):
    io = r"std::(fs|net|env|process|io::(stdin|stdout|stderr))|tokio|SystemTime"
    for file in (ROOT / crate / "src").rglob("*.rs"):
        code = file.read_text().split("#[cfg(test)]")[0]
        found = re.search(io, code)
        assert found is None, f"{file.relative_to(ROOT)} uses {found.group(0)}"


def test_only_the_server_names_flight():
    for crate in ("udfs", "dsl", "catalog", "ingest"):
        manifest = (ROOT / crate / "Cargo.toml").read_text()
        assert "arrow-flight" not in manifest and "tonic" not in manifest, crate


def test_the_crates_that_others_are_made_of_come_in_one_version():
    tree = subprocess.run(
        ["cargo", "tree", "--workspace", "--locked", "--duplicates", "--depth", "0", "--prefix", "none"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    duplicated = {line.split()[0] for line in tree.splitlines() if line.strip()}
    assert not duplicated & SINGLE
    everything = subprocess.run(
        ["cargo", "tree", "--workspace", "--locked", "--prefix", "none"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert SINGLE <= {line.split()[0] for line in everything.splitlines() if line.strip()}


# Written in pieces, so that this file does not hold what it looks for.
OF_ONE_MACHINE = re.compile("|".join(["/" + "root/", "/" + "work/", "/home/" + r"[a-z]", "arti" + "factory"]))


def test_no_file_names_a_place_on_somebodys_machine():
    found = []
    for file in tracked_files():
        if not file.exists():
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        if match := OF_ONE_MACHINE.search(text):
            found.append(f"{file.relative_to(ROOT)}: {match.group(0)}")
    assert not found


def test_dependencies_come_from_the_public_registry_only():
    sources = set(re.findall(r'^source = "(.*)"$', (ROOT / "Cargo.lock").read_text(), re.M))
    assert len(sources) == 1
    assert sources.pop().startswith("registry+https://github.com/rust-lang/")


def test_every_test_that_the_architecture_page_names_exists():
    page = (ROOT / "docs/architecture.md").read_text()
    assert len(page.splitlines()) <= 150
    named = set(re.findall(r"`(?:[\w/.-]+::)?([a-z][a-z0-9]*(?:_[a-z0-9]+){3,})`", page))
    assert len(named) >= 10
    sources = "\n".join(
        file.read_text() for file in tracked_files() if file.suffix in {".py", ".rs"} and file.exists()
    )
    missing = {name for name in named if not re.search(rf"\b(?:fn|def) {name}\b", sources)}
    assert not missing


def test_every_page_that_a_page_links_to_exists():
    for file in tracked_files():
        if file.suffix != ".md" or not file.exists():
            continue
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", file.read_text()):
            if "://" not in target:
                assert (file.parent / target).exists(), f"{file.relative_to(ROOT)} links to {target}"


def test_every_column_of_the_schema_is_documented(server):
    page = (ROOT / "docs/schema.md").read_text()
    documented = re.findall(r"^\| `(\w+)` \|", page, re.M)
    assert documented == server.sql("SELECT * FROM parcel LIMIT 0").column_names


def test_no_source_file_grows_out_of_hand():
    for file in tracked_files():
        if file.suffix in {".rs", ".py"} and file.exists():
            lines = len(file.read_text().splitlines())
            assert lines <= 600, f"{file.relative_to(ROOT)} has {lines} lines: is there a second thing in it?"
