"""Which optimizer is the best? All start at one place, each at the learning rate that is best for it."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import Answer, onward, predict_first, reflect, show_code
from netlab.glossary import term
from netlab.landscape.descent import race as run_race
from netlab.landscape.descent.batch import walk_together
from netlab.landscape.race.view.race import race

KERAS = """import keras

start = model.get_weights()
for rate in [10.0 ** (power / 6) for power in range(-36, 14)]:   # 50 rates, from a millionth to 147
    model.set_weights(start)                                     # all start at one place
    optimizer = keras.optimizers.Adam(learning_rate=rate)
    model.compile(optimizer, loss="sparse_categorical_crossentropy")
    history = model.fit(x_train, y_train, epochs=1)              # keep the rate that ends lowest"""

begin(
    "A fair race",
    "Which optimizer is the best? All start at one place, each at the learning rate that is best for it.",
)
THERE = {"ls_surface": "himmelblau", "race_steps": 50}
predict_first(
    "race",
    f"An {term('optimizer')} is a rule that turns slopes into steps. Keras, the library that this app trains networks with, has many. In the ravine, the "
    "landscape shown below, plain gradient descent comes last of them after 100 steps, even at its best rate. Now take Himmelblau's landscape and "
    "50 steps. Where does it come in?",
    (
        Answer(
            "Last again",
            "What made it last was the ravine, 100 times as steep across as along: it is **ill-conditioned**. This landscape’s valley is not.",
            "Race on Himmelblau’s landscape",
            THERE,
        ),
        Answer(
            "In the middle",
            "A rule has no rank of its own: that is the **no free lunch** theorem. This landscape happens to suit the plain one.",
            "Race on Himmelblau’s landscape",
            THERE,
        ),
        Answer(
            "First",
            "Right: the valley is **well-conditioned**, it bends nearly alike in all directions, and one rate suits them all.",
            "Race on Himmelblau’s landscape",
            THERE,
        ),
    ),
    "**First**, level with six more: it arrives as exactly as float32 allows (choose Himmelblau below and see). The valley that it "
    "reaches there bends nearly alike in both directions (curvatures 71 and 134), so one rate suits both; the ravine's are 1 and "
    "100. No rule is best on every landscape (Wolpert and Macready, 1997), and none at every number of steps: move the slider.",
)
st.fragment(race)()
reflect(
    "race",
    "Each rule ran at the best of 74 rates. Suppose you may train only once, and have to guess the rate. Would you take the winner?",
    "Not without looking at “How much was the rate worth?” first. Where a rule’s valley is broad, a guess that is three times too "
    "large or too small still does well; where it is a narrow dip, the same guess is lost. The race gave each rule 74 walks to find "
    "its rate, and counted one of them. With a single walk take the rule that forgives; with time to try, compare two or three "
    "rules, each at a few rates.",
)
show_code(walk_together, run_race, keras=KERAS)
onward("pages/fog.py", "Next: the same in the fog, against you")
