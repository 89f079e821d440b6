"""``make run`` takes a Python on which all of Netlab runs, and says what would help where there is none."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from tests.machine import posix_only
from tools import fitting_python

ROOT = Path(__file__).resolve().parents[2]


def test_it_takes_the_pythons_that_the_package_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = SpecifierSet(project["requires-python"])
    versions = [(3, minor) for minor in range(20)]
    taken = [version for version in versions if not fitting_python.unfit(version, 64, "Linux", "x86_64")]
    assert taken == [version for version in versions if "{}.{}".format(*version) in asked]
    named = {
        line for line in project["classifiers"] if line.startswith("Programming Language :: Python :: 3.")
    }
    assert named == {"Programming Language :: Python :: {}.{}".format(*version) for version in taken}


@pytest.mark.parametrize(
    ("version", "bits", "system", "machine", "words"),
    [
        ((3, 14), 64, "Linux", "x86_64", "this one is Python 3.14. Install one of them beside it"),
        ((3, 12), 32, "Windows", "x86", "this one has 32 bit. Install one of them beside it"),
        (
            (3, 12),
            64,
            "Darwin",
            "x86_64",
            "All that reads and draws works without it: python3 -m pip install .",
        ),
    ],
)
def test_a_python_that_does_not_fit_is_told_with_the_mend(
    version: tuple[int, int], bits: int, system: str, machine: str, words: str
) -> None:
    assert words in fitting_python.unfit(version, bits, system, machine)


def test_an_apple_processor_fits() -> None:
    assert not fitting_python.unfit((3, 13), 64, "Darwin", "arm64")


@posix_only("runs make and a script of sh")
def test_make_ends_in_the_sentence_where_no_python_fits(tmp_path: Path) -> None:
    """With a ``python3`` that says it is 3.14, and no other in reach, make stops before pip is asked."""
    python = tmp_path / "python3"
    python.write_text(
        f'#!/bin/sh\n[ "$1" = tools/fitting_python.py ] && exec {sys.executable} -c "$AS_IF"\nexit 9\n'
    )
    python.chmod(0o755)
    as_if = (
        "import sys; sys.path.insert(0, '.'); from tools import fitting_python as it; "
        "it.shutil.which = lambda _: None; it.about = lambda _: ((3, 14), 64, 'Linux', 'x86_64'); sys.exit(it.main())"
    )
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text("utf-8"))
    (tmp_path / "tools").symlink_to(ROOT / "tools")
    (tmp_path / "requirements.txt").touch()
    done = subprocess.run(
        ["make", "run"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "AS_IF": as_if},
    )  # fmt: skip
    assert done.returncode == 2
    assert "this one is Python 3.14" in done.stderr
    assert "make finds python3.13 by itself" in done.stderr
    assert "pip" not in done.stdout + done.stderr


def test_another_python_in_reach_is_taken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = {sys.executable: (3, 14), "/opt/python3.12": (3, 12)}
    monkeypatch.setattr("shutil.which", {"python3.12": "/opt/python3.12"}.get)
    monkeypatch.setattr(fitting_python, "about", lambda python: (known[python], 64, "Linux", "aarch64"))
    assert fitting_python.main() == 0
    assert capsys.readouterr().out == "/opt/python3.12\n"


def test_this_python_fits() -> None:
    told = fitting_python.about(sys.executable)
    assert told is not None
    assert told[0] == sys.version_info[:2]
    assert not fitting_python.unfit(*told)
