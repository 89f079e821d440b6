"""Who is here, what trains, and does anything stand still? The teacher's page."""

import streamlit as st

from netlab.app.frame import begin
from netlab.classroom.view.gate import let_in
from netlab.classroom.view.lead import lead
from netlab.training.view.session import job_queue

begin("Class", "Who is here, what trains, and does anything stand still?")
job_queue()
with st.container():
    open_ = let_in()
if open_:
    lead()
