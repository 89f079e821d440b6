"""What those need who carry on: other ways to install it name the pins and the port, and what is told leads somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

import netlab
from tests.test_package import PROJECT, ROOT

OURS = ("CONTRIBUTING.md", "SECURITY.md", "README.md", "docs/adding.md", "docs/STYLE.md", "docs/teaching.md")
FITTING = SpecifierSet(PROJECT["requires-python"])


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_each_other_way_installs_the_pins_with_a_python_that_fits() -> None:
    assert "      - -r requirements.txt\n" in text("environment.yml")
    assert "-r requirements.txt -r requirements-dev.txt" in text(".github/workflows/tests.yml")
    box = json.loads(text(".devcontainer/devcontainer.json"))
    makefile = text("Makefile")
    for command in (box["postCreateCommand"], box["postAttachCommand"]):
        assert f"\n{command.removeprefix('make ')}:" in makefile
    assert box["forwardPorts"] == [
        int(port) for port in re.findall(r"^PORT \?= (\d+)", makefile, re.MULTILINE)
    ]
    versions = re.findall(r"python=(\d\.\d+)", text("environment.yml"))
    versions += re.findall(r"python:(\d\.\d+)", box["image"])
    versions += re.findall(r'"(\d\.\d+)"', text(".github/workflows/tests.yml"))
    assert len(versions) == 1 + 1 + 3 + 2
    assert all(version in FITTING for version in versions)
    assert {version for version in versions if version != "3.11"} == {"3.12", "3.13"}


def test_the_citation_is_of_this_version() -> None:
    assert f"\nversion: {netlab.__version__}\n" in text("CITATION.cff")
    assert f"\nlicense: {PROJECT['license']}\n" in text("CITATION.cff")


def test_the_hooks_are_checks_of_make_test() -> None:
    hooks = re.findall(r"entry: \.venv/bin/([\w -]+),", text(".pre-commit-config.yaml"))
    assert len(hooks) == 4
    makefile = text("Makefile")
    assert all(f"$(BIN)/{hook}" in makefile for hook in hooks)


@pytest.mark.parametrize("name", OURS)
def test_links_between_files_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\((?!https?:)([\w./-]+)(?:#[\w-]+)?\)", text(name))
    folder = Path(ROOT / name).parent
    assert not [link for link in links if not (folder / link).exists()]
