"""Which weight had which share in the error? Numbers flow forward, blame flows back, and both can be checked."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import Answer, onward_from, predict_first, reflect, show_code
from netlab.glossary import term
from netlab.lessons.backprop.arithmetic import cost
from netlab.lessons.backprop.chain_rule import chain
from netlab.lessons.backprop.gradient_check import central_difference
from netlab.lessons.backprop.most_helpful import helps
from netlab.lessons.backprop.view.costs import costs
from netlab.lessons.backprop.view.game import game
from netlab.lessons.backprop.view.small_network import by_hand
from netlab.lessons.backprop.view.trained_network import any_weight
from netlab.nn.backpropagation import backward, layer_gradients, through, weight_sum
from netlab.nn.wishes import wishes_of

KERAS = """with tf.GradientTape() as tape:
    loss = loss_function(targets, model(inputs))
gradients = tape.gradient(loss, model.trainable_variables)
keras.optimizers.SGD(learning_rate=0.5).apply_gradients(zip(gradients, model.trainable_variables))"""
ZERO = {"backprop_x1": 0.0, "backprop_x2": 0.0, "backprop_batch": False, "backprop221_stage": 13}

begin(
    "Back-propagation by hand",
    "How much did each weight contribute to the error? Press Next, and click a weight.",
)
predict_first(
    "backprop",
    "The **gradient** ∂L/∂w of a weight says how much the loss grows when the weight grows a little. With one example, set both inputs "
    "x₁ and x₂ to 0. What happens to the gradients of the four weights of the first layer?",
    (
        Answer(
            "They become 0",
            f"Right: by the **{term('chain rule')}** the input is a factor of each.",
            "Set both inputs to 0",
            ZERO,
        ),
        Answer(
            "They stay as they are",
            "The error does, but the **chain rule** multiplies it by what came in through the weight.",
            "Set both inputs to 0",
            ZERO,
        ),
        Answer(
            "They grow",
            "They shrink with the input: in the **chain rule** the input is a factor, not a divisor.",
            "Set both inputs to 0",
            ZERO,
        ),
    ),
    "They become exactly **0**: the last factor of each chain, ∂z/∂w, is the input. A weight through which "
    "nothing came had no share in the error. The biases have no such factor and still learn.",
)
by_hand()
with st.expander("More: in words"):
    st.markdown(
        "**Forward**, each unit weighs what it receives, adds its bias and bends the sum. The **loss** says how wrong the "
        "answer is. **Backward**, we walk the same way from the loss back to the weights, and multiply by one slope at each "
        "step: how much does the next number move when this one does? The product along a path, summed over all paths, is "
        "∂L/∂w. Back-propagation (Linnainmaa, 1970; Werbos, 1982; made usual by Rumelhart, Hinton & Williams, 1986) finds all "
        "of them in one walk back, because all paths share their first steps back from the loss, and these are walked once."
    )
game()
costs()
with st.expander("More: the real network, 407,050 numbers"):
    any_weight()
reflect(
    "backprop",
    "A network has a million weights. One could find a weight’s slope by moving that weight a little and measuring the loss "
    "again. Why does nobody train like that, and when would you do it all the same?",
    "Each weight would need its own walk forward: a million walks for one step, where back-propagation takes one "
    "walk forward and one back for all of them. It is done all the same for a few weights to check a program: if what "
    "it says and what was measured differ, there is a mistake in it. That is the gradient check on this page.",
)
show_code(
    backward, through, layer_gradients, weight_sum, wishes_of, chain, central_difference, helps, cost, keras=KERAS
)  # fmt: skip
onward_from("backprop")
