"""What an experiment changes of a network: one row a setting, with its name, the values offered and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from netlab.experiments.comparing.record import Value
from netlab.formatting import plain
from netlab.nets.layers import Dense
from netlab.nets.spec import NetworkSpec, SpecError
from netlab.nn.losses import LOSSES
from netlab.nn.optimizers import ON_TRAIN
from netlab.runs.compare import differences
from netlab.runs.trials import wider, with_activation, with_dropout
from netlab.training.controls import CONTROLS, RATES


@dataclass(frozen=True)
class Setting:
    """A setting that an experiment may change.

    Attributes
    ----------
    key, label : str
        Its key in ``netlab.training.controls.CONTROLS``, and what a sentence calls it.
    values : tuple
        Those that are offered, in order.
    apply : callable
        ``(spec, value) -> spec``, the same network with the value.
    of : callable
        ``spec -> value``.
    log : bool
        Whether its values are spaced by their ratio.
    """

    key: str
    label: str
    values: tuple[Value, ...]
    apply: Callable[[NetworkSpec, Any], NetworkSpec]
    of: Callable[[NetworkSpec], Any]
    log: bool = False

    @property
    def named(self) -> bool:
        """Whether its values are names, not numbers."""
        return isinstance(self.values[0], str)

    def word(self, value: Any) -> str:
        """How a value is said."""
        options = CONTROLS[self.key].options
        if self.named:
            return str(options.get(value, value)) if isinstance(options, dict) else str(value)
        if isinstance(value, int) and self.key != "seed":
            return f"{value:,}"
        return str(value) if isinstance(value, int) else plain(value)


def _field(key: str, label: str, values: tuple[Value, ...] | None = None, *, log: bool = False) -> Setting:
    """A setting that is one field of the network."""
    control = CONTROLS[key]

    def apply(spec: NetworkSpec, value: Any) -> NetworkSpec:
        return replace(spec, **{control.field: control.to_field(value)})

    return Setting(key, label, values or tuple(control.options), apply, control.of, log)


def _with_depth(spec: NetworkSpec, depth: int) -> NetworkSpec:
    first = spec.hidden[0] if spec.hidden else CONTROLS["width"].default
    return replace(spec, hidden=(first,) * depth)


def _width(spec: NetworkSpec) -> int:
    return spec.layers[0].units if spec.layers else 0


def _with_optimizer(spec: NetworkSpec, optimizer: str) -> NetworkSpec:
    return replace(spec, optimizer=optimizer, learning_rate=None, settings=())


def _tenths(last: float, step: float) -> tuple[float, ...]:
    return tuple(round(place * step, 10) for place in range(round(last / step) + 1))


_ROWS = (
    Setting("dropout", "dropout", _tenths(0.9, 0.1), lambda spec, value: with_dropout(spec, value).spec, lambda spec: spec.dropout),
    Setting("rate", "learning rate", RATES, lambda spec, value: replace(spec, learning_rate=value), lambda spec: spec.rate, log=True),
    Setting("optimizer", "optimizer", tuple(ON_TRAIN), _with_optimizer, lambda spec: spec.optimizer),
    Setting("width", "units in each hidden layer", tuple(CONTROLS["width"].options), lambda spec, value: wider(spec, value).spec, _width, log=True),
    Setting("depth", "hidden layers", tuple(range(7)), _with_depth, lambda spec: len(spec.hidden)),
    Setting("activation", "activation", tuple(CONTROLS["activation"].options), lambda spec, value: with_activation(spec, value).spec, lambda spec: spec.activation),
    _field("batch", "batch size", log=True),
    _field("epochs", "epochs", (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30)),
    _field("examples", "training images", log=True),
    _field("l2", "L2 penalty"),
    _field("l1", "L1 penalty"),
    _field("initializer", "initial weights"),
    _field("schedule", "learning rate over time"),
    _field("smoothing", "label smoothing"),
    _field("augment", "augmentation", (0.0, 0.25, 0.5, 0.75, 1.0)),
    _field("clip", "gradient clipping"),
    _field("nonsense", "shuffled labels"),
    _field("normalise", "batch normalisation"),
    _field("seed", "seed", tuple(range(21))),
)  # fmt: skip

SETTINGS: dict[str, Setting] = {row.key: row for row in _ROWS}
SWEPT = ("rate", "width", "depth", "dropout", "batch", "optimizer", "activation", "epochs", "l2")
"""Those that a sweep may vary."""
_LABELS = {
    "hidden": "hidden layers", "l1": "L1 penalty", "l2": "L2 penalty", "train_examples": "training images",
    "normalisation": "batch normalisation", "clip_norm": "gradient clipping", "augment": "augmentation",
    "schedule": "learning rate over time", "initializer": "initial weights", "patience": "early stopping after epochs",
    "data": "pictures", "validation": "what is validated on",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """A setting in which two runs differ: its name and how both values are said."""

    label: str
    before: str
    after: str

    def __str__(self) -> str:
        """As a sentence has it."""
        return f"{self.label} {self.before} → {self.after}"


def changes(one: NetworkSpec, other: NetworkSpec) -> tuple[Change, ...]:
    """What differs between two runs, each choice counted once.

    Another optimizer brings its own usual learning rate and settings along; where both runs leave those at their
    defaults, that is one change.

    Parameters
    ----------
    one, other : NetworkSpec
        The two.

    Returns
    -------
    tuple of Change
        Empty for two runs with the same settings.

    Examples
    --------
    >>> [str(change) for change in changes(NetworkSpec(), NetworkSpec(dropout=0.0, seed=3))]
    ['dropout 0.2 → 0', 'seed 0 → 3']
    """
    found = dict(differences(one, other))
    if "optimizer" in found:
        ours, theirs = ON_TRAIN[one.optimizer], ON_TRAIN[other.optimizer]
        own = {setting.key for row in (ours, theirs) for setting in row.training_settings}
        own |= {*ours.training_arguments, *theirs.training_arguments}
        if not one.settings and not other.settings:
            found = {name: pair for name, pair in found.items() if name not in own}
        if one.rate == ours.default_learning_rate and other.rate == theirs.default_learning_rate:
            found.pop("learning_rate", None)
    return tuple(_change(name, *pair) for name, pair in found.items())


def change_between(one: NetworkSpec, other: NetworkSpec) -> tuple[str, Value] | None:
    """The one setting that makes a network into another.

    Parameters
    ----------
    one, other : NetworkSpec
        The two.

    Returns
    -------
    tuple of str and value, or None
        A key of ``SETTINGS`` and one of its values; None where no single one does it.

    Examples
    --------
    >>> change_between(NetworkSpec(), NetworkSpec(dropout=0.5))
    ('dropout', 0.5)
    """
    for row in SETTINGS.values():
        value = row.of(other)
        if value != row.of(one) and value in row.values and _makes(row, one, other):
            return row.key, value
    return None


def _makes(row: Setting, one: NetworkSpec, other: NetworkSpec) -> bool:
    try:
        return row.apply(one, row.of(other)) == other
    except SpecError:
        return False  # there is no such network


def _change(name: str, before: Any, after: Any) -> Change:
    return Change(_LABELS.get(name, name.replace("_", " ")), _said(name, before), _said(name, after))


def _said(name: str, value: Any) -> str:
    if value is None:
        return "all" if name == "train_examples" else "none"
    if name == "optimizer":
        return ON_TRAIN[value].training_title
    if name == "loss":
        return LOSSES[value].title
    if isinstance(value, list | tuple):
        return ", ".join(_said(name, one) for one in value) or "none"
    if isinstance(value, dict):
        return " ".join(_said(name, one) for one in value.values() if one is not None)
    if isinstance(value, bool | str):
        return str(value).replace("_", " ")
    if isinstance(value, Dense):
        return f"{value.units:,}"
    return f"{value:,}" if isinstance(value, int) and name != "seed" else plain(value)
