# `make` alone says what there is.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := instance-demo
DEMO_KIOSK := env -u DATABASE_URL KIOSK_INSTANCE=$(DEMO) $(BIN)/kiosk

# Stamps: what runs the kiosk is installed, and what tests it as well.
READY := $(VENV)/ready
READY_DEV := $(VENV)/ready-dev

.DEFAULT_GOAL := help
.PHONY: help run demo test faults access pictures bench lint audit words lock
.DELETE_ON_ERROR:

help: ## Say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

run: $(READY) ## Start the kiosk; the first time it prints a code and goes on in the browser
	$(BIN)/kiosk serve

demo: $(READY) $(DEMO)/filled ## Start a kiosk of its own, filled with the year 2023
	$(DEMO_KIOSK) serve

test: $(READY_DEV) ## Run all tests; installs Chromium and PostgreSQL through apt where it may
	scripts/ensure_tools.sh
	$(BIN)/pytest -n auto

faults: $(READY_DEV) ## Break the kiosk for a quarter of an hour: kills, power cuts, full disks, wrong clocks
	scripts/ensure_tools.sh
	$(BIN)/pytest -m long_fault -s --database sqlite tests/faults

access: $(READY_DEV) ## Look at every page with axe: each language, light, dark, high contrast, forced colours
	scripts/ensure_tools.sh
	$(BIN)/pytest -n auto -m 'browser' --database sqlite tests/browser/test_axe.py

pictures: $(READY_DEV) ## Take the pictures of docs/gallery.md
	scripts/ensure_tools.sh
	$(BIN)/python -m tests.browser.pictures

bench: $(READY_DEV) ## Measure against floors; writes bench/RESULTS.md
	$(BIN)/python bench/run.py

lint: $(READY_DEV) ## Style, types and layout
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

audit: $(READY_DEV) ## Known holes in what we depend on, risky code, changed vendored files
	$(BIN)/python scripts/audit.py

# No places and no dates in the catalogues: they would change with every commit.
words: $(READY_DEV) ## Bring the catalogues up to date with the code, and compile them
	@pot=$$(mktemp) && trap 'rm -f $$pot' EXIT && \
	$(BIN)/pybabel -q extract -F pyproject.toml --omit-header --no-location --sort-output -k lazy_gettext -k lazy_ngettext:1,2 -o $$pot kiosk && \
	for language in nb nn en; do \
		$(BIN)/pybabel -q update -i $$pot -d kiosk/translations -l $$language --no-fuzzy-matching \
			--ignore-obsolete --ignore-pot-creation-date --init-missing || exit 1; \
	done && \
	$(BIN)/pybabel -q compile -d kiosk/translations

# Keeps what is pinned unless told otherwise: `make lock LOCK=--upgrade`.
lock: check-python ## Pin what pyproject.toml asks for
	@folder=$$(mktemp -d) && trap 'rm -rf $$folder' EXIT && \
	$(PYTHON) -m venv $$folder && $$folder/bin/pip install --quiet uv && \
	export UV_CUSTOM_COMPILE_COMMAND='make lock' && \
	compile="$$folder/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes" && \
	compile="$$compile --no-annotate --no-emit-index-url $(LOCK) pyproject.toml" && \
	$$compile -o requirements.txt && \
	$$compile --extra dev -c requirements.txt -o requirements-dev.txt

.PHONY: check-python
check-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo 'The kiosk needs Python 3.11 or newer. Install it, or name one: make PYTHON=python3.12 …' >&2; exit 1; }

$(READY): requirements.txt pyproject.toml | check-python
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --no-build-isolation --no-deps -e .
	@touch $@

$(READY_DEV): requirements.txt requirements-dev.txt pyproject.toml | check-python
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --no-build-isolation --no-deps -e .
	@touch $(READY) $@

# Delete the folder to begin again.
$(DEMO)/filled: | $(READY)
	$(DEMO_KIOSK) demo --year 2023
	@touch $@
