"""What does the network see in your handwriting? Draw a digit or upload a picture of one."""

import streamlit as st

from netlab.app.frame import begin, follow_newest, let_follow
from netlab.drawing.view import framing_steps, no_digit, why
from netlab.drawing.view.reading import FIRST, pad_and_reading, tell_other_pictures, training_now
from netlab.drawing.view.upload import uploaded_pictures
from netlab.nets import shipped
from netlab.training.view.session import choices, current, watch

begin("Draw", "What does the network see in your handwriting? Draw a digit; it reads while you draw.")

if st.query_params.pop("reader", None):  # a link from a run: that run reads, whatever was chosen before
    let_follow("reader")
job = current()
tell_other_pictures(job)


FOLDS = (why.OPEN, no_digit.OPEN, framing_steps.OPEN)


@st.fragment(run_every=1.0 if job is not None and job.live else None)
def draw() -> None:
    options = {**shipped.SHIPPED, **choices()}
    newest = job.id if job is not None and job.id in options else FIRST
    training_now(job)
    name = follow_newest("reader", "Read with", options, newest)
    if job is not None and job.live:
        watch(job)
    drawn(name)
    folds(name)
    uploaded_pictures(name)


def follow() -> None:
    """Let open folds follow a stroke; shut ones cost it nothing."""
    if any(map(st.session_state.get, FOLDS)):
        st.rerun(["drawn", "folds"])


@st.fragment(key="drawn")
def drawn(name: str) -> None:
    """What a stroke changes."""
    st.session_state["_shown"] = pad_and_reading("pad", name, on_stroke=follow)


@st.fragment(key="folds")
def folds(name: str) -> None:
    """What can be asked about what was drawn or brought."""
    shown = st.session_state["_shown"]
    why.why(shown, name)
    no_digit.digit_or_not(shown)
    framing_steps.framing_stages(shown, name)


draw()
