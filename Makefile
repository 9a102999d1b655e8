# Everything a developer or a CI machine does. Needs Python 3.11 or later with venv, and make.

# The first Python that is new enough; override with `make PYTHON=...`.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null \
	&& echo $$python && exit; done; echo python3)
BIN := .venv/bin
STAMP := .venv/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: help demo run test e2e lint bench man requirements clean python

help:
	@echo "make demo          the main job on sample binaries, in the terminal UI"
	@echo "make run           shipway itself, with your own home"
	@echo "make test          the tests that need no outside tool"
	@echo "make e2e           the tests with real processes and outside tools"
	@echo "make lint          ruff, mypy, the import contracts, and whether made files are current"
	@echo "make bench         figures against yardsticks measured in the same run"
	@echo "make man           the man pages, written from the commands into man/"
	@echo "make requirements  renew the pins in requirements.txt"
	@echo "make clean         remove the virtual environment and all caches"

# The demo shows its way in the terminal; where there is none it prints a summary instead.
demo: $(STAMP)
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/shipway demo; else $(BIN)/shipway demo --headless; fi

run: $(STAMP)
	@$(BIN)/shipway

test: $(STAMP)
	$(BIN)/python -m pytest -m "not e2e" -n 4 --dist worksteal

e2e: $(STAMP)
	@bash contrib/e2e-tools.sh
	$(BIN)/python -m pytest -m e2e

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python contrib/openapi.py --check
	$(BIN)/python contrib/actions.py --check

bench: $(STAMP)
	$(BIN)/python contrib/bench

man: $(STAMP)
	$(BIN)/python contrib/man.py man

requirements: python
	@PYTHON="$(PYTHON)" PINS="$(PINS)" bash contrib/requirements.sh

clean:
	rm -rf man .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements.txt pyproject.toml
	@$(MAKE) --no-print-directory python
	@echo "Making the virtual environment in .venv"
	@$(PYTHON) -m venv .venv
	@for attempt in 1 2 3; do \
		$(PIP) install --quiet --require-hashes -r requirements.txt && exit 0; \
		echo "The packages could not be installed (attempt $$attempt of 3)." >&2; \
		if [ $$attempt -lt 3 ]; then sleep 5; fi; \
	done; exit 1
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $(STAMP)

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
		echo "Shipway needs Python 3.11 or later: install it, or name one with make PYTHON=..." >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { \
		echo "$(PYTHON) has no venv: on Debian and Ubuntu install the package python3-venv." >&2; \
		exit 1; }
