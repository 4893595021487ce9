# The one door for people and CI. `make help` lists what it can do.
SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
PORT ?= 5000
DEMO ?= 1
export PORT DEMO

.PHONY: help setup run test cover mutate check bench drill lock clean
.DEFAULT_GOAL := help

help:  ## say what each command does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 20

$(BIN)/python:
	@sh scripts/make_venv "$(PYTHON)" $(VENV)

$(VENV)/.runtime: $(BIN)/python requirements/runtime.txt
	@echo "Installing what Mendwell needs (once, about a minute) ..."
	@$(PIP) -r requirements/runtime.txt
	@touch $@

$(VENV)/.development: $(BIN)/python requirements/development.txt
	@echo "Installing the development set (once, about a minute) ..."
	@$(PIP) -r requirements/development.txt
	@touch $@ $(VENV)/.runtime

setup: $(VENV)/.development  ## make .venv with the development set

run: $(VENV)/.runtime  ## start Mendwell on 127.0.0.1:5000 (PORT=8000 changes it, DEMO=0 starts empty)
	@sh scripts/run $(BIN)

test: $(VENV)/.development  ## run every test (SQLite, PostgreSQL, Chromium); installs what it needs
	@sh scripts/ensure_chromium $(BIN)
	@DEMO=0 COVERED_APART=1 $(BIN)/python -m pytest
	@sh scripts/cover $(BIN)

cover: $(VENV)/.development  ## every line and branch of grading is reached by its pure tests (half a minute)
	@sh scripts/cover $(BIN)

mutate: $(VENV)/.development  ## change grading in small ways and see whether tests notice (15 minutes; docs/quality.md)
	@$(BIN)/python scripts/mutate.py

check: $(VENV)/.development  ## lint, types, import contracts, templates, dependencies, content
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache > .cache-imports 2>&1 || { cat .cache-imports; rm .cache-imports; exit 1; }
	@rm -f .cache-imports
	@$(BIN)/djlint --quiet --lint templates learnapp
	@$(BIN)/deptry .
	@DEMO=0 $(BIN)/flask --app wsgi content check
	@echo "check: all is well"

bench: $(VENV)/.development  ## measure speed beside a bare page and a bare attempt; writes a table
	@DEMO=0 $(BIN)/python -m bench

drill: $(VENV)/.development  ## break it in every way we know, the long form (half an hour; docs/reliability.md)
	@sh scripts/ensure_chromium $(BIN)
	@DEMO=0 DRILL=long $(BIN)/python -m pytest -n 0 -p no:randomly --timeout 1200 tests/faults

lock: $(VENV)/.development  ## pin requirements/*.in again, with hashes
	@sh scripts/lock $(BIN)

clean:  ## remove what can be made again (never the database)
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis mutants
