PYTHON ?= python3.11
PORT ?= 8000
DASHBOARD_PORT ?= 8080
# linear trains in forty seconds and without torch; who reads better: docs/models.md
ENCODER ?= hybrid
SIZES ?= 800,8000
VENV := .venv
BIN := $(VENV)/bin
BUNDLE := var/bundle
# Apart from the others: the browser's driver keeps an event loop running in their process.
IN_BROWSER := tests/serving/dashboard/browser
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock

.PHONY: run demo browser screenshots test suite check in-browser in-notebooks doctor train bench mlflow notebooks lock clean
.DELETE_ON_ERROR:

# Sets everything up, trains the default model if there is none, serves it on 127.0.0.1
# and shows how the clue that started the platform is triaged. make run PORT=9000 ENCODER=linear
run: $(BUNDLE)/manifest.json
	$(BIN)/fenzhen dashboard --port $(DASHBOARD_PORT) & dashboard=$$!; \
	  trap "kill $$dashboard" EXIT; $(BIN)/fenzhen serve --port $(PORT) --first-clue

# The reviewers' pages on composed clues and simulated reviews, in a database of its own.
demo: $(BUNDLE)/manifest.json
	$(BIN)/fenzhen demo --port $(DASHBOARD_PORT)

# Debian's Chromium, for the tests that need a real browser; elsewhere install one by hand.
browser:
	@command -v chromium >/dev/null || { command -v apt-get >/dev/null && apt-get update -qq \
	  && apt-get install -y -qq chromium fonts-noto-cjk; } \
	  || echo "no Chromium: the browser tests will be skipped" >&2

# Pictures for docs/复核员手册.md, from fresh demonstration data.
screenshots: $(VENV)/.dev $(BUNDLE)/manifest.json browser
	$(BIN)/python -m benchmarks.dashboard.screenshots docs/img

# Sets everything up and passes the tests: what CI runs. The suite takes one core, and longer than
# everything beside it.
test: $(VENV)/.dev
	$(MAKE) --jobs=2 --output-sync=target suite check in-browser in-notebooks

suite: $(VENV)/.dev
	$(BIN)/python -m pytest --ignore $(IN_BROWSER)

in-browser: $(VENV)/.dev
	$(BIN)/python -m pytest -p no:cacheprovider $(IN_BROWSER)

in-notebooks: $(VENV)/.dev
	$(BIN)/python -m pytest --nbmake --nbmake-timeout=600 -p no:cacheprovider notebooks

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Fails on any fault of the labelled clues that ship.
doctor: $(VENV)/.train
	$(BIN)/fenzhen doctor datasets/clues

train: $(VENV)/.transformer
	$(BIN)/fenzhen train --encoder $(ENCODER)

bench: $(VENV)/.dev $(BUNDLE)/manifest.json
	$(BIN)/python -m benchmarks --sizes $(SIZES)

# Runs every notebook and writes a copy with its output, for reading offline, to var/notebooks.
notebooks: $(VENV)/.dev
	$(BIN)/jupyter nbconvert --execute --to html --output-dir var/notebooks --template offline \
	  --TemplateExporter.extra_template_basedirs=notebooks --HTMLExporter.mathjax_url= notebooks/*.ipynb

mlflow: $(VENV)/.train
	MLFLOW_DISABLE_TELEMETRY=true $(BIN)/mlflow server --host 127.0.0.1 --port 5000 \
	  --backend-store-uri sqlite:///var/mlflow/mlflow.db --workers 1

$(BUNDLE)/manifest.json: | $(VENV)/.transformer
	$(BIN)/fenzhen train --no-track --no-learning-curve --encoder $(ENCODER)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.train: pyproject.toml requirements.lock | $(VENV)/bin/python
	$(INSTALL) -e '.[dashboard,train]'
	touch $@

$(VENV)/.transformer: pyproject.toml requirements.lock | $(VENV)/bin/python
	$(INSTALL) -e '.[dashboard,train,transformer]'
	touch $@ $(VENV)/.train

$(VENV)/.dev: pyproject.toml requirements.lock | $(VENV)/bin/python
	$(INSTALL) -e '.[dashboard,train,transformer,dev]'
	touch $@ $(VENV)/.train $(VENV)/.transformer

# Resolve afresh in a new environment and pin what came out.
lock:
	$(PYTHON) -m venv var/lock-venv
	var/lock-venv/bin/python -m pip install --quiet -e '.[dashboard,train,transformer,dev]'
	(head -2 requirements.lock; var/lock-venv/bin/python -m pip freeze --exclude-editable \
	  | sed 's/^\(torch==[0-9.]*\)+.*/\1/') > var/requirements.lock
	mv var/requirements.lock requirements.lock
	rm -r var/lock-venv

clean:
	rm -rf $(VENV) var build *.egg-info
