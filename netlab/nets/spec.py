"""One frozen description says all there is to say of a network and of how it is to be trained.

``NetworkSpec()`` is the article's network: 784 numbers in, 512 rectified units with dropout, ten
probabilities out, 407,050 parameters, Adam, five epochs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from math import prod
from re import compile as pattern
from typing import Any

from netlab.arrays import SIDE
from netlab.nets.layers import Convolution, Dense, SpecError, chosen, number, one_of, whole
from netlab.nets.parameters import ParameterRow, walk
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.initializers import INITIALIZERS
from netlab.nn.losses import LOSSES
from netlab.nn.optimizers import ON_TRAIN
from netlab.nn.place import Place, shown_in
from netlab.nn.schedules import SPANNING

__all__ = ["Convolution", "Dense", "NetworkSpec", "SpecError"]

MOST_PARAMETERS = 5_000_000
MOST_LAYERS = 12
MOST_BATCH_MEGABYTES = 1000
EVALUATION_BATCH = 1000
MOST_SMOOTHING = 0.5
MOST_HELD_BACK = 5000
HELD_BACK, TEST = "held-back", "test"
VALIDATIONS = (HELD_BACK, TEST)
"""What a training validates on: training pictures that it does not learn from, or the test pictures."""
MNIST = "mnist"
NONE, BATCH = "none", "batch"
NORMALISATIONS = (NONE, BATCH)
"""What may come between the weighted sums of every hidden layer and their activation."""
_DATA_NAME = pattern(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True)
class NetworkSpec:
    """A network for 28×28 digits and its training.

    Parameters
    ----------
    hidden : tuple of Dense or int
        Fully connected hidden layers, first to last; a bare integer is a width.
    activation, dropout : str, float
        What a hidden layer has unless it says otherwise.
    convolutions : tuple of Convolution
        Layers before the flattening; empty for the article's network.
    initializer, l1, l2 : str, float, float
        Start of every kernel (biases start at 0) and penalties on the kernels, as in Keras.
    optimizer, learning_rate, settings : str, float or None, mapping
        A key of ``netlab.nn.optimizers.ON_TRAIN``, its rate (None: its default) and its other settings.
    schedule : str
        A key of ``SPANNING``: what becomes of the rate over the whole training.
    loss, label_smoothing : str, float
        A key of ``LOSSES``, and the share of certainty that cross-entropy takes away from its targets.
    batch_size, epochs, train_examples, seed : int
        ``train_examples=None`` takes all there are.
    augment : float
        0 for the digits as they are; 1 for random shifts, slants, turns and pen weights each epoch.
    validation : str
        "test" (the article's way: the test digits) or "held-back" (up to 5,000 training digits, see ``held_back``).
    data : str
        "mnist", or the name of another data set (see ``netlab.data.sets``).
    patience : int
        Early stopping: after so many epochs without a lower validation loss the training ends. The weights of the best
        epoch are put back at the end, as Keras's ``EarlyStopping`` does. 0: off.
    clip_norm : float
        A gradient longer than this, over all weights together, is shortened to it. 0: off.
    shuffled_labels : int
        So many of the training labels, drawn by the seed, change places among each other. 0: none.
    normalisation : str
        "none", or "batch": each hidden unit's weighted sums have the mean 0 and the variance 1 over a batch, then a
        scale and a shift that are learnt, then its activation. Keras's ``BatchNormalization`` with its defaults.

    Whole numbers given for a rate or a penalty become floats, since Keras takes nothing else for some of them.

    Raises
    ------
    SpecError
        If a setting is out of bounds; the sentence names it.
    """

    hidden: tuple[Dense | int, ...] = (512,)
    activation: str = "relu"
    dropout: float = 0.2
    convolutions: tuple[Convolution, ...] = ()
    initializer: str = "glorot_uniform"
    l1: float = 0.0
    l2: float = 0.0
    optimizer: str = "adam"
    learning_rate: float | None = None
    settings: Any = ()
    schedule: str = "constant"
    loss: str = "sparse_categorical_crossentropy"
    batch_size: int = 32
    epochs: int = 5
    train_examples: int | None = None
    seed: int = 0
    augment: float = 0.0
    label_smoothing: float = 0.0
    validation: str = TEST
    data: str = MNIST
    patience: int = 0
    clip_norm: float = 0.0
    shuffled_labels: int = 0
    normalisation: str = NONE

    def __post_init__(self) -> None:
        for name in ("hidden", "convolutions"):
            _set(self, name, _layers(name, getattr(self, name)))
        _check_training(self)
        _check_optimizer(self)
        _check_layers(self)
        if self.parameter_count > MOST_PARAMETERS:
            raise SpecError(
                f"This network has {self.parameter_count:,} parameters; at most {MOST_PARAMETERS:,} fit "
                "a classroom machine. Make a layer narrower or take one away."
            )
        if self.batch_megabytes > MOST_BATCH_MEGABYTES:
            raise SpecError(
                f"One batch through this network needs about {self.batch_megabytes:,.0f} MB; at most "
                f"{MOST_BATCH_MEGABYTES:,} fit a classroom machine. Use smaller batches or fewer filters."
            )

    @property
    def layers(self) -> tuple[Dense, ...]:
        """The hidden layers, each with its own activation and dropout filled in."""
        return tuple(_filled(layer, self) for layer in self.hidden)

    @property
    def convolution_layers(self) -> tuple[Convolution, ...]:
        """The convolutions, each with its own activation filled in."""
        return tuple(
            replace(layer, activation=layer.activation or self.activation) for layer in self.convolutions
        )

    @property
    def normalises(self) -> bool:
        """Whether there is a hidden layer whose batches are normalised."""
        return self.normalisation == BATCH and bool(self.hidden or self.convolutions)

    @property
    def rate(self) -> float:
        """The learning rate in use: the reader's, or the default of this optimizer."""
        default = chosen("optimizer", self.optimizer, ON_TRAIN).default_learning_rate
        return default if self.learning_rate is None else self.learning_rate

    @property
    def optimizer_arguments(self) -> dict[str, float | bool]:
        """Keyword arguments for the Keras optimizer class, learning rate included."""
        row = chosen("optimizer", self.optimizer, ON_TRAIN)
        defaults: dict[str, float | bool] = {
            setting.key: setting.default for setting in row.training_settings
        }
        clip: dict[str, float | bool] = {"global_clipnorm": self.clip_norm} if self.clip_norm else {}
        return {
            "learning_rate": self.rate, **defaults, **dict(self.settings), **row.training_arguments, **clip
        }  # fmt: skip

    @property
    def batch_megabytes(self) -> float:
        """Memory that one batch takes on its way forward and back, roughly: four float32 copies of all outputs.

        Validation goes in batches of ``EVALUATION_BATCH``.
        """
        outputs = sum(prod(row.shape) for row in self.parameter_table())
        return 16e-6 * outputs * max(self.batch_size, EVALUATION_BATCH)

    @property
    def parameter_count(self) -> int:
        """Weights and biases of the whole network, and what its normalisation holds."""
        return sum(row.parameters for row in self.parameter_table())

    def parameter_table(self) -> tuple[ParameterRow, ...]:
        """Every layer with its output shape and its parameters, the arithmetic written out.

        Examples
        --------
        >>> [row.arithmetic for row in NetworkSpec().parameter_table() if row.parameters]
        ['784·512 + 512', '512·10 + 10']
        """
        return tuple(row for row in walk(self) if row.kind != "Reshape")

    def steps_per_epoch(self, examples: int) -> int:
        """Batches in one epoch when ``examples`` digits are at hand; the last may be smaller."""
        return -(-self.examples_used(examples) // self.batch_size)

    def examples_used(self, examples: int) -> int:
        """How many of the ``examples`` digits at hand this training learns from."""
        return min(self._asked(examples), examples - self.held_back(examples))

    def held_back(self, examples: int) -> int:
        """How many of the ``examples`` digits at hand are held back to validate on.

        5,000; a sixth of the training digits asked for where that is fewer. 0 where the test digits are used.
        """
        if self.validation == TEST:
            return 0
        return min(MOST_HELD_BACK, max(self._asked(examples) // 6, 1), examples - 1)

    def _asked(self, examples: int) -> int:
        return examples if self.train_examples is None else min(self.train_examples, examples)

    def to_json(self) -> dict[str, Any]:
        """The spec as plain JSON values; ``from_json`` gives it back."""
        return {**asdict(self), "settings": dict(self.settings)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> NetworkSpec:
        """Build a spec from what ``to_json`` gave; unknown names are refused.

        Raises
        ------
        SpecError
            If a name or a value is not one a network can have.
        """
        if not isinstance(values, Mapping):
            raise SpecError(f"A network is described by an object with its settings; got {values!r}.")
        known = set(cls.__dataclass_fields__)
        unknown = sorted(set(values) - known)
        if unknown:
            raise SpecError(
                f"A network has no setting called {unknown[0]!r}; it has {', '.join(sorted(known))}."
            )
        try:
            hidden = tuple(_layer(Dense, layer) for layer in values.get("hidden", (512,)))
            convolutions = tuple(_layer(Convolution, layer) for layer in values.get("convolutions", ()))
            return cls(**{**values, "hidden": hidden, "convolutions": convolutions})
        except TypeError as error:
            raise SpecError(f"These settings do not describe a network: {error}.") from error


def _layers(name: str, layers: object) -> tuple[Any, ...]:
    if not isinstance(layers, Iterable) or isinstance(layers, str | Mapping):
        raise SpecError(f"{name} must be a list of layers, such as (512,); got {layers!r}.")
    return tuple(layers)


def _set(spec: NetworkSpec, name: str, value: object) -> None:
    object.__setattr__(spec, name, value)


def _layer(kind: type[Any], value: object) -> Any:
    return kind(**value) if isinstance(value, Mapping) else value


def _filled(layer: Dense | int, spec: NetworkSpec) -> Dense:
    dense = Dense(layer) if isinstance(layer, int) else layer
    return Dense(
        dense.units,
        spec.activation if dense.activation is None else dense.activation,
        spec.dropout if dense.dropout is None else dense.dropout,
    )


def _check_training(spec: NetworkSpec) -> None:
    _check_activation("activation", spec.activation)
    _set(spec, "dropout", number("dropout", spec.dropout, 0.0, 0.95))
    one_of("initializer", spec.initializer, tuple(shown_in(INITIALIZERS, Place.TRAIN)))
    _set(spec, "l1", number("l1", spec.l1, 0.0, 1.0))
    _set(spec, "l2", number("l2", spec.l2, 0.0, 1.0))
    one_of("loss", spec.loss, tuple(shown_in(LOSSES, Place.TRAIN)))
    _set(spec, "label_smoothing", number("label_smoothing", spec.label_smoothing, 0.0, MOST_SMOOTHING))
    if spec.label_smoothing and LOSSES[spec.loss].smoothed is None:
        raise SpecError(
            f"label_smoothing belongs to cross-entropy; got {spec.label_smoothing:g} with the loss {spec.loss}. "
            "Set it to 0, or choose cross-entropy."
        )
    one_of("schedule", spec.schedule, tuple(SPANNING))
    whole("batch_size", spec.batch_size, 1, 4096)
    whole("epochs", spec.epochs, 1, 200)
    whole("seed", spec.seed, 0, 2**31 - 1)
    _set(spec, "augment", number("augment", spec.augment, 0.0, 2.0))
    if spec.train_examples is not None:
        whole("train_examples", spec.train_examples, 10, 10_000_000)
    one_of("validation", spec.validation, VALIDATIONS)
    if not isinstance(spec.data, str) or not _DATA_NAME.fullmatch(spec.data):
        raise SpecError(
            f"data must be the name of a data set: small letters, digits and hyphens, at most 64; got {spec.data!r:.80}."
        )
    whole("patience", spec.patience, 0, 200)
    _set(spec, "clip_norm", number("clip_norm", spec.clip_norm, 0.0, 1e6))
    whole("shuffled_labels", spec.shuffled_labels, 0, 10_000_000)
    one_of("normalisation", spec.normalisation, NORMALISATIONS)


def _check_activation(name: str, value: object) -> None:
    if isinstance(value, str) and value in ACTIVATIONS and ACTIVATIONS[value].untrainable:
        raise SpecError(f"{name} {value!r}: {ACTIVATIONS[value].untrainable}")
    one_of(name, value, tuple(shown_in(ACTIVATIONS, Place.TRAIN)))


def _check_optimizer(spec: NetworkSpec) -> None:
    row = chosen("optimizer", spec.optimizer, ON_TRAIN)
    if spec.learning_rate is not None:
        _set(spec, "learning_rate", number("learning_rate", spec.learning_rate, 0.0, 1e6, above=True))
    try:
        settings = dict(spec.settings)
    except (TypeError, ValueError):
        raise SpecError(f"settings must map names to numbers; got {spec.settings!r}.") from None
    known = {setting.key: setting for setting in row.training_settings}
    for name, value in settings.items():
        if name not in known:
            names = ", ".join(known) or "none besides the learning rate"
            raise SpecError(f"{spec.optimizer} has no setting {name!r}; it has {names}.")
        low, high = known[name].minimum, known[name].maximum
        counted = known[name].kind == "count"
        settings[name] = (
            whole(name, value, int(low), int(high)) if counted else number(name, value, low, high)
        )
    _set(spec, "settings", tuple(sorted(settings.items())))


def _check_layers(spec: NetworkSpec) -> None:
    if len(spec.hidden) + len(spec.convolutions) > MOST_LAYERS:
        raise SpecError(f"A network may have at most {MOST_LAYERS} hidden layers; got {len(spec.hidden)}.")
    hidden = (_checked_hidden(f"hidden layer {place}", layer) for place, layer in enumerate(spec.hidden, 1))
    _set(spec, "hidden", tuple(hidden))
    side = SIDE
    for place, convolution in enumerate(spec.convolutions, start=1):
        side = _check_convolution(f"convolution {place}", convolution, side)


def _checked_hidden(name: str, layer: object) -> Dense | int:
    if isinstance(layer, int) and not isinstance(layer, bool):
        return whole(f"{name}: units", layer, 1, 4096)
    if not isinstance(layer, Dense):
        raise SpecError(f"{name} must be a width or a Dense layer; got {layer!r}.")
    whole(f"{name}: units", layer.units, 1, 4096)
    if layer.activation is not None:
        _check_activation(f"{name}: activation", layer.activation)
    if layer.dropout is None:
        return layer
    return replace(layer, dropout=number(f"{name}: dropout", layer.dropout, 0.0, 0.95))


def _check_convolution(name: str, layer: object, side: int) -> int:
    if not isinstance(layer, Convolution):
        raise SpecError(f"{name} must be a Convolution; got {layer!r}.")
    whole(f"{name}: filters", layer.filters, 1, 256)
    whole(f"{name}: kernel_size", layer.kernel_size, 1, 11)
    whole(f"{name}: pool", layer.pool, 1, 4)
    if layer.activation is not None:
        _check_activation(f"{name}: activation", layer.activation)
    left = (side - layer.kernel_size + 1) // layer.pool
    if left < 1:
        raise SpecError(
            f"{name} needs a picture of at least {layer.kernel_size + layer.pool - 1} pixels a side; "
            f"only {side} are left. Use a smaller kernel, less pooling or one convolution fewer."
        )
    return left
