"""How do the pieces become a network that reads? Send a digit through and see each at work."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import Answer, covered, onward, predict_first, reflect, show_code
from netlab.drawing.why.units import votes
from netlab.experiments.inside.confusion import count
from netlab.lessons.next.changes import against
from netlab.lessons.next.view import (
    accuracy,
    one_digit,
    path,
    practice,
    send_through,
    what_to_change,
    where_wrong,
)
from netlab.nets.keras_script import keras_script
from netlab.nets.numpy_model import layer_outputs
from netlab.nets.spec import NetworkSpec

begin(
    "The pieces together", "How do the pieces become a network that reads? Send a digit through all of them."
)
EASY, HARD = {"next_image": 0}, {"next_image": 247}
opened = predict_first(
    "next",
    "This network learnt from 60,000 digits. How many of the 10,000 test digits, which it has never seen, does it read correctly?",
    (
        Answer(
            "About 90 %",
            "That is about what a **linear** network, one without a hidden layer, comes to.",
            "See one that is easy to read",
            EASY,
        ),
        Answer(
            "About 95 %",
            "It **generalises** better than that: what it learnt holds for digits that it has never seen.",
            "See one that is easy to read",
            EASY,
        ),
        Answer(
            "About 99 %",
            "Right: it **generalises**, it has not just learnt its 60,000 by heart.",
            "See one that is hard to read",
            HARD,
        ),
    ),
    f"{accuracy()}, measured here. Press “One it gets wrong” below: would you have read it?",
)
st.fragment(one_digit)()
if opened:
    st.markdown(
        f"{practice()}\n\nInitialise, forward, loss, backward, update, repeat: you have had each of them in your hands. "
        "Now watch them work together."
    )
    where_wrong()
    what_to_change()
else:
    covered("How it practised, how good that made it, where it fails, and what one would change.")
with st.expander("More: the whole network, piece by piece"):
    path()
reflect(
    "next",
    "The network reads 99 of 100 test digits correctly. Your school wants it to read the marks on exam papers. What "
    "would you want to know first?",
    "Which digits it confuses: a 1 read as a 7 gives six marks too many. Whether exam papers look like its digits, with their "
    "other pens, boxes, lines and smudges. What it does with something that is not a digit, since it names one of ten for "
    "anything. And who looks at the cases in which it is unsure. One mistake in a hundred sounds like very little, but with "
    "300 papers of two digits each it makes about six wrong digits.",
)
show_code(send_through, layer_outputs, votes, count, against, keras=keras_script(NetworkSpec()))
onward("pages/train.py", "Train this network yourself")
onward("pages/draw.py", "Let it read your handwriting")
