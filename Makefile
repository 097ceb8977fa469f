# `make` lists what there is. Every target installs what it needs first (local/bootstrap.sh).
.DEFAULT_GOAL := help
SHELL := /bin/sh

BIN := .local/venv/bin
PYTHON := PYTHONPATH=layers/pulse:functions:. $(BIN)/python
LOCAL := $(PYTHON) -m local
# Where local/bootstrap.sh puts Node.js if there is none.
export PATH := $(CURDIR)/.local/node/bin:$(PATH)
TEST_INSTANCES ?= test test2  # each with ports and a folder of its own; there are test3 to test9 for suites side by side

.PHONY: help bootstrap up down status logs token reset check format test browser screenshots publish bench soak openapi

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

# What it says on the way is for people: `TOKEN=$(make -s token)` must read the token alone.
bootstrap:
	@local/bootstrap.sh >&2

up: bootstrap ## everything running on this machine, with demo tenants and 25 simulated devices
	@$(LOCAL) up

down: bootstrap ## stop what `make up` started; data is kept
	@$(LOCAL) down

reset: bootstrap ## stop, and forget data, certificates and passwords; downloads are kept
	@$(LOCAL) reset

status: bootstrap ## health, rates, open alerts, queues, last error; WATCH=1 keeps updating
	@$(LOCAL) status $(if $(WATCH),--watch)

logs: bootstrap ## what the functions log, as it comes; FUNCTION=ingest_telemetry for one of them
	@$(LOCAL) logs $(if $(FUNCTION),--function '$(FUNCTION)')

token: bootstrap ## print an access token for curl; EMAIL=… for somebody else's, DEVICE=tenant/device for a device's
	@$(LOCAL) token $(if $(EMAIL),--email '$(EMAIL)') $(if $(DEVICE),--device '$(DEVICE)')

check: bootstrap ## format, lint, types, template and fast tests; needs no services
	@BIN=$(BIN) local/check.sh

format: bootstrap ## put the code into the form that `make check` asks for
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .
	@npm --prefix frontend run --silent format

test: check ## every test: those of `make check`, then against a deployed stack; TESTS=… for some of the latter
	@PULSE_INSTANCES='$(strip $(TEST_INSTANCES))' PYTHONPATH=layers/pulse:functions:. BIN=$(BIN) local/integration.sh $(TESTS)

browser: bootstrap ## the browser tests alone, against the running instance
	@PYTHONPATH=layers/pulse:functions:. BIN=$(BIN) local/browser.sh e2e

screenshots: bootstrap ## a picture of every page, light and dark, of the running instance: frontend/screenshots
	@PYTHONPATH=layers/pulse:functions:. BIN=$(BIN) local/browser.sh screenshots

publish: bootstrap ## build the application and put it into a deployed stack; STACK=pulse-prod
	@npm --prefix frontend run --silent build
	@$(PYTHON) -m local.publish_app --stack '$(STACK)'

bench: bootstrap ## measure, on a stack of its own; BENCHES="ingest_core telemetry_read" for some; docs/performance.md
	@PULSE_INSTANCE=$(firstword $(TEST_INSTANCES)) PYTHONPATH=layers/pulse:functions:. BIN=$(BIN) local/bench.sh $(BENCHES)

soak: bootstrap ## minutes of load on a stack of its own while the database goes away and functions are killed
	@PULSE_INSTANCE=$(firstword $(TEST_INSTANCES)) PYTHONPATH=layers/pulse:functions:. BIN=$(BIN) local/soak.sh

openapi: bootstrap ## write docs/openapi.json and the schema of manifests anew
	@$(PYTHON) -m local.openapi
	@$(PYTHON) -m local.addon_schema
