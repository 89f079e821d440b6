"""Pictures of digits from a file, read like a drawing."""

from __future__ import annotations

import streamlit as st

from netlab.data.pictures import PictureError, read_picture
from netlab.ui.drawing import show_reading
from netlab.ui.inline import png_url

MOST = 12
NOTHING = "No digit found in this picture. Take one with darker strokes and paper all around."


def uploaded_pictures(name: str) -> None:
    """Let the reader upload pictures; each is read by the network of that name, or refused with a reason."""
    with st.expander("Upload a picture"):
        st.write(
            "A photo or scan of **one digit**, dark on light or light on dark, PNG, JPEG or WebP, up to 10 MB. "
            "Or copy a picture and press Ctrl+V (⌘V) on this page."
        )
        files = st.file_uploader(
            "Pictures of one digit each", ["png", "jpg", "jpeg", "webp"], accept_multiple_files=True
        )
        for place, file in enumerate(files[:MOST]):
            left, right = st.columns([1, 1.4], gap="medium")
            try:
                picture = read_picture(file.getvalue())
            except PictureError as error:
                left.error(f"{file.name}: {error}", icon=":material/broken_image:")
                continue
            left.image(png_url(picture, most=400), caption=file.name, width=200)
            with right:
                show_reading(f"upload{place}", name, picture, blank=NOTHING)
        if len(files) > MOST:
            st.info(f"The first {MOST} of {len(files)} pictures are read.")
