# PIP_FLAGS chooses another build of torch, see README ("Which torch").
PYTHON ?= python3
PIP_FLAGS ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt $(PIP_FLAGS)

.PHONY: corpus test clean

corpus: .venv/corpus.done
	$(BIN)/mudawwana run

test: .venv/test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

clean:
	rm -rf .venv

.venv/corpus.done: setup.cfg pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) -e .
	touch $@

.venv/test.done: .venv/corpus.done
	$(PIP) -e '.[dev]'
	touch $@
