"""A run is called by what is unusual about it, or as its reader wishes; hostile names do no harm."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from netlab.nets.presets import PRESETS
from netlab.nets.spec import Convolution, Dense, NetworkSpec
from netlab.nn.optimizers import ON_TRAIN
from netlab.runs import store
from netlab.runs.naming import LONGEST, clean_name, given_name
from netlab.runs.run import RunError
from tests.runs.kept import SPEC

HOSTILE = (
    "<script>alert(1)</script>",
    "**bold** $x$ [a](javascript:1)",
    "a\u202eb\u0000c\nd",
    "😀" * 100,
    "\ud800x",
)


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        (NetworkSpec(), "The article's network"),
        (NetworkSpec(seed=3, epochs=1), "The article's network, 1 epoch, seed 3"),
        (NetworkSpec(optimizer="sgd", learning_rate=30.0), "SGD, rate 30"),
        (NetworkSpec(optimizer="sgd", learning_rate=30.0, validation="held-back"), "SGD, rate 30"),
        (NetworkSpec(validation="held-back"), "The article's network, held-back validation"),
        (NetworkSpec(seed=3, validation="held-back"), "The article's network, seed 3, held-back validation"),
        (NetworkSpec(hidden=(128,) * 4, initializer="he_normal"), "4 × 128, he normal"),
        (NetworkSpec(hidden=(300, 100), dropout=0.0), "300-100, no dropout"),
        (NetworkSpec(hidden=()), "No hidden layer"),
        (NetworkSpec(convolutions=(Convolution(16, 5, 2),), dropout=0.5), "1 convolution, 512 units, dropout 0.5"),
        (NetworkSpec(hidden=(Dense(512, "tanh", 0.2),)), "Layers set one by one"),
        (NetworkSpec(hidden=(Dense(512, "relu", 0.2),)), "The article's network"),
        (NetworkSpec(learning_rate=0.001), "The article's network"),
        (NetworkSpec(initializer="zeros", train_examples=1000), "All weights zero, 1,000 images"),
        (NetworkSpec(normalisation="batch"), "Batch normalisation"),
        (NetworkSpec(hidden=(300, 100), normalisation="batch", seed=3), "300-100, batch normalisation, seed 3"),
        (NetworkSpec(hidden=(), normalisation="batch"), "No hidden layer"),
        (NetworkSpec(optimizer="momentum", settings={"momentum": 0.5}), "SGD with momentum, momentum 0.5"),
    ],
)  # fmt: skip
def test_a_run_is_called_by_what_is_unusual_about_it(spec: NetworkSpec, name: str) -> None:
    assert given_name(spec) == name


def test_presets_have_names_of_their_own() -> None:
    assert len({given_name(preset.spec) for preset in PRESETS.values()}) == len(PRESETS)


@given(
    optimizer=some.sampled_from(sorted(ON_TRAIN)),
    hidden=some.lists(some.integers(1, 300), max_size=10).map(tuple),
    seed=some.integers(0, 999_999),
    rate=some.floats(1e-7, 1e5),
    smoothing=some.sampled_from((0.0, 0.1)),
    augment=some.sampled_from((0.0, 1.0)),
    l1=some.sampled_from((0.0, 1e-6)),
    batch=some.integers(1, 1024),
)
def test_every_name_fits_in_a_line(
    optimizer: str, hidden: tuple[int, ...], seed: int, rate: float, smoothing: float, augment: float, l1: float, batch: int
) -> None:  # fmt: skip
    spec = NetworkSpec(
        hidden=hidden, optimizer=optimizer, learning_rate=rate, seed=seed, label_smoothing=smoothing, augment=augment,
        l1=l1, batch_size=batch, dropout=0.35, initializer="he_normal", schedule="cosine", epochs=7,
    )  # fmt: skip
    name = given_name(spec)
    assert 0 < len(name) <= LONGEST
    assert clean_name(name) == name


@given(some.text())
def test_a_clean_name_is_one_line_that_can_be_seen(text: str) -> None:
    name = clean_name(text)
    assert name.isprintable()
    assert len(name) <= LONGEST
    assert name == clean_name(name) == name.strip()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_kept_and_read_back_clean(name: str) -> None:
    run = store.create(SPEC, store.new_id())
    run.rename(name)
    assert run.name() == run.own_name() == clean_name(name) != ""


def test_an_emptied_name_and_the_given_one_leave_no_file() -> None:
    run = store.create(SPEC, store.new_id())
    for name in ("", "  \n", given_name(SPEC)):
        run.rename("Mine")
        assert run.name() == "Mine"
        run.rename(name)
        assert run.name() == given_name(SPEC)
        assert not (run.folder / "name.json").exists()


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"name": 3}', b'{"name": ["a"]}', b"\xff\xfe", b'{"name": "' + b"x" * 5000 + b'"}', b'{"name": NaN}']
)  # fmt: skip
def test_a_damaged_name_is_none(content: bytes) -> None:
    run = store.create(SPEC, store.new_id())
    (run.folder / "name.json").write_bytes(content)
    assert run.own_name() == ""
    assert run.name() == given_name(SPEC)


def test_a_name_by_a_link_is_none() -> None:
    run, other = (store.create(SPEC, store.new_id()) for _ in range(2))
    (other.folder / "elsewhere").write_text(json.dumps({"name": "stolen"}))
    (run.folder / "name.json").symlink_to(other.folder / "elsewhere")
    assert run.own_name() == ""


def test_a_deleted_run_does_not_come_back_for_its_name() -> None:
    run = store.create(SPEC, store.new_id())
    run.delete()
    with pytest.raises(RunError, match="is gone"):
        run.rename("Mine")
    assert not run.folder.exists()
