"""How wrong is an answer, and which way is better? Two losses judge the same prediction."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import Answer, onward_from, predict_first, reflect, show_code
from netlab.glossary import term
from netlab.lessons.loss.two_losses import compare, unlearn
from netlab.lessons.loss.two_readers import two_courses
from netlab.lessons.loss.view import on_digits, one_prediction, shares_of_all
from netlab.nn.activations import softmax
from netlab.nn.losses.base import missed
from netlab.nn.losses.cross_entropy import binary_cross_entropy_logit_derivative
from netlab.nn.losses.distance import quadratic_logit_derivative
from netlab.nn.pupil import advance

KERAS = """model.compile(loss="mean_squared_error")               # the mean over k outputs, without the ½: 2/k times the loss here
model.compile(loss="binary_crossentropy")              # one sigmoid output
model.compile(loss="sparse_categorical_crossentropy")  # softmax over classes, as in the network of this course"""

begin("Loss", "How wrong is an answer, and which way is better? Move the slider and watch the loss.")
st.markdown(
    f"A **{term('loss')}** turns “how wrong” into one number. The picture is a dog, and the network says “dog” with 70\u00a0%: it pays "
    f"−ln(0.7) = 0.357 (the **{term('cross-entropy')}**), or ½\u00a0(0.7 − 1)² = 0.045 (the **quadratic** loss). Had it said 10\u00a0%, it would pay 2.303, "
    f"or 0.405. The **{term('logit')}** z is what a unit has added up; a sigmoid turns it into the probability p. The **slope** of the loss says which way z should move "
    "to make the loss smaller, and how much a small move brings: learning takes small steps against it."
)
opened = predict_first(
    "loss",
    "Two units start sure of the wrong answer, at logit −6. Both learn by small steps against the slope of their loss: one by the "
    "quadratic loss, one by cross-entropy. Which is right first?",
    (
        Answer(
            "The quadratic one",
            "Its slope is multiplied by σ′(z), the slope of the sigmoid, and where the unit is **saturated** that is almost 0.",
            "Start both at −6",
            {"loss_start": -6.0, "loss_rate": 0.5},
        ),
        Answer(
            "The cross-entropy one",
            "Right: its slope is the error p − y itself (probability minus target), whether the unit is **saturated** or not.",
            "Start both at −6",
            {"loss_start": -6.0, "loss_rate": 0.5},
        ),
        Answer(
            "Both together",
            "Near p = ½ they are nearly equal; far out the **saturated** sigmoid holds the quadratic one back.",
            "Start both at −1",
            {"loss_start": -1.0, "loss_rate": 0.5},
        ),
    ),
    f"Cross-entropy gets there in 14 steps (at {term('learning rate')} 0.5: each step is half of the slope); the quadratic loss needs 850, since its slope is multiplied "
    "by that of the sigmoid, σ′(−6) ≈ 0.0025. Unlearning is slowest where it is most needed.",
)
one_prediction(slopes=opened)
if opened:
    on_digits()
with st.expander("More: several classes share 100 %"):
    st.markdown(
        f"With several classes, **{term('softmax')}** turns logits into shares: raise one and all others shrink. The cross-entropy is −ln of the "
        "share that the true class got: 100 % costs 0, 50 % costs 0.693, 10 % costs 2.303, which is what a network that guesses "
        "among ten digits pays. And its slope is again just p − y, for every class at once."
    )
    shares_of_all()
reflect(
    "loss",
    "A model that tells rain from no rain says “50 %” every day and pays 0.693 a day. Another says 95 % or 5 % and is "
    "right on nine days of ten. Which has the smaller cross-entropy, and is it the one that you would rather have?",
    "The second pays −ln(0.95) = 0.051 on nine days and −ln(0.05) = 2.996 on the tenth: 0.346 a day on average, half of what "
    "the first pays. So by this loss too it is the better one, though each of its mistakes costs a lot. Had it said 99.9 %, "
    "the tenth day would cost 6.908, and the mean would be 0.692: right just as often, but too sure, it would be no better "
    "than a coin.",
)
show_code(
    compare,
    unlearn,
    quadratic_logit_derivative,
    binary_cross_entropy_logit_derivative,
    missed,
    two_courses,
    advance,
    softmax,
    keras=KERAS,
)
onward_from("loss")
