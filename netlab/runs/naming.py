"""What a run is called: by itself from what is unusual about it beside the article's network, or as its reader wishes."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from netlab.formatting import counted, plain
from netlab.nets.spec import HELD_BACK, Dense, NetworkSpec
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.losses import LOSSES
from netlab.nn.optimizers import ON_TRAIN

LONGEST = 60
ARTICLE = "The article's network"
USUAL = NetworkSpec()
_ALIKE = {"zeros": "all weights zero", "ones": "all weights one"}


def given_name(spec: NetworkSpec) -> str:
    """Name a run by what its network and its training do not share with the article's.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.

    Returns
    -------
    str
        At most ``LONGEST`` letters; what does not fit is counted at the end.

    Examples
    --------
    >>> given_name(NetworkSpec()), given_name(NetworkSpec(optimizer="sgd", learning_rate=30.0))
    ("The article's network", 'SGD, rate 30')
    """
    network = [*_layers(spec), *_optimizer(spec), *_start(spec)]
    parts = [*(network or [ARTICLE]), *_course(spec), *_others(spec)]
    if spec.validation == HELD_BACK and not {*parts} - {ARTICLE, f"seed {spec.seed}"}:
        parts.append("held-back validation")  # usual of every network but the article's
    name = _fitting(parts)
    return name[:1].upper() + name[1:]


def clean_name(text: str) -> str:
    """A name that somebody typed, or that stands in a file: one line of letters that can be seen, none too many.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        At most ``LONGEST`` letters; empty if nothing is left.
    """
    seen = "".join(letter if letter.isprintable() else " " for letter in text[: 10 * LONGEST])
    return " ".join(seen.split())[:LONGEST].rstrip()


def _fitting(parts: list[str]) -> str:
    """As many parts as fit, from the first on, and how many were left out."""
    for kept in range(len(parts), 0, -1):
        left = len(parts) - kept
        name = ", ".join(parts[:kept]) + (f" and {left} more" if left else "")
        if len(name) <= LONGEST:
            return name
    return f"{parts[0][: LONGEST - 1]}…"


def _layers(spec: NetworkSpec) -> list[str]:
    found = []
    if spec.convolutions:
        found.append(counted(len(spec.convolutions), "convolution"))
    found += _hidden(spec)
    if spec.activation != USUAL.activation:
        found.append(ACTIVATIONS[spec.activation].title)
    if spec.normalises:
        found.append("batch normalisation")
    if spec.hidden and spec.dropout != USUAL.dropout:
        found.append(f"dropout {plain(spec.dropout)}" if spec.dropout else "no dropout")
    return found


def _hidden(spec: NetworkSpec) -> list[str]:
    units = [layer.units for layer in spec.layers]
    own = any(
        isinstance(layer, Dense) and (layer.activation is not None or layer.dropout is not None)
        for layer in spec.hidden
    )
    words = ["layers set one by one"] if own and _differ(spec) else []
    if not units:
        return ["no hidden layer", *words]
    if units == [layer.units for layer in USUAL.layers] and not spec.convolutions:
        return words
    if len(units) == 1:
        return [counted(units[0], "unit"), *words]
    alike = len(set(units)) == 1
    return [f"{len(units)} × {units[0]}" if alike else "-".join(map(str, units)), *words]


def _differ(spec: NetworkSpec) -> bool:
    """Whether a layer has an activation or a dropout that is not the common one."""
    return any((layer.activation, layer.dropout) != (spec.activation, spec.dropout) for layer in spec.layers)


def _optimizer(spec: NetworkSpec) -> list[str]:
    row, found = ON_TRAIN[spec.optimizer], []
    if spec.optimizer != USUAL.optimizer:
        found.append(row.training_title)
    if spec.rate != row.default_learning_rate:
        found.append(f"rate {plain(spec.rate)}")
    usual = {setting.key: setting.default for setting in row.training_settings}
    found += [
        f"{key.replace('_', ' ')} {plain(value)}"
        for key, value in dict(spec.settings).items()
        if value != usual.get(key)
    ]
    return found


def _start(spec: NetworkSpec) -> list[str]:
    if spec.initializer == USUAL.initializer:
        return []
    return [_ALIKE.get(spec.initializer, spec.initializer.replace("_", " "))]


def _course(spec: NetworkSpec) -> list[str]:
    """What is unusual about the data, the loss and the course of the training."""
    words = {
        "train_examples": f"{spec.train_examples or 0:,} images",
        "loss": LOSSES[spec.loss].title,
        "schedule": f"{spec.schedule} schedule",
        "batch_size": f"batches of {spec.batch_size}",
        "l1": f"L1 {plain(spec.l1)}",
        "l2": f"L2 {plain(spec.l2)}",
        "label_smoothing": f"label smoothing {plain(spec.label_smoothing)}",
        "augment": "varied digits",
        "epochs": counted(spec.epochs, "epoch"),
        "seed": f"seed {spec.seed}",
    }
    return [said for field, said in words.items() if getattr(spec, field) != getattr(USUAL, field)]


_TOLD = {
    "hidden", "activation", "dropout", "convolutions", "initializer", "l1", "l2", "optimizer", "learning_rate", "settings",
    "schedule", "loss", "batch_size", "epochs", "train_examples", "seed", "augment", "label_smoothing",
    "normalisation", "validation",
}  # fmt: skip


def _others(spec: NetworkSpec) -> list[str]:
    """Settings that have no words of their own here: their name and their value."""
    return [
        _named(field.name.replace("_", " "), getattr(spec, field.name))
        for field in fields(spec)
        if field.name not in _TOLD and getattr(spec, field.name) != getattr(USUAL, field.name)
    ]


def _named(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return name if value else f"no {name}"
    return f"{name} {plain(value) if isinstance(value, int | float) else value}"
