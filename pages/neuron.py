"""What does one neuron do? It weighs, adds and bends, and with two inputs it draws a line."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import onward, predict_first, show_code
from netlab.lessons.neuron.neuron import Neuron
from netlab.lessons.neuron.signal_propagation import through_layers
from netlab.lessons.neuron.view.depth import gradient_and_depth
from netlab.lessons.neuron.view.neuron import all_activations, one_neuron
from netlab.nn.activations import relu, relu_derivative, sigmoid, sigmoid_derivative

KERAS = """import keras
import numpy as np
from keras import layers

neuron = keras.Sequential([keras.Input((2,)), layers.Dense(1, activation="sigmoid")])
neuron.set_weights([np.array([[1.5], [-1.0]]), np.array([0.5])])   # two weights and a bias
print(neuron.predict(np.array([[1.0, 0.5]])))

layers.Dense(128, activation="relu", kernel_initializer="he_normal")   # one layer of the deep network below"""

begin(
    "One neuron",
    "What does one neuron do? It weighs its inputs, adds them up and bends the sum. Move a weight.",
)
st.fragment(one_neuron)()
predict_first(
    "neuron",
    "A neuron with two inputs draws one straight line. AND, OR and XOR each want some corners on one side and the others on "
    "the other side (XOR: yes if exactly one input is 1). Which of them can one neuron do? Choose a task above and try.",
    ("All three", "AND and OR", "Only AND"),
    "**AND and OR**, but not XOR: its two yes corners lie on a diagonal, its two no corners on the other, and no straight line "
    "parts them (Minsky & Papert, 1969). A hidden layer of two neurons can: two lines.",
)
st.subheader("Many ways to bend", anchor=False)
st.fragment(all_activations)()
st.markdown(
    "Why bend at all? Without an activation a network of a hundred layers would be one straight line again: sums of sums are "
    "only sums."
)
st.subheader("Many layers: what is left of the gradient?", anchor=False)
predict_first(
    "depth",
    "Learning sends a gradient backwards through the layers. A sigmoid lets through a quarter at best. With 20 layers, and "
    "weights as Keras draws them, what part of the last layer's gradient reaches the first? Set 20 layers below and see.",
    ("About half", "A thousandth", "Less than a billionth"),
    "**About a millionth of a millionth** (10⁻¹²): nearly a quarter a layer, nineteen times over. This is why deep networks could "
    "not be trained for long, and why ReLU with He's weights (2015), which keeps the factor at 1, changed that.",
)
st.fragment(gradient_and_depth)()
show_code(Neuron, sigmoid, sigmoid_derivative, relu, relu_derivative, through_layers, keras=KERAS)
onward("pages/loss.py", "Next: loss")
