"""What a pupil wants to be called: one line of letters that can be seen, and that stay where they are written."""

from __future__ import annotations

import unicodedata

LONGEST = 20
MOST_READ = 400
MOST_MARKS = 2
"""Accents that may stand on one letter; more would cover the lines above and below."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\u2212", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula: names end up in one."""
_SEEN = ("L", "N", "P", "S", "M")


class NicknameError(ValueError):
    """A nickname that is not taken; the sentence says why."""


def nickname(typed: str) -> str:
    """Check a nickname.

    Parameters
    ----------
    typed : str
        Any text.

    Returns
    -------
    str
        At most ``LONGEST`` letters, composed (NFC), with single blanks; empty if nothing but blanks was typed.

    Raises
    ------
    NicknameError
        If it is too long or holds what cannot be seen: control characters, marks that turn the direction of writing,
        letters that no font has, or heaps of accents; or if a spreadsheet would take it for a formula.

    Examples
    --------
    >>> nickname("  Ada   L. "), nickname(" ")
    ('Ada L.', '')
    """
    if len(typed) > MOST_READ:
        raise NicknameError(_too_long())
    text = " ".join(filter(None, unicodedata.normalize("NFC", typed).split(" ")))
    if any(letter != " " and unicodedata.category(letter)[0] not in _SEEN for letter in text):
        raise NicknameError(
            "A nickname has letters, digits and signs that can be seen, and nothing else. Type it anew."
        )
    if text.startswith(FORMULA):
        raise NicknameError(
            "A nickname does not begin with =, +, - or @: a spreadsheet would take it for a formula."
        )
    if _heaped(text):
        raise NicknameError(f"A nickname has at most {MOST_MARKS} accents on a letter. Type it anew.")
    if len(text) > LONGEST:
        raise NicknameError(_too_long())
    return text


def same(one: str, other: str) -> bool:
    """Whether two nicknames would be taken for each other: alike but for capitals, accents' forms and wide letters.

    Parameters
    ----------
    one, other : str

    Returns
    -------
    bool
    """
    return _folded(one) == _folded(other)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _heaped(text: str) -> bool:
    run = 0
    for place, letter in enumerate(text):
        run = run + 1 if unicodedata.category(letter)[0] == "M" else 0
        if run > MOST_MARKS or (run and place == 0):
            return True
    return False


def _too_long() -> str:
    return f"A nickname has at most {LONGEST} letters. Take a shorter one."
