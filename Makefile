# The words of the project. Every word sets up what it needs and is quick the second time.
# VENV=folder puts the environment elsewhere; PYTHON=/path/to/python makes it with that interpreter;
# WORKERS=n runs the tests in as many processes, of up to 4 GB each.

VENV = .venv
PYTHON =
PY = $(VENV)/bin/python
APP = $(VENV)/.installed-app
DEV = $(VENV)/.installed-dev
# One file of tests stays in one process, which shares a store, a server and a browser; the browser's files come last.
WORKERS = 2
PYTEST = $(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations=30
# Names what is being fetched: the first time takes minutes, and silence would look like a hang.
INSTALL = $(PY) -m pip install --disable-pip-version-check --progress-bar off
WORDS = sed -n -e 's/^ *\(Downloading [^ ]*.*\)/  \1/p' -e 's/^Installing collected packages.*/  Unpacking/p'

.PHONY: help run test test-all lint types browser coverage bench

help: ## List these words
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-16s%s\n", $$1, $$2}'

run: $(APP) ## Start the app and print its address
	$(PY) -m streamlit run app.py

test: lint types ## Lint, types and the tests, some in a browser: within 10 minutes on two cores
	$(PYTEST) -m "not slow and not shared"

test-all: lint types ## As `make test`, and what is slow: training, the recipes, most browser tests, the data beside the checkout
	$(PYTEST)

lint: $(DEV) ## Style, formatting and who may import whom
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/lint-imports --no-logo

types: $(DEV) ## Strict types of the core and the components
	$(PY) -m mypy

browser: $(DEV) ## Only the tests in a real browser
	$(PYTEST) -m browser

coverage: $(DEV) ## The lines of the core and the components that their tests leave out
	$(PYTEST) tests/core tests/components --cov=embedding_core --cov=components --cov-report=term:skip-covered

bench: $(DEV) ## Measure, compare and keep the results in benchmarks/
	$(PY) -m benchmarks

$(APP): requirements.txt $(VENV)/.made
	@echo "Installing what the app needs. The first time takes some minutes."
	@rm -f $@
	@{ $(INSTALL) -r requirements.txt && touch $@; } | $(WORDS); test -f $@

$(DEV): requirements.txt requirements-dev.txt $(VENV)/.made
	@echo "Installing what the app and its tests need. The first time takes some minutes."
	@rm -f $@
	@{ $(INSTALL) -r requirements-dev.txt && touch $(APP) $@; } | $(WORDS); test -f $@

$(VENV)/.made:
	@supported='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))'; \
	if $(PY) -c "$$supported" 2>/dev/null && $(PY) -m pip --version >/dev/null 2>&1; then touch $@; exit; fi; \
	for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14; do \
		$$python -c "$$supported" 2>/dev/null || continue; \
		found=$$python; \
		$$python -c 'import ensurepip, venv' 2>/dev/null || continue; \
		echo "Making $(VENV) with $$python"; \
		$$python -m venv $(VENV) && touch $@; \
		exit; \
	done; \
	if [ -n "$$found" ]; then \
		version=$$($$found -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "$$found cannot make environments. On Debian and Ubuntu: apt install python$$version-venv" >&2; \
	else \
		echo "No Python 3.11 to 3.14 found. Install one, or name it: make run PYTHON=/path/to/python" >&2; \
	fi; \
	exit 1
