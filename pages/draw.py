"""What does the network see in your handwriting? Draw a digit or upload a picture of one."""

import streamlit as st

from netlab.app.frame import begin, follow_newest, let_follow
from netlab.drawing.view.framing_steps import framing_stages
from netlab.drawing.view.reading import pad_and_reading, tell_other_pictures
from netlab.drawing.view.upload import uploaded_pictures
from netlab.nets import shipped
from netlab.training.view.session import choices, current, job_queue

begin("Draw", "What does the network see in your handwriting? Draw a digit; it reads after every stroke.")

if st.query_params.pop("reader", None):  # a link from a run: that run reads, whatever was chosen before
    let_follow("reader")
job = current()
tell_other_pictures(job)


@st.fragment(run_every=1.0 if job is not None and job.live else None)
def draw() -> None:
    options = {**choices(), **shipped.SHIPPED}
    newest = job.id if job is not None and job.id in options else "article"
    name = follow_newest("reader", "Read with", options, newest)
    if job is not None and job.live:
        job_queue().view(job, 2)  # says that somebody is watching
    reading = pad_and_reading("pad", name)
    if reading is not None:
        framing_stages(reading)
    uploaded_pictures(name)


draw()
