"""Ink that is certainly no digit is doubted, beside the ten shares; digits, thin or fat, are not."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from netlab.__main__ import main
from netlab.drawing import recognize
from netlab.drawing.doubt import doubt
from netlab.drawing.framing import stages


def ink(draw_it: Callable[[Any], object]) -> np.ndarray:
    image = Image.new("L", (280, 280))
    draw_it(ImageDraw.Draw(image))
    return np.asarray(image)


def stroke(draw: Any, *points: tuple[float, float], width: int = 22) -> None:
    """A stroke with round ends, as the pad draws it."""
    draw.line(points, fill=255, width=width, joint="curve")
    for x, y in points:
        draw.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=255)


def zigzag(draw: Any) -> None:
    stroke(draw, *((20 + 240 * (row % 2), 20 + 8 * row) for row in range(31)))


def scrawl(draw: Any) -> None:
    stroke(draw, *(tuple(point) for point in np.random.default_rng(0).integers(20, 260, (60, 2)).tolist()))


def four(draw: Any) -> None:
    stroke(draw, (90, 50), (70, 150), (210, 150))
    stroke(draw, (180, 60), (170, 240))


NONE: dict[str, tuple[Callable[[Any], object], str]] = {
    "dot": (lambda d: stroke(d, (140, 140)), "one blob"),
    "dot of a moving hand": (lambda d: stroke(d, (140, 140), (146, 142)), "one blob"),
    "one pixel": (lambda d: d.point((140, 140), fill=255), "one blob"),
    "disc": (lambda d: d.ellipse([80, 80, 200, 200], fill=255), "one blob"),
    "square": (lambda d: d.rectangle([60, 60, 220, 220], fill=255), "one blob"),
    "zigzag all over": (zigzag, "one blob"),
    "scrawl all over": (scrawl, "full of ink"),
    "dash": (lambda d: stroke(d, (60, 140), (220, 140)), "twice as wide as high"),
}
SOME: dict[str, Callable[[Any], object]] = {
    "1": lambda d: stroke(d, (140, 40), (140, 240)),
    "slanted 1": lambda d: stroke(d, (110, 230), (180, 50)),
    "short 1": lambda d: stroke(d, (140, 110), (140, 170)),
    "7": lambda d: stroke(d, (60, 60), (220, 60), (150, 230)),
    "fat 0": lambda d: d.ellipse([90, 50, 190, 230], outline=255, width=38),
    "round 0": lambda d: d.ellipse([60, 60, 220, 220], outline=255, width=22),
    "fat 8": lambda d: (
        d.ellipse([90, 50, 190, 145], outline=255, width=34), d.ellipse([80, 125, 200, 235], outline=255, width=36),
    ),
    "4": four,
}  # fmt: skip


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_digit_is_doubted_with_the_reason(name: str) -> None:
    draw_it, part = NONE[name]
    found = doubt(stages(ink(draw_it)))
    assert found is not None
    assert found.sentence.startswith("This does not look like a digit. ")
    assert part in found.sentence


@pytest.mark.parametrize("name", SOME)
def test_a_digit_is_not_doubted(name: str) -> None:
    assert doubt(stages(ink(SOME[name]))) is None


def test_nothing_is_not_doubted() -> None:
    assert doubt(stages(ink(lambda d: None))) is None


@pytest.mark.skipif(
    not Path(os.environ.get("NETLAB_MNIST", "")).is_file(), reason="needs real digits in NETLAB_MNIST"
)
def test_at_most_one_in_two_hundred_real_digits_is_doubted_and_rightly_read() -> None:
    with np.load(os.environ["NETLAB_MNIST"]) as file:
        digits, labels = file["x_test"][::5], file["y_test"][::5]
    read = [recognize.read(*recognize.network("convolutional"), digit) for digit in digits]
    lost = [one.doubt is not None and one.digit == label for one, label in zip(read, labels, strict=True)]
    assert sum(lost) <= len(digits) / 200


def test_the_command_line_says_it_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dot, one = tmp_path / "dot.png", tmp_path / "one.png"
    Image.fromarray(ink(NONE["dot"][0])).save(dot)
    Image.fromarray(ink(SOME["1"])).save(one)
    assert recognize.read(*recognize.network("article"), ink(NONE["dot"][0])).doubt
    assert main(["read", str(dot), str(one)]) == 0
    told_of_dot, told_of_one = capsys.readouterr().out.splitlines()
    assert "no digit. This does not look like a digit. Its strokes are so thick" in told_of_dot
    assert "If it had to be one: " in told_of_dot
    assert told_of_one.startswith(f"{one}: 1 (")
    assert main(["read", str(dot), str(one), "--json"]) == 0
    of_dot, of_one = map(json.loads, capsys.readouterr().out.splitlines())
    assert of_dot["digit"] is None
    assert of_dot["guess"] == max(range(10), key=of_dot["probabilities"].__getitem__)
    assert "does not look like a digit" in of_dot["note"]
    assert of_one["digit"] == 1
    assert "note" not in of_one
    assert "guess" not in of_one
