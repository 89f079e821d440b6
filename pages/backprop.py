"""Which weight had which share in the error? Numbers flow forward, blame flows back, and both can be checked."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import onward, predict_first, show_code
from netlab.lessons.backprop.chain_rule import chain
from netlab.lessons.backprop.gradient_check import central_difference
from netlab.lessons.backprop.view.small_network import by_hand
from netlab.lessons.backprop.view.trained_network import any_weight
from netlab.nn.backpropagation import backward

KERAS = """with tf.GradientTape() as tape:
    loss = loss_function(targets, model(inputs))
gradients = tape.gradient(loss, model.trainable_variables)
keras.optimizers.SGD(learning_rate=0.5, momentum=0.9).apply_gradients(zip(gradients, model.trainable_variables))"""

begin(
    "Back-propagation by hand", "Which weight had which share in the error? Press Next, and click a weight."
)
by_hand()
predict_first(
    "backprop",
    "Set both inputs x₁ and x₂ to 0. What happens to the gradients of the four weights of the first layer?",
    ["They become 0", "They stay as they are", "They grow"],
    "They become exactly **0**: the last factor of each chain, ∂z/∂w, is the input itself. A weight through which "
    "nothing came had no share in the error. The biases have no such factor and go on learning.",
)
st.markdown(
    "**Forward**, each unit weighs what it receives, adds its bias and bends the sum. The **loss** says how wrong the "
    "answer is. **Backward**, the same way is walked from the loss to the weights, and each step multiplies by one "
    "slope: how much does the next number move when this one does? The product along a path, summed over all paths, is "
    "∂L/∂w: how much the loss would grow if this weight grew a little. Back-propagation (Rumelhart, Hinton & Williams, "
    "1986) finds all of them in about the time of two or three forward passes, because paths share their beginnings."
)
any_weight()
show_code(backward, chain, central_difference, keras=KERAS)
onward("pages/dropout.py", "Next: dropout, or how to keep units from leaning on each other")
