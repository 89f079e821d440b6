"""Which runs a table shows, and its cells."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from netlab.runs.summary import Summary

UNDER_WAY, READ, ENDED, UNFINISHED, UNREAD = "under way", "done", "diverged", "unfinished", "unreadable"
GROUPS = {
    "": "Any state", UNDER_WAY: "Under way", READ: "Finished", ENDED: "Diverged or failed", UNFINISHED: "Stopped or interrupted",
    UNREAD: "Cannot be read",
}  # fmt: skip
"""States that a reader may ask for."""
_GROUP = {
    **dict.fromkeys(("queued", "starting", "running", "paused"), UNDER_WAY), "done": READ, "diverged": ENDED,
    "failed": ENDED, UNREAD: UNREAD,
}  # fmt: skip
STATES = {
    "queued": "waits", "starting": "is starting", "running": "is training", "paused": "is paused", "done": "finished",
    "stopped": "stopped", "diverged": "diverged", "failed": "failed", "died": "crashed", "interrupted": "interrupted",
    "not begun": "not begun", "unreadable": "cannot be read",
}  # fmt: skip


def group(state: str) -> str:
    """The group of states that a state belongs to.

    Parameters
    ----------
    state : str
        As a summary or a job has it.

    Returns
    -------
    str
        A key of ``GROUPS``.
    """
    return _GROUP.get(state, UNFINISHED)


def chosen(
    rows: Sequence[Summary], *, search: str = "", state: str = "", data: str = "", starred: bool = False
) -> list[Summary]:
    """The runs that fit all that is asked for.

    Parameters
    ----------
    rows : sequence of Summary
    search : str
        Each of its words is to stand in the name, the id, the network, the optimizer, the data or the note; small and
        capital letters are alike.
    state : str
        A key of ``GROUPS``; all if empty.
    data : str
        The name of a data set; all if empty.
    starred : bool
        Whether only runs with a star are asked for.

    Returns
    -------
    list of Summary
        In the order in which they came.
    """
    words = search.casefold().split()
    return [
        row
        for row in rows
        if (not state or group(row.state) == state)
        and (not data or row.settings.get("data") == data)
        and (not starred or row.star)
        and all(word in _told(row) for word in words)
    ]


def data_sets(rows: Sequence[Summary]) -> list[str]:
    """The names of the data sets that runs learn from.

    Parameters
    ----------
    rows : sequence of Summary

    Returns
    -------
    list of str
        In the alphabet's order.
    """
    return sorted({str(row.settings["data"]) for row in rows if "data" in row.settings})


def columns(rows: Sequence[Summary]) -> dict[str, list[Any]]:
    """The cells of the table, a column at a time.

    Parameters
    ----------
    rows : sequence of Summary

    Returns
    -------
    dict
        Lists by the column's key; shares in percent, sizes in megabytes, and None where there is nothing.
    """
    return {
        "star": ["★" if row.star else "" for row in rows],
        "name": [row.name or f"run {row.id[:4]}" for row in rows],
        "state": [STATES.get(row.state, row.state) for row in rows],
        "test": [_percent(row.test) for row in rows],
        "best": [_percent(row.best) for row in rows],
        "last": [_percent(row.last) for row in rows],
        "network": [row.network for row in rows],
        "optimizer": [row.optimizer for row in rows],
        "data": [row.data for row in rows],
        "seed": [row.seed for row in rows],
        "seconds": [row.seconds for row in rows],
        "size": [row.size / 1e6 for row in rows],
        "note": [" ".join(row.note.split()) for row in rows],
        "started": [_time(row.started) for row in rows],
        "id": [row.id[:8] for row in rows],
    }


def places(rows: Sequence[Summary], ids: Collection[str]) -> list[int]:
    """Where the runs of these ids stand in the table.

    Parameters
    ----------
    rows : sequence of Summary
    ids : collection of str

    Returns
    -------
    list of int
        Rising; a run that is not in the table has no place.
    """
    wanted = frozenset(ids)
    return [place for place, row in enumerate(rows) if row.id in wanted]


def by_id(rows: Sequence[Summary]) -> Mapping[str, Summary]:
    """Runs by their id.

    Parameters
    ----------
    rows : sequence of Summary

    Returns
    -------
    mapping of str to Summary
    """
    return {row.id: row for row in rows}


def _told(row: Summary) -> str:
    return " ".join((row.name, row.id, row.network, row.optimizer, row.data, row.note)).casefold()


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 2)


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # it is not known
        return None
