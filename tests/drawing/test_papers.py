"""Signs on papers that are hard to tell from ink, and those papers alone; each law with the share that must hold."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from benchmarks.papers import PAPERS, SIDES, THICK, THIN, glare_band, jpeg_of_a_pen, shadow_edge
from benchmarks.reading import LOOKS, STRANGERS, Look, drawn, jpeg, scribbled
from netlab.drawing.framing import Framing, frame, stages
from netlab.drawing.recognize import network
from netlab.nets.numpy_model import predict

SIX = [[(0.7, 0), (0.25, 0.35), (0.1, 0.75), (0.45, 1), (0.85, 0.78), (0.5, 0.52), (0.14, 0.75)]]
FIVE = [[(0.9, 0), (0.25, 0.05), (0.2, 0.45), (0.6, 0.38), (0.9, 0.68), (0.5, 1), (0.08, 0.88)]]


def likeness(first: np.ndarray, second: np.ndarray) -> float:
    """Best correlation of two framed digits when one may lie a pixel off; 0 if one is blank."""
    if not (first.any() and second.any()):
        return 0.0
    moved = [np.roll(first, (down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return max(float(np.corrcoef(picture.ravel(), second.ravel())[0, 1]) for picture in moved)


def ink_of(strokes: list[list[tuple[float, float]]], pen: int) -> np.ndarray:
    return np.pad(scribbled(strokes, (pen, pen), np.random.default_rng(5)) / 255.0, 20)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("hard", [True, False], ids=["hard", "soft"])
@pytest.mark.parametrize("light", [False, True], ids=["dark ink", "light ink"])
@pytest.mark.parametrize("pen", [5, 24], ids=["thin", "thick"])
def test_a_shadow_s_edge_is_no_ink_and_does_not_turn_it_around(
    side: str, hard: bool, light: bool, pen: int
) -> None:
    alike, polarity = [], []
    for strokes in (SIX, FIVE):
        ink = ink_of(strokes, pen)
        for seed in range(4):
            picture = shadow_edge(ink, np.random.default_rng(seed), light=light, hard=hard, side=side)
            made = stages(picture)
            alike.append(likeness(made.centred, frame(ink)))
            polarity.append(made.dark_on_light != light)
    assert np.mean(polarity) >= 7 / 8
    assert np.mean(np.array(alike) > 0.8) >= 6 / 8


@pytest.mark.parametrize("name", PAPERS)
def test_signs_on_hard_papers_are_found(name: str) -> None:
    alike = []
    for strokes in (SIX, FIVE):
        for pen in (6, 22):
            ink = ink_of(strokes, pen)
            alike += [
                likeness(frame(PAPERS[name](ink, np.random.default_rng(seed))), frame(ink))
                for seed in range(4)
            ]
    assert np.mean(np.array(alike) > 0.8) >= 0.75


@pytest.mark.parametrize("hard", [True, False], ids=["hard", "soft"])
@pytest.mark.parametrize("light", [False, True], ids=["white paper", "blackboard"])
def test_paper_in_a_shadow_is_blank(hard: bool, light: bool) -> None:
    for seed in range(12):
        picture = shadow_edge(np.zeros((300, 360)), np.random.default_rng(seed), light=light, hard=hard)
        assert not frame(picture).any(), seed


def test_paper_in_uneven_light_is_blank() -> None:
    y, x = np.mgrid[-1:1:300j, -1:1:240j]
    for seed in range(12):
        rng = np.random.default_rng(seed)
        tilt, corners = rng.uniform(-0.25, 0.25, 2), rng.uniform(0, 0.5)
        light = 0.8 * (1 + tilt[0] * x + tilt[1] * y) * (1 - corners * (x * x + y * y) / 2)
        picture = jpeg(np.clip(255 * (light + rng.normal(0, 0.01, x.shape)), 0, 255).astype(np.uint8), 70)
        assert not frame(picture).any(), seed


def test_a_stroke_in_a_glare_is_kept_and_the_glare_is_not() -> None:
    ink = ink_of(SIX, 16)
    made = [stages(glare_band(ink, np.random.default_rng(seed))) for seed in range(8)]
    assert np.mean([likeness(one.centred, frame(ink)) > 0.8 for one in made]) >= 0.75


# --- laws: what may not change an answer, on MNIST's test digits drawn anew -----------------------------


def answers(framings: list[Framing]) -> np.ndarray:
    spec, weights = network("convolutional")
    return predict(spec, weights, np.stack([made.centred for made in framings])).argmax(axis=1)


@pytest.fixture(scope="module")
def mnist() -> tuple[np.ndarray, np.ndarray]:
    path = Path(os.environ.get("NETLAB_MNIST", "no file"))
    if not path.is_file():
        pytest.skip("needs real MNIST: set NETLAB_MNIST to mnist.npz")
    with np.load(path, allow_pickle=False) as data:
        return data["x_test"], data["y_test"]


LAWS: dict[str, tuple[Look, float]] = {
    "as it is": (LOOKS["280 px, own pen"], 0.98),
    "shift": (LOOKS["dark on light, anywhere"], 0.98),
    "scale": (Look((40, 230), anywhere=True), 0.98),
    "polarity": (LOOKS["cut out at 4 %"], 0.98),
    "thin pen": (LOOKS["thin pen"], 0.95),
    "thick pen": (LOOKS["thick pen"], 0.95),
    "page margin": (Look((100, 200), (600, 500)), 0.98),
    "JPEG quality, thin pen": (Look((110, 230), pen=THIN, finish=jpeg_of_a_pen), 0.95),
    "JPEG quality, thick pen": (Look((110, 230), pen=THICK, finish=jpeg_of_a_pen), 0.95),
}


@pytest.mark.mnist
@pytest.mark.parametrize("law", LAWS)
def test_what_changes_a_picture_of_a_digit_leaves_the_answer(
    law: str, mnist: tuple[np.ndarray, np.ndarray]
) -> None:
    look, least = LAWS[law]
    x, _ = mnist
    chosen, rng = np.random.default_rng(1).choice(len(x), 80, replace=False), np.random.default_rng(2)
    plain = answers([stages(x[i]) for i in chosen])
    changed = answers([stages(drawn(x[i], look, rng)) for i in chosen])
    assert np.mean(plain == changed) >= least


@pytest.mark.parametrize(
    ("digit", "strokes"),
    [(digit, strokes) for digit, _, strokes in STRANGERS],
    ids=[name for _, name, _ in STRANGERS],
)
@pytest.mark.parametrize("reader", ["article", "convolutional"])
def test_digits_as_strangers_write_them_are_read(
    digit: int, strokes: list[list[tuple[float, float]]], reader: str
) -> None:
    rng = np.random.default_rng(23)
    pictures = np.stack([frame(scribbled(strokes, (5, 22), rng)) for _ in range(40)])
    assert np.mean(predict(*network(reader), pictures).argmax(axis=1) == digit) >= 0.9
