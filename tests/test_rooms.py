"""The house holds: arrows point one way, and the server never meets TensorFlow."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from netlab.plots import palette

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "pages").glob("*.py"))


SOURCES = [*sorted((ROOT / "netlab").rglob("*.py")), *PAGES, ROOT / "app.py"]
KERAS_ROOMS = {
    "netlab/training/worker.py", "netlab/training/compiled_loop.py", "netlab/training/fused_updates.py",
    "netlab/training/recorder.py", "netlab/training/lens.py", "netlab/training/tensorboard.py", "netlab/nets/keras_model.py",
    "netlab/lessons/backprop/tape_worker.py", "netlab/training/quiet.py",
}  # fmt: skip


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    found = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def libraries(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def is_view(path: Path) -> bool:
    return path.stem == "view" or "view" in path.relative_to(ROOT).parts[:-1]


def is_shown(path: Path) -> bool:
    """Whether a file is part of what Streamlit shows: a page, the kit of all pages, or a view."""
    return path in PAGES or place(path) == "app.py" or place(path).startswith("netlab/app/") or is_view(path)


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_a_file_imports_only_the_libraries_of_its_room(path: Path) -> None:
    used = libraries(path)
    assert "streamlit" not in used or is_shown(path)
    assert "plotly" not in used or path.stem.startswith("figures") or place(path).startswith("netlab/plots/")
    assert not {"tensorflow", "keras"} & used or place(path) in KERAS_ROOMS
    assert "ray" not in used or place(path).startswith("netlab/cluster/")
    assert not any(name.startswith("netlab.cluster") for name in imports(path)) or place(path).startswith(
        "netlab/cluster/"
    )
    assert not any(name.startswith("netlab.app") for name in imports(path)) or is_shown(path)


def test_the_server_s_modules_load_without_tensorflow_or_keras() -> None:
    shown = [
        place(path).removesuffix(".py").replace("/", ".")
        for path in SOURCES
        if is_shown(path) and place(path).startswith("netlab")
    ]
    code = (
        f"import sys, importlib\nfor name in {shown}: importlib.import_module(name)\n"
        "print([name for name in ('tensorflow', 'keras', 'sklearn', 'optuna', 'ray', 'netlab.cluster') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


POSIX_MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}
POSIX_NAMES = {
    "os": {"fork", "getloadavg", "getsid", "getuid", "killpg", "mkfifo", "nice", "sched_getaffinity", "setsid", "sysconf"},
    "signal": {"SIGALRM", "SIGCONT", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGSTOP", "SIGUSR1", "SIGXFSZ"},
}  # fmt: skip


def run_by_import(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes that a module runs when it is imported, but for what stands under an ``if``."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.If)):
            yield child
        if not isinstance(child, (ast.Lambda, ast.If)):
            inner = child.decorator_list if isinstance(child, ast.FunctionDef) else [child]
            yield from (one for part in inner for one in run_by_import(part))


def only_of_posix(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr in POSIX_NAMES.get(node.value.id, ())
    if isinstance(node, ast.ImportFrom):
        return node.module in POSIX_MODULES
    return isinstance(node, ast.Import) and any(alias.name in POSIX_MODULES for alias in node.names)


def test_no_module_asks_for_posix_when_it_is_imported() -> None:
    """On Windows a test that needs it is skipped with its reason (tests/machine.py); its file is read all the same."""
    some = "import resource\nKINDS = {1: os.mkfifo}\ndef later(): os.mkfifo()\nif posix:\n    import pwd\n"
    assert [node.lineno for node in run_by_import(ast.parse(some)) if only_of_posix(node)] == [1, 2]  # type: ignore[attr-defined]
    files = [path for folder in ("tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    found = [
        place(path)
        for path in files
        if any(map(only_of_posix, run_by_import(ast.parse(path.read_text("utf-8")))))
    ]
    assert not found


def test_what_streamlit_does_not_promise_is_asked_for_in_one_file() -> None:
    promised = ("streamlit.delta_generator", "streamlit.errors", "streamlit.testing")
    inner = {
        place(path): found
        for path in SOURCES
        if (
            found := [
                one for one in imports(path) if one.startswith("streamlit.") and not one.startswith(promised)
            ]
        )
    }
    assert list(inner) == ["netlab/app/streamlit_private.py"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_imports_only_streamlit_and_netlab(page: Path) -> None:
    assert libraries(page) <= {"streamlit", "netlab"}


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
    ]  # fmt: skip
    assert not shown


def test_streamlit_s_own_charts_have_the_palette() -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    assert theme["chartCategoricalColors"] == list(palette.SERIES)


def test_the_palette_s_colours_stand_in_one_file() -> None:
    """Components and styles read them as variables."""
    colours = [colour.lower() for colour in palette.NAMED.values()]
    files = [
        *SOURCES,
        *(path for kind in ("js", "css", "html") for path in (ROOT / "netlab").rglob(f"*.{kind}")),
    ]
    found = [
        f"{place(path)}: {colour}"
        for path in files
        if path.name != "palette.py"
        for colour in colours
        if colour in path.read_text("utf-8").lower()
    ]
    assert not found
