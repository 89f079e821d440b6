"""The parts of ``make upgrade-check``: what is pinned, what is newer, and which tests a run of pytest broke."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.machine import posix_only
from tools import upgrade_check
from tools.upgrade_check import Broken

ROOT = Path(__file__).resolve().parents[2]


def test_every_pin_is_asked_for_and_this_python_has_it() -> None:
    pinned = {
        name: pin
        for file in upgrade_check.PINS
        for name, pin in upgrade_check.pins((ROOT / file).read_text()).items()
    }
    assert {"streamlit", "keras", "pi-heif", "ruff"} <= set(pinned)
    assert len({"tensorflow", "tensorflow-cpu"} & set(pinned)) == 1  # that of this machine
    assert not upgrade_check.changed(pinned, upgrade_check.versions(Path(sys.executable)))


def test_what_differs_is_told_with_both_versions() -> None:
    found = upgrade_check.changed({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "2.1"})
    assert found == {"b": ("2", "2.1"), "c": ("3", "not installed")}


def test_a_run_of_pytest_tells_what_broke(tmp_path: Path) -> None:
    lines = ["import pytest", "@pytest.fixture", "def gone(): raise AttributeError('no such name')"]
    lines += [
        "def test_good(): pass",
        "def test_bad(): assert 1 == 2, 'not the same'",
        "def test_begun(gone): pass",
    ]
    (tmp_path / "test_made.py").write_text("\n".join(lines))
    options = [str(tmp_path), "-c", os.devnull, "-p", "no:cacheprovider"]
    found = upgrade_check.tested(Path(sys.executable), tmp_path / "report.xml", options)
    assert [one.name for one in found] == ["test_bad", "test_begun"]
    assert "not the same" in found[0].words
    assert "no such name" in found[1].words


@posix_only("runs the command false")
def test_a_run_that_could_not_begin_is_told(tmp_path: Path) -> None:
    nothing = upgrade_check.tested(Path(shutil.which("false") or ""), tmp_path / "none.xml", [])
    assert nothing == [Broken("pytest", "start", "It ended with status 1 and wrote no report.")]


def test_the_calls_are_those_of_make_test() -> None:
    lines = [line for line in (ROOT / "Makefile").read_text("utf-8").splitlines() if "-m pytest" in line]
    asked = [line.split("$(TWO) ")[1].replace('"', "").split() for line in lines]
    assert [words[1:] for words in upgrade_check.SUITES.values()] == asked


def test_the_table_names_versions_and_tests_by_file() -> None:
    faults = {
        "rest": [Broken("tests.a", "test_x", "boom"), Broken("tests.a", "test_y", "bang")],
        "browser": [],
    }
    table = upgrade_check.told({"numpy": ("2.4", "2.5")}, faults)
    assert table.splitlines() == [
        "", "Versions that differ from the pins:", "  numpy: 2.4 → 2.5", "", "Tests that fail with them: 2",
        "  tests.a", "    test_x: boom", "    test_y: bang",
    ]  # fmt: skip
    assert "No version differs" in upgrade_check.told({}, {"rest": []})
    assert "No test fails" in upgrade_check.told({}, {"rest": []})


def test_it_installs_tests_and_tells(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked: list[str] = []

    def installed(folder: Path, names: list[str]) -> Path:
        asked.extend(names)
        return folder / "python"

    monkeypatch.setattr(upgrade_check, "install", installed)
    monkeypatch.setattr(upgrade_check, "versions", lambda _: {"streamlit": "99"})
    monkeypatch.setattr(
        upgrade_check,
        "tested",
        lambda _, report, options: (
            [Broken("tests.b", report.stem, options[1])] if "loadfile" in options else []
        ),
    )
    assert upgrade_check.main(["--folder", str(tmp_path)]) == 1
    assert {"streamlit", "pytest"} <= set(asked)
    said = capsys.readouterr().out
    assert "streamlit: 1.67.0 → 99" in said
    assert "pages: 2" in said
