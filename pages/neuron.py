"""What does one neuron do? It weighs, adds and bends, and with two inputs it draws a line."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import Answer, onward_from, predict_first, reflect, show_code
from netlab.glossary import term
from netlab.lessons.neuron.neuron import Neuron
from netlab.lessons.neuron.straight_layers import collapse
from netlab.lessons.neuron.two_neurons import TwoNeurons
from netlab.lessons.neuron.view.neuron import all_activations, one_neuron
from netlab.nn.activations import relu, relu_derivative, sigmoid, sigmoid_derivative

KERAS = """import keras
import numpy as np
from keras import layers

neuron = keras.Sequential([keras.Input((2,)), layers.Dense(1, activation="sigmoid")])
neuron.set_weights([np.array([[1.5], [-1.0]]), np.array([0.5])])   # two weights and a bias
print(neuron.predict(np.array([[1.0, 0.5]])))"""

begin(
    "One neuron",
    "What does one neuron do? It weighs its inputs, adds them up and bends the sum. Move a weight.",
)
opened = predict_first(
    "neuron",
    f"A neuron (or **unit**) multiplies each input by a **weight**, adds a **{term('bias')}**, and says yes where the sum is above 0. With two "
    "inputs that is one side of a straight line. AND is yes where both inputs are 1, OR where at least one is, XOR where "
    "exactly one is. Which of them can one neuron do?",
    (
        Answer(
            "All three",
            f"Not XOR: it is not **{term('linearly separable')}**, no line has its two yes corners on one side.",
            "Try XOR",
            {"neuron_goal": "XOR", "neuron_w1": 1.0, "neuron_w2": 1.0, "neuron_b": -0.5},
        ),
        Answer(
            "AND and OR",
            "Right: both are **linearly separable**, one line is enough.",
            "Set AND",
            {"neuron_goal": "AND", "neuron_w1": 1.0, "neuron_w2": 1.0, "neuron_b": -1.5},
        ),
        Answer(
            "Only AND",
            "OR is the same line, only nearer to the origin: the **bias** shifts it.",
            "Set OR",
            {"neuron_goal": "OR", "neuron_w1": 1.0, "neuron_w2": 1.0, "neuron_b": -0.5},
        ),
    ),
    "**AND and OR**, but not XOR: its two yes corners lie on a diagonal, its two no corners on the other, and no straight line "
    "parts them (Minsky & Papert, 1969). Two neurons side by side (a **layer**) with a third behind them can do it, with two lines: open the fold “Two neurons and a third do XOR” below.",
)
st.fragment(one_neuron)(tasks=opened)
with st.expander("More: many ways to bend, and why sigmoids fail in deep networks"):
    st.markdown(
        f"The function that bends the sum is called the **{term('activation')}**. For a long time the usual one was the "
        f"**{term('sigmoid')}**, an S from 0 to 1; today it is the **{term('ReLU')}**, max(0, z). A network learns by "
        f"{term('slope', 'slopes')}, and along a chain of neurons the slopes of all of them are multiplied: where each is at "
        f"most 1/4, as with the sigmoid, little is left. Below you will also read of {term('gradient', 'gradients')}: these "
        "are the slopes that a network learns by, and later pages explain them."
    )
    st.fragment(all_activations)()
reflect(
    "neuron",
    "Double both weights and the bias of a neuron. Its line stays where it is. What does change, and when would you "
    "want it?",
    "z is twice as large everywhere, so a sigmoid goes from 0 to 1 over half the distance: the neuron gives the same answers, "
    "but is surer of them. That is right where the classes are well apart. Near the line it is overconfidence, and a neuron "
    "that is sure hardly learns from its mistakes any more, since its slope there is next to 0.",
)
show_code(
    Neuron.pre_activation, Neuron.__call__, Neuron.says_yes, Neuron.line, TwoNeurons.hidden, TwoNeurons.says_yes, collapse,
    sigmoid, sigmoid_derivative, relu, relu_derivative,
    keras=KERAS,
)  # fmt: skip
onward_from("neuron")
