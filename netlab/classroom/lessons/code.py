"""A lesson as a few letters of an address: JSON, packed with a dictionary of what lessons say, in letters of a link.

Whoever opens the link has the whole lesson; the server keeps nothing of it.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib

from netlab.classroom.lessons.lesson import MOST_BYTES, Lesson, LessonError, from_text

MARK = "L1."
"""The way of packing; another one, or another dictionary, gets another mark."""
MOST_LETTERS = 4000
_LETTERS = re.compile(r"[A-Za-z0-9_-]+")
_WORDS = (
    b"normalise nonsense patience validation augment filters convolutions smoothing schedule initializer examples batch "
    b"rmsprop momentum sgd tanh sigmoid test pictures network learning rate dropout training hidden layer units accuracy loss "
    b'The Press **Train** ](./loss)](./neuron)](./descent){"kind":"steps","at_most":{"kind":"overfits","rise":0.'
    b'{"kind":"reads","digit":7,"at_least":0.9{"kind":"gap","at_most":0.0{"kind":"fails"}],"minutes":10,"minutes":15,'
    b'"locked":["depth","width","activation","dropout","optimizer","adam_rate","sgd_rate","epochs","batch","examples"],'
    b'"hidden":["seed","loss","data"],"controls":{"depth":0,"width":64,"activation":"linear","optimizer":"sgd","epochs":5,'
    b'"examples":10000},"task":"","goal":[{"kind":"loss","at_most":0.1},{"kind":"parameters","at_most":50000},'
    b'{"kind":"accuracy","at_least":0.97}]}{"netlab_lesson":1,"page":"train","title":"'
)


def to_code(lesson: Lesson) -> str:
    """The lesson in letters, digits, hyphens and underscores.

    Parameters
    ----------
    lesson : Lesson

    Returns
    -------
    str
        ``from_code`` gives the lesson back.
    """
    told = lesson.to_json()
    first = {name: told[name] for name in ("netlab_lesson", "page", "title")}
    text = json.dumps({**first, **told}, separators=(",", ":"), ensure_ascii=False)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, _WORDS)
    packed = packer.compress(text.encode()) + packer.flush()
    return MARK + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def from_code(code: str) -> Lesson:
    """Read a lesson from a link.

    Parameters
    ----------
    code : str
        Anything.

    Returns
    -------
    Lesson

    Raises
    ------
    LessonError
        If it was cut or changed, is of another way of packing, or holds no lesson.
    """
    if not code.startswith(MARK):
        raise LessonError("The link holds no lesson that this Netlab can read. Ask for the link again.")
    letters = code.removeprefix(MARK)
    if len(letters) > MOST_LETTERS or not _LETTERS.fullmatch(letters):
        raise LessonError(
            "The link to the lesson is damaged. Open it as a whole, from its first letter to its last."
        )
    unpacker = zlib.decompressobj(-15, _WORDS)
    try:
        packed = base64.b64decode(letters + "=" * (-len(letters) % 4), b"-_", validate=True)
        text = unpacker.decompress(packed, MOST_BYTES + 1)
        whole = unpacker.eof and not unpacker.unused_data
        read = text.decode("utf-8")
    except (zlib.error, binascii.Error, UnicodeDecodeError) as error:
        raise LessonError(
            "The link to the lesson is damaged. Open it as a whole, from its first letter to its last."
        ) from error
    if len(text) > MOST_BYTES:
        raise LessonError(f"A lesson has at most {MOST_BYTES:,} bytes; the link holds more.")
    if not whole:
        raise LessonError(
            "The link to the lesson is cut short. Open it as a whole, from its first letter to its last."
        )
    return from_text(read)
