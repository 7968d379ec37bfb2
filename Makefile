# make run: the product. make test: everything that must hold. The rest: make help.
PYTHON ?= python3
export VAR_DIR ?= var
unexport PYTHONDONTWRITEBYTECODE  # every start would compile 40 MB of libraries anew
BIN := .venv/bin
READY := .venv/.ready
DEMO ?= 1

.PHONY: help setup run test check format bench screenshots lock packages
.DEFAULT_GOAL := help

help:
	@echo "make run          set up and start: staff pages on :8000, residents' chat on :8001 (DEMO=0: one admin only)"
	@echo "make test         set up and pass the whole suite"
	@echo "make check        format, lint, types"
	@echo "make bench        the figures of the README, beside their references"
	@echo "make screenshots  the pictures of the README"
	@echo "make format       put the code in order"
	@echo "make lock         resolve requirements.lock anew"

$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed (PYTHON=…)" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing the dependencies …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $(READY)

setup: $(READY)
	@$(BIN)/python -m api migrate
	@$(BIN)/python -m nlp train --if-stale

run: setup
	@$(BIN)/python -m api first-start $(if $(filter 0,$(DEMO)),--no-demo,)
	@$(BIN)/honcho start --no-prefix --no-colour

packages:
	@sh .ci/packages

test: $(READY) packages
	@$(BIN)/python -m pytest

check: $(READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: $(READY)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(READY)
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.lists
	@$(BIN)/python -m bench.stream

screenshots: $(READY) packages
	@$(BIN)/python -m docs.screenshots

lock:
	uv pip compile --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml --extra meaning --group dev -o requirements.lock
