# The commands of this repository. `make` or `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python

DURATION ?= 600
SEED ?= 1
RUNS ?= 2000
N ?=

.PHONY: help install up down demo journey test unit check fmt docs chaos once states tamper fuzz bench bench-lists seed fuzz-api look lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | awk -F':.*?## ' '{printf "  \033[1m%-11s\033[0m %s\n", $$1, $$2}'

install: ## Install what is missing: system packages (as root on Debian), .venv from the lock
	@python3 -m deploy.setup

demo: install ## Start everything and run the main job, from the CAF's file to the decision letter (ZIPKIN=1: keeps running, with traces)
	@$(PY) -m deploy.journey $(if $(ZIPKIN),--zipkin --keep)

up: install ## Start everything, leave it running, print the addresses (ZIPKIN=1 for traces)
	@$(PY) -m deploy.embedded up $(if $(ZIPKIN),--zipkin)

down: ## Stop everything that `make up` or `make demo` left running
	@$(PY) -m deploy.embedded down

journey: ## Run the main job against the running system
	@$(PY) -m deploy.journey --running

test: install ## Run all tests: units, services on real Kafka and PostgreSQL, crash tests in short form, the main job
	@$(PY) -m pytest

unit: ## Run only the tests that cross nothing
	@$(PY) -m pytest tests/unit tests/events tests/architecture -q

check: install ## Lint, types, boundaries, event schemas against what is published
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@$(PY) -m mypy .
	@.venv/bin/lint-imports
	@$(PY) -m tools.asyncapi --check

fmt: ## Format the code
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

docs: ## Regenerate docs/settings.md, docs/asyncapi from the registry of events; check that with the reference parser (npm)
	@$(PY) -m tools.settings
	@$(PY) -m tests.events.golden
	@$(PY) -m tools.asyncapi
	@npm --prefix tools/asyncapi ci --ignore-scripts --no-audit --no-fund --silent
	@npm --prefix tools/asyncapi run --silent check

chaos: install ## Crash tests in long form (DURATION=600 seconds, SEED=1); counts in var/chaos.json
	@$(PY) -m tests.chaos --duration $(DURATION) --seed $(SEED)

once: install ## 10,000 messages, one answer in twenty lost, workers killed: none lost, none sent twice by itself; 5,000 drain at their pace
	@CER_ONCE_MESSAGES=10000 $(PY) -m pytest -q -s tests/integration/notifications/test_once.py
	@CER_DRAIN_MESSAGES=5000 $(PY) -m pytest -q -s tests/integration/notifications/test_drain.py

states: install ## Lives of a CER in long form: any steps in any order, against a model (RUNS=2000 of 50 steps, a tenth of them over HTTP)
	@CER_STATES_RUNS=$(RUNS) CER_STATES_HTTP_RUNS=$$(( $(RUNS) / 10 )) $(PY) -m pytest -q -o timeout=3600 tests/unit/contracts/test_lives.py tests/integration/contracts/test_lives_over_http.py

tamper: RUNS = 10000
tamper: install ## Forge signed PDFs in long form (RUNS=10000 SEED=1): none may pass for intact, no untouched one for forged
	@CER_TAMPER_RUNS=$(RUNS) CER_TAMPER_SEED=$(SEED) $(PY) -m pytest -q -s -o timeout=7200 tests/unit/signature/test_tampering.py

fuzz: install ## Fuzz the import parsers (DURATION=600 seconds, SEED=1); findings in var/fuzz
	@$(PY) -m tests.fuzz --duration $(DURATION) --seed $(SEED)

bench: install ## Measure speed as ratios to a raw floor; var/bench.json (CER_BENCH_LETTERS=1000, CER_BENCH_PRINTED=2000)
	@$(PY) -m bench

bench-lists: install ## Measure contracts' searches and lists on 10,000, 100,000, … up to N=500000 dossiers; var/bench-lists.json
	@$(PY) -m bench.lists $(or $(N),500000)

seed: ## Fill the running system's contracts with a made-up département (N=500000 dossiers, twice as many CERs; SEED=1)
	@$(PY) -m tools.seed $(or $(N),10000) --seed $(SEED)

fuzz-api: install ## Ask contracts' API whatever its description allows and forbids (EXAMPLES=1000 for each operation, ONLY=… those it matches)
	@CER_FUZZ_EXAMPLES=$(or $(EXAMPLES),1000) CER_FUZZ_ONLY="$(ONLY)" $(PY) -m pytest -q -s tests/integration/contracts/test_api.py

look: install ## Renew the pictures of how documents look, after a change that is wanted; says which changed
	@$(PY) -m tests.tools.look

lock: ## Resolve requirements.lock anew from pyproject.toml
	@.venv/bin/uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --output-file requirements.lock

clean: down ## Stop everything and delete its state
	@rm -rf var
