# Everything a fresh machine needs: python3 (3.11 or newer, with venv), make and git.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
export DAGSTER_HOME := $(CURDIR)
# Business days of the sample world that `make run` plays.
DAYS   ?= 2
# numpy's threads fight with each other on small machines and gain nothing at our sizes.
export OMP_NUM_THREADS ?= 1

.PHONY: help install run up test check docs bench clean
help:            ## show the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

install: $(STAMP)  ## install into .venv
$(STAMP): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)

run: $(STAMP)    ## play DAYS days of the sample world (DAYS=40: all eight weeks)
	$(BIN)/back-office sample --out data/samples/$(DAYS)-days --days $(DAYS)
	$(BIN)/back-office sample play data/samples/$(DAYS)-days

up: $(STAMP)     ## Dagit and the daemon on http://127.0.0.1:3000
	$(BIN)/back-office up

test: check      ## everything: static checks, then all tests
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

check: $(STAMP)  ## formatting, lint, types, layering, contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/back-office dictionary check --signed

docs: $(STAMP)   ## regenerate the generated pages of docs/
	$(BIN)/python -m back_office_pipelines.cli.reference docs
	$(BIN)/python -m back_office_pipelines.cli.guides docs/guides

bench: $(STAMP)  ## measured claims
	$(BIN)/python benchmarks/extraction/score.py ../shared/data/ap_invoices/einvoice_xml
	$(BIN)/python benchmarks/extraction/score.py ../shared/data/ap_invoices/einvoice_pdf
	$(BIN)/python benchmarks/extraction/score.py --ignore-embedded-xml ../shared/data/ap_invoices/einvoice_pdf
	$(BIN)/python benchmarks/extraction/speed.py ../shared/data/ap_invoices/einvoice_pdf
	$(BIN)/python benchmarks/chain/main_job.py
	$(BIN)/python benchmarks/validation/rules.py
	$(BIN)/python benchmarks/ledger/throughput.py

clean:           ## remove what can be made again (keeps data/)
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
