# Needs make and Python 3.11 or newer, nothing else. Everything is set up in .venv, from uv.lock.

PYTHON ?= python3
BIN := .venv/bin
SETUP := $(PYTHON) tools/setup_venv.py

# For `make run`: the folder to serve, where to listen, and any further flags.
STORAGE_DIR ?=
PORT ?= 8000
ARGS ?=
# For `make million`: the folder to make, and with how many assets.
DATA_DIR ?=
ASSETS ?= 1000000
# For `make fault`: how many times to kill and restart.
CYCLES ?= 300
# For `make fuzz`: how many damaged files to decode.
MUTATIONS ?= 20000
# For `make metadata` and `make pictures`: a folder of photos and videos.
SAMPLES ?= ../shared/samples
# For `make sheet`: where the pictures go.
SHEET ?= sheet.png

export STORAGE_DIR PORT SAMPLES SHEET DATA_DIR

.DEFAULT_GOAL := help
.PHONY: help run test unit lint fix ui ui-test ui-build browsers fault fuzz bench bench-ui million metadata pictures sheet lock setup setup-dev setup-bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## Serve a folder: make run STORAGE_DIR=~/Pictures [PORT=8000] [ARGS="--rescan_interval 300"]
	@test -n "$$STORAGE_DIR" || { echo 'Say which folder: make run STORAGE_DIR=~/Pictures' >&2; exit 2; }
	@case "$$STORAGE_DIR" in '~'|'~/'*) STORAGE_DIR="$$HOME$${STORAGE_DIR#?}";; esac; \
	exec $(BIN)/media-server --storage_dir "$$STORAGE_DIR" --port "$$PORT" $(ARGS)

# Half of the tests' time is waiting: three share two cores. One of them gets all that needs the browser.
test: lint ui-test ## Run everything that CI runs
	$(BIN)/pytest -n 3

unit: setup-dev ## Run the quick tests only
	$(BIN)/pytest -n 3 -m 'not slow'

lint: setup-dev ## Check style, types and the floors that imports must keep
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/gallery.py check

fix: setup-dev ## Mend style where a machine can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/python tools/gallery.py fix

ui: setup-dev ## Work on the gallery: its page on port 5173, renewed as you save, before a running server
	MEDIA_SERVER=$${MEDIA_SERVER:-http://127.0.0.1:$$PORT} $(BIN)/python tools/gallery.py dev

ui-test: setup-dev ## Run the gallery's unit tests only
	$(BIN)/python tools/gallery.py test

ui-build: setup-dev ## Build the gallery now, if its sources have changed
	$(BIN)/python tools/gallery.py build

browsers: setup-dev ## Try the gallery in Firefox and WebKit (apt install firefox-esr webkit2gtk-driver gstreamer1.0-libav xvfb)
	MEDIA_SERVER_FIREFOX=$${MEDIA_SERVER_FIREFOX:-firefox-esr} \
		MEDIA_SERVER_WEBKIT=$${MEDIA_SERVER_WEBKIT:-WebKitWebDriver} \
		$(BIN)/pytest -p no:xdist tests/e2e/test_other_engines.py

fault: setup-dev ## Run the fault tests for long: make fault [CYCLES=300]
	MEDIA_SERVER_FAULT_CYCLES=$(CYCLES) $(BIN)/pytest tests/fault

fuzz: setup-dev ## Run the property tests for long, and decode many damaged files: make fuzz [MUTATIONS=20000]
	MEDIA_SERVER_MUTATIONS=$(MUTATIONS) MEDIA_SERVER_TRAPS=all $(BIN)/pytest \
		tests/fault/test_mutations.py tests/fault/test_traps.py
	HYPOTHESIS_PROFILE=nightly $(BIN)/pytest -n 2 tests/property

bench: setup-bench ## Measure against this machine's limits: make bench [ARGS=--quick]
	$(BIN)/python bench/run.py $(ARGS)

bench-ui: setup-bench ## Measure the gallery in Debian's chromium: make bench-ui [DATA_DIR=/tmp/million]
	$(BIN)/python bench/run.py --only ui $(if $(DATA_DIR),--data "$$DATA_DIR") $(ARGS)

million: setup-bench ## Make a data dir with very many assets: make million DATA_DIR=/tmp/million [ASSETS=1000000]
	@test -n "$$DATA_DIR" || { echo 'Say where: make million DATA_DIR=/tmp/million' >&2; exit 2; }
	$(BIN)/python bench/million.py "$$DATA_DIR" --assets $(ASSETS) $(ARGS)

metadata: setup-dev ## Compare what is read from files with ExifTool: make metadata [SAMPLES=../shared/samples]
	$(BIN)/python tools/compare_metadata.py "$$SAMPLES"

pictures: setup-dev ## Compare pictures with what other decoders make of them: make pictures [SAMPLES=../shared/samples]
	PYTHONPATH=tests $(BIN)/python tools/compare_pictures.py "$$SAMPLES"

sheet: setup ## Lay all pictures of a folder side by side, to be looked at: make sheet STORAGE_DIR=~/Pictures [SHEET=sheet.png]
	@test -n "$$STORAGE_DIR" || { echo 'Say which folder: make sheet STORAGE_DIR=~/Pictures' >&2; exit 2; }
	@case "$$STORAGE_DIR" in '~'|'~/'*) STORAGE_DIR="$$HOME$${STORAGE_DIR#?}";; esac; \
	exec $(BIN)/python tools/contact_sheet.py "$$STORAGE_DIR" "$$SHEET" $(ARGS)

lock: setup-dev ## Choose the newest versions that pyproject.toml allows
	$(BIN)/uv lock --upgrade --no-config --default-index https://pypi.org/simple

clean: ## Remove what was set up and built; the benchmark's pictures too
	rm -rf .venv frontend/node_modules src/media_server/web/static .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist bench/work

setup:
	@$(SETUP)

setup-dev:
	@$(SETUP) --group dev

setup-bench:
	@$(SETUP) --group bench
