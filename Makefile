# make run  - start the app (makes .venv and installs what it needs the first time)
# make test - every check and every test
# make upgrade-check - every test against the newest versions of all libraries, and what breaks
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8501
TWO := -n 2 --dist

.PHONY: run test lint types unit upgrade-check clean

run: .venv/run.stamp
	OMP_NUM_THREADS=1 $(BIN)/streamlit run app.py --server.port $(PORT)

test: lint types unit

lint: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: .venv/test.stamp
	$(BIN)/mypy

# Three calls, told apart by the files' names: beside TensorFlow Streamlit collects garbage after every run of a page,
# and tests with a browser load no TensorFlow. With worksteal a process that is done takes over tests of the other.
# A test with a browser that fails is tried once more, since a shared machine may keep a page waiting for a minute; those
# that needed it are listed.
unit: .venv/test.stamp
	$(BIN)/python -m pytest $(TWO) loadfile -o python_files="test_page*.py"
	$(BIN)/python -m pytest $(TWO) worksteal --ignore-glob="*/test_page*.py" --ignore-glob="*/test_browser*.py"
	$(BIN)/python -m pytest $(TWO) worksteal -o python_files="test_browser*.py" --reruns 1 -r R

upgrade-check: .venv/test.stamp
	$(BIN)/python -m tools.upgrade_check

.venv/bin/python:
	@fitting=$$($(PYTHON) tools/fitting_python.py) && "$$fitting" -m venv .venv

# Nothing is compiled beforehand: half a minute of processor time, most of it for modules that are never imported. What
# is imported is compiled then, once: what a training imports here, so that the first one need not wait. Where that cannot be
# imported, the app says so on Train.
.venv/run.stamp: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -r requirements.txt
	-$(BIN)/python -c "from netlab.training.quiet import load_quietly; load_quietly()"
	touch $@

.venv/test.stamp: .venv/run.stamp requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -r requirements-dev.txt
	touch $@

clean:
	rm -rf .venv .venv-upgrade .pytest_cache .mypy_cache .ruff_cache .hypothesis
