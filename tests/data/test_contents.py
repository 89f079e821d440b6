"""A file of digits that cannot be learnt from is told so, with the number that shows it; a sound one gets no word."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netlab.__main__ import main
from netlab.data import load
from netlab.data.contents import oddities
from netlab.runs.events import Started, from_line
from tests.conftest import made_digits

Arrays = dict[str, Any]
PARTS = ("x_train", "y_train", "x_test", "y_test")


@pytest.fixture(scope="module")
def sound() -> Arrays:
    """6,000 and 1,000 digits: real ones where a file of them is named, else the easy made ones."""
    path = Path(os.environ.get("NETLAB_MNIST", ""))
    if path.is_file():
        with np.load(path) as file:
            return {part: file[part][: 6000 if "train" in part else 1000] for part in PARTS}
    made = made_digits(6000, 1000)
    arrays = {part: getattr(made, part).copy() for part in PARTS}
    draw = np.random.default_rng(1)
    for part in ("x_train", "x_test"):
        arrays[part][draw.random(arrays[part].shape) < 0.03] = 255
    return arrays


def both(change: Callable[[Any], Any]) -> Callable[[Arrays], Arrays]:
    return lambda sound: {part: change(sound[part]) for part in ("x_train", "x_test")}


def some_blank(sound: Arrays) -> Arrays:
    images = sound["x_train"].copy()
    images[::20] = 0
    return {"x_train": images}


def shuffled(sound: Arrays) -> Arrays:
    return {"y_train": np.random.default_rng(0).permutation(sound["y_train"])}


def sorted_and_cut(sound: Arrays) -> Arrays:
    kept = sound["y_train"] < 5
    return {"x_train": sound["x_train"][kept], "y_train": sound["y_train"][kept]}


BROKEN: dict[str, tuple[Callable[[Arrays], Arrays], str]] = {
    "pixels of 0 and 1": (
        both(lambda x: (x > 127).astype(np.uint8)), "brightest pixel of all training pictures is 1; expected 255",
    ),
    "scaled twice": (both(lambda x: x // 255), "brightest pixel of all test pictures is 1"),
    "half as bright": (both(lambda x: x // 2), "brightest pixel of all training pictures is 127"),
    "inverted": (both(lambda x: 255 - x), "100.0 % of the training pictures have light edges"),
    "all black": (lambda sound: {"x_train": sound["x_train"] * 0}, "6,000 of the 6,000 training pictures are blank"),
    "some blank": (some_blank, "300 of the 6,000 training pictures are blank"),
    "one class": (lambda sound: {"y_train": sound["y_train"] * 0 + 3}, "there is only one digit"),
    "missing classes": (sorted_and_cut, "training labels: 5, 6, 7, 8, 9. What a network never sees it cannot learn."),
    "tested on what it learnt": (
        lambda sound: {"x_test": sound["x_train"][:1000], "y_test": sound["y_train"][:1000]},
        "1,000 of the 1,000 test pictures are among the training pictures too",
    ),
    "copies": (lambda sound: {"x_train": sound["x_train"][np.arange(6000) % 50]}, "Only 50 of the 6,000 training"),
    "labels in another order": (shuffled, "Perhaps labels and pictures are not in one order"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_told_with_its_number(name: str, sound: Arrays) -> None:
    change, part = BROKEN[name]
    text = " ".join(oddities({**sound, **change(sound)})).replace("\u00a0", " ")
    assert part in text


SOUND: dict[str, Callable[[Arrays], Arrays]] = {
    "as it is": lambda sound: {},
    "pixels of 0 and 255": both(lambda x: ((x > 127) * 255).astype(np.uint8)),
    "moved aside": both(lambda x: np.roll(x, 3, 2)),
    "five digits": lambda sound: {part: sound[part][:5] for part in PARTS},
}


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_gets_no_word(name: str, sound: Arrays) -> None:
    assert oddities({**sound, **SOUND[name](sound)}) == ()


@pytest.mark.parametrize("seed", range(20))
def test_small_honest_subsets_get_no_word(seed: int, sound: Arrays) -> None:
    draw = np.random.default_rng(seed)
    train, test = (
        draw.permutation(6000)[: draw.integers(5, 3000)],
        draw.permutation(1000)[: draw.integers(5, 1000)],
    )
    subset = {part: sound[part][train if "train" in part else test] for part in PARTS}
    assert oddities(subset) == ()


needs_real = pytest.mark.skipif(
    not Path(os.environ.get("NETLAB_MNIST", "")).is_file(), reason="needs real digits in NETLAB_MNIST"
)


@needs_real
@pytest.mark.parametrize(
    ("turn", "part"),
    [
        (lambda x: x.transpose(0, 2, 1), "transposed"), (lambda x: x[:, :, ::-1], "mirrored, left to right"),
        (lambda x: np.rot90(x, 1, (1, 2)), "90 degrees to the left"),
        (lambda x: np.rot90(x, -1, (1, 2)), "90 degrees to the right"),
        (lambda x: x[:, ::-1, ::-1], "by 180 degrees"),
    ],
)  # fmt: skip
def test_pictures_that_do_not_stand_upright_are_told(
    turn: Callable[[Any], Any], part: str, sound: Arrays
) -> None:
    (sentence,) = oddities({**sound, **both(turn)(sound)})
    assert part in sentence


@needs_real
def test_all_of_mnist_gets_no_word() -> None:
    assert load(os.environ["NETLAB_MNIST"]).warnings == ()


@pytest.fixture
def inverted(sound: Arrays, tmp_path: Path) -> Path:
    path = tmp_path / "inverted.npz"
    np.savez(path, **{**sound, **both(lambda x: 255 - x)(sound)})
    return path


def test_the_word_travels_with_the_digits_and_stops_nobody(
    inverted: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    digits = load(inverted)
    assert len(digits.warnings) == 2
    assert len(digits.y_train) == 6000
    monkeypatch.setenv("NETLAB_MNIST", str(inverted))
    assert main(["data"]) == 0
    assert "Look at these digits: 100.0" in capsys.readouterr().out
    assert main(["data", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["warnings"] == list(digits.warnings)


def test_an_event_carries_it_and_one_without_is_read_too() -> None:
    started = Started("r", 1, 1, 1, 1, 1, "file", "note", 0, ("odd",))
    assert from_line(started.to_line()) == started
    older = json.loads(started.to_line())
    del older["warnings"]
    assert from_line(json.dumps(older)) == Started("r", 1, 1, 1, 1, 1, "file", "note")
