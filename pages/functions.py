"""Can a sum of simple functions become any curve? Build one of neurons, by hand."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import Answer, covered, onward_from, predict_first, reflect, show_code
from netlab.lessons.functions.bumps import bump_layer
from netlab.lessons.functions.hand_constructions import OneHiddenLayer, hinges_through, relu_hinges
from netlab.lessons.functions.towers import cut_out, ridge
from netlab.lessons.functions.view.build import build_by_hand, choose_target, compare_sums
from netlab.lessons.functions.view.found import found_fold
from netlab.lessons.functions.view.towers import towers_fold

KERAS = """# Adam, rate, batch and epochs say how it learns: later pages explain them
import keras
from keras import layers

model = keras.Sequential([
    keras.Input((1,)),
    layers.Dense(8, "relu"),   # eight hinges: each unit turns the line once
    layers.Dense(1),           # adds them up
])
model.compile(keras.optimizers.Adam(0.02), "mse")
model.fit(x, y, batch_size=len(x), epochs=2000, verbose=0)"""

ERRORS_OPEN = "functions_errors_open"

begin(
    "A network is a function made of simple ones",
    "Can a sum of simple functions become any curve? Move the knots until your line lies on the dashed one.",
)
opened = predict_first(
    "functions",
    "What you build below *is* a neural network: each unit is a **hinge**, which turns the line once. Suppose that the curve "
    "has no corners and that your hinges are well placed. Now you take twice as many. How much of the error is left?",
    (
        Answer(
            "Half of it",
            "That is true of **steps**, which are flat: their error is of first order, it goes with the width of a step.",
            "Compare with 16 steps",
            {"functions_terms": 16, ERRORS_OPEN: True},
        ),
        Answer(
            "A quarter of it",
            "Right: the error of a straight line between two points of a curve is of **second order**, it goes with the square "
            "of their distance.",
            "Compare with 16 hinges",
            {"functions_terms": 16, ERRORS_OPEN: True},
        ),
        Answer(
            "The same: some curves cannot be built",
            "Any continuous curve can, as closely as you like: that is the **universal approximation theorem**.",
            "Compare with 32 hinges",
            {"functions_terms": 32, ERRORS_OPEN: True},
        ),
    ),
    "Between two hinges your line is straight, and the curve bends away from it. With twice as many hinges each straight piece is "
    "half as long, and the curve bends only a quarter as far away from it: **a quarter** of the error is left. That holds once "
    "there are enough of them: 1, 2 or 4 hinges meet the sine only where it is 0.",
)
target = choose_target()
st.fragment(build_by_hand)(target)
if opened:
    with st.expander(
        "More: the error against the number of units, and other sums", on_change="rerun", key=ERRORS_OPEN
    ):
        st.fragment(compare_sums)(target)
        st.markdown(
            "**Taylor’s** sum (1715) is made from a single point, and fits there first. **Fourier’s** (1822) adds waves, and "
            "repeats itself. **Hinges** need only the curve’s values. Switch on “Look outside the data”: outside, every "
            "method goes its own way, and none knows the curve. A network promises nothing where it has seen no examples."
        )
else:
    covered("Hinges and steps against the number of units, beside Taylor's and Fourier's sums.")
st.fragment(towers_fold)()
if opened:
    st.fragment(found_fold)(target)
with st.expander("More: the universal approximation theorem"):
    st.markdown(
        "The units side by side are one **layer**, and it is hidden, because it is neither input nor output. Each pair of "
        "sliders is one unit: “starts at” sets its bias, and “turns by” (for a step: “climbs by”) is its weight to the "
        "output. With enough units such a sum comes as close as you like to any continuous curve on a stretch of finite "
        "length: the **universal approximation theorem** (for steps Cybenko, 1989, and Hornik, Stinchcombe & White, 1989; for "
        "hinges and all others that are no polynomials, Leshno, Lin, Pinkus & Schocken, 1993). Whether a network *finds* such "
        "weights by itself is another matter."
    )
reflect(
    "functions",
    "Your sum of hinges lies on the curve wherever there was a point to look at. What may it do between two points, "
    "and beyond the last?",
    "Between two neighbouring points it runs straight, if no hinge begins there, so its error is only as large as the bend of "
    "the curve between them: points that lie close together keep it small. Beyond the last point nothing holds it. It goes "
    "straight on as its last hinge left it, wherever the curve goes. You can trust a network only near what it has seen.",
)
show_code(
    OneHiddenLayer.__call__,
    OneHiddenLayer.terms,
    relu_hinges,
    hinges_through,
    bump_layer,
    ridge,
    cut_out,
    keras=KERAS,
)
onward_from("functions")
