# Everything starts here; `make` lists it. Needs make and a python3 with pip: the rest is set up
# privately in .tools/ and .venv/, from requirements/*.txt, and again only when those change.

PORT ?= 8787
PYTEST_ARGS ?=
BENCH_ARGS ?=
# Only what is written on make's command line answers a question; an exported variable does not.
YES :=
EMAIL :=

UV := .tools/uv/bin/uv
PYTHON := .venv/bin/python
TOOLS := .venv/.ready .tools/ministack/.ready .tools/sam/.ready
SOURCES := layers/aftercare/aftercare layers/build.py functions infra tests

export PORT
export SAM_CLI_TELEMETRY := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
# uv trusts its own list of authorities; behind a proxy the system's is the one that counts.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt),)
export UV_SYSTEM_CERTS ?= 1
endif
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME VIRTUAL_ENV

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run up down deploy seed invoke client codes batch history key holds expiry mailbox unsuppress audit words schemas build test check bench format clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(TOOLS) ## set up the private tools (the others do it when needed)
	@:

run: $(TOOLS) ## start the whole stack on this machine; Ctrl-C stops it (PORT=8787)
	@$(PYTHON) -m infra.local.stack run

up: $(TOOLS) ## the same in the background; writes .local/stack.json
	@$(PYTHON) -m infra.local.stack up

down: $(TOOLS) ## stop what `make up` started; the data stays in .local/
	@$(PYTHON) -m infra.local.stack down

deploy: $(TOOLS) ## build and deploy into the stack that is up
	@$(PYTHON) -m infra.local.stack deploy

seed: $(TOOLS) ## seed the demo orders, dated anew, into the stack that is up
	@$(PYTHON) -m infra.local.stack seed

invoke: $(TOOLS) ## hand a sample event to a function (FUNCTION=orders_ingest CASE=paid)
	@$(PYTHON) -m infra.local.invoke "$(FUNCTION)" "$(CASE)"

client: $(TOOLS) ## give a store's system a key (STORE=S-0412 SCOPES=authenticity:check), or REVOKE=<client id>
	@$(PYTHON) -m infra.operator.client

codes: $(TOOLS) ## issue codes, print the link to the printer's file (SKU=FIG-1 COUNT=1000), or again (BATCH=…)
	@$(PYTHON) -m infra.operator.codes

batch: $(TOOLS) ## show a batch, or recall it (BATCH=… STATUS=recalled ISSUE=issue.toml)
	@$(PYTHON) -m infra.operator.batch

history: $(TOOLS) ## show a code's history, or clear what raised doubt about it (CODE=… CLEAR="why")
	@$(PYTHON) -m infra.operator.history

key: $(TOOLS) ## add a key for new codes, or tell that one leaked (LEAKED=0)
	@$(PYTHON) -m infra.operator.key

holds: $(TOOLS) ## show a member's holds, or release one whose system is gone (MEMBER=mem_… RELEASE=hold#…)
	@$(PYTHON) -m infra.operator.holds

expiry: $(TOOLS) ## run the points' night of a date, or preview it (DATE=2026-11-21 DRY_RUN=1)
	@$(PYTHON) -m infra.operator.expiry

mailbox: $(TOOLS) ## show whether a mailbox gets mail, and why not (EMAIL=mei@example.com)
	@$(PYTHON) -m infra.operator.mailbox

unsuppress: $(TOOLS) ## let mail go to a mailbox again; it asks first (EMAIL=… YES=1)
	@$(PYTHON) -m infra.operator.unsuppress

audit: $(TOOLS) ## check every member's books in an export of the points table (EXPORT=<folder>)
	@$(PYTHON) -m infra.operator.audit

words: $(TOOLS) ## compile the words room's data of languages from CLDR
	@$(PYTHON) -m infra.words

schemas: .venv/.ready ## write the JSON Schemas of the events (infra/events) from the code
	@$(PYTHON) -m infra.events

build: $(TOOLS) ## leave the deployable artifact in .aws-sam/build
	@$(PYTHON) -m infra.local.stack build

test: $(TOOLS) .tools/schemathesis/.ready .tools/peers/.ready ## the whole test suite (PYTEST_ARGS="-k label")
	@$(PYTHON) -m pytest --numprocesses 2 $(PYTEST_ARGS)

check: $(TOOLS) .tools/checkov/.ready .tools/schemathesis/.ready ## formats, lints, types, template, architecture
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy $(SOURCES)
	AWS_DEFAULT_REGION=us-west-2 .tools/sam/bin/sam validate --lint --language-extensions --template-file template.yaml
	.venv/bin/cfn-lint template.yaml
	@mkdir -p .aws-sam
	$(PYTHON) -m tests.fakes.template > .aws-sam/expanded.json
	.tools/checkov/bin/checkov --file .aws-sam/expanded.json --framework cloudformation --quiet --compact --skip-download
	$(PYTHON) -m pytest -q tests/architecture

bench: $(TOOLS) .tools/peers/.ready ## print the figures of docs/figures.md
	@$(PYTHON) -m tests.bench $(BENCH_ARGS)

format: .venv/.ready ## format and fix what can be fixed
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

clean: ## remove what was built and cached; not .local/, not the tools
	rm -rf .aws-sam .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find functions infra layers tests -type d -name __pycache__ -prune -exec rm -rf {} +

$(UV): requirements/uv.txt
	@echo "Setting up uv …"
	@python3 -m pip --version >/dev/null 2>&1 || { \
	  echo "error: python3 with pip is missing: install it (Debian: apt install python3-pip)." >&2; exit 1; }
	@rm -rf .tools/uv
	@PIP_USER=0 python3 -m pip install --quiet --require-hashes --no-deps --target .tools/uv -r requirements/uv.txt
	@touch $@

# Not compiled ahead, as the tools are: a first `make run` needs little of it.
.venv/.ready: requirements/dev.txt .python-version $(UV)
	@echo "Setting up the Python environment …"
	@$(UV) venv --quiet --allow-existing --python "$$(cat .python-version)" .venv
	@$(UV) pip sync --quiet --require-hashes --python $(PYTHON) requirements/dev.txt
	@touch $@

.tools/%/.ready: requirements/%.txt .python-version $(UV)
	@echo "Setting up $* …"
	@$(UV) venv --quiet --allow-existing --python "$$(cat .python-version)" .tools/$*
	@$(UV) pip sync --quiet --require-hashes --compile-bytecode --python .tools/$*/bin/python requirements/$*.txt
	@touch $@
