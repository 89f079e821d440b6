"""Framing taken apart: any of its steps may be left out, and a network says what it then reads.

With all steps it is ``netlab.drawing.framing`` to the bit. A step that is left out is replaced by what a program without it
would do: the whole picture squeezed in place of the crop, pixels picked in place of averaged, numbers up to 255 in place of 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from netlab.arrays import BOX, SIDE
from netlab.drawing.framing import FINE, Framing, as_grey, cropped, placed, resized, with_usual_pen
from netlab.drawing.ink import WORKING_SIDE, Grey, all_ink, shrunk
from netlab.formatting import fixed, plain, probability
from netlab.nets.numpy_model import layer_outputs
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import Weights
from netlab.nn.activations import softmax

LEVELS = 255
"""The highest number of a picture of 8 bits."""
DECIDED = 10.0
"""Softmax gives a sum that is so far below the highest one less than 0.005 % of it."""
SAME = 0.0005
"""Two probabilities that differ by less are told as one."""


@dataclass(frozen=True)
class Steps:
    """Which steps are taken, in their order.

    Attributes
    ----------
    units : bool
        Grey levels 0 to 255 become numbers 0 to 1.
    ink : bool
        Paper becomes 0 and ink 1, whichever was darker.
    crop : bool
        All around the digit is cut off. Without it the whole picture is squeezed to 28×28 pixels.
    pen : bool
        Strokes are thickened or thinned towards those of MNIST; it needs the crop, which tells how large the digit is.
    scale : bool
        The longer side of the digit becomes 20 pixels. Without it the crop fills all 28. It needs the crop too.
    smooth : bool
        A pixel is the mean of what it covers. Without it one point of that is picked, ink or paper.
    centre : bool
        The centre of mass goes to the middle. Without it the box does, or the ink stays where it was if there is no box.
    """

    units: bool = True
    ink: bool = True
    crop: bool = True
    pen: bool = True
    scale: bool = True
    smooth: bool = True
    centre: bool = True


NAMES = tuple(field.name for field in fields(Steps))
"""The steps in their order."""
TITLES = {
    "units": "Numbers 0 to 1",
    "ink": "Ink, not paper",
    "crop": "Crop",
    "pen": "Pen width",
    "scale": "20 pixels",
    "smooth": "Soft edges",
    "centre": "Centre of mass",
}
"""What the page calls them."""
WHY = {
    "units": "A file has grey levels 0 to 255. They are divided by 255, since the network learnt from numbers 0 to 1.",
    "ink": "Paper, shadows and specks become 0 and ink 1, whichever was darker: MNIST has light ink on 0.",
    "crop": "The paper around the digit is cut off, so that it does not matter where on the paper you wrote, or how large.",
    "pen": "A stroke much thinner or thicker than MNIST’s is made like them; any other is left as it is.",
    "scale": "The longer side becomes 20 of the 28 pixels, as MNIST's makers did, so there is a margin all around.",
    "smooth": "A pixel at an edge is partly ink and gets a grey between (anti-aliasing), as all edges of MNIST have.",
    "centre": "The point on which the ink would balance goes to the middle: there a dense network has learnt to look.",
}
"""Why each is there."""
NEEDS_CROP = ("pen", "scale")
"""Steps that do nothing without the crop."""


@dataclass(frozen=True)
class Source:
    """What is framed.

    Attributes
    ----------
    ink : float32 (h, w), in [0, 1]
        Ink told from paper.
    picture : float32 (h', w') in [0, 1], or None
        The grey levels it was told from, divided by 255; None where the picture shows more than this one digit.
    page : float32 (h'', w'') in [0, 1], or None
        Ink on the whole picture, where ``ink`` is that of a part of it, around a small digit.
    """

    ink: Grey
    picture: Grey | None = None
    page: Grey | None = None

    @property
    def switches(self) -> tuple[str, ...]:
        """The steps that can be left out."""
        return NAMES if self.picture is not None else tuple(name for name in NAMES if name != "ink")


def source(framing: Framing, picture: NDArray[Any] | None = None) -> Source:
    """What is framed, from a digit that was framed before.

    Parameters
    ----------
    framing : Framing
        All its stages.
    picture : array (h, w), optional
        The picture it was found in, as ``framing.stages`` takes it.

    Returns
    -------
    Source
        The picture at no more than 224 pixels a side.

    Raises
    ------
    ValueError
        If the picture is no grey picture.
    """
    if picture is None:
        return Source(framing.ink)
    grey = as_grey(picture)
    small = shrunk(grey, WORKING_SIDE)
    page = None if small.shape == framing.ink.shape else all_ink(grey, WORKING_SIDE).strength
    return Source(framing.ink, small, page)


@dataclass(frozen=True)
class Apart:
    """A digit framed by some of the steps.

    Attributes
    ----------
    steps : Steps
        Which.
    pictures : dict of str to float32 (h, w), in [0, 1]
        What there is after each step, by its name, taken or not; empty ones where there is no ink.
    received : float32 (28, 28)
        What the network receives: 0 to 1, or to 255 without the step that divides.
    pen : tuple of float
        Width of a typical stroke before and after the pen's step, in pixels of the 20; (0, 0) where it was not measured.
    """

    steps: Steps
    pictures: dict[str, Grey]
    received: Grey
    pen: tuple[float, float]


def framed_with(source: Source, steps: Steps) -> Apart:
    """Frame a digit by some of the steps.

    Parameters
    ----------
    source : Source
        The digit.
    steps : Steps
        Which; ``ink`` is taken in any case where the source has no picture.

    Returns
    -------
    Apart
        With all steps, ``received`` is what ``netlab.drawing.framing.framed`` makes of the same ink, to the bit.
    """
    raw = source.ink if source.picture is None else source.picture
    page = source.ink if steps.crop or source.page is None else source.page
    shape = page if steps.ink else raw
    cut = cropped(shape) if steps.crop else shape
    pictures = {"units": raw, "ink": shape, "crop": cut}
    blank = np.zeros((SIDE, SIDE), np.float32)
    if not cut.any():
        return Apart(steps, pictures | dict.fromkeys(NAMES[3:], blank[:0, :0]), blank, (0.0, 0.0))
    if steps.crop:
        penned, pen = _penned(cut, steps)
        longest = BOX if steps.scale else SIDE
        untouched = pen[0] == pen[1] and max(cut.shape) == longest
        hard = _picked(penned, _proportional(penned.shape, longest))
        small = hard if not steps.smooth else cut if untouched else resized(penned, longest)
    else:
        penned, pen = cut, (0.0, 0.0)
        hard = _picked(cut, (SIDE, SIDE))
        small = _squeezed(cut) if steps.smooth else hard
    field = _in_field(small, steps)
    pictures |= {"pen": penned, "scale": hard, "smooth": small, "centre": field}
    return Apart(steps, pictures, field if steps.units else field * np.float32(LEVELS), pen)


def _penned(cut: Grey, steps: Steps) -> tuple[Grey, tuple[float, float]]:
    """The digit at 80 pixels, its strokes made like MNIST's if that step is taken; one without ink stays as it is."""
    fine = resized(cut, BOX * FINE)
    weighted, before, after = with_usual_pen(fine)
    return (weighted, (before, after)) if steps.pen and weighted.size else (fine, (before, before))


def _proportional(shape: tuple[int, ...], longest: int) -> tuple[int, int]:
    height, width = (max(1, round(length * longest / max(shape))) for length in shape)
    return height, width


def _picked(shape: Grey, size: tuple[int, int]) -> Grey:
    """Of each new pixel the point in its middle, ink or paper."""
    height, width = size
    picked = np.asarray(Image.fromarray(shape).resize((width, height), Image.Resampling.NEAREST))
    return (picked > 0.5).astype(np.float32)


def _squeezed(shape: Grey) -> Grey:
    """A whole picture at 28×28, whatever its proportions; averaged where it is larger."""
    return np.clip(np.asarray(Image.fromarray(shape).resize((SIDE, SIDE), Image.Resampling.BOX)), 0, 1)


def _in_field(small: Grey, steps: Steps) -> Grey:
    """A small picture in the field of 28×28."""
    if steps.centre:
        ink = _trimmed(small) if not steps.crop else small
        return placed(ink) if ink.any() else np.zeros((SIDE, SIDE), np.float32)
    field = np.zeros((SIDE, SIDE), np.float32)
    top, left = ((SIDE - length) // 2 for length in small.shape)
    field[top : top + small.shape[0], left : left + small.shape[1]] = small
    return field


def _trimmed(shape: Grey) -> Grey:
    """Cut a picture to whatever is not 0 in it."""
    rows, columns = (np.flatnonzero(shape.any(axis=axis)) for axis in (1, 0))
    return shape[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if rows.size else shape[:0, :0]


@dataclass(frozen=True)
class Answer:
    """What a network says to a digit that was framed by some of the steps.

    Attributes
    ----------
    apart : Apart
        The digit.
    sums : float32 (10,)
        What the last layer gives, before softmax.
    """

    apart: Apart
    sums: NDArray[np.float32]

    @cached_property
    def probabilities(self) -> NDArray[np.float32]:
        """Ten probabilities, (10,)."""
        return np.asarray(softmax(self.sums[None])[0], np.float32)

    @property
    def digit(self) -> int:
        """The first guess."""
        return int(self.probabilities.argmax())

    @property
    def blank(self) -> bool:
        """Whether nothing is left to read."""
        return not self.apart.received.any()

    @property
    def lead(self) -> float:
        """By how much the highest of the ten sums exceeds the second."""
        second, first = np.sort(self.sums)[-2:]
        return float(first - second)

    @property
    def words(self) -> str:
        """The answer and how sure, as "3 (54.0 %)"."""
        return "nothing to read" if self.blank else f"{self.digit} ({probability(self.probabilities.max())})"


def answers(
    spec: NetworkSpec, weights: Weights, source: Source, choices: Sequence[Steps]
) -> tuple[Answer, ...]:
    """Let a network read a digit framed in several ways.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : Weights
        Its weights by name.
    source : Source
        The digit.
    choices : sequence of Steps
        The ways.

    Returns
    -------
    tuple of Answer
        One a way; equal pictures are sent through the network once.
    """
    ways = [framed_with(source, steps) for steps in choices]
    found = {apart.received.tobytes(): apart.received for apart in ways}
    sums = dict(zip(found, layer_outputs(spec, weights, np.stack(list(found.values())))[-1]))
    return tuple(Answer(apart, np.asarray(sums[apart.received.tobytes()], np.float32)) for apart in ways)


def so_far(switches: Sequence[str] = NAMES) -> tuple[Steps, ...]:
    """The ways that take the first steps only: none, one, two, … all.

    Parameters
    ----------
    switches : sequence of str
        The steps that can be left out, in their order; the others are always taken.

    Returns
    -------
    tuple of Steps
        One more than there are switches.
    """
    ways = (set(NAMES) - set(switches[count:]) for count in range(len(switches) + 1))
    return tuple(Steps(**{name: name in taken for name in NAMES}) for taken in ways)


def without(name: str) -> Steps:
    """All steps but one.

    Parameters
    ----------
    name : str
        One of ``NAMES``.

    Returns
    -------
    Steps
    """
    return replace(Steps(), **{name: False})


def effect(left_out: Answer, whole: Answer) -> str:
    """What a step does to this digit: the answer without it beside the answer with all.

    Parameters
    ----------
    left_out : Answer
        To the digit framed without that step.
    whole : Answer
        To the digit framed by all steps.

    Returns
    -------
    str
        A sentence.
    """
    if np.array_equal(left_out.apart.received, whole.apart.received):
        return "Here it changes nothing."
    if left_out.blank:
        return "Without it nothing is left to read."
    if left_out.digit != whole.digit:
        return f"Without it: {left_out.words} instead of {whole.words}."
    before, after = (float(one.probabilities.max()) for one in (whole, left_out))
    if abs(before - after) < SAME:
        return f"Without it: still {left_out.words}, as sure."
    if after < before:
        return f"Without it: still {left_out.words}, less sure than with it."
    return f"Without it: still {left_out.words}, more sure than with it."


def pen_said(apart: Apart) -> str:
    """How wide the strokes are.

    Parameters
    ----------
    apart : Apart
        A digit, its pen measured.

    Returns
    -------
    str
        A sentence; empty if it was not measured.
    """
    before, after = (fixed(width, 1) for width in apart.pen)
    if not apart.pen[0]:
        return ""
    if before == after:
        return f"Your stroke: {before} pixels."
    return f"Your stroke: {before} pixels, made {after}."


def left_out(steps: Steps, switches: Sequence[str] = NAMES) -> tuple[str, ...]:
    """The steps that are not taken, in their order.

    Parameters
    ----------
    steps : Steps
        Some.
    switches : sequence of str
        Those that can be left out.

    Returns
    -------
    tuple of str
        Their names.
    """
    return tuple(name for name in switches if not getattr(steps, name))


def last(steps: Steps, switches: Sequence[str] = NAMES) -> str:
    """What a way that takes the first steps only is called.

    Parameters
    ----------
    steps : Steps
        One of ``so_far(switches)``.
    switches : sequence of str
        The steps that can be left out.

    Returns
    -------
    str
        The last step that it takes, as "+ Crop".
    """
    taken = [name for name in switches if getattr(steps, name)]
    return f"+ {TITLES[taken[-1]]}" if taken else "No step"


def summary(answer: Answer, whole: Answer, off: Sequence[str]) -> str:
    """What the network says to the steps as they are switched.

    Parameters
    ----------
    answer : Answer
        To those.
    whole : Answer
        To all steps.
    off : sequence of str
        The steps that are switched off.

    Returns
    -------
    str
        A sentence.
    """
    if not off:
        return f"With all steps it says {whole.words}."
    named = [f"“{TITLES[name]}”" for name in off]
    which = ", ".join(named[:-1]) + " and " * (len(named) > 1) + named[-1]
    if answer.blank:
        return f"Without {which} nothing is left to read; with all steps it says {whole.words}."
    return f"Without {which} it says {answer.words}; with all steps {whole.words}."


def saturation(answer: Answer, divided: Answer) -> str:
    """Why a network that receives numbers up to 255 is as sure as can be, right or wrong.

    Parameters
    ----------
    answer : Answer
        To the numbers up to 255.
    divided : Answer
        To the same picture with numbers up to 1.

    Returns
    -------
    str
        Sentences; empty unless its sums lie so far apart that softmax has nothing left to weigh.
    """
    if answer.apart.steps.units or answer.blank or answer.lead < DECIDED:
        return ""
    text = (
        f"Do not trust the bars: every number is {LEVELS} times as large as in training, so the two highest of the ten sums "
        f"lie {_apart(answer.lead)} apart instead of {_apart(divided.lead)}. Softmax turns any lead beyond about "
        f"{plain(DECIDED)} into all or nothing."
    )
    if answer.digit != divided.digit:
        return f"{text} The answer is another one too: the numbers grew, but what the network learnt did not."
    return f"{text} It would be just as sure of a wrong answer."


def _apart(lead: float) -> str:
    return f"{lead:,.0f}" if lead >= 100 else plain(lead, 2)
