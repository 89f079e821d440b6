"""Can a sum of simple functions become any curve? By hand it can; by learning it is another matter."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import onward, predict_first, show_code
from netlab.lessons.functions.curve_fitting import gradients, learn
from netlab.lessons.functions.hand_constructions import OneHiddenLayer, relu_hinges
from netlab.lessons.functions.view.build import build_by_hand, choose_target, compare_sums
from netlab.lessons.functions.view.learn import let_it_learn

KERAS = """import keras
from keras import layers

model = keras.Sequential([
    keras.Input((1,)),
    layers.Dense(8, "relu"),   # eight hinges: each unit turns the line once
    layers.Dense(1),           # adds them up
])
model.compile(keras.optimizers.Adam(0.02), "mse")
model.fit(x, y, batch_size=len(x), epochs=2000, verbose=0)"""

begin(
    "A network is a function made of simple ones",
    "Can a sum of simple functions become any curve? Move the sliders until your line lies on the dashed one.",
)
target = choose_target()
st.fragment(build_by_hand)(target)
st.markdown(
    "This *is* a neural network with one hidden layer: every slider pair is a unit. “Starts at” sets its bias, “turns by” "
    "(for a step: “climbs by”) is its weight to the output. With enough units such a sum comes as close to any continuous "
    "curve as you like: the **universal approximation theorem** (for steps Cybenko, 1989, and Hornik, Stinchcombe & White, "
    "1989; for hinges and all others that are no polynomials, Leshno, Lin, Pinkus & Schocken, 1993)."
)
st.subheader("Does it find the weights by itself?", anchor=False)
predict_first(
    "functions",
    "Take the sine and 8 hinges. The rule knows where to put them. Now 20 networks with 8 units each start from random "
    "weights (and all biases 0, as in Keras) and learn for 2,000 steps. How many will fit as well as the rule?",
    ("None", "About half", "All 20"),
    "Press Learn below and see. In our run it was **none of 20**: all kinks start at x = 0, most never find their "
    "places, and ten times the steps do not help. Weights that fit *exist*; that learning *finds* them is not promised by "
    "the theorem. Try tanh, or spread the kinks and take more units than the curve needs.",
)
let_it_learn(target)
st.subheader("Other sums of simple functions", anchor=False)
st.fragment(compare_sums)(target)
st.markdown(
    "**Taylor** (1715) knows everything about one point and fits there first. **Fourier** (1822) adds waves and repeats "
    "itself. **Hinges** need only the curve's values: for a smooth curve, twice as many leave a quarter of the error "
    "(unless they are unlucky: with 4 hinges the rule joins five points of the sine that are all 0). Switch on "
    "“Look outside the data”: outside, every method goes its own way, and none knows the curve. A network promises nothing "
    "where it has seen no examples."
)
show_code(OneHiddenLayer.__call__, OneHiddenLayer.terms, relu_hinges, gradients, learn, keras=KERAS)
onward("pages/neuron.py", "Next: one neuron")
