"""How far a run is, for the title of the browser's tab."""

from __future__ import annotations

TITLE = "Netlab"


def tab_title(state: str, step: int, total: int) -> str:
    """The title of the tab in which a run is watched.

    Parameters
    ----------
    state : str
        As the run's job tells it.
    step, total : int
        Batches trained, and batches in all (0 if that is not known yet).

    Returns
    -------
    str
        The name of the app alone if nothing goes on.

    Examples
    --------
    >>> tab_title("running", 43, 99), tab_title("done", 99, 99)
    ('43 % · Netlab', 'Netlab')
    """
    share = f"{100 * step // total} %" if total else ""
    now = {
        "queued": "Waiting",
        "starting": "Starting",
        "running": share,
        "elsewhere": share,
        "paused": f"Paused, {share}" if share else "Paused",
    }.get(state, "")
    return f"{now} · {TITLE}" if now else TITLE
