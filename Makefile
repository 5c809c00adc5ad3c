# The ways to work with cyberstd-kg.  `make` lists them.
# PYTHON chooses the interpreter (3.11 or newer); VENV the folder of the virtual environment.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

VENV ?= .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
CYBERSTD := $(BIN)/cyberstd
PIP := $(PY) -m pip -qq --disable-pip-version-check --no-input
# Every package has a hash in a lock file; what comes as source is built with the locked build tools.
INSTALL := $(PIP) install --no-build-isolation --require-hashes
LOCK_TOOL := uv==0.13.9
# Tests run in as many processes as there are processors, but no more than WORKERS: the longest file sets the pace then.
WORKERS ?= 4
PARALLEL := -n auto --maxprocesses $(WORKERS)

ifndef PYTHON
PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	if "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then command -v "$$p"; break; fi; done)
endif

# ── Answers ──

.PHONY: help demo test check fmt bench soak lock clean setup setup-test

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

demo: setup ## Install into .venv and answer the main questions
	@ask() { \
		printf '\n$$ cyberstd'; \
		for word; do case $$word in *' '*) printf ' "%s"' "$$word";; *) printf ' %s' "$$word";; esac; done; echo; \
		$(CYBERSTD) "$$@" --format table; \
	}; \
	printf '\n$$ cyberstd timeline 27103 27404\n'; $(CYBERSTD) timeline 27103 27404 --format text; \
	ask ask current-edition --standard 27032 --as-of 2023-06-27; \
	ask diff 2025 today --committee SC27; \
	printf '\n$$ cyberstd why "CSF 2.0 DE.AE-02" "Grundschutz++ DET.6.1"\n'; \
	$(CYBERSTD) why "CSF 2.0 DE.AE-02" "Grundschutz++ DET.6.1"; \
	ask gap "ISO/IEC 27001:2022" --have "CSF 2.0" --status "never mapped"; \
	ask compare cybersecurity --only X.1205 --only 27032 --only 27100; \
	ask ask iot-controls --addressee "IoT user"; \
	ask search "software update" -n 3; \
	ask audit; \
	echo; echo 'More: $(CYBERSTD) --help'

# ── Checks ──

test: setup-test check ## Install all that tests need, then check and test
	@echo 'Tests'
	@$(PY) -m pytest $(PARALLEL) --dist loadfile --no-loadscope-reorder --ignore tests/project/test_architecture.py

check: setup-test ## Lint, format, types, architecture
	@echo 'Lint, format, types, architecture'
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "Some files are not formatted: run 'make fmt'." >&2; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(CYBERSTD) fmt --check data ontology/schemes tests/shapes/passing
	@$(PY) -m pytest -q --no-header tests/project/test_architecture.py

fmt: setup-test ## Write code, data, ontology and the generated pages in their one form
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .
	@$(CYBERSTD) fmt data ontology/schemes tests/shapes/passing
	@$(PY) docs/build_queries.py
	@$(PY) docs/build_messages.py
	@$(PY) docs/build_crosswalks.py
	@$(PY) docs/build_definitions.py
	@$(PY) docs/build_quality.py
	@$(PY) docs/build_ontology.py
	@$(PY) docs/build_architecture.py

bench: setup-test ## Measure whole commands beside rdflib, and how cost grows
	@$(PY) benchmarks/bench.py
	@$(PY) benchmarks/catalogue.py
	@$(PY) benchmarks/scale.py
	@$(PY) benchmarks/validation.py
	@$(PY) benchmarks/crosswalks.py
	@$(PY) benchmarks/reasoning.py

soak: setup-test ## The long runs of random and hostile input
	@$(PY) -m pytest -m soak $(PARALLEL) --dist worksteal

# ── Installing: each step runs again only when its files have changed ──

setup: $(VENV)/.project ; @:
setup-test: $(VENV)/.project $(VENV)/.test $(VENV)/.sssom ; @:

$(VENV)/.made:
	@if [ -z "$(PYTHON)" ]; then \
		echo 'No Python 3.11 or newer was found. Install one, or name it: make PYTHON=/path/to/python3' >&2; exit 1; fi
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo '$(PYTHON) is not a Python 3.11 or newer. Name another one: make PYTHON=/path/to/python3' >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
		echo '$(PYTHON) cannot make virtual environments: ensurepip is missing.' >&2; \
		echo 'On Debian or Ubuntu: apt-get install python3-venv. Or name another Python: make PYTHON=/path/to/python3' >&2; \
		exit 1; }
	@echo "Virtual environment ($$("$(PYTHON)" -V)) in $(VENV)"
	@"$(PYTHON)" -m venv --clear "$(VENV)"
	@touch $@

$(VENV)/.build: requirements/build.txt $(VENV)/.made
	@echo 'Build tools'
	@$(INSTALL) -r requirements/build.txt
	@touch $@

$(VENV)/.run: requirements/run.txt $(VENV)/.build
	@echo 'Libraries'
	@$(INSTALL) -r requirements/run.txt
	@touch $@

$(VENV)/.project: pyproject.toml hatch_build.py $(VENV)/.run
	@echo 'cyberstd-kg'
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.test: requirements/test.txt requirements/owlapi.txt $(VENV)/.run
	@echo 'Test tools'
	@$(INSTALL) -r requirements/test.txt
	@$(INSTALL) --no-deps -r requirements/owlapi.txt
	@touch $@

# The reference implementation of SSSOM, in an environment of its own: it brings pandas and a plugin of pytest.
$(VENV)/.sssom: requirements/sssom.txt requirements/build.txt $(VENV)/.made
	@echo 'The reference implementation of SSSOM'
	@"$(PY)" -m venv --clear "$(VENV)/sssom"
	@for lock in build sssom; do \
		"$(VENV)/sssom/bin/python" -m pip -qq --disable-pip-version-check --no-input install --no-build-isolation \
			--require-hashes -r requirements/$$lock.txt; \
	done
	@touch $@

# ── Upkeep ──

wheel: setup-test ## Build the wheel into dist/
	@$(PY) -m build --wheel --no-isolation --outdir dist . >/dev/null
	@ls dist/*.whl

lock: $(VENV)/.made ## Pin all dependencies with hashes (UPGRADE=--upgrade for newer ones)
	@$(PIP) install $(LOCK_TOOL)
	@compile() { $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
		--no-annotate --custom-compile-command 'make lock' $(UPGRADE) "$$@"; }; \
	compile requirements/build.in -o requirements/build.txt; \
	compile pyproject.toml -c requirements/build.txt -o requirements/run.txt; \
	compile pyproject.toml --extra test --extra reason -c requirements/build.txt -c requirements/run.txt \
		-o requirements/test.txt; \
	compile --no-deps requirements/owlapi.in -o requirements/owlapi.txt; \
	compile requirements/sssom.in -c requirements/build.txt -c requirements/run.txt -c requirements/test.txt \
		-o requirements/sssom.txt
	@echo 'requirements/*.txt written'

clean: ## Remove the virtual environment and everything built
	@rm -rf "$(VENV)" build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
