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
.PHONY: help setup run up down deploy seed invoke parcel client revoke reissue codes batch mark picture history clear key leaked holds date-holds release expiry mailbox mail order explain policy-diff screening-diff unsuppress erase export wechat scan carrier audit addresses holidays words schemas moves mails build shots test test-fast explore check bench figures mutants format clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The operators' targets run verbs of `./aftercare`. They pass on only the variables set on make's
# command line: variables exported by the shell, such as YES, are ignored.
given = $(filter command line,$(origin $(1)))
# Recipes read the values from their environment, so that the shell never parses them.
argument = $(if $(call given,$(1)),"$$$(1)")
option = $(if $(call given,$(1)),--$(2)="$$$(1)")
STACK_OPTION = $(call option,STACK,stack)
# $(call takes,REQUIRED,OPTIONAL): refuses a command line without a required variable, or with another
# one: a misspelled variable would be ignored, and a missing one leave its place to the next.
typed = $(foreach name,$(.VARIABLES),$(if $(call given,$(name)),$(name)))
missing = $(foreach name,$(1),$(if $(and $(call given,$(name)),$(strip $(value $(name)))),,$(name)=…))
takes = $(call refused,needs,$(call missing,$(1)))$(call refused,does not take,$(filter-out $(1) $(2) STACK WHO YES PORT,$(typed)))
refused = $(if $(strip $(2)),echo "error: make $@ $(1) $(strip $(2)). \`make help\` has an example." >&2; exit 2; )
WRITES = $(STACK_OPTION) $(call option,WHO,who) $(if $(and $(call given,YES),$(filter 1,$(YES))),--yes)
FIRST = $(if $(and $(call given,NEW),$(filter 1,$(NEW))),--new)

setup: $(TOOLS) ## install the tools (other targets do it when needed)
	@:

run: $(TOOLS) ## start the whole stack on this machine; Ctrl-C stops it (PORT=8787)
	@$(call takes,,)$(PYTHON) -m infra.local.stack run

up: $(TOOLS) ## start the stack in the background; writes .local/stack.json
	@$(call takes,,)$(PYTHON) -m infra.local.stack up

down: $(TOOLS) ## stop the stack; its data stays in .local/
	@$(call takes,,)$(PYTHON) -m infra.local.stack down

deploy: $(TOOLS) ## build and deploy into the running stack
	@$(call takes,,)$(PYTHON) -m infra.local.stack deploy

seed: $(TOOLS) ## seed the running stack with demo data dated relative to now
	@$(call takes,,)$(PYTHON) -m infra.local.stack seed

invoke: $(TOOLS) ## send a sample event to a function (FUNCTION=orders_ingest CASE=paid); alone, list the samples
	@$(call takes,$(if $(call given,CASE),FUNCTION),FUNCTION CASE)$(PYTHON) -m infra.local.invoke \
	  $(call argument,FUNCTION) $(call argument,CASE)

parcel: $(TOOLS) ## have the local stack's seller of labels say that a parcel moved (TRACKING=… STATUS=delivered)
	@$(call takes,TRACKING STATUS,)$(PYTHON) -m infra.local.carrier.moving $(call argument,TRACKING) $(call argument,STATUS)

client: $(TOOLS) ## issue an API key to a store's system (STORE=S-0412 SCOPES=authenticity:check KIND=store COUNTRY=US)
	@$(call takes,STORE SCOPES,KIND COUNTRY NEW)$(AFTERCARE) client issue $(call option,SCOPES,scopes) $(call option,KIND,kind) \
	  $(call option,COUNTRY,country) $(FIRST) $(WRITES) $(call argument,STORE)

revoke: $(TOOLS) ## revoke a client's key (CLIENT=ac_…)
	@$(call takes,CLIENT,)$(AFTERCARE) client revoke $(WRITES) $(call argument,CLIENT)

reissue: $(TOOLS) ## replace a client's key (CLIENT=ac_…)
	@$(call takes,CLIENT,)$(AFTERCARE) client reissue $(WRITES) $(call argument,CLIENT)

codes: $(TOOLS) ## issue codes and print their file's link (SKU=FIG-1 COUNT=1000), or a new link (BATCH=…)
	@$(call takes,$(if $(call given,BATCH),BATCH,SKU COUNT),$(if $(call given,BATCH),OUT,PRODUCT GTIN BATCH_CODE FACTORY PICTURE OUT NEW))\
	  $(AFTERCARE) codes $(if $(call given,BATCH),file,issue) $(call option,SKU,sku) \
	  $(call option,COUNT,count) $(call option,PRODUCT,product) $(call option,GTIN,gtin) \
	  $(call option,BATCH_CODE,batch-code) $(call option,FACTORY,factory) $(call option,PICTURE,picture) $(call option,OUT,out) \
	  $(FIRST) $(WRITES) $(call argument,BATCH)

batch: $(TOOLS) ## show a batch (BATCH=…)
	@$(call takes,BATCH,)$(AFTERCARE) batch show $(STACK_OPTION) $(call argument,BATCH)

mark: $(TOOLS) ## recall, block, restrict or release a batch (BATCH=… STATUS=recalled ISSUE=issue.toml)
	@$(call takes,BATCH STATUS,ISSUE)$(AFTERCARE) batch set $(call option,ISSUE,issue) $(WRITES) $(call argument,BATCH) \
	  $(call argument,STATUS)

picture: $(TOOLS) ## show who checks a code the product's picture (BATCH=… PICTURE=box.webp)
	@$(call takes,BATCH PICTURE,)$(AFTERCARE) batch picture $(WRITES) $(call argument,BATCH) $(call argument,PICTURE)

history: $(TOOLS) ## show a code's checks, sales and signals (CODE=…)
	@$(call takes,CODE,)$(AFTERCARE) history show $(STACK_OPTION) $(call argument,CODE)

clear: $(TOOLS) ## clear a suspected code (CODE=… WHY="seen at S-0412")
	@$(call takes,CODE WHY,)$(AFTERCARE) history clear $(call option,WHY,why) $(WRITES) $(call argument,CODE)

key: $(TOOLS) ## add a key for signing new codes
	@$(call takes,,)$(AFTERCARE) key add $(WRITES)

leaked: $(TOOLS) ## mark a key as leaked (KEY=0)
	@$(call takes,KEY,)$(AFTERCARE) key leaked $(WRITES) $(call argument,KEY)

holds: $(TOOLS) ## show the holds of all members, the oldest first, or of one (MEMBER=mem_…)
	@$(call takes,,MEMBER)$(AFTERCARE) holds $(if $(call given,MEMBER),show,list) $(STACK_OPTION) $(if $(call given,MEMBER),$(call argument,MEMBER))

date-holds: $(TOOLS) ## give an end to holds of earlier versions, in an export of the points table (EXPORT=<folder>)
	@$(call takes,EXPORT,)$(AFTERCARE) holds date $(WRITES) $(call argument,EXPORT)

release: $(TOOLS) ## release a hold that its till can't release (MEMBER=mem_… HOLD=hold#…)
	@$(call takes,MEMBER HOLD,)$(AFTERCARE) holds release $(WRITES) $(call argument,MEMBER) $(call argument,HOLD)

expiry: $(TOOLS) ## run or preview the nightly points run of a date (DATE=2026-11-21 DRY_RUN=1)
	@$(call takes,DATE,DRY_RUN)$(AFTERCARE) expiry $(if $(and $(call given,DRY_RUN),$(filter-out 0,$(DRY_RUN))),preview \
	  $(STACK_OPTION),run $(WRITES)) $(call argument,DATE)

mailbox: $(TOOLS) ## show whether a mailbox receives mail, and why not (EMAIL=mei@example.com)
	@$(call takes,EMAIL,)$(AFTERCARE) mailbox show $(STACK_OPTION) $(call argument,EMAIL)

order: $(TOOLS) ## show everything that is known of an order, and from which event (NUMBER=PM-2026-10001)
	@$(call takes,NUMBER,)$(AFTERCARE) order show $(STACK_OPTION) $(call argument,NUMBER)

explain: $(TOOLS) ## explain what the policy says of an order (ORDER=PM-2026-10001 LINE=1 REASON=stained ON=2026-11-21)
	@$(call takes,ORDER,LINE REASON ON)$(AFTERCARE) policy explain $(call option,LINE,line) $(call option,REASON,reason) \
	  $(call option,ON,on) $(STACK_OPTION) $(call argument,ORDER)

policy-diff: $(TOOLS) ## show whose answer another version changes (OLD=na_online/2025-01-06 NEW=draft.toml EXPORT=<folder>)
	@$(call takes,OLD NEW,EXPORT)$(AFTERCARE) policy diff $(call option,EXPORT,export) $(STACK_OPTION) \
	  $(call argument,OLD) $(call argument,NEW)

screening-diff: $(TOOLS) ## show whom other rules of screening send to a person (OLD=2026-11-28 NEW=draft.toml EXPORT=<folder>)
	@$(call takes,OLD NEW,EXPORT)$(AFTERCARE) screening diff $(call option,EXPORT,export) $(STACK_OPTION) \
	  $(call argument,OLD) $(call argument,NEW)

unsuppress: $(TOOLS) ## allow mail to a mailbox again (EMAIL=…)
	@$(call takes,EMAIL,)$(AFTERCARE) mailbox lift $(WRITES) $(call argument,EMAIL)

erase: $(TOOLS) ## erase a person everywhere, after showing what that means (EMAIL=mei@example.com WHY=customer DRY_RUN=1)
	@$(call takes,EMAIL,WHY DRY_RUN)$(AFTERCARE) customer $(if $(and $(call given,DRY_RUN),$(filter-out 0,$(DRY_RUN))),preview \
	  $(STACK_OPTION),erase $(call option,WHY,why) $(WRITES)) $(call argument,EMAIL)

export: $(TOOLS) ## write everything that is kept of a person into a ZIP file (EMAIL=mei@example.com OUT=export.zip)
	@$(call takes,EMAIL OUT,)$(AFTERCARE) customer export $(call option,OUT,out) $(STACK_OPTION) $(call argument,EMAIL)

mail: $(TOOLS) ## have the local stack receive a mail to the service desk (FILE=question.eml)
	@$(call takes,FILE,FORGED)$(AFTERCARE) mail receive $(if $(and $(call given,FORGED),$(filter 1,$(FORGED))),--forged) $(WRITES) $(call argument,FILE)

wechat: $(TOOLS) ## have the local stack receive a message to the WeChat service account (TEXT="The ear is missing." FROM=openid)
	@$(call takes,TEXT,FROM ID)$(AFTERCARE) wechat write $(call option,FROM,openid) $(call option,ID,id) $(WRITES) $(call argument,TEXT)

scan: $(TOOLS) ## report a carrier's scan of a return's parcel (TRACKING=… KIND=in_transit or delivered)
	@$(call takes,TRACKING KIND,CARRIER)$(AFTERCARE) scan report $(WRITES) $(call option,CARRIER,carrier) $(call argument,TRACKING) $(call argument,KIND)

carrier: $(TOOLS) ## name the likeliest carrier of a tracking number, and why (NUMBER=1Z879E930346834440)
	@$(call takes,NUMBER,)$(AFTERCARE) carrier show $(STACK_OPTION) $(call argument,NUMBER)

audit: $(TOOLS) ## audit all members' ledgers in an export of the points table (EXPORT=<folder>)
	@$(call takes,EXPORT,SLICES DATE)$(AFTERCARE) audit $(call option,SLICES,slices) $(call option,DATE,date) $(call argument,EXPORT)

addresses: .venv/.ready ## compile the addresses room's countries and zones
	@$(PYTHON) -m infra.addresses

holidays: .venv/.ready ## compile the calendars room's business days from the holidays package
	@$(PYTHON) -m infra.holidays

words: $(TOOLS) ## compile the words room's locale data from CLDR
	@$(PYTHON) -m infra.words

moves: .venv/.ready ## draw the tables of a return's and a ticket's moves into docs
	@$(PYTHON) -m infra.moves

schemas: .venv/.ready ## generate the events' JSON Schemas in infra/events
	@$(PYTHON) -m infra.events

mails: .venv/.ready ## render every mail in every language into a gallery to look at, build/mails/index.html
	@$(call takes,,)$(PYTHON) -m infra.mails

build: $(TOOLS) ## write the deployable artifact to .aws-sam/build
	@$(call takes,,)$(PYTHON) -m infra.local.stack build

test: $(TOOLS) .tools/schemathesis/.ready .tools/peers/.ready ## run the whole test suite, print the ten slowest tests (PYTEST_ARGS="-k label")
	@$(call takes,,PYTEST_ARGS)$(PYTHON) -m pytest --numprocesses 3 --durations 10 $(PYTEST_ARGS)

# None of these starts a stack or a browser, and none is marked slow. A room's own tests on the
# emulated tables come with its name.
test-fast: $(TOOLS) ## run in two minutes what a change usually needs: unit and architecture tests, and a room's (ROOM=returns)
	@$(call takes,,ROOM PYTEST_ARGS)$(PYTHON) -m pytest --numprocesses 2 -m "not slow" tests/unit tests/architecture \
	  $(if $(call given,ROOM),tests/integration/"$$ROOM") $(PYTEST_ARGS)

explore: $(TOOLS) ## draw crash schedules and examples that no run has met (CRASH_SEED=… repeats one)
	@$(call takes,,CRASH_SEED PYTEST_ARGS)$(PYTHON) -m pytest --numprocesses 2 --hypothesis-profile explore \
	  tests/unit tests/crashes $(PYTEST_ARGS)

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

shots: $(TOOLS) ## take pictures of every page of the running stack, in two sizes, light and dark, in .local/shots
	@$(call takes,,)PYTHONPATH=layers/aftercare $(PYTHON) -m tests.fakes.browser_pages.shots

bench: $(TOOLS) .tools/peers/.ready ## print the tables of docs/figures.md
	@$(call takes,,BENCH_ARGS)$(PYTHON) -m tests.bench $(BENCH_ARGS)

figures: $(TOOLS) ## write the counted parts of docs/figures.md anew
	$(PYTHON) -m tests.bench --write

mutants: $(TOOLS) .tools/mutmut/.ready ## print how many mutants of each room its tests kill (ROOM=returns SAMPLE=40 SEED=…)
	@$(call takes,,ROOM SAMPLE SEED)$(PYTHON) -m tests.mutants $(call option,SAMPLE,sample) $(call option,SEED,seed) $(call argument,ROOM)

format: .venv/.ready ## format the code and apply lint fixes
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

clean: ## remove builds and caches, but not .local/ or the tools
	rm -rf .aws-sam build .pytest_cache .ruff_cache .mypy_cache .hypothesis
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
