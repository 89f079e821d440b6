"""The way forward through a convolutional network: what every layer makes of a picture."""

from __future__ import annotations

import numpy as np
import streamlit as st

from netlab.app.frame import literal
from netlab.app.grids import SIGNED, grid
from netlab.app.png import png_url
from netlab.arrays import Array
from netlab.experiments.inside.view.asked import Asked
from netlab.experiments.subject import Subject
from netlab.formatting import plain, probability
from netlab.nets.numpy_model import layer_outputs
from netlab.nn.activations import softmax

MOST_MAPS = 32


def convolutional_maps(subject: Subject, asked: Asked, classes: tuple[str, ...]) -> None:
    """Show what each layer with a kernel gives, as pictures."""
    outputs = [values[0] for values in layer_outputs(subject.spec, subject.weights, asked.picture[None])]
    given = softmax(outputs[-1][None].astype(float))[0]
    guess = int(given.argmax())
    st.markdown(
        f"The network reads {asked.name} as **{literal(classes[guess])}** with {probability(given[guess], 2)}."
    )
    for place, values in enumerate(outputs[:-1], start=1):
        if values.ndim == 3:
            count = values.shape[-1]
            shown = f" The first {MOST_MAPS} are shown." if count > MOST_MAPS else ""
            st.markdown(
                f"**Layer {place}**: {count} maps of {values.shape[0]}×{values.shape[1]} numbers, one a filter; the largest "
                f"is {plain(values.max())}.{shown}"
            )
            st.image(png_url(_tiles(values[..., :MOST_MAPS]), times=3), width="content")
            st.caption("In each map black is its smallest number, white its largest.")
        else:
            st.markdown(f"**Layer {place}**: {values.size} units")
            grid(
                f"maps_{place}",
                values,
                "unit",
                f"Activations of layer {place}",
                signed=bool((values < 0).any()),
            )
    st.markdown("**The last sums z**, before the softmax")
    grid("maps_last", outputs[-1], "z of", "The last sums", names=classes)
    st.caption(SIGNED)


def _tiles(maps: Array) -> Array:
    """Maps (h, w, n) side by side, eight a row, each stretched to 0 to 255, with a grey line between."""
    height, width, count = maps.shape
    across = min(count, 8)
    page = np.full((-(-count // across) * (height + 1), across * (width + 1)), 110.0)
    for place in range(count):
        row, column = divmod(place, across)
        one = maps[..., place].astype(float)
        low, span = one.min(), float(np.ptp(one)) or 1.0
        top, left = row * (height + 1), column * (width + 1)
        page[top : top + height, left : left + width] = 255 * (one - low) / span
    return page
