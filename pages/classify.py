"""Can it part them? Points of two classes, and a network that learns where the border runs."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import Answer, onward_from, predict_first, reflect
from netlab.playground.view.page import playground

begin(
    "Can it part them?",
    "Each point has a class. Where does the border between the classes run? Press Play: a network finds one, and every "
    "number in it can be seen.",
)
st.markdown(
    "The network is given a point’s x and y, and says which class it takes the point for. The colours are its "
    "answer for every place, and the **border** runs where they meet. Hollow points are **held back**: it never learns from "
    "them, so they tell whether it has found a rule or learnt by heart. To read a digit is the same task, with 784 numbers "
    "for a point instead of two, and ten classes."
)


def units(count: int) -> dict[str, object]:
    return {"cl_points": "circle", "cl_depth": 1, "cl_units1": count, "cl_bend1": "relu"}


predict_first(
    "classify",
    "The points below are a circle and a ring around it. In a network with one hidden layer each unit draws one straight line "
    "and says yes more or less strongly on one side of it. How many such units does it need at least to part the two?",
    (
        Answer(
            "Two",
            "Two lines cut out a wedge or a strip. Either stays open on one side, and lets a part of the ring in: it is not a **closed region**.",
            "Give it two units",
            units(2),
        ),
        Answer(
            "Three",
            "Right: three lines are enough for a triangle, the simplest **closed region**.",
            "Give it three units",
            units(3),
        ),
        Answer(
            "Eight or more, for a round border",
            "They make the border rounder, but to separate the classes so much **capacity** is not needed.",
            "Give it eight units",
            units(8),
        ),
    ),
    "**Three** are enough: a triangle round the circle. Whether learning finds it depends on where the lines begin; try other seeds.",
)
st.fragment(playground)()
reflect(
    "classify",
    "One network gets every training point right, with a border full of corners. Another has a smooth border and makes three "
    "mistakes. Which would you trust with a new point, and what would you look at before you decide?",
    "Look at points that neither has learnt from: the ones that were held back. A border that bends round single points has "
    "often learnt their noise, and then the smooth one does better on new points. But if the first one does as well on the "
    "held-back points, its corners are in the data. Training points alone cannot tell.",
)
onward_from("classify")
