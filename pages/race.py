"""Which optimizer is the best? All start at one place, each at the learning rate that is best for it."""

import streamlit as st

from netlab.descent import learning_rate_sweep
from netlab.descent import race as run_race
from netlab.ui.lesson import onward, predict_first, show_code
from netlab.ui.page import begin
from netlab.ui.race import race

KERAS = """import keras

for rate in [10.0 ** (power / 6) for power in range(-36, 14)]:   # 50 rates, from a millionth to 147
    optimizer = keras.optimizers.Adam(learning_rate=rate)
    model.compile(optimizer, loss="sparse_categorical_crossentropy")
    history = model.fit(x_train, y_train, epochs=1)              # keep the rate that ends lowest"""

begin(
    "A fair race",
    "Which optimizer is the best? All start at one place, each at the learning rate that is best for it.",
)
st.fragment(race)()
predict_first(
    "race",
    "On Rosenbrock's banana, from its usual start, with 100 steps: who is lowest when each has its own best rate?",
    ("Gradient descent", "Momentum", "Adam"),
    "**Momentum** (choose Rosenbrock above and see). On the ravine Adagrad wins, because that valley lies along an axis and "
    "Adagrad scales each axis by itself; on Himmelblau with 50 steps plain gradient descent beats both momentum and Adam. No "
    "rule is best on every landscape (Wolpert and Macready, 1997), and none is best at every number of steps: move the slider.",
)
show_code(run_race, learning_rate_sweep, keras=KERAS)
onward("pages/fog.py", "Next: the same in the fog, against you")
