"""One table of what a reader can set of a network: the page's controls, their addresses and the flags follow from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from netlab.data import sets
from netlab.nets.naming import data_title
from netlab.nets.spec import BATCH, HELD_BACK, MNIST, NONE, TEST, Convolution, Dense, NetworkSpec, SpecError
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.initializers import INITIALIZERS
from netlab.nn.losses import LOSSES
from netlab.nn.optimizers import ON_TRAIN
from netlab.nn.place import Place, shown_in
from netlab.nn.schedules import SPANNING

Kind = Literal["menu", "marks", "slider", "number"]
ALL_EXAMPLES = 60_000
RATES = (
    1e-5, 3e-5, 1e-4, 3e-4, 5e-4, 1e-3, 2e-3, 3e-3, 5e-3, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0,
    3.0, 10.0, 30.0, 100.0,
)  # fmt: skip
WIDTHS = (1, 2, 4, 8, 10, 16, 32, 64, 100, 128, 256, 300, 512, 784, 1024, 2048)
PENALTIES = (0.0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1)


USUAL = "usual"
"""To validate as is usual here: the article's network on the test pictures, every other on held-back ones."""


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Control:
    """One setting as a reader moves it.

    Attributes
    ----------
    key, label : str
        Its name in the address, and on the page.
    kind : str
        "menu" (titles by key), "marks" (values in order), "slider" or "number" (lowest, highest and, for a slider, step).
    help, idea : str
        One sentence, and the page that explains the idea behind it (empty if none does).
    field : str
        The field of ``NetworkSpec`` that it sets; empty where several controls make a field together.
    default : object
        What it begins at where that is not what the article's network has in its field.
    to_field, from_field : callable
        Between its value and the field's, where they differ.
    """

    key: str
    label: str
    kind: Kind
    options: Any
    help: str
    idea: str = ""
    field: str = ""
    default: Any = None
    to_field: Callable[[Any], Any] = _same
    from_field: Callable[[Any], Any] = _same

    def of(self, spec: NetworkSpec) -> Any:
        """The value that describes a network; for a control with a field."""
        return self.from_field(getattr(spec, self.field))

    @property
    def start(self) -> Any:
        """What it begins at: what the article's network has, unless it says otherwise."""
        return self.of(NetworkSpec()) if self.default is None else self.default

    @property
    def flag(self) -> str:
        """Its flag on the command line."""
        return f"--{self.field.replace('_', '-')}"


class DataSets(Mapping[str, str]):
    """Titles of the data sets at hand, by name: MNIST, and what lies in ``NETLAB_HOME/datasets`` at this moment."""

    def __getitem__(self, name: str) -> str:
        return data_title(name)

    def __iter__(self) -> Iterator[str]:
        return iter((MNIST, *sets.names()))

    def __len__(self) -> int:
        return 1 + len(sets.names())


def _titles(
    rows: Mapping[str, Any], title: Callable[[str, Any], str] = lambda key, row: key
) -> dict[str, str]:
    return {key: title(key, row) for key, row in rows.items()}


def _each(rows: Sequence[str]) -> str:
    return "; ".join(rows)


NOT_TRAINED = " ".join(row.untrainable for row in ACTIVATIONS.values() if row.untrainable)
"""Why some activations are not offered."""
_STARTS = shown_in(INITIALIZERS, Place.TRAIN)
_ALL = (
    Control(
        "depth", "Hidden layers", "slider", (0, 10, 1),
        "How many layers of units stand between the picture and the ten answers.", "functions", default=1,
    ),
    Control("width", "Units in each", "marks", WIDTHS, "How many units each hidden layer has.", "functions", default=512),
    Control(
        "activation", "Activation", "menu", _titles(shown_in(ACTIVATIONS, Place.TRAIN)),
        f"What a unit makes of its weighted sum before it passes it on. {NOT_TRAINED}", "neuron", "activation",
    ),
    Control(
        "dropout", "Dropout rate", "slider", (0.0, 0.9, 0.05),
        "The share of units that is switched off at random in each step of the training.", "dropout", "dropout",
    ),
    Control(
        "optimizer", "Optimizer", "menu", _titles(ON_TRAIN, lambda key, row: row.training_title),
        "The gradient tells how the loss changes with each weight; the optimizer turns it into a step, one change of all weights.", "landscape", "optimizer",
    ),
    Control(
        "rate", "Learning rate", "marks", RATES, "How far one step goes.", "landscape", "learning_rate",
    ),
    Control("epochs", "Epochs", "slider", (1, 50, 1), "How many times every training image is seen.", "next", "epochs"),
    Control(
        "batch", "Batch size", "marks", (1, 4, 8, 16, 32, 64, 128, 256, 512, 1024),
        "How many images one step looks at; it follows the mean of their gradients.", "backprop", "batch_size",
    ),
    Control(
        "examples", "Training images", "marks", (100, 300, 1000, 3000, 10_000, 30_000, ALL_EXAMPLES),
        "How many training images it learns from, picked by the seed. If you ask for all, those held back are left out.", "numbers", "train_examples",
        to_field=lambda count: None if count == ALL_EXAMPLES else count, from_field=lambda count: count or ALL_EXAMPLES,
    ),
    Control(
        "seed", "Seed", "number", (0, 999_999),
        "Draws the initial weights, the order of the images and the dropout. Same seed, same curves.", "", "seed",
        to_field=int,
    ),
    Control(
        "loss", "Loss", "menu", _titles(shown_in(LOSSES, Place.TRAIN), lambda key, row: row.title),
        "How wrong an answer is, as one number.", "loss", "loss",
    ),
    Control(
        "initializer", "Initial weights", "menu", _titles(_STARTS, lambda key, row: key.replace("_", " ")),
        f"Where the weights begin. {_each([row.description for row in _STARTS.values()])}.", "depth", "initializer",
    ),
    Control(
        "schedule", "Learning rate over time", "menu", _titles(SPANNING),
        f"How the learning rate changes during the run. {_each([f'{key}: {row.description}' for key, row in SPANNING.items()])}.",
        "landscape", "schedule",
    ),
    Control(
        "l1", "L1 penalty", "marks", PENALTIES,
        "Adds the sizes of all weights (without their signs), times this, to the loss: it pulls many weights close to 0.", "loss", "l1",
    ),
    Control(
        "l2", "L2 penalty", "marks", PENALTIES,
        "Adds the squares of all weights to the loss, times this: weights stay small.", "loss", "l2",
    ),
    Control(
        "smoothing", "Label smoothing", "marks", (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3),
        "Cross-entropy asks for a little less than 1 for the right class and a little more than 0 for every other: the "
        "network learns to be less sure (Szegedy et al., 2016).", "loss", "label_smoothing",
    ),
    Control(
        "convolutions", "Convolution layers", "slider", (0, 2, 1),
        "Before the hidden layers: small 5×5 filters slide over the picture; after each layer, max pooling keeps the largest of every 2×2 answers.", "numbers", default=0,
    ),
    Control(
        "filters", "Filters in layer 1", "marks", (4, 8, 16, 32),
        "How many patterns the first convolution layer looks for; layer 2 has twice as many.",
        "numbers", default=16,
    ),
    Control(
        "augment", "Vary the digits (augmentation)", "slider", (0.0, 1.0, 0.25),
        "Each epoch sees every digit shifted, slanted and drawn with another pen. Slower to learn, better with other "
        "people's drawings.", "next", "augment",
    ),
    Control(
        "data", "Pictures", "menu", DataSets(),
        "What is learnt: MNIST's digits, or another data set of ten classes of 28×28 pictures.", "numbers", "data",
    ),
    Control(
        "validation", "Validate on", "menu",
        {USUAL: "automatic (see ?)", HELD_BACK: "held-back training pictures", TEST: "the test pictures"},
        "Validation tries the network on pictures that it does not learn from, while it learns. The article takes the test "
        "pictures; but whoever looks at them and then changes the settings has fitted the settings to them, and the result is "
        "too good to be true. Held back: 5,000 training pictures (a sixth of few) are tried instead, and the test pictures "
        "are read once, at the end. Automatic: the article’s network does as the article does, every other network uses "
        "pictures held back.", "next", "validation", default=USUAL,
        to_field=lambda value: TEST if value == USUAL else value,
    ),
    Control(
        "patience", "Early stopping", "marks", (0, 1, 2, 3, 5, 10, 20),
        "Patience: after this many epochs without a lower loss on the validation pictures the training ends. The weights of "
        "its best epoch are put back at the end. 0: off.", "", "patience",
    ),
    Control(
        "clip", "Gradient clipping", "marks", (0.0, 0.01, 0.1, 0.3, 1.0, 3.0, 10.0),
        "A gradient longer than this, all weights taken together, is shortened to it before the step (Pascanu et al., "
        "2013): no step leaps far. 0: off.", "backprop", "clip_norm",
    ),
    Control(
        "nonsense", "Shuffled labels", "marks", (0, 100, 1000, 10_000, ALL_EXAMPLES),
        "How many training labels are shuffled at random, so that they no longer fit their pictures. A large network learns even that by heart, "
        "and validation shows it (Zhang et al., 2017). 0: none.", "", "shuffled_labels",
    ),
    Control(
        "normalise", "Batch normalisation", "menu", {NONE: "off", BATCH: "in every hidden layer"},
        "Gives each hidden unit's weighted sums the mean 0 and the variance 1 over the batch, before the activation; a scale "
        "and a shift of its own are learnt (Ioffe & Szegedy, 2015). Deep networks then learn at higher rates.",
        "functions", "normalisation",
    ),
)  # fmt: skip

CONTROLS: dict[str, Control] = {control.key: control for control in _ALL}
FIRST = ("depth", "width", "activation", "dropout", "optimizer", "epochs")
MORE = (
    "batch",
    "examples",
    "seed",
    "loss",
    "initializer",
    "schedule",
    "l1",
    "l2",
    "smoothing",
    "convolutions",
    "filters",
    "augment",
    "data",
    "validation",
    "patience",
    "clip",
    "nonsense",
    "normalise",
)
SIMPLE = tuple(control for control in _ALL if control.field and control.key != "rate")
"""Controls that set a field by themselves; the learning rate's start depends on the optimizer."""
FLAGS = tuple(control for control in _ALL if control.field)
LAYER = ("width", "activation", "dropout")
"""What each hidden layer can have by itself, in the order of ``Dense``."""


def from_controls(values: Mapping[str, Any]) -> NetworkSpec:
    """The network that control values describe.

    Parameters
    ----------
    values : mapping of str to object
        Values of all controls by key, rates and settings of the optimizer by ``rate_key`` and ``setting_key``.

    Returns
    -------
    NetworkSpec
        A value without effect, such as dropout without a hidden layer, is the default.

    Raises
    ------
    SpecError
        If no network can be so.
    """
    usual, row = NetworkSpec(), ON_TRAIN[values["optimizer"]]
    simple = {control.field: control.to_field(values[control.key]) for control in SIMPLE}
    if not values["depth"]:
        simple["dropout"] = usual.dropout
        simple["activation"] = simple["activation"] if values["convolutions"] else usual.activation
        simple["normalisation"] = simple["normalisation"] if values["convolutions"] else usual.normalisation
    if LOSSES[values["loss"]].smoothed is None:
        simple["label_smoothing"] = usual.label_smoothing
    rate = values[rate_key(row.key)]
    spec = NetworkSpec(
        hidden=(values["width"],) * values["depth"],
        convolutions=tuple(Convolution(values["filters"] * 2**place, 5, 2) for place in range(values["convolutions"])),
        learning_rate=None if rate == row.default_learning_rate else rate,
        settings={
            setting.key: values[setting_key(row.key, setting.key)]
            for setting in row.training_settings
            if values[setting_key(row.key, setting.key)] != setting.default
        },
        **simple,
    )  # fmt: skip
    if values["each"]:
        layers = range(values["depth"])
        spec = replace(
            spec, hidden=tuple(Dense(*(values[f"{name}{place}"] for name in LAYER)) for place in layers)
        )
    return validated_as_usual(spec) if values["validation"] == USUAL else spec


def validated_as_usual(spec: NetworkSpec) -> NetworkSpec:
    """The same network, validated on the test pictures if it is the article's, else on held-back ones.

    Parameters
    ----------
    spec : NetworkSpec
        Any network; the article's is known by all of its settings but the seed.

    Returns
    -------
    NetworkSpec
        With its ``validation`` set.
    """
    article = _written_out(replace(spec, seed=0, validation=TEST)) == _written_out(NetworkSpec())
    return replace(spec, validation=TEST if article else HELD_BACK)


def to_controls(spec: NetworkSpec) -> dict[str, Any]:
    """Control values that describe a network made of what the controls can say.

    Parameters
    ----------
    spec : NetworkSpec
        A network that ``from_controls`` can make.

    Returns
    -------
    dict of str to object
        Values by key; ``from_controls`` makes the same network of them.
    """
    layers, row = spec.layers, ON_TRAIN[spec.optimizer]
    first = layers[0] if layers else Dense(CONTROLS["width"].default, spec.activation, spec.dropout)
    common = replace(first, activation=spec.activation, dropout=spec.dropout)
    values: dict[str, Any] = {control.key: control.of(spec) for control in SIMPLE}
    values |= {
        "depth": len(layers),
        "width": first.units,
        "convolutions": len(spec.convolutions),
        "filters": spec.convolutions[0].filters if spec.convolutions else CONTROLS["filters"].default,
        "each": any(layer != common for layer in layers),
        rate_key(row.key): spec.rate,
    }
    if spec == validated_as_usual(spec):
        values["validation"] = USUAL
    for setting in row.training_settings:
        values[setting_key(row.key, setting.key)] = dict(spec.settings).get(setting.key, setting.default)
    for place, layer in enumerate(layers if values["each"] else ()):
        parts = (layer.units, layer.activation, layer.dropout)
        values |= {f"{name}{place}": part for name, part in zip(LAYER, parts, strict=True)}
    return values


def within_controls(spec: NetworkSpec) -> bool:
    """Whether the controls can describe this network: a program can train more than they have places for.

    Parameters
    ----------
    spec : NetworkSpec
        Any network.

    Returns
    -------
    bool
        True if ``to_controls`` gives values that the controls can take and that stand for this very network.
    """
    values = to_controls(spec)
    common = {control.key: control.start for control in _ALL} | {"each": False}
    try:
        made = from_controls({**common, **values})
    except SpecError:
        return False
    controls = {key: _control_of(key, spec.optimizer) for key in values}
    return _written_out(made) == _written_out(spec) and all(
        control is None or _takes(control, values[key]) for key, control in controls.items()
    )


def _control_of(key: str, optimizer: str) -> Control | None:
    """The control of a key, also of a layer's own or of an optimizer's rate; None for a setting of an optimizer."""
    if key == rate_key(optimizer):
        return CONTROLS["rate"]
    name = key.rstrip("0123456789")
    return CONTROLS.get(key) or (CONTROLS[name] if name in LAYER else None)


def _takes(control: Control, value: Any) -> bool:
    if control.kind == "menu":
        return value in control.options
    low, high = (control.options[0], control.options[1 if control.kind != "marks" else -1])
    return bool(low <= value <= high)


def _written_out(spec: NetworkSpec) -> NetworkSpec:
    """The same network with nothing left to defaults, and without what has no effect."""
    row, usual = ON_TRAIN[spec.optimizer], NetworkSpec()
    spare: dict[str, Any] = {} if spec.hidden else {"dropout": usual.dropout}
    if not spec.hidden and not spec.convolutions:
        spare |= {"activation": usual.activation, "normalisation": usual.normalisation}
    settings = {
        setting.key: dict(spec.settings).get(setting.key, setting.default)
        for setting in row.training_settings
    }
    return replace(
        spec, hidden=tuple(spec.layers), convolutions=spec.convolution_layers, learning_rate=spec.rate, settings=settings, **spare,
    )  # fmt: skip


def rate_key(optimizer: str) -> str:
    """Each optimizer keeps its own learning rate, so that choosing one moves no other control.

    Parameters
    ----------
    optimizer : str
        Key of a row of ``ON_TRAIN``.

    Returns
    -------
    str
        Key of the control.
    """
    return f"{optimizer}_rate"


def setting_key(optimizer: str, setting: str) -> str:
    """Key of a setting that only this optimizer has.

    Parameters
    ----------
    optimizer : str
        Key of a row of ``ON_TRAIN``.
    setting : str
        Key of one of its settings.

    Returns
    -------
    str
        Key of the control.
    """
    return f"{optimizer}_{setting}"
