# Two commands: `make run` and `make test`. Everything is installed into .venv from hashed lock files.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
# What meets the database; files, numbers, pages in a browser and processes are tested once, on the default one.
ON_POSTGRES := tests/records tests/security/test_absurd_input.py src/northing/web/tests/test_changed.py $(addprefix src/northing/,access accounts decisions delivery demo features insight kit products roadmap strategy)

.PHONY: run test test-sqlite test-postgres check bench lock clean

run: $(VENV)/.ready
	@$(BIN)/northing serve $(if $(PORT),--port $(PORT))

test: test-sqlite test-postgres

test-sqlite: $(VENV)/.ready-dev
	$(BIN)/python -m pytest -q -n $(WORKERS)

test-postgres: $(VENV)/.ready-dev
	$(BIN)/python tests/with_postgres.py $(BIN)/python -m pytest -q -n $(WORKERS) -m "not browser and not science" $(ON_POSTGRES)

check: $(VENV)/.ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/django-admin makemigrations --check --dry-run --settings northing.web.settings
	$(BIN)/python tests/check_lock.py

bench: $(VENV)/.ready-dev
	$(BIN)/python -m benchmarks $(NAME)

# The lock files hold for Python 3.11 and newer on Linux and macOS.
LOCK := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet
lock: $(VENV)/.ready-dev
	$(LOCK) --group build -o requirements.lock
	$(LOCK) --group build --group dev --extra postgres --extra solvers -o requirements-dev.lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Northing needs Python 3.11 or newer; say which one: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv"; exit 1; }

$(VENV)/.ready: requirements.lock pyproject.toml build_assets.py | $(VENV)/bin/python
	@echo "Installing (about a minute)..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q src
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache
