# `make` lists the targets. They need make and a python3 with pip. The other tools are installed in
# .tools/ and .venv/ from requirements/*.txt, and again only when those files change.

PORT ?= 8787
PYTEST_ARGS ?=
BENCH_ARGS ?=

UV := .tools/uv/bin/uv
PYTHON := .venv/bin/python
TOOLS := .venv/.ready .tools/ministack/.ready .tools/sam/.ready
AFTERCARE := $(PYTHON) -m infra.operator
SOURCES := layers/aftercare/aftercare layers/build.py functions infra tests

export PORT
export SAM_CLI_TELEMETRY := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
# uv has its own list of certificate authorities; behind a proxy it must use the system's.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt),)
export UV_SYSTEM_CERTS ?= 1
endif
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME VIRTUAL_ENV

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run up down deploy seed invoke client revoke reissue codes batch mark history clear key leaked holds release expiry mailbox unsuppress audit words schemas build test check bench format clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(TOOLS) ## install the tools (other targets do it when needed)
	@:

run: $(TOOLS) ## start the whole stack on this machine; Ctrl-C stops it (PORT=8787)
	@$(PYTHON) -m infra.local.stack run

up: $(TOOLS) ## start the stack in the background; writes .local/stack.json
	@$(PYTHON) -m infra.local.stack up

down: $(TOOLS) ## stop the stack; its data stays in .local/
	@$(PYTHON) -m infra.local.stack down

deploy: $(TOOLS) ## build and deploy into the running stack
	@$(PYTHON) -m infra.local.stack deploy

seed: $(TOOLS) ## seed the running stack with demo data dated relative to now
	@$(PYTHON) -m infra.local.stack seed

invoke: $(TOOLS) ## send a sample event to a function (FUNCTION=orders_ingest CASE=paid)
	@$(PYTHON) -m infra.local.invoke "$(FUNCTION)" "$(CASE)"

# The operators' targets run verbs of `./aftercare`. They pass on only the variables set on make's
# command line: variables exported by the shell, such as YES, are ignored.
given = $(filter command line,$(origin $(1)))
# Recipes read the values from their environment, so that the shell never parses them.
argument = $(if $(call given,$(1)),"$$$(1)")
option = $(if $(call given,$(1)),--$(2)="$$$(1)")
STACK_OPTION = $(call option,STACK,stack)
WRITES = $(STACK_OPTION) $(call option,WHO,who) $(if $(and $(call given,YES),$(filter 1,$(YES))),--yes)

client: $(TOOLS) ## issue an API key to a store's system (STORE=S-0412 SCOPES=authenticity:check KIND=store COUNTRY=US)
	@$(AFTERCARE) client issue $(call option,SCOPES,scopes) $(call option,KIND,kind) \
	  $(call option,COUNTRY,country) $(WRITES) $(call argument,STORE)

revoke: $(TOOLS) ## revoke a client's key (CLIENT=ac_…)
	@$(AFTERCARE) client revoke $(WRITES) $(call argument,CLIENT)

reissue: $(TOOLS) ## replace a client's key (CLIENT=ac_…)
	@$(AFTERCARE) client reissue $(WRITES) $(call argument,CLIENT)

codes: $(TOOLS) ## issue codes and print their file's link (SKU=FIG-1 COUNT=1000), or a new link (BATCH=…)
	@$(AFTERCARE) codes $(if $(call given,BATCH),file,issue) $(call option,SKU,sku) \
	  $(call option,COUNT,count) $(call option,PRODUCT,product) $(call option,GTIN,gtin) \
	  $(call option,BATCH_CODE,batch-code) $(call option,FACTORY,factory) $(call option,OUT,out) \
	  $(WRITES) $(call argument,BATCH)

batch: $(TOOLS) ## show a batch (BATCH=…)
	@$(AFTERCARE) batch show $(STACK_OPTION) $(call argument,BATCH)

mark: $(TOOLS) ## recall, block, restrict or release a batch (BATCH=… STATUS=recalled ISSUE=issue.toml)
	@$(AFTERCARE) batch set $(call option,ISSUE,issue) $(WRITES) $(call argument,BATCH) \
	  $(call argument,STATUS)

history: $(TOOLS) ## show a code's checks, sales and signals (CODE=…)
	@$(AFTERCARE) history show $(STACK_OPTION) $(call argument,CODE)

clear: $(TOOLS) ## clear a suspected code (CODE=… WHY="seen at S-0412")
	@$(AFTERCARE) history clear $(call option,WHY,why) $(WRITES) $(call argument,CODE)

key: $(TOOLS) ## add a key for signing new codes
	@$(AFTERCARE) key add $(WRITES)

leaked: $(TOOLS) ## mark a key as leaked (KEY=0)
	@$(AFTERCARE) key leaked $(WRITES) $(call argument,KEY)

holds: $(TOOLS) ## show a member's holds (MEMBER=mem_…)
	@$(AFTERCARE) holds show $(STACK_OPTION) $(call argument,MEMBER)

release: $(TOOLS) ## release a hold that its till can't release (MEMBER=mem_… HOLD=hold#…)
	@$(AFTERCARE) holds release $(WRITES) $(call argument,MEMBER) $(call argument,HOLD)

expiry: $(TOOLS) ## run or preview the nightly points run of a date (DATE=2026-11-21 DRY_RUN=1)
	@$(AFTERCARE) expiry $(if $(and $(call given,DRY_RUN),$(filter-out 0,$(DRY_RUN))),preview \
	  $(STACK_OPTION),run $(WRITES)) $(call argument,DATE)

mailbox: $(TOOLS) ## show whether a mailbox receives mail, and why not (EMAIL=mei@example.com)
	@$(AFTERCARE) mailbox show $(STACK_OPTION) $(call argument,EMAIL)

unsuppress: $(TOOLS) ## allow mail to a mailbox again (EMAIL=…)
	@$(AFTERCARE) mailbox lift $(WRITES) $(call argument,EMAIL)

audit: $(TOOLS) ## audit all members' ledgers in an export of the points table (EXPORT=<folder>)
	@$(AFTERCARE) audit $(call option,SLICES,slices) $(call option,DATE,date) $(call argument,EXPORT)

words: $(TOOLS) ## compile the words room's locale data from CLDR
	@$(PYTHON) -m infra.words

schemas: .venv/.ready ## generate the events' JSON Schemas in infra/events
	@$(PYTHON) -m infra.events

build: $(TOOLS) ## write the deployable artifact to .aws-sam/build
	@$(PYTHON) -m infra.local.stack build

test: $(TOOLS) .tools/schemathesis/.ready .tools/peers/.ready ## run the whole test suite, print the ten slowest tests (PYTEST_ARGS="-k label")
	@$(PYTHON) -m pytest --numprocesses 3 --durations 10 $(PYTEST_ARGS)

check: $(TOOLS) .tools/checkov/.ready .tools/schemathesis/.ready ## check format, lint, types, template and architecture
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy $(SOURCES)
	AWS_DEFAULT_REGION=us-west-2 .tools/sam/bin/sam validate --lint --language-extensions --template-file template.yaml
	.venv/bin/cfn-lint template.yaml
	@mkdir -p .aws-sam
	$(PYTHON) -m tests.fakes.template > .aws-sam/expanded.json
	.tools/checkov/bin/checkov --file .aws-sam/expanded.json --framework cloudformation --quiet --compact --skip-download
	$(PYTHON) -m pytest -q tests/architecture

bench: $(TOOLS) .tools/peers/.ready ## print the tables of docs/figures.md
	@$(PYTHON) -m tests.bench $(BENCH_ARGS)

format: .venv/.ready ## format the code and apply lint fixes
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

clean: ## remove builds and caches, but not .local/ or the tools
	rm -rf .aws-sam .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find functions infra layers tests -type d -name __pycache__ -prune -exec rm -rf {} +

$(UV): requirements/uv.txt
	@echo "Setting up uv …"
	@python3 -m pip --version >/dev/null 2>&1 || { \
	  echo "error: python3 with pip is missing: install it (Debian: apt install python3-pip)." >&2; exit 1; }
	@rm -rf .tools/uv
	@PIP_USER=0 python3 -m pip install --quiet --require-hashes --no-deps --target .tools/uv -r requirements/uv.txt
	@touch $@

# Unlike the tools, not compiled in advance: a first `make run` uses only a few of these packages.
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
