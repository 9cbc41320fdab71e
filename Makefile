# Everything from a bare machine with Python 3.11: `make run` opens Tenfold, `make test` tries it.
# From the environment or as arguments: PORT HOST DATA_DIR DATABASE_URL REDIS_URL SECRET_KEY ALLOWED_HOSTS DEMO_PASSWORD DEMO=0

SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --constraint constraints.txt
TESTS ?=
SCENARIOS ?=
PYTEST_WORKERS ?= 2

.PHONY: run test lint format types bench messages clean help

run: $(VENV)/.installed  ## prepare, serve, and print the address (PORT=8000)
	@exec $(BIN)/python manage.py start

test: $(VENV)/.installed-dev  ## all tests but the browser's; TESTS=tests/messenger for some
	@DATA_DIR=$${DATA_DIR:-$(CURDIR)/var/test} TENFOLD_TESTING=1 $(BIN)/python -m pytest -p no:playwright -n $(PYTEST_WORKERS) --dist loadfile $(TESTS)

lint: $(VENV)/.installed-dev  ## ruff, its format, mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	DATA_DIR=$(CURDIR)/var/test TENFOLD_TESTING=1 $(BIN)/mypy

format: $(VENV)/.installed-dev  ## put the code in its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.installed-dev  ## measure a server on this machine; see docs/performance.md
	$(BIN)/python -m bench $(SCENARIOS)

messages: $(VENV)/.installed  ## take new words into locale/ and compile what is translated; needs GNU gettext
	@command -v xgettext msgfmt >/dev/null || { echo "Install GNU gettext first."; exit 1; }
	$(BIN)/python manage.py makemessages -l de -l ru --no-location --no-obsolete $(addprefix -i ,tests bench docs var '.venv*')
	$(BIN)/python manage.py compilemessages -i '.venv*'

clean:  ## remove the virtual environment and what tests left; your data in DATA_DIR stays
	rm -rf $(VENV) var/test .pytest_cache .mypy_cache .ruff_cache

help:
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 10

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tenfold needs Python 3.11 or newer, this is " + sys.version)'
	@echo "Making a virtual environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt constraints.txt | $(BIN)/python
	@echo "Installing what Tenfold needs …"
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt requirements.txt constraints.txt | $(BIN)/python
	@echo "Installing what the tests need …"
	@$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@ $(VENV)/.installed
