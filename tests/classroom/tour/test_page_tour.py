"""The tour on the pages: off until it is asked for, a line with what to do, on when it was done, gone when it is ended."""

from __future__ import annotations

from netlab.app.progress import TOUR
from netlab.classroom.tour.progress import Progress
from netlab.classroom.tour.steps import STEPS
from tests.pages import fresh, text


def test_the_tour_begins_goes_on_by_what_is_done_and_ends() -> None:
    at = fresh("tour")
    assert "Tour, step" not in text(at)
    at.button(key="tour_begin").click().run()
    assert not at.exception and f"Tour, step 1 of {len(STEPS)}." in text(at)
    assert all(one.sentence in text(at) for one in STEPS)

    at = fresh("neuron")
    at.session_state[TOUR] = Progress(True, ("draw", "numbers"))
    at.run()
    assert "step 3 of 18" in text(at)
    at.button(key="neuron_skip_commit").click().run()
    assert "step 3 of 18" in text(at), "a question that is skipped is not answered"
    at.button(key="tour_skip").click().run()
    assert "step 4 of 18" in text(at)
    at.slider(key="neuron_w1").set_value(-2.0).run()
    assert at.session_state[TOUR] == Progress(True, ("draw", "numbers", "neuron"), ("guess",))
    assert "step 5 of 18" in text(at)
    at.button(key="tour_end").click().run()
    assert not at.exception and "Tour, step" not in text(at)
    at.switch_page("pages/home.py").run()
    at.button(key="forget_me").click().run()
    assert at.session_state[TOUR] is None
