# Two commands for a fresh machine with Python 3.11 or newer: `make demo` and `make test`.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: help demo test lint app samples pictures lock clean

help:
	@echo "make demo   install, score the sample videos, write their report"
	@echo "make test   install what the tests need, run all of them"
	@echo "make app    open the web page"
	@echo "make lint   check style and types"

demo: $(VENV)/.run
	@mkdir -p out/demo
	@$(BIN)/formcheck score sample_videos --report out/demo/report.html --summary out/demo/summary.csv \
		--json out/demo/analyses.json
	@echo
	@echo "The report of the sample videos:  $(CURDIR)/out/demo/report.html"
	@echo "Their table:                      $(CURDIR)/out/demo/summary.csv"
	@echo "To check your own clips and use the webcam, open the page with:  make app"

test: $(VENV)/.dev
	@sh scripts/ensure_chromium.sh
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python models/build.py --check

app: $(VENV)/.run
	$(BIN)/formcheck app

# Renders the sample videos anew (about 3 GB of downloads, for torch).
samples: $(VENV)/.render
	PYOPENGL_PLATFORM=osmesa $(BIN)/python -m training.render.samples --out sample_videos

# Takes the README's pictures anew, in the tests that see them.
pictures: $(VENV)/.dev
	@sh scripts/ensure_chromium.sh
	FORMCHECK_PICTURES=docs/pictures $(BIN)/python -m pytest -q tests/web/test_browser.py -k sample
	FORMCHECK_PICTURES=docs/pictures $(BIN)/python -m pytest -q tests/web/test_people_browser.py -k trend
	FORMCHECK_PICTURES=docs/pictures $(BIN)/python -m pytest -q tests/web/test_live_browser.py

# What the tests need first: it must fit together with all that is run.
lock: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header \
		--extra dev pyproject.toml -o requirements/dev.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header \
		-c requirements/dev.txt pyproject.toml -o requirements/run.txt

clean:
	rm -rf $(VENV) out

# Each stamp remembers that its step is done, so that a second run needs no network.
$(VENV)/.venv:
	@test -n "$(PYTHON)" || { echo "formcheck needs Python 3.11 or newer: install it, or name it with PYTHON=…"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.venv requirements/run.txt pyproject.toml scripts/system_libraries.sh
	@sh scripts/system_libraries.sh $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	@touch $@

$(VENV)/.render: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[render]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps pyrender==0.1.45
	@touch $@
