"""Pictures of digits from a file, read like a drawing."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from netlab.app.frame import literal
from netlab.app.uploads import MOST, MOST_MB
from netlab.drawing.picture_file import MOST_BYTES, PictureError
from netlab.drawing.view.brought import Brought, shelf
from netlab.drawing.view.reading import show_reading

NOTHING = "No digit found in this picture. Take one with darker strokes and paper all around."


def uploaded_pictures(name: str) -> None:
    """Let the reader upload pictures; each is read by the network of that name, or refused with a reason."""
    with st.expander("Upload a picture"):
        st.write(
            "A photo or scan of **one digit or several**, dark on light or light on dark, PNG, JPEG or WebP, up to 10 MB; "
            f"at most {MOST} pictures and {MOST_MB} MB at once. Or copy a picture and press Ctrl+V (⌘V) on this page."
        )
        files = st.file_uploader(
            "Pictures of digits",
            ["png", "jpg", "jpeg", "webp"],
            accept_multiple_files=True,
            max_upload_size=MOST_BYTES // 2**20,
        )
        for place, file in enumerate(files[:MOST]):
            left, right = st.columns([1, 1.4], gap="medium")
            picture = _brought(left, file.name, file.getvalue())
            if picture is not None:
                left.image(picture.url, caption=literal(file.name), width=200)
                with right:
                    show_reading(
                        f"upload{place}", name, picture.framing, blank=NOTHING, parted=picture.parted
                    )
        if len(files) > MOST:
            st.info(f"The first {MOST} of {len(files)} pictures are read.")


def _brought(place: DeltaGenerator, file: str, content: bytes) -> Brought | None:
    """The picture in an uploaded file; None, with the reason, if there is none."""
    try:
        return shelf.bring(content)
    except PictureError as error:
        place.error(f"{literal(file)}: {literal(error)}", icon=":material/broken_image:")
        return None
