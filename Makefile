# Pilji's commands. `make help` lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Everything that a command makes and the next one can reuse stands here, outside the checkout.
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/pilji
export CARGO_TARGET_DIR ?= $(CACHE)/target
PILJI_BIN := $(CARGO_TARGET_DIR)/release/pilji

# One profile serves the binary, the tests and the lints, so that a clean machine compiles the dependencies once.
CARGO_FLAGS := --release --workspace --locked

CARGO_DENY_VERSION := 0.20.2
CARGO_DENY := $(CACHE)/tools/cargo-deny-$(CARGO_DENY_VERSION)/bin/cargo-deny

CLIENT_REQUIREMENTS := clients/python/requirements.txt
TEST_REQUIREMENTS := $(CLIENT_REQUIREMENTS) tests/requirements.txt

BENCH_REQUIREMENTS := benches/requirements.txt

# What `make pytest ARGS='-k duckdb'` hands to pytest, and `make bench ARGS='--only pilji --work W1,W3'` to the race.
ARGS ?=
# Sample parcels that `make bench` races over; `make layouts` publishes them four times.
PARCELS ?= 100000

# The steps share two cores and one cargo lock.
.NOTPARALLEL:

.PHONY: help
help: ## Lists the commands.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: prerequisites ## Builds, samples 100,000 parcels, loads, serves, queries them and draws a map.
	@bash clients/demo/run.sh

.PHONY: build
build: prerequisites ## Builds the binary.
	cargo build $(CARGO_FLAGS) --bins
	@echo "built $(PILJI_BIN)"

.PHONY: test
test: prerequisites fmt lint deny doc unit pytest ## Runs every check and test that CI runs.

.PHONY: check
check: prerequisites fmt lint deny-if-present unit ## Runs the fast part of `make test`: no Python, no tool is built.

.PHONY: prove
prove: build crs geoparquet ## Makes the long evidence (1,000,000 parcels, projections, readers) and writes docs/evidence.md.
	@PILJI_BIN="$(PILJI_BIN)" PYTHONPATH=tests "$$(bash scripts/venv.sh $(TEST_REQUIREMENTS))/bin/python" -m prove --out docs/evidence.md

.PHONY: crs
crs: build ## Transforms points over the country as PROJ does and writes docs/crs-agreement.md.
	@PILJI_BIN="$(PILJI_BIN)" PYTHONPATH=tests "$$(bash scripts/venv.sh $(TEST_REQUIREMENTS))/bin/python" -m crs_agreement --out docs/crs-agreement.md

.PHONY: geoparquet
geoparquet: build ## Reads GeoParquet of other writers, sound and bad, and writes docs/geoparquet-agreement.md.
	@PILJI_BIN="$(PILJI_BIN)" PYTHONPATH=tests "$$(bash scripts/venv.sh $(TEST_REQUIREMENTS))/bin/python" -m geoparquet_agreement --out docs/geoparquet-agreement.md

.PHONY: agreement
agreement: build ## Asks PostGIS the same as Pilji, function by function, and writes docs/spatial-agreement.md.
	@PILJI_BIN="$(PILJI_BIN)" PYTHONPATH=benches:tests "$$(bash scripts/venv.sh $(TEST_REQUIREMENTS) $(BENCH_REQUIREMENTS))/bin/python" -m agreement \
	--out docs/spatial-agreement.md

.PHONY: suites
suites: build ## Runs the suites of other projects (ADBC, Sail, sqllogictest) and writes docs/suites.md.
	@PILJI_BIN="$(PILJI_BIN)" PYTHONPATH=tests "$$(bash scripts/venv.sh $(TEST_REQUIREMENTS))/bin/python" -m suites --out docs/suites.md

.PHONY: cancellation
cancellation: build ## Breaks off 100 queries of each operator and writes docs/cancellation.md.
	cargo build $(CARGO_FLAGS) --example break_off
	@PILJI_BIN="$(PILJI_BIN)" PYTHONPATH=tests "$$(bash scripts/venv.sh $(TEST_REQUIREMENTS))/bin/python" -m cancellation \
	--out docs/cancellation.md $(ARGS)

.PHONY: compile-time
compile-time: build ## Plans PiljiQL beside the SQL that it becomes and writes docs/compile-time.md.
	cargo build $(CARGO_FLAGS) --example compile_time
	@PILJI_BIN="$(PILJI_BIN)" PYTHONPATH=tests "$$(bash scripts/venv.sh $(TEST_REQUIREMENTS))/bin/python" -m compile_time \
	--out docs/compile-time.md $(ARGS)

.PHONY: fuzz
fuzz: ## Reads PiljiQL made by chance, 30 minutes of each of four kinds.
	cargo build $(CARGO_FLAGS) --example fuzz
	@for target in tokens trees stages sql; do "$(CARGO_TARGET_DIR)/release/examples/fuzz" $$target 30; done

.PHONY: bench
bench: build ## Races DuckDB and PostGIS over PARCELS=100000 and writes docs/benchmarks.md; ARGS='--help' lists more.
	@PILJI_BIN="$(PILJI_BIN)" PYTHONPATH=benches:tests "$$(bash scripts/venv.sh $(BENCH_REQUIREMENTS))/bin/python" -m race \
	--parcels $(PARCELS) --out docs/benchmarks.md $(ARGS)

.PHONY: space
space: build ## Races SedonaDB and DuckDB over 1,000,000 made-up parcels in process and writes docs/spatial-benchmarks.md.
	cargo build $(CARGO_FLAGS) --example ask_in_process
	@PILJI_BIN="$(PILJI_BIN)" PYTHONPATH=benches:tests "$$(bash scripts/venv.sh $(BENCH_REQUIREMENTS))/bin/python" -m race.space \
	--out docs/spatial-benchmarks.md $(ARGS)

.PHONY: transport
transport: build ## Sends 1,000,000 parcels to an ADBC client beside ROAPI and a bare server and writes docs/transport.md.
	@PILJI_BIN="$(PILJI_BIN)" PYTHONPATH=benches:tests "$$(bash scripts/venv.sh $(BENCH_REQUIREMENTS))/bin/python" -m race.transport \
	--out docs/transport.md $(ARGS)

.PHONY: attach
attach: build ## Puts polygons beside 100,000 rows by each key, beside SQL and DuckDB, and writes docs/attach.md.
	@PILJI_BIN="$(PILJI_BIN)" PYTHONPATH=benches:tests "$$(bash scripts/venv.sh $(TEST_REQUIREMENTS) $(BENCH_REQUIREMENTS))/bin/python" -m race.attach \
	--out docs/attach.md $(ARGS)

.PHONY: areas
areas: build ## Derives the areas of 1,000,000 parcels beside DuckDB and PostGIS and writes docs/areas.md.
	@PILJI_BIN="$(PILJI_BIN)" PYTHONPATH=benches:tests "$$(bash scripts/venv.sh $(BENCH_REQUIREMENTS))/bin/python" -m race.areas \
	--out docs/areas.md $(ARGS)

.PHONY: pictures
pictures: build ## Draws derived areas and vector tiles: docs/areas.png, docs/tiles.png.
	@PILJI_BIN="$(PILJI_BIN)" PYTHONPATH=tests "$$(bash scripts/venv.sh $(TEST_REQUIREMENTS))/bin/python" tests/pictures.py --out docs

.PHONY: layouts
layouts: build ## Publishes PARCELS in every layout, asks each the same, and writes the tables of docs/layouts.md.
	@PILJI_BIN="$(PILJI_BIN)" PYTHONPATH=benches:tests "$$(bash scripts/venv.sh $(BENCH_REQUIREMENTS))/bin/python" -m race.layouts \
	--parcels $(PARCELS) --out docs/layouts.md $(ARGS)

.PHONY: fmt
fmt: ## Checks the formatting.
	cargo fmt --all --check

.PHONY: lint
lint: ## Lints all targets; a warning is an error.
	cargo clippy $(CARGO_FLAGS) --all-targets -- -D warnings

.PHONY: doc
doc: ## Builds the crates' documentation; a warning is an error.
	RUSTDOCFLAGS='-D warnings' cargo doc $(CARGO_FLAGS) --no-deps --quiet

.PHONY: deny
deny: $(CARGO_DENY) ## Checks licences, bans and sources of the dependencies.
	$(CARGO_DENY) --log-level warn --workspace check bans licenses sources

.PHONY: deny-if-present
deny-if-present:
	@if [ -x "$(CARGO_DENY)" ]; then $(MAKE) --no-print-directory deny; else echo "cargo-deny is not built yet: 'make deny' builds it"; fi

.PHONY: unit
unit: ## Runs the crates' own tests.
	cargo test $(CARGO_FLAGS)

.PHONY: pytest
pytest: build ## Runs the end-to-end tests; ARGS='-k duckdb' selects some.
	PILJI_BIN="$(PILJI_BIN)" "$$(bash scripts/venv.sh $(TEST_REQUIREMENTS))/bin/python" -m pytest tests $(ARGS)

.PHONY: prerequisites
prerequisites:
	@bash scripts/prerequisites.sh

# A tool is compiled quickly rather than well: it runs for seconds.
$(CARGO_DENY):
	CARGO_TARGET_DIR=$(CACHE)/tools/target CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_DEBUG=0 \
	CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
	cargo install --locked --no-default-features --version $(CARGO_DENY_VERSION) --root $(CACHE)/tools/cargo-deny-$(CARGO_DENY_VERSION) cargo-deny
	rm -rf $(CACHE)/tools/target
