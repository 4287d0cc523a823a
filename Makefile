# RareCare: « make help » lists the commands.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# The first Python that is recent enough; « make PYTHON=… » to choose another.
PYTHON ?= $(or $(shell for p in python3 python3.11 python3.12 python3.13; do \
    $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done),python3)
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8501
ARGS ?=

RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
LOCALE := rarecare/locale/fr/LC_MESSAGES/click

.PHONY: help install install-dev run test test-unit test-browser check fix geo build bench locale lock docs docs-images clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

install: $(RUN_STAMP) ## create .venv and install what running needs

install-dev: $(DEV_STAMP) ## the same, with what testing needs

run: $(RUN_STAMP) ## build the data set when needed, then serve it on PORT (8501)
	$(BIN)/rarecare serve --port $(PORT) $(ARGS)

test: $(DEV_STAMP) ## all the tests; those in a browser when there is one
	@$(BIN)/python -m tests.browser.chromium --install
	$(BIN)/python -m pytest $(ARGS)

test-unit: $(DEV_STAMP) ## the tests that need no browser
	$(BIN)/python -m pytest -m "not browser" $(ARGS)

test-browser: $(DEV_STAMP) ## only the tests in a browser, which must be there
	RARECARE_BROWSER_REQUIRED=1 $(BIN)/python -m pytest -m browser $(ARGS)

check: $(DEV_STAMP) ## every check: style, types, layers, documentation; counts the failures
	@failures=0; \
	run() { echo "== $$*"; "$$@" || failures=$$((failures + 1)); }; \
	run $(BIN)/ruff check .; \
	run $(BIN)/ruff format --check .; \
	run $(BIN)/mypy; \
	run $(BIN)/lint-imports; \
	run $(BIN)/python -m pytest -q tests/docs; \
	if [ $$failures -ne 0 ]; then echo "$$failures check(s) failed"; exit 1; fi; \
	echo "All checks passed"

fix: $(DEV_STAMP) ## mend what can be mended by machine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

geo: $(DEV_STAMP) ## prepare the territory again from its two sources (network needed)
	$(BIN)/python -m rarecare.territory.prepare $(ARGS)

build: $(RUN_STAMP) ## build the data set
	$(BIN)/rarecare build $(ARGS)

bench: $(DEV_STAMP) ## measure the budgets of the design
	$(BIN)/rarecare bench $(ARGS)

locale: $(DEV_STAMP) ## compile the French texts of the command line
	$(BIN)/pybabel -q compile -i $(LOCALE).po -o $(LOCALE).mo -l fr

LOCKED := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
lock: ## resolve the pinned and hashed requirements again (needs uv)
	sed -n 's/^requires = \[\(.*\)\]/\1/p' pyproject.toml | tr ',' '\n' | tr -d '" ' > .lock-build.in
	uv pip compile $(LOCKED) --output-file requirements.txt pyproject.toml .lock-build.in
	uv pip compile $(LOCKED) --constraint requirements.txt --output-file requirements-dev.txt --group dev
	rm .lock-build.in

docs: $(DEV_STAMP) ## write again the parts of the documentation that are copied from the code
	$(BIN)/python -m tests.docs.generated

docs-images: $(DEV_STAMP) ## take the screenshots of the documentation again (needs a browser)
	RARECARE_BROWSER_REQUIRED=1 $(BIN)/python -m pytest -q -p no:randomly tests/browser/docs_images.py

clean: ## remove what can be made again, the environment excepted
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache test-results htmlcov .coverage
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "RareCare needs Python 3.11 or later, and $(PYTHON) is: $$($(PYTHON) -V 2>&1 || true)"; \
	    echo "Install it, or name it: make PYTHON=/path/to/python3.11 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): requirements.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(RUN_STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
