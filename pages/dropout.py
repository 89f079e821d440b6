"""Why silence half a network while it learns? So that no unit leans on another; watch who is silenced, and who votes."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import Answer, covered, onward_from, predict_first, reflect, show_code
from netlab.glossary import term
from netlab.lessons.dropout.dropout import drop, heard_under, mask, vote
from netlab.lessons.dropout.ensemble import ensemble
from netlab.lessons.dropout.two_pupils import leaning, pair, worth_of
from netlab.lessons.dropout.view import mask_of_512, thinned_networks_vote, two_learn, volume_of_the_layer
from netlab.nn.pupil import advance, kept

KERAS = """keras.Sequential([
    keras.layers.Flatten(),
    keras.layers.Dense(512, activation="relu"),
    keras.layers.Dropout(0.2),  # silences in model.fit; passes everything on in model.predict
    keras.layers.Dense(10, activation="softmax"),
])"""

begin("Dropout", "Why silence units while a network learns? Set the rate and watch the mask change.")
st.markdown(
    f"{term('dropout', 'Dropout')} is for training only. In every training step, and for every picture of the batch (the pictures of one step) anew, each hidden unit is silenced with the same probability, the "
    "**rate**, each by its own throw of the dice. No unit can rely on a certain other one being there, so each must be of use by "
    "itself. When the network is **used**, all units speak (Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov, 2014)."
)
HALF = {"dropout_share": 0.5, "dropout_rule": "forgotten"}
opened = predict_first(
    "dropout",
    "At rate 0.5 half of the units are silent in training. If nobody rescales anything, what does the next layer hear "
    "when the network is used?",
    (
        Answer(
            "Half as much as in training",
            "It is the other way round: the layer was quieter in **training**.",
            "Forget to rescale at 0.5",
            HALF,
        ),
        Answer(
            "The same",
            "Only if somebody **rescales**: that is what inverted dropout does.",
            "Rescale as Keras does",
            {"dropout_share": 0.5, "dropout_rule": "inverted"},
        ),
        Answer(
            "Twice as much",
            "Right: the **expected value** in training is (1 − rate) times that in use.",
            "Forget to rescale at 0.5",
            HALF,
        ),
    ),
    "**Twice as much**: all units speak, and the next layer has only ever heard half of them. So survivors are made "
    "louder in training, by 1 / (1 − rate), as Keras does, or all are made quieter in use, as in the paper.",
)
mask_of_512(volume=opened)
if opened:
    volume_of_the_layer()
else:
    covered("How loud the layer is in training and in use.")
two_learn()
with st.expander("More: a vote of thinned networks"):
    thinned_networks_vote()
    st.markdown(
        "Every mask leaves another, **thinned** network; with 512 units there are 2⁵¹² of them, all sharing their weights. "
        "Using the whole network once is like asking all of them. With one hidden layer and rescaling at this rate it gives "
        "exactly the geometric mean of their answers (multiplied instead of added, and then a root instead of a quotient; each "
        "counted as often as its mask is drawn), divided by its sum so that the shares add up to 100 % (Hinton et al., 2012). The plain mean in the figure mostly has the same winner, but is "
        "less sure of it. Without rescaling none of this holds: try “Forget to rescale” at rate 0.9. The network here was "
        "trained at rate 0.2, so at rates far above 0.2 you see networks that were never trained."
    )
reflect(
    "dropout",
    "Dropout makes each step of learning worse: half a network answers. Why can the whole network be better at the "
    "end, and when would you not use it?",
    "Each unit has to be useful beside colleagues who change all the time, so none can specialise in mending the mistakes of "
    "a certain other one: what it learns holds more generally. Dropout costs time, since each step teaches less. If there are "
    "more examples than the network can learn by heart, or if it does not even fit those that it has, dropout takes something "
    "away and gives nothing back.",
)
show_code(mask, drop, heard_under, pair, kept, advance, leaning, worth_of, vote, ensemble, keras=KERAS)
onward_from("dropout")
