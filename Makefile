# `make demo` and `make test` need Python 3.11+ and nothing else. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export PORT

# The fastest tests, and a few with a database, on SQLite only: one path from a form to a claim.
# docs/contributing/testing.md says what is left out.
QUICK := tests/domain tests/charts/test_specs.py tests/mail tests/journal/test_golden.py tests/journal/test_merkle.py \
  tests/services/test_record.py tests/services/test_record_and_assess.py tests/web/test_claim_page.py \
  tests/test_docs.py tests/test_glossary.py

.PHONY: help demo test quick coverage oracles lint check-lint clean check-python

help: ## List what make can do here (this list).
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.run ## Run a demonstration: web, scheduler, mailbox and sample claims. PORT=9000 moves it.
	@$(BIN)/python -m ledger demo

test: $(VENV)/.test ## Run every test. ARGS="tests/web -x" runs only these.
	@$(BIN)/python -m pytest -n logical $(ARGS)

quick: check-lint ## Check format, lint, types and layers, and run the fastest tests: under a minute.
	@$(BIN)/python -m pytest -n logical $(QUICK) -k "not postgresql" $(ARGS)

coverage: $(VENV)/.test ## Run every test and report which lines and branches ran. Takes longer than make test.
	@$(BIN)/python -m pytest -n logical --cov --cov-report=term:skip-covered --cov-report=html $(ARGS)

oracles: $(VENV)/.oracles ## Check the scores against other libraries. Installs 700 MB of them.
	@$(BIN)/python -m pytest tests/domain/scoring/against_libraries.py

lint: $(VENV)/.test ## Format, fix what can be fixed, and check lint, types and layers.
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix . && $(BIN)/mypy && $(BIN)/lint-imports

check-lint: $(VENV)/.test ## The checks of make lint, changing no file.
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports

clean: ## Remove the environment, the demonstration's files and all caches.
	rm -rf $(VENV) .demo .test dist build htmlcov .coverage .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# The environment is updated when a requirements file changes.
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
