"""A growing line keeps its numbers, and what was read of it stays true while another thread adds and cuts."""

from __future__ import annotations

import threading
from array import array

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netlab.runs.events import Metrics
from netlab.runs.history import History
from netlab.runs.line import Line

FLOATS = st.lists(st.floats(width=32, allow_nan=False), max_size=40)


@given(st.lists(st.one_of(FLOATS, st.integers(0, 60)), max_size=30))
def test_it_is_what_an_array_would_be(changes: list[list[float] | int]) -> None:
    line, other = Line(), array("f")
    for change in changes:
        before = line.values
        told = before.tolist()
        if isinstance(change, int):
            line.cut(change)
            del other[change:]
        else:
            line.extend(change)
            other.extend(change)
        assert before.tolist() == told  # what was read before
        assert list(line) == list(other)
        assert len(line) == len(other)
        assert line[2:5].tolist() == list(other[2:5])
    if other:
        assert line[-1] == other[-1]
        assert np.asarray(line, float).tolist() == list(other)
    assert line == Line(other)
    assert line != Line([*other, 1.0])


def test_a_reader_in_another_thread_holds_no_writer_up() -> None:
    history, over, wrong = History(), threading.Event(), list[str]()

    def read() -> None:
        while not over.is_set():
            losses = history.losses.values
            if not (losses == np.arange(1, len(losses) + 1)).all():
                wrong.append("a number that was never added")
            below, above = history.losses_outside(0.5, 3.5)
            if below or above < 0:
                wrong.append(f"{below} below, {above} above")
            np.asarray(history.losses, float)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for again in range(60):
        for step in range(10, 400, 10):
            told = tuple(float(value) for value in range(step - 9, step + 1))
            history.add(Metrics(step, told, (0.5,) * 10, 1.0, 1.0))
        history.cut(again)
        history.add(Metrics(again + 1, (float(again + 1),), (0.5,), 1.0, 1.0))
        history.cut(0)
    over.set()
    for reader in readers:
        reader.join()
    assert wrong == []
