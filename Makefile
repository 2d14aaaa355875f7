# make help prints what stands behind each target. Needs make and Python 3.11 or newer, nothing else.

NAMES := python3 python3.14 python3.13 python3.12 python3.11
ifndef PYTHON
PYTHON := $(shell for name in $(NAMES); do $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	>/dev/null 2>&1 && echo $$name && break; done)
endif
BIN := .venv/bin
JUDGES := $(dir $(wildcard tests/*/*/package-lock.json))
HOUSE := PYTHONPATH=include

.DEFAULT_GOAL := help
.PHONY: help install up down status test check fast eval bench load drills judges golden docs lock audit secrets compose assets migration pin-images python checks

help: ## print this
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 14

python:
	@test -n "$(PYTHON)" || { echo "Wirewatch needs Python 3.11 or newer. On Debian 12 or Ubuntu 24.04 and later:"; \
	echo "    apt-get install -y python3 python3-venv"; echo "or name one: make install PYTHON=/path/to/python3.12"; exit 1; }

install: python ## make .venv from the pinned lists
	@$(HOUSE) $(PYTHON) -m house.install

checks: python
	@$(HOUSE) $(PYTHON) -m house.install --check

up: BEGUN := $(shell date +%s)
up: install ## start everything, wait for the first alert (DB=sqlite: no PostgreSQL; SCALE=celery: many workers)
	@$(HOUSE) BEGUN=$(BEGUN) DB=$(DB) SCALE=$(SCALE) $(BIN)/python -m house.up

down: ## stop everything that make up started
	@test ! -x $(BIN)/supervisord || $(HOUSE) $(BIN)/python -m house.down

status: ## say which parts run, and where to look
	@test -x $(BIN)/supervisord || { echo "Nothing is installed yet: make up"; exit 1; }
	@$(HOUSE) $(BIN)/python -m house.status

fast: checks ## ruff, mypy and the doors between the rooms: seconds
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yaml

test: fast judges ## everything that CI runs
	$(BIN)/pytest -n 2 --dist loadfile
	$(BIN)/wirewatch check include/watch

# Judges that nobody here wrote, from npm, pinned: Slack's own types, a Slack server, a YAML editor's server.
judges:
	@if command -v npm >/dev/null; then for folder in $(JUDGES); do \
		test -d $$folder/node_modules || { echo "npm ci in $$folder"; npm ci --silent --no-audit --no-fund --prefix $$folder || exit 1; }; done; \
	else echo "NO NPM HERE: the judges from npm are skipped (apt-get install -y nodejs npm)"; fi

check: checks ## every editors' file in include/watch: errors with line and column
	$(BIN)/wirewatch check include/watch

eval: checks ## quality on labelled data: make eval EVAL=folder
	@if test -d "$(EVAL)"; then $(BIN)/python -m tests.eval $(EVAL); \
	else echo "SKIPPED, NOTHING WAS MEASURED: there is no labelled data here. Name its folder: make eval EVAL=folder"; fi

bench: checks ## CPU time of each room, as a ratio to a baseline of the same run
	$(BIN)/python -m tests.bench $(if $(EVAL),--eval $(EVAL))

load: checks ## a desk of 1,000 feeds for real, larger ones simulated: LOAD="--articles 2000 --seconds 600"
	$(HOUSE) $(BIN)/python -m tests.load $(LOAD)

drills: checks ## kill and disturb real workers for long: nothing lost, nothing doubled
	$(BIN)/python tests/delivery/drill.py --deliveries 5000 --kills 1000
	$(BIN)/python tests/delivery/drill.py --deliveries 5000 --kills 1000 --database embedded
	DRILLS=long $(BIN)/pytest tests/drills --timeout 3600
	$(BIN)/pytest -m drills tests/house/test_airflow_drills.py

golden: checks ## write the golden files anew; then read the diff as their reader would
	$(BIN)/pytest --golden

docs: checks ## write what is generated from the code: the rules' manual, the schemas
	$(BIN)/python -m wirewatch.desk.manual

lock: checks ## compile requirements*.in to requirements*.txt, with hashes
	$(BIN)/uv pip compile requirements.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url -q -o requirements.txt
	$(BIN)/uv pip compile requirements-dev.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url -q -o requirements-dev.txt

audit: checks ## ask for known holes in what is pinned (needs the network; hashes are checked at each install)
	@found=0; $(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements.txt --progress-spinner off || found=$$?; \
	if test $$found -ne 0; then echo "NOT CLEAN, OR NOT ASKED: the lines above name holes, or say that the advisories were out of reach;"; \
	echo "then nothing was audited, and all that holds is that every package is the one whose hash is pinned."; exit 1; fi

secrets: install ## make the secrets' files for docker compose
	@$(HOUSE) $(BIN)/python -m house.compose_secrets

compose: secrets ## build the image and start docker-compose.yaml
	docker compose up --build --detach --wait

assets: ## build what the pages carry from npm, pinned in assets/package.json (needs npm)
	npm ci --silent --no-audit --no-fund --prefix assets
	npm run --silent build --prefix assets

migration: checks ## write the next step of the store's schema: make migration MESSAGE="what it adds"
	$(BIN)/python -m wirewatch.store.new_step "$(MESSAGE)"
	$(BIN)/ruff check -q --fix include/wirewatch/store/migrations

pin-images: ## add digests to the images of docker-compose.yaml and Dockerfile (needs docker and a registry)
	@$(HOUSE) $(BIN)/python -m house.pin_images
