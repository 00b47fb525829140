# make demo: the main job on an invented bureau. make test: what is quick and needs no office suite. Both set up by
# themselves. make test-all: what make test leaves out, longer runs and pictures; make soak: the whole counts.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= pressctl-demo

.PHONY: demo test test-all soak lint format bench clean setup
.DEFAULT_GOAL := test

setup: $(BIN)/.ready

$(BIN)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "需要 Python 3.11 或更高版本")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: setup
	$(BIN)/pressctl demo --dir $(DEMO) --force

test: setup
	$(BIN)/python -m pytest -n auto -m "not slow and not office and not soak"

test-all: setup
	$(BIN)/python -m pytest -n auto -m "(slow or office) and not soak"

soak: setup
	$(BIN)/python -m pytest -n auto -m soak -s

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[bench]'
	for each in benchmarks/*.py; do echo "== $$each"; $(BIN)/python $$each || exit 1; done

clean:
	rm -rf $(VENV) $(DEMO) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
