"""How do the pieces become a network that reads? Send a digit through and see each at work."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import onward, predict_first, show_code
from netlab.lessons.next.view import accuracy, one_digit, path, practice, send_through
from netlab.nets.keras_script import keras_script
from netlab.nets.numpy_model import layer_outputs
from netlab.nets.spec import NetworkSpec

begin("Where to next", "How do the pieces become a network that reads? Send a digit through all of them.")
st.fragment(one_digit)()
predict_first(
    "next",
    "This network learnt from 60,000 digits. How many of the 10,000 test digits, which it has never seen, does it read right?",
    ("About 90 %", "About 95 %", "About 99 %"),
    f"{accuracy()}, measured here. Press “One it gets wrong” above: would you have known?",
)
st.subheader("The whole network, piece by piece", anchor=False)
path()
st.markdown(
    f"{practice()}\n\nInitialise, forward, loss, backward, update, repeat: you have had each of them in your hands. "
    "Now watch them work together."
)
show_code(send_through, layer_outputs, keras=keras_script(NetworkSpec()))
onward("pages/train.py", "Train this network yourself")
onward("pages/draw.py", "Let it read your handwriting")
