"""``make upgrade-check``: the whole suite against the newest versions of everything, and what breaks.

A virtual environment of its own gets the newest release of every library of requirements.txt and requirements-dev.txt
that goes together with the others; the pins are not looked at. Then all tests run there, in the three calls of
``make test``. Printed is which versions differ from the pins, and which tests fail, by file, with their first words.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import venv
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PINS = ("requirements.txt", "requirements-dev.txt")
SUITES = {
    "pages": ["--dist", "loadfile", "-o", "python_files=test_page*.py"],
    "rest": ["--dist", "worksteal", "--ignore-glob=*/test_page*.py", "--ignore-glob=*/test_browser*.py"],
    "browser": ["--dist", "worksteal", "-o", "python_files=test_browser*.py", "--reruns", "1", "-r", "R"],
}
"""As in the Makefile."""
MOST_WORDS = 160
LIST = "import json; from importlib import metadata as m; print(json.dumps([[d.name, d.version] for d in m.distributions()]))"


@dataclass(frozen=True)
class Broken:
    """A test that failed: its file's module, its name, and the first line of what went wrong."""

    module: str
    name: str
    words: str


def pins(text: str) -> dict[str, str]:
    """The libraries of a requirements file that are for this machine, by their canonical names, and their pinned versions."""
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    asked = [Requirement(line) for line in lines if line]
    return {
        canonicalize_name(one.name): str(one.specifier).removeprefix("==")
        for one in asked
        if one.marker is None or one.marker.evaluate()
    }


def changed(pinned: Mapping[str, str], found: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """What has another version than its pin, or none: name to pin and version."""
    now = {name: found.get(name, "not installed") for name in pinned}
    return {name: (version, now[name]) for name, version in pinned.items() if now[name] != version}


def broken(report: str) -> list[Broken]:
    """The tests that failed or could not begin, of a report in JUnit's XML, which our own pytest wrote."""
    found = []
    for case in ElementTree.fromstring(report).iter("testcase"):
        fault = next((one for kind in ("failure", "error") for one in case.findall(kind)), None)
        if fault is not None:
            lines = (fault.get("message") or fault.text or "").strip().splitlines()
            words = lines[0][:MOST_WORDS] if lines else ""
            found.append(Broken(case.get("classname") or "", case.get("name") or "", words))
    return found


def told(changes: Mapping[str, tuple[str, str]], faults: Mapping[str, Sequence[Broken]]) -> str:
    """What is printed at the end."""
    lines = ["", "Versions that differ from the pins:" if changes else "No version differs from the pins."]
    lines += [f"  {name}: {pin} → {now}" for name, (pin, now) in sorted(changes.items())]
    count = sum(map(len, faults.values()))
    lines += ["", f"Tests that fail with them: {count}" if count else "No test fails with them."]
    last = ""
    for suite, some in faults.items():
        for one in some:
            if one.module != last:
                lines.append(f"  {one.module or suite}")
            last = one.module
            lines.append(f"    {one.name}: {one.words}")
    return "\n".join(lines)


def install(folder: Path, names: Sequence[str]) -> Path:
    """Make the environment anew with the newest of these libraries; its Python."""
    venv.create(folder, clear=True, with_pip=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "install", "--quiet", "--upgrade", "--upgrade-strategy", "eager", *names], check=True
    )
    return python


def versions(python: Path) -> dict[str, str]:
    """What is installed beside a Python: canonical names to versions."""
    said = subprocess.run([str(python), "-c", LIST], check=True, capture_output=True, text=True).stdout
    return {canonicalize_name(name): version for name, version in json.loads(said)}


def tested(python: Path, report: Path, options: Sequence[str]) -> list[Broken]:
    """Run tests with that Python, as they are; what broke, also if pytest itself could not begin."""
    command = [str(python), "-m", "pytest", "-q", "--tb=short", f"--junitxml={report}", *options]
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    if not report.is_file():
        return [Broken("pytest", "start", f"It ended with status {status} and wrote no report.")]
    return broken(report.read_text("utf-8"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Install, test and tell; the exit status is 0 if nothing breaks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--folder", type=Path, default=ROOT / ".venv-upgrade", help="where the environment is made"
    )
    options = parser.parse_args(arguments)
    pinned = {name: pin for file in PINS for name, pin in pins((ROOT / file).read_text("utf-8")).items()}
    python = install(options.folder, sorted(pinned))
    changes = changed(pinned, versions(python))
    print(told(changes, {}).split("\n\n")[0], flush=True)
    faults = {
        name: tested(python, options.folder / f"{name}.xml", ["-n", "2", *words])
        for name, words in SUITES.items()
    }
    print(told(changes, faults))
    return 1 if any(faults.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
