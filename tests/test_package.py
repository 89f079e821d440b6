"""The package: what it asks for is what is tested, it holds all that the app needs, and its command opens the app."""

from __future__ import annotations

import argparse
import os
import re
import sys
import tomllib
from email.parser import Parser
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import netlab
from netlab.__main__ import main
from netlab.cli import app
from tests.wheel import unpacked_wheel
from tools.upgrade_check import pins

ROOT = Path(__file__).resolve().parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CACHES = {"__pycache__", ".ruff_cache", ".mypy_cache"}
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]


def asked(lines: list[str]) -> dict[str, Requirement]:
    found = [Requirement(line) for line in lines]
    here = [one for one in found if one.marker is None or one.marker.evaluate()]
    return {canonicalize_name(one.name): one for one in here if one.name != PROJECT["name"]}


@pytest.mark.parametrize(
    ("file", "lines"),
    [
        ("requirements.txt", PROJECT["dependencies"] + EXTRAS["train"]),
        ("requirements-dev.txt", EXTRAS["dev"] + EXTRAS["cluster"]),
    ],
)
def test_the_ranges_are_of_what_is_pinned_and_hold_the_pins(file: str, lines: list[str]) -> None:
    pinned, ranges = pins((ROOT / file).read_text("utf-8")), asked(lines)
    assert set(ranges) == set(pinned)
    assert not [name for name, pin in pinned.items() if pin not in ranges[name].specifier]
    assert all({part.operator for part in one.specifier} == {">=", "<"} for one in ranges.values())


def test_the_version_stands_in_one_place_and_the_changelog_has_it() -> None:
    assert "version" not in PROJECT
    assert PROJECT["dynamic"] == ["version"]
    found = re.findall(r"^## ([\d.]+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert found[0] == netlab.__version__


def test_the_wheel_holds_all_of_the_app_and_nothing_else(tmp_path: Path) -> None:
    unpacked = unpacked_wheel(tmp_path)

    def held(folder: Path) -> set[str]:
        files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        return {name for name in files if not CACHES & set(name.split("/"))}

    (about,) = unpacked.glob("*.dist-info")
    expected = {f"netlab/{name}" for name in held(ROOT / "netlab")}
    expected |= {f"netlab/_app/pages/{name}" for name in held(ROOT / "pages")}
    expected |= {"netlab/_app/app.py", "netlab/_app/.streamlit/config.toml"}
    assert {name for name in held(unpacked) if not name.startswith(about.name)} == expected
    metadata = Parser().parsestr((about / "METADATA").read_text("utf-8"))
    assert (metadata["Name"], metadata["Version"]) == ("netlab-explorer", netlab.__version__)
    assert metadata["License-Expression"] == "MIT"
    assert (about / "licenses" / "LICENSE").read_text("utf-8") == (ROOT / "LICENSE").read_text("utf-8")
    assert "netlab = netlab.__main__:main" in (about / "entry_points.txt").read_text("utf-8")


def started(monkeypatch: pytest.MonkeyPatch, words: list[str]) -> tuple[list[str], dict[str, str]]:
    """What ``netlab`` would become."""
    become: list[tuple[list[str], dict[str, str]]] = []

    def note(path: str, command: list[str], environment: dict[str, str]) -> None:
        become.append((command, environment))
        raise SystemExit(0)

    monkeypatch.setattr(os, "execve", note)
    with pytest.raises(SystemExit):
        main(words)
    (found,) = become
    return found


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the server is a child of the command")
def test_the_command_without_words_becomes_the_server_of_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    command, surroundings = started(monkeypatch, [])
    app_file = str(ROOT / "app.py")
    assert command == [sys.executable, "-P", "-m", "streamlit", "run", app_file, "--server.port", "8501"]
    assert surroundings["OMP_NUM_THREADS"] == "1"
    words = ["app", "--port", "9000", "--address", "0.0.0.0", "--no-browser"]
    command, _ = started(monkeypatch, words)
    assert command[6:] == [
        "--server.port",
        "9000",
        "--server.address",
        "0.0.0.0",
        "--server.headless",
        "true",
    ]


def test_an_app_that_is_nowhere_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app, "PLACES", (Path("/nowhere/app.py"),))
    assert app.start(argparse.Namespace()) == 2
    assert "/nowhere/app.py" in capsys.readouterr().err


def test_the_command_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"Netlab {netlab.__version__}\n"
