"""Which way is down, and how far should one step go? A loss of two weights, and every optimizer's way over it."""

import streamlit as st

from netlab.app.frame import begin
from netlab.app.lesson import onward, predict_first, show_code
from netlab.landscape.descent import descend
from netlab.landscape.descent.path import Walk
from netlab.landscape.view.body import landscape

begin(
    "Loss landscape",
    "Which way is down, and how far should one step go? Click the map to start there; slide the learning rate.",
)
st.fragment(landscape)()
predict_first(
    "landscape",
    "In the ravine the curvature across is L = 100, so plain gradient descent bears a learning rate up to 2/L = 0.02. Give it "
    "a memory: momentum with μ = 0.9. How large a rate does it bear now?",
    ("A smaller one", "The same", "Nearly twice as large"),
    "It bears **nearly twice as large** a rate: (2 + 2μ)/L = 0.038 (Polyak, 1964). Yet Nesterov's variant, which most take for the "
    "safer one, bears only (2 + 2μ)/((1 + 2μ)L) = 0.0136, less than plain gradient descent. Try both above.",
)
st.markdown(
    "A network's landscape has one direction for each weight: 407,050 for the article's network, where this one has two. Nobody has "
    "seen it; the picture above took 10,201 evaluations of the loss, which is a luxury that two weights can afford."
)
show_code(descend, Walk.run)
onward("pages/fog.py", "Next: walk it yourself, in the fog")
