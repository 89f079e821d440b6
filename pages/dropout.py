"""Why silence half a network while it learns? So that no unit leans on another; watch who is silenced, and who votes."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import onward, predict_first, show_code
from netlab.lessons.dropout.dropout import drop, mask, vote
from netlab.lessons.dropout.ensemble import ensemble
from netlab.lessons.dropout.view import mask_of_512, thinned_networks_vote, volume_of_the_layer

KERAS = """keras.Sequential([
    keras.layers.Flatten(),
    keras.layers.Dense(512, activation="relu"),
    keras.layers.Dropout(0.2),  # silences in model.fit; passes everything on in model.predict
    keras.layers.Dense(10, activation="softmax"),
])"""

begin("Dropout", "Why silence units while a network learns? Set the rate and watch the mask change.")
mask_of_512()
st.markdown(
    "In every training step each hidden unit is silenced with the same probability, the **rate**, each by its own throw "
    "of the dice. No unit can rely on a certain other one being there, so each must be of use by itself. When the network "
    "is **used**, all units speak (Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov, 2014)."
)
st.subheader("The same volume, in training and in use", anchor=False)
predict_first(
    "dropout",
    "At rate 0.5 half of the units are silent in training. If nobody rescales anything, what does the next layer hear "
    "when the network is used?",
    ["Half as much as in training", "The same", "Twice as much"],
    "**Twice as much**: all units speak, and the next layer has only ever heard half of them. So survivors are made "
    "louder in training, by 1 / (1 − rate), as Keras does, or all are made quieter in use, as in the paper.",
)
volume_of_the_layer()
st.subheader("A vote of thinned networks", anchor=False)
thinned_networks_vote()
st.markdown(
    "Every mask leaves another, **thinned** network; with 512 units there are 2⁵¹² of them, all sharing their weights. "
    "Using the whole network once is asking all of them: with one hidden layer and rescaling at this rate it gives exactly "
    "the geometric mean of their answers, each counted as often as its mask is drawn, brought back to 100 % (Hinton et al., "
    "2012). The plain mean in the figure mostly has the same winner, but is less sure of it. Without rescaling none of this "
    "holds: try “Forget to rescale” at rate 0.9. The network here was trained at rate 0.2, so far above that its thinned "
    "networks are in a state that they never practised."
)
show_code(mask, drop, vote, ensemble, keras=KERAS)
onward("pages/next.py", "Next: the pieces together")
