"""What is there to do here? A pad that answers at once, and the way to the rest."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.progress import forget_me
from netlab.drawing.view.reading import pad_and_reading
from netlab.glossary import term
from netlab.nn.optimizers import OPTIMIZERS
from netlab.training.view.session import job_queue

ROOMS = (
    ("ideas", "Understand the pieces", "Numbers, neurons, loss, back-propagation: try each one yourself.",
     "pages/numbers.py", "Start with the ideas", ":material/grid_on:"),
    ("landscape", "Walk down the hill", f"Race {len(OPTIMIZERS)} optimizers down hills you pick or type.",
     "pages/landscape.py", "Open the loss landscape", ":material/landscape:"),
    ("train", "Watch one learn", f"Choose a network, press Train and watch its {term('accuracy')} grow.",
     "pages/train.py", "Train a network", ":material/play_circle:"),
    ("draw", "Let it read your handwriting", "Draw digits or upload pictures, and see what the network sees.",
     "pages/draw.py", "Draw a digit", ":material/draw:"),
)  # fmt: skip

THREE = (
    82, 84, 92, 66, 110, 54, 132, 50, 154, 54, 170, 68, 174, 88, 166, 108, 148, 122, 124, 130, 150, 134, 172, 148,
    182, 170, 180, 194, 166, 214, 142, 226, 116, 226, 94, 216, 80, 200,
)  # fmt: skip

begin(
    "See how a neural network learns",
    "Draw a digit. A network of 407,050 numbers reads it after every stroke.",
)


@st.fragment
def draw() -> None:
    pad_and_reading("home", "article", demo=THREE)


draw()
st.markdown(
    "Nobody wrote rules for a 3. The network saw 60,000 digits with their answers. Start with random weights (**initialise**): "
    "nine answers out of ten are wrong. Then repeat thousands of times: send pictures **forward**; measure the **loss**, "
    "how wrong the answers are; **back-propagate**, to see each weight's share in it; and **update** every weight a "
    "little, downhill."
)
st.page_link("pages/tour.py", label="New here? Take the guided tour", icon=":material/tour:")
for (key, title, text, page, label, icon), column in zip(ROOMS, st.columns(4), strict=True):
    with column.container(border=True, height="stretch", key=f"room_{key}"):
        st.markdown(f"#### {title}\n{text}")
        st.page_link(page, label=label, icon=icon)
st.caption(
    "Netlab follows a beginner's article, “Playing with TensorFlow”. “The article's network” is the one built there: 784 "
    "pixels in, 512 hidden units, ten answers, 407,050 weights and biases in all."
)
forget_me()
job_queue()
