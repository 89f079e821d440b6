"""Walk all pages as the light installation has them: run in a process of its own by ``test_light.py``.

Every library of the extra ``train`` is unimportable, and every private name of Streamlit is gone. Prints a JSON object.
"""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("_context", "_runs", "_uploads", "_parked")


def without_train() -> list[str]:
    """Make unimportable what only the extra brings; its names."""
    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = [Requirement(line).name for line in project["optional-dependencies"]["train"]]
    for name in names:
        sys.modules[name] = None  # type: ignore[assignment]
    return names


def without_private_names() -> None:
    """Let each thing that ``streamlit_private`` does meet a Streamlit without its name."""
    from streamlit.runtime import app_session
    from streamlit.runtime.pages_manager import PagesManager

    from netlab.app import streamlit_private

    def gone(*_: object, **__: object) -> Any:
        raise AttributeError("no longer there")

    for name in NAMES:
        assert callable(getattr(streamlit_private, name))
        setattr(streamlit_private, name, gone)
    del PagesManager.uses_pages_directory
    del app_session._populate_theme_msg


def children() -> list[list[str]]:
    """The commands of all processes that are started from now on, as they come."""
    begun: list[list[str]] = []
    start = subprocess.Popen.__init__

    def noted(self: Any, words: Any, *rest: Any, **named: Any) -> None:
        begun.append([str(word) for word in words])
        start(self, words, *rest, **named)

    setattr(subprocess.Popen, "__init__", noted)  # noqa: B010 - an assignment would have to have all its overloads
    return begun


def move(at: Any) -> bool:
    """Move the first slider of a page, if it has one, and see that it stays where it was put."""
    for kind in ("slider", "select_slider"):
        for one in (one for one in getattr(at, kind) if not isinstance(one.value, tuple | list)):
            ends = (one.min, one.max) if kind == "slider" else (one.options[0], one.options[-1])
            other = next(end for end in (type(one.value)(word) for word in ends) if end != one.value)
            one.set_value(other).run()
            assert not at.exception, at.exception
            assert getattr(at, kind)(key=one.key).value == other
            return True
    return False


def one_drawn() -> dict[str, Any]:
    """What the pad says of an upright stroke."""
    out, picture = io.BytesIO(), np.zeros((280, 280), np.uint8)
    picture[50:230, 130:152] = 255
    Image.fromarray(picture).save(out, "PNG")
    url = "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
    return {"drawing": {"seq": 1, "picture": url, "strokes": [[1, 1]]}}


def walk() -> dict[str, Any]:
    """What every page says, what becomes of a slider that is moved, and of the button Train."""
    from tests.pages import as_read, opened, text

    said, moved = {}, []
    for path in sorted((ROOT / "pages").glob("*.py")):
        at = opened(path.stem)
        said[path.stem] = text(at)
        if move(at):
            moved.append(path.stem)
    at = opened("home")
    at.session_state["home"] = one_drawn()
    at.run()
    said["home"] = as_read(at)
    for view in ("twin", "luck", "sweep"):
        said[view] = text(opened("runs", view=view))
    at = opened("train")
    at.button(key="train").click().run()
    assert not at.exception, at.exception
    return {"said": said, "moved": moved, "pressed": [one.value for one in at.error]}


def main() -> None:
    """Take away, walk, and print."""
    absent, begun = without_train(), children()
    without_private_names()
    told = walk()
    from netlab.extras import no_training

    loaded = [name for name in absent if sys.modules.get(name) is not None]
    print(json.dumps({**told, "absent": absent, "loaded": loaded, "begun": begun, "why": no_training()}))


if __name__ == "__main__":
    main()
