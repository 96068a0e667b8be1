# Everything a developer or operator types. Needs git, make and Python 3.11 or newer with its venv module, and Docker for
# what says so.

PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
TEST_PROCESSES ?= 3
READY := .venv/.ready

COMPOSE ?= $(shell command -v docker-compose >/dev/null 2>&1 && echo docker-compose || echo docker compose)
# One file after another; each says what is different from those before it.
COMPOSE_FILES ?= docker-compose.yml
DEPLOYED = $(COMPOSE) $(addprefix -f ,$(COMPOSE_FILES)) -p speir --env-file deploy/env/private.env

.DEFAULT_GOAL := help
.PHONY: help setup run demo test check security advisories format docs bench lock compose-up compose-down compose-test

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## install what uv.lock pins into .venv, and the speir command there

$(READY): uv.lock pyproject.toml deploy/speir.sh
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv sync --quiet --frozen --all-groups
	install -m 755 deploy/speir.sh $(BIN)/speir
	touch $@

run: $(READY) ## all four services in one process, on SQLite, at http://127.0.0.1:8110
	$(BIN)/python -m services up

demo: $(READY) ## one joint inspection from commission to published report, over REST, on an instance of its own
	$(BIN)/python -m services demo

test: $(READY) ## every test; databases and broker from containers, or from SPEIR_TEST_POSTGRES_URL and SPEIR_TEST_BROKER_URL
	$(BIN)/pytest -n $(TEST_PROCESSES) --dist loadfile

check: $(READY) ## ruff, mypy --strict, import-linter, then the house rules that are tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -q tests/architecture tests/contracts

security: $(READY) ## bandit over the code, known weaknesses of every locked package, secrets and others' files in the tree
	$(BIN)/bandit -q -c pyproject.toml -r services shared deploy
	$(BIN)/python deploy/audit.py
	$(BIN)/pytest -q tests/architecture/test_no_secrets.py tests/architecture/test_vendored.py tests/architecture/test_audit.py

advisories: $(READY) ## write down what is known today of every locked package, for when nobody can be asked
	$(BIN)/python deploy/audit.py --record

format: $(READY) ## let ruff sort imports and lay out the code
	$(BIN)/ruff check --select I --fix
	$(BIN)/ruff format

docs: $(READY) ## write docs/catalogue.md, docs/openapi, docs/asyncapi.json and docs/problems anew from the code
	$(BIN)/python -m docs.generate

bench: $(READY) ## side by side with named peers; prints ratios
	$(BIN)/python -m bench

lock: $(READY) ## resolve the dependencies anew into uv.lock
	$(BIN)/uv lock --upgrade

compose-up: $(READY) ## the deployed form: gateway, four services, PostgreSQL, RabbitMQ; draws its secrets once (Docker)
	$(BIN)/python deploy/write_env.py
	$(DEPLOYED) build scheduling-migrate
	$(DEPLOYED) up -d

compose-down: ## stop the deployed form; what it keeps stays in its volumes (Docker)
	$(DEPLOYED) down

compose-test: $(READY) ## bring the deployed form up on its own, drive it, and take it down again (Docker)
	$(BIN)/python deploy/compose_test.py
