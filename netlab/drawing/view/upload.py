"""Pictures of digits from files or the camera, read like a drawing; of several a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import streamlit as st

from netlab.app.frame import literal
from netlab.app.uploads import MOST, MOST_MB
from netlab.drawing.camera import may_ask
from netlab.drawing.picture_file import ENDINGS, IN_WORDS, MOST_BYTES, PictureError
from netlab.drawing.view.brought import Brought, shelf
from netlab.drawing.view.crop import crop_of, crop_tool
from netlab.drawing.view.reading import reader, show_reading
from netlab.drawing.view.table import table

NOTHING = "No digit found in this picture. Take one with darker strokes and paper all around."
PICTURES, CAMERA, PHOTO, CLOSER = "pictures", "pictures_camera", "pictures_photo", "pictures_closer"
NO_CAMERA = (
    "Browsers allow the camera only on pages that came over https, or from the machine itself (localhost), and this one came "
    "over http. On a phone the button above offers the camera all the same: it takes a photograph as a file."
)


class Picture(NamedTuple):
    """A file that was brought: what it is called, and what is in it."""

    name: str
    content: bytes


def uploaded_pictures(name: str) -> None:
    """Let the reader upload or take pictures; each is read by the network of that name, or refused with a reason."""
    with st.expander("Upload a picture, or take one"):
        st.write(
            "A photo or scan of **one digit or several**, dark on light or light on dark, up to 10 MB: "
            f"{IN_WORDS}. At most {MOST} pictures and {MOST_MB} MB at once; of two or more you get a table. Or copy a picture and "
            "press Ctrl+V (⌘V) on this page."
        )
        files = st.file_uploader(
            "Pictures of digits",
            list(ENDINGS),
            accept_multiple_files=True,
            max_upload_size=MOST_BYTES // 2**20,
            key=PICTURES,
        )
        pictures = _pictures(files, _camera())
        st.caption(
            "Pictures are read on this server, in memory alone: nothing is written to a disk, nothing is learnt from them, "
            "and they are gone when you close the page."
        )
        if len(pictures) > MOST:
            st.info(f"The first {MOST} of {len(pictures)} pictures are read.")
            pictures = pictures[:MOST]
        readable = [picture for picture in pictures if _is_read(picture)]
        if len(pictures) > 1:
            table(name, pictures)
        if readable:
            _closer(name, readable)


def pictures_now() -> list[Picture]:
    """The pictures on the page that can be read, before the fold in which they are brought is drawn again."""
    state = st.session_state
    photo = state.get(PHOTO) if state.get(CAMERA) else None
    found = _pictures(state.get(PICTURES) or [], photo)[:MOST]
    return [picture for picture in found if bring(picture) is not None]


def bring(picture: Picture) -> Brought | None:
    """What its reader wants read of a picture: its rectangle, or all of it; None if it cannot be read."""
    try:
        return shelf().bring(picture.content, crop_of(picture.content))
    except PictureError:
        return None


def _pictures(files: Sequence[Any], photo: Any) -> list[Picture]:
    found = [Picture(file.name, file.getvalue()) for file in files]
    return found if photo is None else [*found, Picture("Photograph", photo.getvalue())]


def _camera() -> Any:
    """A photograph, if one was taken; the browser asks its reader only once the switch is on."""
    if not st.toggle("Use the camera", key=CAMERA):
        return None
    if not may_ask(st.context.url):
        st.info(NO_CAMERA, icon=":material/no_photography:")
        return None
    return st.camera_input("Photograph a digit on paper", key=PHOTO, width=420)


def _is_read(picture: Picture) -> bool:
    """Whether a file can be read; the reason is told where it cannot."""
    try:
        shelf().bring(picture.content)
    except PictureError as error:
        st.error(f"{literal(picture.name)}: {literal(error)}", icon=":material/broken_image:")
        return False
    return True


def _closer(name: str, pictures: Sequence[Picture]) -> None:
    """One picture with its rectangle, and what is read in it."""
    place = 0
    if len(pictures) > 1:
        place = st.selectbox(
            "Look closer at",
            range(len(pictures)),
            format_func=lambda at: f"{at + 1}. {pictures[at].name}" if at < len(pictures) else "",
            key=CLOSER,
        )
    picture = pictures[min(place, len(pictures) - 1)]
    left, right = st.columns([1, 1.4], gap="medium")
    with left:
        st.markdown(f"**{literal(picture.name)}**")
        crop_tool(picture.name, picture.content, shelf().bring(picture.content))
    with right:
        found = shelf().bring(picture.content, crop_of(picture.content))
        show_reading(f"upload{place}", reader(name), found.framing, blank=NOTHING, parted=found.parted)
