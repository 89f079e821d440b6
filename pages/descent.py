"""How does a weight find the way down? It feels the slope, takes a step, and feels again."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import onward, onward_from, predict_first, reflect, show_code
from netlab.glossary import term
from netlab.lessons.descent.epochs import dealt, walk_on_batches
from netlab.lessons.descent.one_weight import largest_safe_rate, walk
from netlab.lessons.descent.view import one_weight, outcome, predictions, two_weights

KERAS = """import keras

model.compile(keras.optimizers.SGD(learning_rate=1.0), "binary_crossentropy")   # w = w - 1.0 * slope
history = model.fit(x, t, batch_size=2, epochs=2, verbose=0)    # 40 examples: 20 steps are 1 epoch"""

begin("Gradient descent", "How does a weight find its way down? Watch the ball, then move its learning rate.")
st.markdown(
    f"Training looks for weights with a low loss. **{term('gradient descent', 'Gradient descent')}** does it by **steps**: feel the **slope** of the loss where you are (how much it "
    "rises when w grows), then move w against it, by the slope times the **learning rate** η. In a formula: $w \\leftarrow w - \\eta \\cdot \\text{slope}$."
)
asked = predict_first(
    "descent",
    "The ball below walks with a small learning rate. What happens as you make it larger and larger?",
    predictions(),
    outcome(),
)
one_weight(asked=asked)
st.subheader("Two weights, and a few examples at a time", anchor=False)
st.markdown(
    "With two weights the curve becomes a map, and the slope an arrow with two numbers (the **gradient**). The loss is a mean over all examples, but a step "
    "need not ask them all."
)
two_weights()
with st.expander("More: in the fog. When does it stop, and what can it not see?"):
    st.markdown(
        "The map is for you. The walker sees none of it: it stands in a fog and knows the **slope under its feet**, nothing else. So it stops where the slope "
        "is 0, and it cannot tell the lowest valley from any other (choose “Two valleys” above)."
    )
    st.markdown(
        "- A step is η times the slope. Where the slope is 0 there is no step: at a lowest point, but also on a hilltop or on flat ground.\n"
        "- With batches it never quite stops: each batch has another slope, so the walker hovers round the lowest point. A smaller η brings it to rest.\n"
        "- In practice one stops after a set number of epochs, or when the loss on examples that it does not learn from no longer falls.\n"
        "- It cannot see a deeper valley behind a hill, nor how sharply the ground will bend a step ahead. Where it ends depends on where it starts."
    )
    with st.container(horizontal=True):
        onward("pages/fog.py", "Walk in the fog yourself")
        onward("pages/landscape.py", "More landscapes, and other ways down")
with st.expander("More: why shuffle the examples, and why take a mean?"):
    st.markdown(
        "**A mean**, because one example has wishes of its own: its slope may point far off. In a mean over a batch much of what is odd about single examples "
        "cancels, and what they have in common is left. So the larger the batch, the more nearly its slope points the way that all examples together want.\n\n"
        "**Shuffled**, because examples often lie in some order. If all ones came first and then all sevens, a whole row of steps would pull the weights towards "
        "“one”, and the next row back towards “seven”. So before every epoch the examples are shuffled (here too): each batch is then a fair mixture, and another "
        "one in every epoch. A batch is also called a **minibatch**, where “batch” means all examples."
    )
with st.expander("More: what has this to do with a network of 407,050 weights?"):
    st.markdown(
        "It is the same step, for all weights at once: each weight has a slope of its own, and each goes η times its slope downhill. "
        f"**{term('back-propagation', 'Back-propagation')}**, the "
        "next idea, finds all 407,050 slopes in one walk back through the network. With 60,000 pictures in batches of 32, 1,875 steps are one epoch. Nobody can draw that map, "
        f"so a good rate is found by trying. Many {term('optimizer', 'optimizers')} change the step ({term('momentum')} keeps some of the last one); their pages come later."
    )
reflect(
    "descent",
    "Each step on a batch of 2 points a little the wrong way, and the path is noisy. Is a noisy path a bad path?",
    "A step on 2 digits costs a twentieth of a step on all 40, and points nearly the right way. So for the same number of "
    "looks at a digit you get twenty steps instead of one. Compare above: 2 digits and 20 steps, then all 40 digits and 1 "
    "step. Both take 40 looks, but they end at different losses.",
)
show_code(walk, largest_safe_rate, dealt, walk_on_batches, keras=KERAS)
onward_from("descent")
