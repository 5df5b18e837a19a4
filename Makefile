# Numeroscope. On a fresh machine (Python 3.11 or newer, make, git) each of these does all its own
# set-up, and does it once:
#
#   make run     install what the app needs, start it          PORT=8501 HOST=127.0.0.1
#   make test    install the tools as well, check everything   PYTEST_ARGS="-k fourier"
#   make help    the other targets

PORT ?= 8501
# Only this computer can connect; `make run HOST=0.0.0.0` opens the app to a class on the same network.
HOST ?= 127.0.0.1
PYTEST_ARGS ?=
# Each process may start an app and a browser of its own, so no more than this even on many cores.
TEST_PROCESSES ?= 2

# The first Python that really starts and is new enough (a name on PATH may be an empty shim).
# 3.12 comes first because Community Cloud uses it.
PYTHON ?= $(shell for p in python3.12 python3.13 python3.11 python3.14 python3 python; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null \
	&& { echo "$$p"; break; }; done)

# Paths stay relative, so that a folder whose name has spaces works.
PY := .venv/bin/python
CODE := app.py pages components engine tests bench scripts

.DEFAULT_GOAL := help
.PHONY: help run dev test lint format types browser bench messages screenshots models clean python

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

python:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 to 3.14 was found. Install Python 3.12, or name one: make PYTHON=/path/to/python3.12 run"; exit 1; }

# The stamps are files inside .venv, so nothing is installed again until a requirements file changes.
.venv/.installed: requirements.txt scripts/setup.py | python
	@"$(PYTHON)" scripts/setup.py

.venv/.installed-dev: requirements.txt requirements-dev.txt scripts/setup.py | python
	@"$(PYTHON)" scripts/setup.py --dev

# headless: no question for an e-mail address at the first start.
# fileWatcherType=none: the watcher walks all loaded modules after every run, for every learner.
run: .venv/.installed  ## start the app (PORT, HOST)
	$(PY) -m streamlit run app.py --server.headless true --server.fileWatcherType none \
		--server.port "$(PORT)" --server.address "$(HOST)"

dev: .venv/.installed  ## start the app for working on it: an edited page reloads by itself
	$(PY) -m streamlit run app.py --server.headless true --server.runOnSave true \
		--client.showErrorDetails full --client.toolbarMode developer \
		--server.port "$(PORT)" --server.address "$(HOST)"

test: .venv/.installed-dev browser lint types  ## all checks and tests (PYTEST_ARGS)
	$(PY) -m pytest -q -n "$(TEST_PROCESSES)" --dist worksteal $(PYTEST_ARGS)

lint: .venv/.installed-dev  ## ruff: rules and formatting
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

format: .venv/.installed-dev  ## let ruff mend what it can
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

types: .venv/.installed-dev  ## mypy on engine/
	$(PY) -m mypy

browser: .venv/.installed-dev  ## find or install a Chromium for the browser tests
	@bash scripts/ensure_browser.sh

bench: .venv/.installed-dev browser  ## measure speed, traffic and memory (BENCH="fft room" for some sections)
	$(PY) -m bench $(BENCH)

# Stable output: sorted, no dates, files without line numbers; and no fuzzy guesses, because a wrong
# translation is worse than a missing one, which a test reports.
messages: .venv/.installed-dev  ## collect the sentences of the code into locales/
	$(PY) -m babel.messages.frontend --quiet extract --mapping-file babel.cfg \
		--keywords "_ N_ ngettext:1,2" --add-comments "Translators:" --strip-comments \
		--sort-output --omit-header --add-location file --width 100 \
		--output-file locales/numeroscope.pot app.py pages components engine
	@for po in locales/*/LC_MESSAGES/numeroscope.po; do \
		[ -e "$$po" ] || continue; locale=$${po#locales/}; \
		$(PY) -m babel.messages.frontend --quiet update --domain numeroscope --locale "$${locale%%/*}" \
			--input-file locales/numeroscope.pot --output-file "$$po" \
			--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 100 || exit 1; \
	done

screenshots: .venv/.installed-dev browser  ## every page, light and dark, both languages: build/screenshots
	$(PY) -m scripts.screenshots

models: .venv/.installed  ## fetch the models that are fetched on demand, for a room without a network
	$(PY) -m engine.models

clean:  ## remove what was built, not .venv
	rm -rf build .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find $(wildcard $(CODE)) -type d -name __pycache__ -prune -exec rm -rf {} +
