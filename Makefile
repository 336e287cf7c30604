# The two commands: `make demo` and `make test`. `make help` lists the others.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
export PYTHONPATH := $(CURDIR)

.PHONY: help install demo test lint format messages lock bench clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

install: .venv/installed ## make .venv with the pinned dependencies

.venv/installed: requirements.txt requirements-dev.txt constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
		|| { echo "Python 3.10 or newer is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
		|| { echo "Python's venv module is missing: apt install python3-venv"; exit 1; }
	@echo "Installing the pinned dependencies into .venv (about a minute, once) …"
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check \
		-r requirements.txt -r requirements-dev.txt -c constraints.txt
	@touch $@

demo: install ## start everything, sync the sandbox store, show the result; Ctrl-C stops it
	@$(BIN)/python -m include.local.demo

test: install lint ## lint, then all tests: unit, integration, end to end
	@$(BIN)/python -m pytest

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

lock: install ## pin again what stands below the direct dependencies
	@$(BIN)/python -m pip install -qq uv==0.13.9
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.10 --fork-strategy fewest \
		--no-header --no-annotate requirements.txt requirements-dev.txt --output-file constraints.txt

bench: install ## measure speed and memory
	@$(BIN)/python -m tools.bench

clean: ## remove .venv, the demo's data and all caches
	@rm -rf .venv .local .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
