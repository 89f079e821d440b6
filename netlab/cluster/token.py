"""The token without which no cluster is spoken to: where it lies, and whether others can read it.

Whoever reaches a cluster of Ray can run any code on it, so a token is the only door. Ray itself asks for one only where
the mode says so, and writes its file for everybody to read; here both are checked before anything is connected.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from netlab.training.engine import EngineError

MODE = "RAY_AUTH_MODE"
HOW = (
    "Make one with `ray get-auth-token --generate` on the cluster's first computer, and copy it to this one."
)


def check(environment: Mapping[str, str], user_home: Path) -> None:
    """Find the token as Ray does: ``RAY_AUTH_TOKEN``, then the file of ``RAY_AUTH_TOKEN_PATH``, then ``~/.ray/auth_token``.

    Parameters
    ----------
    environment : mapping of str to str
        As ``os.environ``.
    user_home : Path
        The user's home.

    Raises
    ------
    EngineError
        If there is none, it is empty, others may read its file, or Ray is told to ask for none.
    """
    mode = environment.get(MODE, "token")
    if mode.lower() != "token":
        raise EngineError(
            f"{MODE} is {mode[:40]!r}: Ray would ask for no token, and whoever reaches the cluster could run any code on "
            f"it. Set {MODE}=token here and on every computer of the cluster."
        )
    if "RAY_AUTH_TOKEN" in environment:
        if not environment["RAY_AUTH_TOKEN"].strip():
            raise EngineError(f"RAY_AUTH_TOKEN is empty; it is to hold the cluster's token. {HOW}")
        return
    named = environment.get("RAY_AUTH_TOKEN_PATH")
    _check_file(Path(named).expanduser() if named else user_home / ".ray" / "auth_token")


def _check_file(path: Path) -> None:
    try:
        mode, token = path.stat().st_mode, path.read_text("utf-8").strip()
    except FileNotFoundError:
        raise EngineError(
            f"There is no token for the cluster: RAY_AUTH_TOKEN is not set, and {path} is not there. {HOW}"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise EngineError(f"The cluster's token in {path} cannot be read ({error}). {HOW}") from error
    if not token:
        raise EngineError(f"{path} is empty; it is to hold the cluster's token. {HOW}")
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise EngineError(
            f"{path} holds the cluster's token, and others on this computer may read it (mode {stat.S_IMODE(mode):04o}; "
            f"expected 0600). Run `chmod 600 {path}`."
        )
