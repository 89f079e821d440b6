"""How far is everybody, and who reads best? The board for the projector."""

import streamlit as st

from netlab.app.frame import begin
from netlab.classroom.view.board import board
from netlab.classroom.view.gate import let_in
from netlab.training.view.session import job_queue

begin("Board", "How far has everybody got, and whose network reads best?")
job_queue()
with st.container():
    open_ = let_in()
if open_:
    board()
