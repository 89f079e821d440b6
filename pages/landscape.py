"""Which way is down, and how far should one step go? A loss of two weights, and every optimizer's way over it."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import Answer, onward, predict_first, reflect
from netlab.classroom.lessons.view.walk_task import open_walk_lesson, walk_task
from netlab.landscape.view.body import landscape

begin(
    "Loss landscape",
    "Which way is down, and how far should one step go? Click the map to start there; slide the learning rate.",
)
st.markdown(
    "To learn is to look for weights that make the loss small. With two weights, x and y, every pair of them is a place on a "
    "map, and the loss is its height: that is a **landscape**. An **optimizer** is a rule for walking down, step by step. "
    "It walks in the same way with 407,050 weights, where nobody can draw the map."
)
WITH_MOMENTUM = {"ls_surface": "ravine", "ls_optimizer": "momentum", "ls_rate_ravine_momentum": 0.035}
predict_first(
    "landscape",
    "In the ravine the curvature across is L = 100, so plain gradient descent is stable up to a learning rate of 2/L = 0.02. "
    "Give it a memory: momentum with μ = 0.9. How large a rate can it take now?",
    (
        Answer(
            "A smaller one",
            "That is true of **Nesterov’s** variant. In the classical one, the **heavy ball**, the memory holds back the jump to the other "
            "side.",
            "Set momentum, at η = 0.035",
            WITH_MOMENTUM,
        ),
        Answer(
            "The same",
            "Where steps begin to grow, the **stability limit**, depends on the whole rule: μ stands in it beside L.",
            "Set momentum, at η = 0.035",
            WITH_MOMENTUM,
        ),
        Answer(
            "Nearly twice as large",
            "Right: μ lifts the **stability limit**, since what is left of the last step pulls against the jump.",
            "Set momentum, at η = 0.035",
            WITH_MOMENTUM,
        ),
    ),
    "It can take **nearly twice as large** a rate: (2 + 2μ)/L = 0.038 (Polyak, 1964). Yet Nesterov’s variant, which most "
    "people take for the safer one, can take only (2 + 2μ)/((1 + 2μ)L) = 0.0136, less than plain gradient descent. Try both "
    "below.",
)
opened = open_walk_lesson()
if opened is None:
    st.fragment(landscape)()
else:
    st.fragment(landscape)(walk_task(opened), opened.lesson.locked)
st.markdown(
    "A network's landscape has one direction for each weight: 407,050 for the network of this course (784 inputs, 512 hidden units, 10 outputs), where this one has two. The "
    "picture above took 10,201 evaluations of the loss, a luxury that two weights can afford. Of a network’s landscape we can "
    "draw only a plane through it, and the page “Its landscape” measures how little that shows."
)
reflect(
    "landscape",
    "In the ravine the loss is ½x² + 50y². The rate must be small because it is steep across, and is then far too small for the way along. "
    "Could you change the landscape instead of the walk?",
    "Yes: count y in other units. With u = 10y the loss is ½x² + ½u², a round bowl. It bends alike in all directions, and plain "
    "gradient descent with η = 1 is at the bottom after a single step. That is one reason why inputs are brought to like sizes before a "
    "network sees them. Adam leaves the landscape as it is and changes the walk: it gives each weight a step of its own size.",
)
onward("pages/fog.py", "Next: walk it yourself, in the fog")
