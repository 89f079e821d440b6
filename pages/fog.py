"""How do you find the lowest point of a landscape you cannot see? Walk in the fog, against gradient descent."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import Answer, covered, onward, predict_first, reflect, show_code
from netlab.landscape.descent.baselines import random_search
from netlab.landscape.fog.search import gradient_descent, grid_evaluations
from netlab.landscape.fog.view.counting import count_the_looks, same_game_with_more_parameters
from netlab.landscape.fog.view.game import play

KERAS = """import keras
import tensorflow as tf

optimizer = keras.optimizers.SGD(learning_rate=0.03)
for _ in range(24):                              # 24 looks and steps; the last place is the 25th look
    with tf.GradientTape() as tape:
        height = loss(*tf.unstack(weights))      # all that is known: this height ...
    slope = tape.gradient(height, weights)       # ... and this slope
    optimizer.apply([slope], [weights])"""

begin(
    "In the fog",
    "How do you find the lowest point of a landscape you cannot see? Look where you like, but you have few looks.",
)
st.fragment(play)()
SAME = {"fog_looks": 25, "fog_rate": 0.03}
opened = predict_first(
    "fog",
    "Gradient descent feels the slope; random search only throws darts. With 25 looks each, who gets lower more often, "
    "over many hills like this one?",
    (
        Answer(
            "Gradient descent",
            "It walks into the hollow that it starts in, a **local minimum**, and no slope tells of a deeper one behind the next ridge.",
            "Give it 25 looks at rate 0.03",
            SAME,
        ),
        Answer(
            "Random search",
            "It does **explore** the whole map, but learns nothing from a look; gradient descent **exploits** each, down to the floor of "
            "its hollow.",
            "Give it 25 looks at rate 0.03",
            SAME,
        ),
        Answer(
            "About even",
            "Right: one **explores**, the other **exploits**, and with two parameters and 25 looks neither is enough by itself.",
            "Give it 25 looks at rate 0.03",
            SAME,
        ),
    ),
    "**About even**: over 2,000 of these hills gradient descent (rate 0.03) got lower on half. It walks into the nearest "
    "hollow, good or bad, while 25 darts cover a map of two parameters quite well. With more parameters that changes: see "
    "below.",
)
st.subheader("Why not look everywhere?", anchor=False)
st.markdown(
    "The pictures of landscapes on these pages are made by looking at every point of a grid. That works for two "
    "parameters, and for no network."
)
st.fragment(count_the_looks)()
st.subheader("The same game with more parameters", anchor=False)
if opened:
    same_game_with_more_parameters()
else:
    covered(
        "What gradient descent and random search leave of the loss, with one parameter and with a thousand."
    )
reflect(
    "fog",
    "You, gradient descent and random search may all look 25 times. What do you do between two looks that neither of the others does?",
    "You keep everything that you have seen, and guess from it where it might be low: first looks far apart, later ones near the "
    "best. Gradient descent keeps one place and the slope there; a dart keeps nothing. A map of two parameters fits into a head, one "
    "of 407,050 fits nowhere, and so networks are trained by the slope alone. But where only a few numbers are to be chosen, such as "
    "a learning rate and a number of units, programs do search as you did: on the page Runs, a sweep “by a sampler that learns”.",
)
show_code(gradient_descent, random_search, grid_evaluations, keras=KERAS)
onward("pages/train.py", "Next: a network of 407,050 parameters finds its way")
