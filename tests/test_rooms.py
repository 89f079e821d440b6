"""The house holds: arrows point one way, and the server never meets TensorFlow."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "pages").glob("*.py"))


def test_the_server_s_modules_load_without_tensorflow_or_keras() -> None:
    code = (
        "import sys, pkgutil, importlib\n"
        "import netlab.app, netlab.plots\n"
        "for package in (netlab.app, netlab.plots):\n"
        "    for module in pkgutil.iter_modules(package.__path__, package.__name__ + '.'):\n"
        "        importlib.import_module(module.name)\n"
        "import netlab.training.queue, netlab.drawing.recognize\n"
        "print([name for name in ('tensorflow', 'keras', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_imports_only_streamlit_and_netlab(page: Path) -> None:
    tree = ast.parse(page.read_text("utf-8"))
    found = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    found |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert found <= {"streamlit", "netlab"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_begins_with_its_question(page: Path) -> None:
    tree = ast.parse(page.read_text("utf-8"))
    assert "?" in (ast.get_docstring(tree) or "").splitlines()[0]


def test_unsafe_html_is_never_allowed() -> None:
    sources = [*PAGES, *(ROOT / "netlab").rglob("*.py"), ROOT / "app.py"]
    assert not [path for path in sources if "unsafe_allow_html" in path.read_text("utf-8")]


def test_pictures_travel_inside_the_page() -> None:
    """A picture left on the server is gone when the next run replaces it, and a slow browser shows a broken one."""
    shown = [
        f"{path.name}:{node.lineno}"
        for path in [*PAGES, *(ROOT / "netlab").rglob("*.py"), ROOT / "app.py"]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "image"
        and not (isinstance(node.args[0], ast.Call) and ast.unparse(node.args[0].func) in ("png_url", "_square"))
        and ast.unparse(node.args[0]) != "picture.url"  # of netlab/drawing/view/brought.py, made by png_url
    ]  # fmt: skip
    assert not shown
