"""When does a network learn too well? Two losses, one on what it learns from and one on what it never sees, say when."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import covered, onward_from, predict_first, reflect, show_code
from netlab.glossary import term
from netlab.lessons.overfitting.few_digits import stopped, used
from netlab.lessons.overfitting.few_points import smallest_weights
from netlab.lessons.overfitting.view import live_losses, predictions, strip, ten_points
from netlab.nn.pupil import advance, slopes

KERAS = """import keras

model = keras.Sequential([
    keras.Input((784,)),
    keras.layers.Dense(128, "relu", kernel_regularizer=keras.regularizers.L2(0.001)),   # weight decay
    keras.layers.Dropout(0.5),
    keras.layers.Dense(10, "softmax", kernel_regularizer=keras.regularizers.L2(0.001)),
])
model.compile(keras.optimizers.SGD(0.3), "sparse_categorical_crossentropy", metrics=["accuracy"])
stop = keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)   # watches the held-back loss
model.fit(x, y, batch_size=30, epochs=60, validation_data=(x_held, y_held), callbacks=[stop], verbose=0)"""

HARMLESS = """
- **With very many examples.** A network that cannot know them all by heart has to find what they have in common, and the two losses stay close together: choose 3,000 digits above and compare.
- **When only the answers count.** The loss also counts how sure the network is. With 300 digits its held-back loss rises, but it goes on reading about as many of the held-back digits correctly: if you ask for nothing but the answer, little is lost. If you ask how sure it is, you are told too much.
- **When there are no others.** A multiplication table may be learnt by heart, if nothing but its own lines is ever asked. Held-back examples cannot tell you anything there: they would be lines that were never learnt.
"""
CURES = f"""
- **More digits.** What is odd about one of them is outvoted by what is common to many. It is the best cure, and the most expensive one: somebody has to write and label them.
- **Fewer hidden units.** A small network has no room to remember every single digit. But it may be too small even for what the digits have in common, and end up worse: set 16 units and read the result.
- **Weight decay** (also **L2**) adds λ times the sum of all squared weights to the loss. Its slope is 2λw, so every step also draws each weight w a little towards 0. A weight stays large only if it helps with many digits.
- **{term("dropout", "Dropout")}** silences units at random while the network learns, so that no unit can rely on a certain other one to know a digit by heart. The next page is about it.
- **Early stopping** ends the training when the held-back loss has not fallen for a while (here 50 steps), and keeps the weights from when it was lowest.

Whoever picks the best of many settings by their held-back loss has learnt a little from the held-back digits too. So a third part, the **test data**, is kept for the very end and looked at once.
"""
OUTCOME = (
    "The held-back loss falls, and then **rises**, while the loss on the network’s own digits goes on falling: when the two part like this, the network is **overfitting**. "
    "Watch it below, then move a switch."
)
NONSENSE = """
Switch on **Labels at random**: the labels of its digits are dealt out anew, so a picture of a 3 may be called 8. Nothing about them makes sense, yet the network learns nearly all of them. On digits held back it is
right one time in ten, like anybody who guesses. So **a training loss near 0 proves nothing**: it may be understanding, it may be memory. Only examples that it has never seen can tell the two apart
(Zhang, Bengio, Hardt, Recht & Vinyals, 2017). Then try which switch keeps it from learning nonsense by heart.
"""

begin(
    "Overfitting",
    "When does a network learn too well? Watch two losses part, then try to keep them together.",
)
st.markdown(
    "A network is trained on some examples, but it is meant for others. So a part of the examples is "
    f"**{term('held-back', 'held back')}**: the network never learns from that part, it is only tested on it (the field says "
    f"**validation data**). A network that does well there too **{term('generalise', 'generalises')}**. One that does well "
    f"only on its own examples has **memorised** them, and is said to **{term('overfit')}**."
)
asked = predict_first(
    "overfitting",
    "A network with 128 hidden units sees the same few digits again and again, and its loss on them falls and falls. What does its loss on the digits held back do?",
    predictions(),
    OUTCOME,
)
if asked:
    live_losses()
    st.subheader("A curve with ten points", anchor=False)
    st.markdown(
        "The same in one picture. The points lie near the dashed wave, each a little off by chance (**noise**). Let the network have few units, then ten, and look at what it does **between** its points."
    )
    ten_points()
    with st.expander("More: what does each switch do?"):
        st.markdown(CURES)
    with st.expander("More: can it learn what makes no sense?"):
        st.markdown(NONSENSE)
    with st.expander("When does it not matter?"):
        st.markdown(HARMLESS)
else:
    strip()
    covered("Both losses while the network learns, and what keeps them together.")
reflect(
    "overfitting",
    "For a test you learn last year’s questions and answers by heart. How would you find out before the test whether you have understood anything?",
    "Lay some questions aside before you begin, and answer them only at the end: those are your held-back data. If you do as well on them as on the ones that you practised, you have understood. "
    "Once you have looked at them, and changed how you learn because of it, they are used up.",
)
show_code(advance, slopes, stopped, used, smallest_weights, keras=KERAS)
onward_from("overfitting")
