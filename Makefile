# Two commands do everything: make demo, make test. Both need Python 3.11+ and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export PORT

.PHONY: demo test oracles lint serve-docs clean check-python

demo: $(VENV)/.run
	@$(BIN)/python -m ledger demo

test: $(VENV)/.test
	@$(BIN)/python -m pytest -n logical $(ARGS)

# Scores against other people's libraries: 700 MB of them, so not in every environment.
oracles: $(VENV)/.oracles
	@$(BIN)/python -m pytest tests/domain/scoring/against_libraries.py

lint: $(VENV)/.test
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix . && $(BIN)/mypy && $(BIN)/lint-imports

clean:
	rm -rf $(VENV) .demo .test dist build .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# The environment is made again when a requirement file changes.
$(VENV)/.run: requirements/run.txt pyproject.toml | check-python
	@echo "Making the environment (once; about a minute) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/build.txt -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	@echo "Adding what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/test.txt
	@touch $@

$(VENV)/.oracles: requirements/oracles.txt $(VENV)/.test
	@echo "Adding the libraries that scores are checked against …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/oracles.txt
	@touch $@

check-python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "The ledger needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Install one and run: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing (on Debian: apt install python3-venv)."; exit 1; }
