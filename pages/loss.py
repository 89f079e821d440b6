"""How wrong is an answer, and which way is better? Two losses judge the same prediction."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import onward, predict_first, show_code
from netlab.lessons.loss.two_losses import compare, unlearn
from netlab.lessons.loss.view import leaving_a_wrong_answer, one_prediction, shares_of_all
from netlab.nn.activations import softmax

KERAS = """model.compile(loss="mean_squared_error")               # 2/k times the quadratic loss here
model.compile(loss="binary_crossentropy")              # one sigmoid output
model.compile(loss="sparse_categorical_crossentropy")  # softmax over classes, as in the article"""

begin("Loss", "How wrong is an answer, and which way is better? Move the logit and watch value and slope.")
one_prediction()
st.markdown(
    "A **loss** turns “how wrong” into one number. Training only uses its **slope**: how the loss changes when the logit "
    "moves. The quadratic loss multiplies the error p − y by σ′(z), the slope of the sigmoid. Where the unit is sure, "
    "σ′(z) is almost 0, even when the unit is sure of something wrong. In the cross-entropy this factor cancels, and "
    "p − y is left."
)
st.subheader("The way out of a wrong answer", anchor=False)
predict_first(
    "loss",
    "Two units start sure of the wrong answer, at logit −6. One learns by the quadratic loss, one by cross-entropy. "
    "Which is right first? Set the start below to −6 and see.",
    ["The quadratic one", "The cross-entropy one", "Both together"],
    "Cross-entropy gets there in 14 steps (at learning rate 0.5); the quadratic loss hardly moves for a long time, since its "
    "slope is multiplied by σ′(−6) ≈ 0.0025. Unlearning is slowest where it is most needed.",
)
leaving_a_wrong_answer()
st.subheader("Several classes share 100 %", anchor=False)
shares_of_all()
st.markdown(
    "With several classes, **softmax** turns logits into shares: raise one and all others shrink. The cross-entropy is "
    "−ln of the share that the true class got: 100 % costs 0, 50 % costs 0.693, 10 % costs 2.303, which is what a network "
    "that guesses among ten digits pays. And its slope is again just p − y, for every class at once."
)
show_code(compare, unlearn, softmax, keras=KERAS)
onward("pages/backprop.py", "Next: how the slope gets back to every weight")
