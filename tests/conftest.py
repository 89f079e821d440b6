"""What all tests share: a home of their own, real digits where they are at hand, a small made set always."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("NETLAB_WARM", "0")  # a page that is only looked at starts no worker
os.environ.setdefault("NETLAB_OFFLINE", "1")  # no test waits for a network

from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from netlab.data import Digits

pytest_plugins = ["tests.browser", "tests.pages"]

# No deadlines: machines are shared, and time is measured in benchmarks/. The same examples at every run of the
# continuous integration: a new example that fails is for the one who looks for it, not for the next change.
settings.register_profile("netlab", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("netlab")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test writes to a home of its own."""
    home = tmp_path / "home"
    monkeypatch.setenv("NETLAB_HOME", str(home))
    return home


def made_digits(train: int = 640, test: int = 200) -> Digits:
    """Ten kinds of blurred bars and boxes, easy to learn: for tests of the machinery, not of reading."""
    rng = np.random.default_rng(7)
    labels = rng.integers(0, 10, train + test).astype(np.uint8)
    images = rng.integers(0, 40, (train + test, 28, 28)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        row, column = divmod(int(label), 4)
        image[4 + 7 * row : 10 + 7 * row, 1 + 7 * column : 7 + 7 * column] += 200
    return Digits(
        x_train=images[:train], y_train=labels[:train], x_test=images[train:], y_test=labels[train:],
        source="made", note="Made for a test.",
    )  # fmt: skip


def write_digits(path: Path, digits: Digits) -> Path:
    """Write digits as ``NETLAB_MNIST`` takes them."""
    np.savez(path, x_train=digits.x_train, y_train=digits.y_train, x_test=digits.x_test, y_test=digits.y_test)
    return path


@pytest.fixture
def digits() -> Digits:
    """A small made set."""
    return made_digits()


@pytest.fixture
def digits_file(tmp_path: Path, digits: Digits, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small made set as a file that every process of the test finds."""
    path = write_digits(tmp_path / "digits.npz", digits)
    monkeypatch.setenv("NETLAB_MNIST", str(path))
    return path
