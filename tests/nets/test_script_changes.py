"""The lines of the script that changed since the last look: exactly those, and until the next change."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as some

from netlab.nets.keras_script import keras_script
from netlab.nets.script_changes import Look, changed_lines, next_look
from netlab.nets.spec import NetworkSpec

LINES = some.lists(some.sampled_from(["a", "b", "", "  c"]), max_size=12)


@given(LINES, LINES)
def test_the_marks_turn_one_script_into_the_other(old: list[str], new: list[str]) -> None:
    before, shown = ("\n".join(["first", *lines]) for lines in (old, new))
    marks = changed_lines(Look(shown, before))
    kept = before.splitlines()
    for mark in [mark for mark in marks if mark[0] == "-"][::-1]:
        assert kept.pop(int(mark[2:].split(":")[0]) - 1) == mark[2:].split(": ", 1)[1]
    for mark in [mark for mark in marks if mark[0] == "+"]:
        kept.insert(int(mark[2:].split(":")[0]) - 1, mark[2:].split(": ", 1)[1])
    assert kept == shown.splitlines()


def test_marks_stay_until_the_next_change() -> None:
    first, second = keras_script(NetworkSpec()), keras_script(replace(NetworkSpec(), batch_size=64))
    look = next_look(None, first)
    assert changed_lines(look) == ()
    assert changed_lines(next_look(look, first)) == ()
    look = next_look(look, second)
    marks = changed_lines(look)
    assert marks
    assert all("64" in mark if mark.startswith("+") else "32" in mark for mark in marks)
    assert next_look(look, second) == look
    assert next_look(look, first) == Look(first, second)
