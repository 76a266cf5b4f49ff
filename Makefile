# `make run` serves the shop, `make test` tests it. Both need Python 3.11 or newer with its venv module, and nothing else.

PORT ?= 8000
STOREFRONT_PORT ?= 8080
DOCS_PORT ?= 8090
VENV := .venv
BIN := $(VENV)/bin
BENCH_VENV := benchmarks/.venv
# The first Python that is new enough; override with `make PYTHON=/path/to/python run`.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

.DEFAULT_GOAL := help
.PHONY: help install run storefront test screenshots generate node docs docs-serve fuzz plans chaos bench bench-report bench-operations \
	backup restore check lint lint-deployment format types imports security migrations deploy-check image-check clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/installed .env ## Make the virtual environment and the development settings.

$(VENV)/installed: requirements.txt requirements-dev.txt docs/requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or name it: make PYTHON=/path/to/python"; exit 1; }
	@echo "Installing into $(VENV); the first time takes up to a minute."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@

.env:
	@$(BIN)/python -c "import secrets; print('SECRET_KEY=' + secrets.token_urlsafe(64))" > $@
	@echo "ALLOWED_HOSTS=localhost,127.0.0.1,[::1]" >> $@
	@chmod 600 $@

.env: | $(VENV)/installed

run: install ## Serve on http://127.0.0.1:8000 (PORT=8001 for another port), with a database and a sample shop.
	@$(BIN)/python manage.py prepare_development --url http://127.0.0.1:$(PORT)
	@STOREFRONT_URL="$${STOREFRONT_URL:-http://127.0.0.1:$(STOREFRONT_PORT)/?api=http://127.0.0.1:$(PORT)}" \
		exec $(BIN)/gunicorn --bind 127.0.0.1:$(PORT) --reload

# node's packages, where there is node: tests of the clients skip without them.
NODE := $(if $(shell command -v npm),clients/node_modules/installed)

storefront: $(VENV)/installed ## Serve examples/storefront/ on http://127.0.0.1:8080 (STOREFRONT_PORT=8081), beside `make run`.
	@echo "  Storefront  http://127.0.0.1:$(STOREFRONT_PORT)/?api=http://127.0.0.1:$(PORT)"
	@echo "  It needs the API: run \`make run\` in another terminal. Ctrl-C stops it."
	@exec $(BIN)/python -m http.server --bind 127.0.0.1 --directory examples/storefront $(STOREFRONT_PORT)

test: $(VENV)/installed $(NODE) ## Run the tests. Arguments go to pytest: make test ARGS="-k login"
	@$(BIN)/pytest $(ARGS)

screenshots: $(VENV)/installed ## Take the README's pictures again. Needs Debian's chromium.
	@SCREENSHOTS=$(CURDIR)/docs/screenshots $(BIN)/pytest tests/browser -k picture

generate: $(VENV)/installed clients/node_modules/installed ## Make openapi.json, the Postman collection and the TypeScript types anew. Needs npm.
	@$(BIN)/python manage.py generate_swagger --format json --mock-request --url http://127.0.0.1:8000 - | node clients/generate.js

node: clients/node_modules/installed ## Install the tools of the clients. Needs npm.

clients/node_modules/installed: clients/package.json clients/package-lock.json
	@echo "Installing the tools of clients/; the first time takes up to a minute."
	@npm ci --prefix clients --no-audit --no-fund --silent
	@touch $@

docs: $(VENV)/installed ## Build the pages of docs/ into site/, and check their links.
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@echo "Written into site/. To read them: make docs-serve"

docs-serve: $(VENV)/installed ## Show the pages of docs/ on http://127.0.0.1:8090 (DOCS_PORT=8091), as they are being written.
	@NO_MKDOCS_2_WARNING=1 exec $(BIN)/mkdocs serve --quiet --dev-addr 127.0.0.1:$(DOCS_PORT)

fuzz: $(VENV)/installed ## Fuzz the API for longer. FUZZ_SEED=2 for another run.
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-200} $(BIN)/pytest tests/fuzz

# What is measured runs with what production installs: of a package that is there, others load parts of their own.
$(BENCH_VENV)/installed: requirements.txt benchmarks/requirements.txt
	@test -x $(BENCH_VENV)/bin/python || $(PYTHON) -m venv $(BENCH_VENV)
	@$(BENCH_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement benchmarks/requirements.txt
	@touch $@

bench: $(BENCH_VENV)/installed ## Measure against peers, and write docs/benchmarks.md. SIZES="1000 100000" ROUNDS=1 SECONDS=2 for a look.
	@$(BENCH_VENV)/bin/python -m benchmarks

bench-report: $(BENCH_VENV)/installed ## Write docs/benchmarks.md again, from the files in benchmarks/results/.
	@$(BENCH_VENV)/bin/python -m benchmarks.report

bench-operations: $(BENCH_VENV)/installed ## Measure memory, start, probe and log, and write docs/benchmarks-operations.md. PARTS="start probe" for some.
	@$(BENCH_VENV)/bin/python -m benchmarks.operations $(PARTS)

backup: $(VENV)/installed ## Write the database to a file: make backup FILE=shop.dump
	@$(BIN)/python manage.py backup $(if $(FILE),"$(FILE)")

restore: $(VENV)/installed ## Fill an empty database from a backup: make restore FILE=shop.dump
	@test -n "$(FILE)" || { echo "Name the backup: make restore FILE=backups/shop-20260101-120000.dump"; exit 1; }
	@$(BIN)/python manage.py restore "$(FILE)"

plans: $(VENV)/installed ## Hold the plans of 30,240 searches and 4,200 lists to their bounds; `make test` takes some. Half an hour.
	@EVERY_PLAN=1 $(BIN)/pytest tests/products/query_plans $(ARGS)

chaos: $(VENV)/installed ## Break one part after the other under load. Needs redis-server. FAULTS="redis-killed" for some.
	@$(BIN)/python -m chaos $(FAULTS)

check: lint lint-deployment types imports security migrations deploy-check test ## All that has to pass before a change lands.

lint: $(VENV)/installed ## Style and format.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

lint-deployment: $(VENV)/installed ## The Dockerfile, the compose file and the workflows.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement .ci/requirements.txt
	@$(BIN)/hadolint --failure-threshold info Dockerfile
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/actionlint
	@$(BIN)/zizmor --offline --quiet .github

format: $(VENV)/installed ## Mend style and format where that can be done by machine.
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: $(VENV)/installed ## Types.
	@$(BIN)/mypy

imports: $(VENV)/installed ## Who imports whom.
	@$(BIN)/lint-imports

security: $(VENV)/installed ## What bandit finds in the code, and pip-audit in the packages.
	@$(BIN)/bandit --quiet --recursive --configfile pyproject.toml ecommerce_backend products users
	@$(BIN)/python .ci/audit.py

migrations: $(VENV)/installed ## Whether the migrations match the models, and what they would do to a shop that is open.
	@DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run
	@DJANGO_SETTINGS_MODULE=tests.settings LOG_LEVEL=WARNING $(BIN)/python manage.py lintmigrations \
		--quiet ok ignore --warnings-as-errors

deploy-check: $(VENV)/installed ## Django's checks on production settings.
	@ENV_FILE=/dev/null DEBUG=false ALLOWED_HOSTS=shop.example.com SECURE_SSL_REDIRECT=true EMAIL_HOST=mail.example.com \
		SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(64))") \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

image-check: $(VENV)/installed ## As root on Debian: run the Dockerfile's steps without a container engine, and measure.
	@$(BIN)/python -m tests.deployment.image

clean: ## Remove the virtual environment and the development database.
	rm -rf $(VENV) $(BENCH_VENV) .postgres .mypy_cache .ruff_cache .pytest_cache .import_linter_cache staticfiles/*
