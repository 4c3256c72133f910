# `make demo` sets everything up and shows the main job; `make test` sets everything up and runs the tests.
# Elsewhere than on a machine whose registry has CPU builds of torch, see the README for TORCH_INDEX.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := .demo
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))

.PHONY: demo test check clean

demo: $(VENV)/.installed
	@$(BIN)/study ingest data/course --library $(DEMO)
	@echo
	@echo '$$ study ask "why divide by sqrt d"'
	@$(BIN)/study ask "why divide by sqrt d" --library $(DEMO)
	@echo
	@echo '$$ study path --to rlhf'
	@$(BIN)/study path --to rlhf --library $(DEMO)
	@echo
	@echo 'To look around in a browser: $(BIN)/study serve --open --library $(DEMO)'

test: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/study atlas check data/atlas

clean:
	rm -rf $(VENV) $(DEMO) build dist

$(VENV)/bin/python:
	@echo "Setting up $(VENV) (a few minutes the first time) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	@$(PIP_INSTALL) --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(PIP_INSTALL) --editable '.[dev]'
	@touch $@
