# Stoa's commands. `make` lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
NODE_READY := node_modules/.ready
BUNDLES := api/pages/built/manifest.json

# What is compiled is kept: tests start many processes, each of which would compile the whole application again.
unexport PYTHONDONTWRITEBYTECODE

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 20

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Stoa needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(NODE_READY): $(READY) package.json package-lock.json .npmrc
	PATH="$(abspath $(BIN)):$$PATH" npm ci --loglevel=error
	@touch $@

$(BUNDLES): $(NODE_READY) $(shell find api/pages -name built -prune -o \( -name '*.css' -o -name '*.svg' -o -path '*/islands/*' \) -type f -print)
	PATH="$(abspath $(BIN)):$$PATH" npm run --silent build

setup: $(READY) $(BUNDLES) ## Make the virtual environment and the browser's bundles from what is locked

run: setup ## Start everything on SQLite with demo data, and walk one case through
	$(BIN)/stoa demo

test: setup ## Run every test, on SQLite and PostgreSQL
	$(BIN)/python -m pytest -n 2 --dist worksteal

test-long: setup ## The same with twenty times the examples where tests make them up
	STOA_TEST_THOROUGHLY=yes $(BIN)/python -m pytest -n 2 --dist worksteal

attacks: setup ## Play every attack that docs/threat-model.md names, on PostgreSQL
	$(BIN)/python -m pytest -m attack -n 2 --dist worksteal

check: setup ## The whole gate: format, lint, types, import contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	PATH="$(abspath $(BIN)):$$PATH" npm run --silent check
	$(MAKE) test

format: setup ## Format and sort imports
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

conformance-dmn: setup ## Judge FEEL and DMN by the DMN TCK in $$STOA_CORPORA
	$(BIN)/python -m tests.conformance_dmn

conformance-bpmn: setup ## Judge the engine and the linter by the BPMN models in $$STOA_CORPORA
	$(BIN)/python -m tests.conformance_bpmn

difference: setup ## Play 20,000 random diagrams against an interpreter of BPMN, through the store
	$(BIN)/python -m tests.difference --diagrams 20000 --processes 2

bench-compare: setup ## Measure another commit and this tree in turns: make bench-compare AGAINST=HEAD~1
	$(BIN)/python -m bench.compare $(or $(AGAINST),HEAD~1)

bench: setup ## Measure the engine, storage and HTTP on both databases
	$(BIN)/python -m bench

audit: setup ## Ask the databases of known vulnerabilities about everything that is locked
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m supply_chain audit

licences: setup ## List the licence of everything that is locked, and fail where one may not be used
	$(BIN)/python -m supply_chain licences

sbom: setup ## Write the bill of materials (CycloneDX 1.6) to build/stoa.cdx.json
	$(BIN)/python -m supply_chain sbom build/stoa.cdx.json

lock: setup ## Resolve the requirements anew, with hashes
	$(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --quiet requirements/run.in -o requirements/run.txt
	$(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --quiet -c requirements/run.txt requirements/dev.in -o requirements/dev.txt

clean: ## Remove the virtual environment and every local state
	rm -rf $(VENV) node_modules api/pages/built var build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: help setup run test test-long attacks check format conformance-dmn conformance-bpmn difference bench bench-compare audit licences sbom lock clean
