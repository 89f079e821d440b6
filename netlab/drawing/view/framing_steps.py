"""How a drawing became 28×28 numbers, stage by stage."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from netlab.app.png import png_url
from netlab.drawing.recognize import Reading

SHOWN = 140


def framing_stages(reading: Reading) -> None:
    """Show what each stage of the framing made of the picture, and why it is there."""
    framing = reading.framing
    steps = [
        ("1. Ink", framing.ink, "paper, specks and ruled lines gone"),
        ("2. Crop", framing.cropped, "only the digit"),
        (
            "3. Pen",
            framing.weighted,
            _pen(framing.stroke_width, framing.framed_width),
        ),
        ("4. Scale", framing.scaled, "longer side 20 pixels, edges softened"),
        ("5. Centre", framing.centred, "centre of mass in the middle of 28×28"),
    ]
    with st.expander("How your drawing became 784 numbers"):
        st.write(
            "The digits of MNIST were all cropped, scaled and centred like this (LeCun et al., 1998). A network that "
            "learnt from them reads yours only if it comes the same way."
        )
        for column, (title, image, note) in zip(st.columns(len(steps)), steps, strict=True):
            column.image(_square(image), caption=f"{title}: {note}", width="stretch")


def _pen(before: float, after: float) -> str:
    if f"{before:.1f}" == f"{after:.1f}":
        return f"stroke {before:.1f} pixels wide, as it should be"
    return f"stroke {before:.1f} → {after:.1f} pixels wide"


def _square(image: NDArray[np.float32]) -> str:
    """The picture in a square of at least ``SHOWN`` pixels, every pixel of it a sharp square."""
    side = max(image.shape)
    square = np.zeros((side, side), np.float32)
    top, left = (side - image.shape[0]) // 2, (side - image.shape[1]) // 2
    square[top : top + image.shape[0], left : left + image.shape[1]] = image
    return png_url(square * 255, times=max(1, -(-SHOWN // side)))
