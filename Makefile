# The two commands: `make demo` and `make test`. `make help` lists the others.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
export PYTHONPATH := $(CURDIR)
# without compiled files on disk, each process of the tests compiles everything again
export PYTHONDONTWRITEBYTECODE :=

# Processes that share the tests: more than two cores, because many tests wait for time to pass.
WORKERS ?= 4
# The folders that are not wanted are left out. The wanted ones are not named, because pytest would import their
# conftest.py into the process that only hands out the tests, too: 5 seconds before any begins.
run_tests_in = $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadscope --no-loadscope-reorder tests \
	$(addprefix --ignore=tests/,$(filter-out $(1),end_to_end integration unit long))

.PHONY: help install demo check test all-tests unit integration end-to-end long lint format messages lock bench clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

install: .venv/installed ## make .venv with the locked dependencies

.venv/installed: requirements-dev.lock
	@command -v "$(PYTHON)" >/dev/null || { echo "$(PYTHON) is not installed; Python 3.10 or newer is needed."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
		|| { echo "Python 3.10 or newer is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
		|| { echo "Python's venv module is missing: apt install python3-venv"; exit 1; }
	@echo "Installing the locked dependencies into .venv (a few minutes, once) …"
	@$(PYTHON) -m venv --clear .venv
	@# pip holds requirements with extras to the lock only if it is the constraints as well
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes \
		-r requirements-dev.lock -c requirements-dev.lock
	@touch $@

demo: install ## start everything, sync the sandbox store, show the result; Ctrl-C stops it; STORES=30 for many
	@$(BIN)/python -m include.local.demo --stores $(or $(STORES),1)

check: install ## lint, types and unit tests: run it before each commit
	@$(MAKE) --no-print-directory --jobs 2 lint unit

test: install ## lint, types and all tests: unit, integration, end to end
	@$(MAKE) --no-print-directory --jobs 2 lint all-tests

all-tests: install
	@$(call run_tests_in,end_to_end integration unit)

unit: install ## tests without Postgres and without Airflow's database
	@$(call run_tests_in,unit)

integration: install ## tests with a real Postgres
	@$(call run_tests_in,integration)

end-to-end: install ## tests with a browser, or with Airflow's own processes
	@$(call run_tests_in,end_to_end)

long: install ## many stores on many machines: about 20 minutes
	@LONG=1 $(BIN)/python -m pytest tests/long -s

lint: install ## ruff, mypy, and the direction of imports
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: install ## lay out the code and sort its imports
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

messages: install ## write docs/messages.md anew from the code
	@$(BIN)/python -m tools.messages

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.10 --fork-strategy fewest \
	--generate-hashes --no-header --no-annotate

lock: install ## lock every dependency anew, for all Pythons; UPGRADE=--upgrade takes newer releases
	@$(LOCK) $(UPGRADE) requirements.txt requirements-dev.txt --output-file requirements-dev.lock
	@$(LOCK) --constraint requirements-dev.lock requirements.txt --output-file requirements.lock

bench: install ## measure speed and memory; BENCH="syncs orders --repeats 1" chooses, BENCH=--help lists
	@$(BIN)/python -m tools.bench $(BENCH)

clean: ## remove .venv, the demo's data and all caches
	@rm -rf .venv .local .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
