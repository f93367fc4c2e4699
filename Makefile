# Two commands on a fresh machine: `make report` and `make test`. They need python3 (3.11 or newer) and make.
.DEFAULT_GOAL := help
.PHONY: help report test lab bench backtest pictures clean
PYTHON ?= python3
CYCLE ?=
BIN := .venv/bin

help:  ## What each target does
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

# The stamp is newer than what it was made from, or the set-up runs again.
.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "python3 is older than 3.11; name a newer one: make PYTHON=python3.12 ..."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

report: .venv/ready  ## Build the packs of all cycles (CYCLE=2014-09 for one)
	$(BIN)/pcp report $(or $(CYCLE),--all)

test: .venv/ready  ## Format, lint, types, imports, and every test on all cores
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest -n auto --dist loadfile

lab: .venv/ready  ## Open JupyterLab on notebooks/
	$(BIN)/jupyter lab --notebook-dir=notebooks

bench: .venv/ready  ## Measure time, memory and size of a pack
	$(BIN)/python benchmarks/press.py
	$(BIN)/python benchmarks/imports.py

backtest: .venv/ready  ## Rebuild the tables of docs/methods.md
	$(BIN)/python benchmarks/backtest.py

pictures: report  ## Rebuild the pictures of the README (needs Chromium)
	$(BIN)/python docs/pictures.py

clean:  ## Remove the environment, processed tables and packs
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache
	find data/processed outputs -mindepth 1 ! -name .gitkeep -delete
