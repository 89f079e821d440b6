"""Which lines of a script changed since its reader last saw another one."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class Look:
    """The script that is shown, and the last other one that was; empty if there was none."""

    shown: str
    before: str = ""


def next_look(last: Look | None, script: str) -> Look:
    """What is shown now and what was before; the same script again changes nothing, so that its marks stay.

    Parameters
    ----------
    last : Look or None
        The look before; None at the first.
    script : str
        The script that is shown now.

    Returns
    -------
    Look
        Its ``before`` is the last script that was another one.
    """
    if last is None:
        return Look(script)
    return last if last.shown == script else Look(script, last.shown)


def changed_lines(look: Look) -> tuple[str, ...]:
    """The lines that went, "-", and those that came, "+", each with its number in its script.

    Parameters
    ----------
    look : Look
        The script and the one before.

    Returns
    -------
    tuple of str
        Empty at the first look.

    Examples
    --------
    >>> changed_lines(Look("a\\nc\\n", "a\\nb\\n"))
    ('-  2: b', '+  2: c')
    """
    if not look.before:
        return ()
    old, new = look.before.splitlines(), look.shown.splitlines()
    marked: list[str] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            marked += [f"- {place + 1:2}: {old[place]}" for place in range(a, b)]
            marked += [f"+ {place + 1:2}: {new[place]}" for place in range(c, d)]
    return tuple(marked)
