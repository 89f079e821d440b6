"""What a fold on the page Draw can be asked about: what is on the pad, each of several digits, each picture that was brought."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import streamlit as st
from numpy.typing import NDArray

from netlab.drawing.framing import Framing
from netlab.drawing.view.reading import Shown
from netlab.drawing.view.upload import bring, pictures_now


class Way(NamedTuple):
    """A digit on its way to the network: what it is called, its framing, and the picture it was found in, if it is alone there."""

    title: str
    framing: Framing
    picture: NDArray[Any] | None


def ways(shown: Shown) -> list[Way]:
    """All digits on the page: on the pad, then in the pictures."""
    found = _on_pad(shown)
    for place, picture in enumerate(pictures_now(), 1):
        brought = bring(picture)
        if brought is None:
            continue
        title = f"{place}. {picture.name}"
        if brought.parted.rows:
            found += _of_several(title, [framing for row in brought.parted.rows for _, framing in row])
        elif brought.framing.centred.any():
            found.append(Way(title, brought.framing, brought.grey))
    return found


def one_of(found: Sequence[Way], label: str, key: str) -> Way:
    """The one that is asked about: chosen in a menu where there are several."""
    if len(found) == 1:
        return found[0]
    titles = [way.title for way in found]
    return found[titles.index(st.selectbox(label, titles, key=key))]


def _on_pad(shown: Shown) -> list[Way]:
    if shown.one is not None:
        return [Way("Your drawing", shown.one.framing, shown.picture)]
    return _of_several("Your drawing", [one.framing for one in shown.readings])


def _of_several(title: str, every: Sequence[Framing]) -> list[Way]:
    return [Way(f"{title}: digit {at} of {len(every)}", one, None) for at, one in enumerate(every, 1)]
