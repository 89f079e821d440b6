"""A network looked at as it is being trained: its answers, its gradient, what its units give; nothing is changed.

The forward pass, the loss and the dropout are the compiled loop's own. Each look is compiled when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import SIDE
from netlab.nets.layers import chosen
from netlab.nets.parameters import walk
from netlab.nets.weight_file import trained_by_layer
from netlab.nn.activations import ACTIVATIONS
from netlab.training.compiled_loop import LOSS_FUNCTIONS, Trainer, logits_of, penalty

NEAR_END = 0.01
"""Share of an activation's range, at either end, in which its output counts as saturated."""


@dataclass(frozen=True)
class Answers:
    """What a network says of n pictures: probabilities (n, 10), losses (n,), their mean with the penalties."""

    probabilities: NDArray[np.float32]
    losses: NDArray[np.float32]
    loss: float


@dataclass(frozen=True)
class Slopes:
    """A mean loss with its gradient, and what the hidden layers give; one entry a layer with a kernel but the last.

    ``dead`` is the share of units that are 0 for every picture, ``saturated`` the share of outputs near an end of
    their range; None where the activation has none. The gradient of a weight that is not trained is 0.
    """

    loss: float
    gradient: tuple[Any, ...]
    dead: tuple[float | None, ...]
    saturated: tuple[float | None, ...]


class Lens:
    """Looks at the network of a trainer.

    Parameters
    ----------
    trainer : Trainer
        Its weights are read at every look, and never written.

    Attributes
    ----------
    weights : list of tf.Variable
        All of the model, in its order.
    layers : tuple of slice
        Which of them training moves, for each layer with a kernel.
    """

    def __init__(self, trainer: Trainer) -> None:
        self._model, self._spec = trainer.model, trainer.spec
        self.weights: list[Any] = [variable.value for variable in trainer.model.weights]
        hidden = [row for row in walk(trainer.spec) if row.kind != "Dropout"][:-1]
        self.layers = trained_by_layer(trainer.spec)
        self._activations: list[str] = [row.options.get("activation", "") for row in hidden]

    def answers(
        self, images: NDArray[np.uint8], labels: NDArray[np.uint8], step: int | None = None
    ) -> Answers:
        """What the network says of pictures; with a ``step`` as it is thinned by dropout in that step.

        Parameters
        ----------
        images, labels : uint8 arrays (n, 28, 28) and (n,)
        step : int, optional
            Updates before the one whose dropout is drawn; dropout is off without it.

        Returns
        -------
        Answers
        """
        look = self._thinned if step is not None else self._full
        shown, losses, loss = look(images, labels.astype(np.int32), 0 if step is None else step)
        return Answers(shown.numpy(), losses.numpy(), float(loss))

    def slopes(
        self, images: NDArray[np.uint8], labels: NDArray[np.uint8], weights: Sequence[Any] | None = None
    ) -> Slopes:
        """Mean loss over pictures, its gradient, and what the hidden units give; dropout is off.

        Where batches are normalised these pictures are one, as in training: it is that loss which training goes down.

        Parameters
        ----------
        images, labels : uint8 arrays (n, 28, 28) and (n,)
        weights : sequence of float32 tensors, optional
            Other weights than the network's own, in the model's order.

        Returns
        -------
        Slopes
        """
        values = self.weights if weights is None else weights
        loss, gradient, dead, saturated = self._slopes(images, labels.astype(np.int32), list(values))
        shares = [[None if share is None else float(share) for share in part] for part in (dead, saturated)]
        return Slopes(float(loss), tuple(gradient), tuple(shares[0]), tuple(shares[1]))

    @cached_property
    def _thinned(self) -> Any:
        return self._compiled(dropout=True)

    @cached_property
    def _full(self) -> Any:
        return self._compiled(dropout=False)

    def _compiled(self, *, dropout: bool) -> Any:
        import keras
        import tensorflow as tf

        signature = [*_pictures(), tf.TensorSpec([], tf.int32)]

        @tf.function(input_signature=signature, autograph=False)  # type: ignore[untyped-decorator]
        def look(images: Any, labels: Any, step: Any) -> Any:
            with keras.StatelessScope():  # a look moves no moving mean
                logits, losses = self._measure(images, labels, step if dropout else None)
            return tf.nn.softmax(logits), losses, tf.reduce_mean(losses) + penalty(self._model)

        return look

    @cached_property
    def _slopes(self) -> Any:
        import keras
        import tensorflow as tf

        shapes = [tf.TensorSpec(weight.shape, tf.float32) for weight in self.weights]
        variables = self._model.weights

        @tf.function(input_signature=[*_pictures(), shapes], autograph=False)  # type: ignore[untyped-decorator]
        def look(images: Any, labels: Any, weights: Any) -> Any:
            outputs: list[Any] = []
            with tf.GradientTape() as tape:
                tape.watch(weights)
                put = zip(variables, weights, strict=True)
                with keras.StatelessScope(state_mapping=list(put)):
                    _, losses = self._measure(images, labels, None, outputs)
                    loss = tf.reduce_mean(losses) + penalty(self._model)
            gradient = tape.gradient(loss, weights, unconnected_gradients=tf.UnconnectedGradients.ZERO)
            seen = [(name, out) for name, out in zip(self._activations, outputs, strict=True) if name]
            return loss, gradient, [_dead(*pair) for pair in seen], [_saturated(*pair) for pair in seen]

        return look

    def _measure(self, images: Any, labels: Any, step: Any, seen: list[Any] | None = None) -> tuple[Any, Any]:
        import tensorflow as tf

        pixels = tf.cast(tf.reshape(images, (-1, SIDE, SIDE)), tf.float32) / 255.0
        logits = logits_of(self._model, pixels, self._spec.seed, step, seen, by_batch=seen is not None)
        losses_of = chosen("loss", self._spec.loss, LOSS_FUNCTIONS)
        return logits, losses_of(logits, labels, self._spec.label_smoothing)


def _pictures() -> list[Any]:
    import tensorflow as tf

    return [tf.TensorSpec([None, SIDE, SIDE], tf.uint8), tf.TensorSpec([None], tf.int32)]


def _dead(activation: str, outputs: Any) -> Any:
    """Share of units that are 0 for every picture (of filters: everywhere in it), of an activation that can be."""
    import tensorflow as tf

    if activation != "relu":
        return None
    lit = tf.reduce_max(outputs, axis=list(range(len(outputs.shape) - 1))) > 0
    return 1.0 - tf.reduce_mean(tf.cast(lit, tf.float32))


def _saturated(activation: str, outputs: Any) -> Any:
    """Share of outputs near an end of the activation's range, where that has two ends."""
    import tensorflow as tf

    low, high = chosen("activation", activation, ACTIVATIONS).range
    if not np.isfinite([low, high]).all():
        return None
    near = NEAR_END * (high - low)
    at_end = tf.logical_or(outputs <= low + near, outputs >= high - near)
    return tf.reduce_mean(tf.cast(at_end, tf.float32))
