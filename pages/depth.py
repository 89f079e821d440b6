"""What becomes of a gradient behind many layers, and does learning find the weights that exist?"""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import Answer, asks_why, covered, onward_from, predict_first, reflect, show_code
from netlab.glossary import term
from netlab.lessons.depth.signal_propagation import backward_through, forward_through, through_layers
from netlab.lessons.depth.view import gradient_and_depth
from netlab.lessons.functions.curve_fitting import adam_moves, gradients, learn
from netlab.lessons.functions.targets import TARGETS
from netlab.lessons.functions.view.learn import let_it_learn

KERAS = """import keras
from keras import layers

deep = keras.Sequential([keras.Input((128,))])
for _ in range(20):
    deep.add(layers.Dense(128, "relu", kernel_initializer="he_normal"))   # weights of variance 2/128: nothing fades"""
DEEP = {"depth_layers": 20, "depth_activation": "sigmoid", "depth_start": "glorot_uniform"}

begin(
    "Many layers",
    "What is left of a gradient when it has gone back through many layers? Set their number, the activation and the initial weights.",
)
opened = predict_first(
    "depth",
    "Learning sends the error's gradient backwards through the layers, and each multiplies it by the slope of its activation. A "
    "sigmoid's slope is 1/4 at best. With 20 layers, and weights as Keras draws them, what part of the last layer's gradient "
    "reaches the first?",
    (
        Answer(
            "About half",
            f"The factors **multiply**, and nineteen of them are below 1/4: the gradient **{term('vanish', 'vanishes')}**.",
            "Set 20 layers of sigmoids",
            DEEP,
        ),
        Answer(
            "A thousandth",
            "Going back through five layers is enough for that; after nineteen it has **vanished** altogether.",
            "Set 6 layers of sigmoids",
            DEEP | {"depth_layers": 6},
        ),
        Answer(
            "Less than a billionth",
            "Right: this is the **vanishing gradient**.",
            "Set 20 layers of sigmoids",
            DEEP,
        ),
    ),
    "**About a millionth of a millionth** (10⁻¹²): nearly a quarter in each layer, nineteen times over (Hochreiter, 1991). This is "
    "one reason why for a long time nobody could train deep networks. ReLU with He's first weights (2015) keeps the factor at 1: they "
    "are random too, but drawn just so much larger.",
)
if opened:
    st.fragment(gradient_and_depth)()
    with st.expander("More: weights that fit exist. Does learning find them?"):
        tried = not asks_why("depth") and predict_first(
            "find",
            "On the page “A network is a function” a rule placed 8 hinges on the sine. Now 20 networks with 8 units each start from "
            f"random weights (and all biases 0, as in Keras) and learn for 2,000 steps of {term('Adam')}. How many will fit as well as the rule?",
            (
                Answer(
                    "None",
                    "Right: with all biases 0 every kink (the place where a hinge turns the line) starts at x = 0, a **symmetric** start that most never leave.",
                    "Set 8 ReLU units as in Keras",
                    {"find_units": 8, "find_activation": "relu", "find_spread": False},
                ),
                Answer(
                    "About half",
                    f"About half succeed if they have 32 units and the kinks are spread out at the start: **{term('initialisation')}** matters.",
                    "Set 32 spread units",
                    {"find_units": 32, "find_activation": "relu", "find_spread": True},
                ),
                Answer(
                    "All 20",
                    "With GELU units nearly all do: their bend is smooth, so the kinks **move** more easily.",
                    "Set GELU units",
                    {"find_units": 8, "find_activation": "gelu", "find_spread": False},
                ),
            ),
            f"In our run, with {term('seed')} 0, it was **none of 20**: most kinks, the places where hinges turn the line, never get to where they are needed, and ten times the steps do not help. Weights that "
            "fit *exist*; that learning *finds* them is not promised by the theorem. Try GELU or tanh, or spread the kinks and take "
            "more units than the rule needs.",
        )
        if tried:
            let_it_learn(TARGETS["sine"]())
        elif asks_why("depth"):
            st.caption(
                "One thing at a time: first your sentence above, or “Not now” there. Then comes a second question."
            )
        else:
            covered("Twenty networks that learn before your eyes.")
else:
    covered("The gradient layer by layer, and what one layer multiplies it by.")
reflect(
    "depth",
    "A network with 20 layers of sigmoids can in principle do everything that one with two layers can. Why may it still be "
    "the worse one after an hour of training?",
    "That good weights exist does not mean that learning finds them. The first layers get next to no gradient, so they stay "
    "as random as they began, and the last layers learn from what random layers make of the picture. Two layers that both "
    "learn then do better. With weights that keep the gradient’s size, or with ReLU, the deep one can win.",
)
show_code(through_layers, forward_through, backward_through, gradients, learn, adam_moves, keras=KERAS)
onward_from("depth")
