# The verbs of this house. `make help` lists them.

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
UV ?= $(or $(wildcard $(VENV)/bin/uv),uv)
LOCK := $(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock" --quiet
ARGS ?=
WORKERS ?= 3
SCHEDULES ?= 20000
KILLS ?= 100

.DEFAULT_GOAL := help
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*\#\# .*/\1/p' $(MAKEFILE_LIST))

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(VENV)/.setup ## the command .venv/bin/bridge, with what it needs

dev: $(VENV)/.dev ## what tests and checks need too

demo: setup ## the whole way shown on this machine, with stand-ins for Xero and Zoho
	$(VENV)/bin/bridge demo $(ARGS)

run: setup ## all roles in one process
	$(VENV)/bin/bridge run $(ARGS)

test: dev ## the tests; narrow them with ARGS="tests/outbox -k order"
	$(PY) -m tests.servers -- $(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

mutants: dev ## break each row of the rule table; a test must see it
	$(PY) -m tests.mutants

check: dev ## format, lint and types
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/ruff check
	$(VENV)/bin/mypy

format: dev ## put the code into the house's form
	$(VENV)/bin/ruff check --fix-only
	$(VENV)/bin/ruff format

sim: dev ## thousands of simulated schedules, all that may go wrong in them: SCHEDULES=20000
	PYTHONHASHSEED=0 $(PY) -m tests.simulation --schedules $(SCHEDULES) $(ARGS)

sim-defects: dev ## hunt for each seeded defect anew; the output is tests/simulation/defects/seeds.toml
	PYTHONHASHSEED=0 $(PY) -m tests.simulation --defects

chaos: dev ## kill real processes and servers of its own under traffic: KILLS=100, ARGS="--seed 7"
	$(PY) -m tests.chaos --kills $(KILLS) $(ARGS)

bench: dev ## measure; narrow it with ARGS="backlog claiming --scale 0.1"
	$(PY) -m tests.servers -- $(PY) -m bench $(ARGS)

bench-scale: dev ## 1, 2 and 4 processors on one set of queues: throughput, and order intact
	$(PY) -m tests.servers -- $(PY) -m bench.deciders $(ARGS)

bench-migrations: dev ## how long each migration after one stops traffic: ARGS="--after 0017"
	$(PY) -m tests.servers -- $(PY) -m bench.migrating $(ARGS)

audit: dev ## known weaknesses of what the lock files name; asks the advisories' servers
	$(PY) -m tests.release.audit $(ARGS)

sbom: dev ## sbom.json, what the image is made of, from the lock file (CycloneDX)
	$(VENV)/bin/cyclonedx-py requirements --output-reproducible --of JSON -o sbom.json requirements.lock

restarts: dev ## restart every role 20 times under traffic; ARGS="--times 50"
	$(PY) -m tests.servers -- $(PY) -m bench.restarts $(ARGS)

screenshots: dev ## docs/screenshots, from a real browser
	$(PY) -m tests.servers -- $(PY) -m tests.browser.screenshots

rules: setup ## docs/sync-rules.md, from the rule table
	$(VENV)/bin/bridge rules > docs/sync-rules.new
	mv docs/sync-rules.new docs/sync-rules.md

metrics: setup ## docs/metrics.md, from the code's own declarations
	$(PY) -m bridge.cli.metrics_page > docs/metrics.new
	mv docs/metrics.new docs/metrics.md

lock: ## both lock files, from pyproject.toml; needs uv
	$(LOCK) --group build -o requirements.lock
	$(LOCK) --group build --extra dev -c requirements.lock -o requirements-dev.lock

$(VENV)/.setup: requirements.lock pyproject.toml | $(PY)
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.setup
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(PY):
	@for python in python3 python3.11 python3.12 python3.13; do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  $$python -c 'import ensurepip, venv' 2>/dev/null && exec $$python -m venv $(VENV); \
	  without=$${without:-$$python}; \
	done; \
	if [ "$$without" ]; then \
	  echo "$$without cannot make virtual environments; on Debian: apt-get install $$without-venv" >&2; \
	else \
	  echo "Python 3.11 or newer is needed; on Debian 12 and later: apt-get install python3-venv" >&2; \
	fi; exit 1
