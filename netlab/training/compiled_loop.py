"""Many batches in one call: a Keras model trained by a compiled loop, at several times ``fit``'s speed.

The weights are a Keras model's, drawn by Keras from the spec's seed. Batches go through the model's own
layers; only dropout is drawn here, from the seed and the step alone, so that a training stopped at
any batch and continued from a checkpoint is bit for bit the training that was never stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import CLASSES, SIDE
from netlab.nets import keras_model as nets_keras
from netlab.nets.layers import chosen
from netlab.nets.spec import EVALUATION_BATCH, NetworkSpec
from netlab.nets.weight_file import is_trained, weight_shapes
from netlab.nn.losses.distance import DELTA
from netlab.runs.states import Layout, check_arrays
from netlab.training.fused_updates import updater


@dataclass(frozen=True)
class Score:
    """Mean loss and share of right answers over a set of digits."""

    loss: float
    accuracy: float


@dataclass(frozen=True)
class Batches:
    """Measures of consecutive batches, each before its own update: losses (n,), accuracies (n,)."""

    losses: NDArray[np.float32]
    accuracies: NDArray[np.float32]


def out_of_memory() -> tuple[type[BaseException], ...]:
    """The errors by which a network says that it does not fit into memory."""
    import tensorflow as tf

    return (MemoryError, tf.errors.ResourceExhaustedError)


class Trainer:
    """A network, its optimizer's memory, and the compiled loop that moves both."""

    def __init__(self, spec: NetworkSpec) -> None:
        self.spec = spec
        self.model = nets_keras.build(spec)
        self._weights = [variable.value for variable in self.model.weights]
        trained = [variable.value for variable in self.model.trainable_variables]
        self._updater = updater(spec, trained)
        self._run, self._evaluate = _compile(self.model, spec, trained, self._updater)

    def run(
        self,
        first_step: int,
        images: NDArray[np.uint8],
        labels: NDArray[np.uint8],
        learning_rates: NDArray[np.float32],
    ) -> Batches:
        """Update the weights once per batch.

        Parameters
        ----------
        first_step : int
            Number of updates before this call.
        images, labels : uint8 arrays (batches, batch size, 28, 28) and (batches, batch size)
        learning_rates : float32 array (batches,)
        """
        losses, accuracies = self._run(first_step, images, labels.astype(np.int32), learning_rates)
        return Batches(losses.numpy(), accuracies.numpy())

    def compile(self) -> None:
        """Trace both functions now, so that afterwards they may be called from two threads at once."""
        for function in (self._run, self._evaluate):
            function.get_concrete_function()

    def evaluate(
        self,
        images: NDArray[np.uint8],
        labels: NDArray[np.uint8],
        state: Mapping[str, NDArray[Any]] | None = None,
    ) -> Score:
        """Mean loss (penalties included, as Keras reports it) and accuracy, dropout off.

        Parameters
        ----------
        images, labels : uint8 arrays (n, 28, 28) and (n,)
        state : mapping, optional
            What ``state`` gave; by default the network as it is now. With one, another thread may train meanwhile.

        Returns
        -------
        Score
        """
        import tensorflow as tf

        total, right = 0.0, 0.0
        values = [tf.constant(value) for value in self.weights(state).values()]
        for start in range(0, len(images), EVALUATION_BATCH):
            part = slice(start, start + EVALUATION_BATCH)
            loss, correct = self._evaluate(images[part], labels[part].astype(np.int32), values)
            total += float(loss) * len(images[part])
            right += float(correct)
        return Score(total / len(images), right / len(images))

    def weights(self, state: Mapping[str, NDArray[Any]] | None = None) -> dict[str, NDArray[np.float32]]:
        """The weights by layer ("dense/kernel"), in the model's order: as they are now, or as they are in a state."""
        values = [weight.numpy() for weight in self._weights] if state is None else self.values(state)
        return dict(zip(weight_shapes(self.spec), values, strict=True))

    def values(self, state: Mapping[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
        """The weights in a state, in the model's order."""
        return [state[f"w{place}"] for place in range(len(self._weights))]

    def put_back(self, weights: Sequence[NDArray[np.float32]]) -> None:
        """Have these weights, in the model's order; the optimizer's memory stays."""
        for variable, weight in zip(self._weights, weights, strict=True):
            variable.assign(weight)

    def state(self) -> dict[str, NDArray[Any]]:
        """All that the next update depends on: weights, moving statistics among them ("w0"…), the optimizer's memory ("s0"…)."""
        weights = {f"w{place}": weight.numpy() for place, weight in enumerate(self._weights)}
        return {
            **weights,
            **{f"s{place}": slot.numpy() for place, slot in enumerate(self._updater.variables)},
        }

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Put back what ``state`` gave.

        Raises
        ------
        StateError
            If an array is missing or is not this network's; nothing is put back then.
        """
        check_arrays(state, _layout(self._weights, self._updater.variables))
        for prefix, variables in (("w", self._weights), ("s", self._updater.variables)):
            for place, variable in enumerate(variables):
                variable.assign(state[f"{prefix}{place}"])


def layout(spec: NetworkSpec) -> Layout:
    """Shape and dtype of every array of a network's state, without the network.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.

    Returns
    -------
    Layout
        Weights "w0"… and the optimizer's memory "s0"…, as ``Trainer.state`` names them.
    """
    import tensorflow as tf

    weights = {name: tf.Variable(tf.zeros(shape)) for name, shape in weight_shapes(spec).items()}
    trained = [weight for name, weight in weights.items() if is_trained(name)]
    return _layout(list(weights.values()), updater(spec, trained).variables)


def _layout(weights: list[Any], slots: list[Any]) -> Layout:
    named = [("w", weights), ("s", slots)]
    return {
        f"{prefix}{place}": (tuple(variable.shape), np.dtype(variable.dtype.as_numpy_dtype))
        for prefix, variables in named
        for place, variable in enumerate(variables)
    }


def _compile(model: Any, spec: NetworkSpec, weights: list[Any], rule: Any) -> tuple[Any, Any]:
    import keras
    import tensorflow as tf

    losses_of = chosen("loss", spec.loss, LOSS_FUNCTIONS)

    def measure(images: Any, labels: Any, step: Any) -> tuple[Any, Any]:
        pixels = tf.cast(tf.reshape(images, (-1, SIDE, SIDE)), tf.float32) / 255.0
        logits = logits_of(model, pixels, spec.seed, step)
        right = tf.cast(tf.equal(tf.argmax(logits, 1, output_type=tf.int32), labels), tf.float32)
        losses = losses_of(logits, labels, spec.label_smoothing)
        return tf.reduce_mean(losses) + penalty(model), right

    batches = [
        tf.TensorSpec([], tf.int32),
        tf.TensorSpec([None, None, SIDE, SIDE], tf.uint8),
        tf.TensorSpec([None, None], tf.int32),
        tf.TensorSpec([None], tf.float32),
    ]

    # The loop is written out: AutoGraph would write its own to temporary files, and a worker that is killed leaves them.
    @tf.function(input_signature=batches, autograph=False)  # type: ignore[untyped-decorator]
    def run(first_step: Any, images: Any, labels: Any, learning_rates: Any) -> Any:
        def one(place: Any, losses: Any, accuracies: Any) -> Any:
            step = first_step + place
            with tf.GradientTape() as tape:
                loss, right = measure(images[place], labels[place], step)
            gradients = tape.gradient(loss, weights)
            rule.apply(gradients, learning_rates[place], tf.cast(step + 1, tf.float32))
            return place + 1, losses.write(place, loss), accuracies.write(place, tf.reduce_mean(right))

        count = tf.shape(labels)[0]
        blank = [tf.TensorArray(tf.float32, count) for _ in ("losses", "accuracies")]
        _, losses, accuracies = tf.while_loop(lambda place, *_: place < count, one, (0, *blank))
        return losses.stack(), accuracies.stack()

    variables = model.weights
    pictures = [
        tf.TensorSpec([None, SIDE, SIDE], tf.uint8),
        tf.TensorSpec([None], tf.int32),
        [tf.TensorSpec(variable.shape, tf.float32) for variable in variables],
    ]

    @tf.function(input_signature=pictures, autograph=False)  # type: ignore[untyped-decorator]
    def evaluate(images: Any, labels: Any, values: Any) -> Any:
        with keras.StatelessScope(state_mapping=list(zip(variables, values, strict=True))):
            loss, right = measure(images, labels, None)
        return loss, tf.reduce_sum(right)

    return run, evaluate


def logits_of(
    model: Any, pixels: Any, seed: int, step: Any, seen: list[Any] | None = None, *, by_batch: bool = False
) -> Any:
    """The model's own layers up to the last weighted sum; dropout only where a ``step`` is given.

    Then normalisation goes by the batch, too, and moves its moving statistics; else it goes by these. Whoever wants them
    left alone calls within a ``keras.StatelessScope``.

    Parameters
    ----------
    model : keras.Sequential
        As ``netlab.nets.keras_model.build`` makes it.
    pixels : float32 tensor (n, 28, 28) in [0, 1]
    seed, step : int, int tensor or None
        What dropout is drawn from.
    seen : list, optional
        Gets what each layer before the last gives, dropout left out.
    by_batch : bool
        Whether normalisation goes by these very pixels without a ``step``, too.

    Returns
    -------
    float32 tensor (n, 10)
    """
    import tensorflow as tf

    hidden = pixels
    for place, layer in enumerate(model.layers[:-1]):
        if type(layer).__name__ != "Dropout":
            normalises = type(layer).__name__ == "BatchNormalization"
            hidden = layer(hidden, training=by_batch or step is not None) if normalises else layer(hidden)
            if seen is not None:
                seen.append(hidden)
        elif step is not None:
            hidden = dropped(hidden, layer.rate, tf.stack([seed * 1000 + place, step]))
    last = model.layers[-1]
    return tf.matmul(hidden, last.kernel) + last.bias


def dropped(values: Any, rate: float, key: Any) -> Any:
    """Silence each number with probability ``rate`` and raise the others, as inverted dropout does.

    The draw follows from ``key``, int32 (2,), alone. It spends 16 random bits a number, half of what
    ``stateless_dropout`` does, so the rate is met to one part in 65,536.

    Parameters
    ----------
    values : tensor, float32, any shape
        A layer's output.
    rate : float
        Probability of silence, in [0, 1).
    key : tensor, int32 (2,)
        What the draw follows from.

    Returns
    -------
    tensor
        Of the shape of ``values``: 0, or the value divided by 1 − ``rate``.

    References
    ----------
    Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.
    """
    import tensorflow as tf

    count = tf.size(values)
    pairs = tf.random.stateless_uniform([(count + 1) // 2], key, None, None, tf.int32, alg="philox")
    draws = tf.reshape(tf.reshape(tf.bitcast(pairs, tf.uint16), [-1])[:count], tf.shape(values))
    keep = draws >= tf.constant(round(rate * 2**16), tf.uint16)
    return values * (tf.cast(keep, tf.float32) / (1.0 - rate))


def _cross_entropy(logits: Any, labels: Any, smoothing: float) -> Any:
    import tensorflow as tf

    if not smoothing:
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    rows = tf.one_hot(labels, CLASSES) * (1.0 - smoothing) + smoothing / CLASSES
    return tf.nn.softmax_cross_entropy_with_logits(rows, logits)


def _quadratic(logits: Any, labels: Any, smoothing: float) -> Any:
    import tensorflow as tf

    return tf.reduce_mean(tf.square(tf.nn.softmax(logits) - tf.one_hot(labels, CLASSES)), axis=1)


def _hinge(logits: Any, labels: Any, smoothing: float) -> Any:
    import tensorflow as tf

    shown, rows = tf.nn.softmax(logits), tf.one_hot(labels, CLASSES)
    other = tf.reduce_max((1.0 - rows) * shown, axis=1)
    return tf.maximum(other - tf.reduce_sum(rows * shown, axis=1) + 1.0, 0.0)


def _huber(logits: Any, labels: Any, smoothing: float) -> Any:
    import tensorflow as tf

    error = tf.abs(tf.nn.softmax(logits) - tf.one_hot(labels, CLASSES))
    straight = DELTA * error - DELTA**2 / 2
    return tf.reduce_mean(tf.where(error <= DELTA, tf.square(error) / 2, straight), axis=1)


LOSS_FUNCTIONS: dict[str, Callable[[Any, Any, float], Any]] = {
    "sparse_categorical_crossentropy": _cross_entropy,
    "mean_squared_error": _quadratic,
    "categorical_hinge": _hinge,
    "huber": _huber,
}
"""By the keys of the losses that Train offers: logits (n, 10), labels (n,), label smoothing → losses (n,)."""


def penalty(model: Any) -> Any:
    """What the penalties on a model's kernels add to its loss.

    Parameters
    ----------
    model : keras.Sequential
        As ``netlab.nets.keras_model.build`` makes it.

    Returns
    -------
    float32 tensor, or 0.0 without penalties
    """
    penalties = [
        layer.kernel_regularizer(layer.kernel)
        for layer in model.layers
        if getattr(layer, "kernel_regularizer", None) is not None
    ]
    return sum(penalties) if penalties else 0.0
