# `make demo` sets everything up and shows the main job; `make test` sets everything up and runs the tests.
# Elsewhere than on a machine whose registry has CPU builds of torch, see the README for TORCH_INDEX.

SHELL := bash
.SHELLFLAGS := -o pipefail -c

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := .demo
PIP_INSTALL := $(BIN)/python -m pip install --progress-bar off --disable-pip-version-check --constraint constraints.txt $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))

# One more than there are cores, since some tests wait for a clock or a server.
TEST_JOBS := $(shell echo $$(( $$(nproc 2>/dev/null || echo 2) + 1 )))

# pip says a lot: what remains is the name of each package as it comes, with the size of the large ones.
SHOW_PROGRESS := awk '/^Collecting/ {sub(/[<>=!~].*/, "", $$2); printf "%s ", $$2} /Downloading.*[MG]B/ {print ""; print $$0} /^Installing collected/ {print ""; print "Installing …"} {fflush()}'

.PHONY: demo test check clean

demo: $(VENV)/.installed
	@$(BIN)/study ingest data/course --library $(DEMO)
	@echo
	@echo '$$ study ask "why divide by sqrt d"'
	@$(BIN)/study ask "why divide by sqrt d" --library $(DEMO)
	@echo
	@echo '$$ study path --to rlhf --depth brief'
	@$(BIN)/study path --to rlhf --depth brief --library $(DEMO) | sed -n '1,30p'
	@echo '…'
	@echo 'All of it: $(BIN)/study path --to rlhf --library $(DEMO)'
	@echo
	@echo 'To look around in a browser: $(BIN)/study serve --open --library $(DEMO)'

test: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest -n $(TEST_JOBS) --dist loadfile

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
	@$(PIP_INSTALL) --editable . | $(SHOW_PROGRESS)
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(PIP_INSTALL) --editable '.[dev]' | $(SHOW_PROGRESS)
	@touch $@
