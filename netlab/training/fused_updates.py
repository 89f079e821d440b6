"""One update of every weight, fused into one TensorFlow operation where Keras's formula has one.

Each fused update gives what ``keras.optimizers`` gives; a test holds all of them to it. The catalogue of optimizers
names the update of each. Adagrad has a fused operation too, but with epsilon outside the root where Keras has it
inside; Nadam, Lion and Muon have none. These four run Keras's own optimizer. What Keras does not have (signSGD,
Lookahead, Rprop) is written here in plain operations and held to the catalogue's rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from netlab.nets.spec import NetworkSpec
from netlab.nn.optimizers import ON_TRAIN

Apply = Callable[[Any, Sequence[Any], Any, Any, Any, Mapping[str, Any]], None]


class Updater(Protocol):
    """What a training needs of an optimizer."""

    variables: list[Any]

    def apply(self, gradients: Sequence[Any], learning_rate: Any, step: Any) -> None:
        """Update all weights; ``step`` counts updates from 1, as a float32 scalar tensor."""


@dataclass(frozen=True)
class FusedUpdate:
    """How many variables of its own a weight needs, and the operation that updates both."""

    slots: int
    apply: Apply


def updater(spec: NetworkSpec, variables: Sequence[Any]) -> Updater:
    """The fused update that a spec's optimizer names, or Keras's own optimizer if it names none.

    Parameters
    ----------
    spec : NetworkSpec
        Names the optimizer and its settings.
    variables : sequence of tf.Variable
        The trainable weights, in the model's order.

    Returns
    -------
    Updater
        With memory for these variables, all zero.
    """
    training = ON_TRAIN[spec.optimizer].training
    if training is None or training.fused is None:
        return KerasUpdater(spec, variables)
    return FusedUpdater(FUSED_UPDATES[training.fused], spec, variables)


class FusedUpdater:
    """A fused update of every weight, with zero-initialised slots beside each."""

    def __init__(self, fused: FusedUpdate, spec: NetworkSpec, variables: Sequence[Any]) -> None:
        import tensorflow as tf

        self._update, self._weights, self._settings = fused.apply, list(variables), spec.optimizer_arguments
        self._slots = [
            [tf.Variable(tf.zeros_like(weight), trainable=False) for _ in range(fused.slots)]
            for weight in variables
        ]
        self.variables = [slot for slots in self._slots for slot in slots]

    def apply(self, gradients: Sequence[Any], learning_rate: Any, step: Any) -> None:
        """Update all weights in place."""
        if "global_clipnorm" in self._settings:
            gradients = shortened(gradients, self._settings["global_clipnorm"])
        for weight, slots, gradient in zip(self._weights, self._slots, gradients, strict=True):
            self._update(weight, slots, gradient, learning_rate, step, self._settings)


def shortened(gradients: Sequence[Any], longest: float) -> list[Any]:
    """Gradients whose length over all weights together is at most ``longest``: gradient clipping, as Keras does it.

    Parameters
    ----------
    gradients : sequence of tensors, float32
        One a weight.
    longest : float
        Above 0.

    Returns
    -------
    list of tensors
        The same directions; not a number where the length is none.

    References
    ----------
    Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013.
    """
    import tensorflow as tf

    length = tf.sqrt(tf.reduce_sum(tf.stack([tf.reduce_sum(tf.square(one)) for one in gradients])))
    scale = longest * tf.minimum(1.0 / length, 1.0 / longest) + (length - length)
    return [one * scale for one in gradients]


class KerasUpdater:
    """Keras's own optimizer behind the same face."""

    def __init__(self, spec: NetworkSpec, variables: Sequence[Any]) -> None:
        from netlab.nets import keras_model as nets_keras

        self._weights = list(variables)
        self._optimizer = nets_keras.optimizer(spec)
        self._optimizer.build(self._weights)
        self.variables = [variable.value for variable in self._optimizer.variables]

    def apply(self, gradients: Sequence[Any], learning_rate: Any, step: Any) -> None:
        """Update all weights in place; Keras counts the steps itself."""
        self._optimizer.learning_rate.assign(learning_rate)
        self._optimizer.apply(gradients, self._weights)


def _sgd(weight: Any, slots: Sequence[Any], gradient: Any, rate: Any, step: Any, settings: Any) -> None:
    import tensorflow as tf

    tf.raw_ops.ResourceApplyGradientDescent(var=weight.handle, alpha=rate, delta=gradient)


def _momentum(weight: Any, slots: Sequence[Any], gradient: Any, rate: Any, step: Any, settings: Any) -> None:
    import tensorflow as tf

    tf.raw_ops.ResourceApplyKerasMomentum(
        var=weight.handle, accum=slots[0].handle, lr=rate, grad=gradient,
        momentum=settings["momentum"], use_nesterov=bool(settings.get("nesterov", False)),
    )  # fmt: skip


def _adadelta(weight: Any, slots: Sequence[Any], gradient: Any, rate: Any, step: Any, settings: Any) -> None:
    import tensorflow as tf

    tf.raw_ops.ResourceApplyAdadelta(
        var=weight.handle, accum=slots[0].handle, accum_update=slots[1].handle, lr=rate,
        rho=settings["rho"], epsilon=settings["epsilon"], grad=gradient,
    )  # fmt: skip


def _rmsprop(weight: Any, slots: Sequence[Any], gradient: Any, rate: Any, step: Any, settings: Any) -> None:
    import tensorflow as tf

    tf.raw_ops.ResourceApplyRMSProp(
        var=weight.handle, ms=slots[0].handle, mom=slots[1].handle, lr=rate, rho=settings["rho"],
        momentum=settings["momentum"], epsilon=settings["epsilon"], grad=gradient,
    )  # fmt: skip


def _adam(weight: Any, slots: Sequence[Any], gradient: Any, rate: Any, step: Any, settings: Any) -> None:
    import tensorflow as tf

    tf.raw_ops.ResourceApplyAdam(
        var=weight.handle, m=slots[0].handle, v=slots[1].handle, lr=rate,
        beta1_power=tf.pow(tf.constant(settings["beta_1"], tf.float32), step),
        beta2_power=tf.pow(tf.constant(settings["beta_2"], tf.float32), step),
        beta1=settings["beta_1"], beta2=settings["beta_2"], epsilon=settings["epsilon"], grad=gradient,
    )  # fmt: skip


def _adamw(weight: Any, slots: Sequence[Any], gradient: Any, rate: Any, step: Any, settings: Any) -> None:
    weight.assign_sub(weight * settings["weight_decay"] * rate)
    _adam(weight, slots, gradient, rate, step, settings)


def _adamax(weight: Any, slots: Sequence[Any], gradient: Any, rate: Any, step: Any, settings: Any) -> None:
    import tensorflow as tf

    tf.raw_ops.ResourceApplyAdaMax(
        var=weight.handle, m=slots[0].handle, v=slots[1].handle, lr=rate,
        beta1_power=tf.pow(tf.constant(settings["beta_1"], tf.float32), step),
        beta1=settings["beta_1"], beta2=settings["beta_2"], epsilon=settings["epsilon"], grad=gradient,
    )  # fmt: skip


def _signsgd(weight: Any, slots: Sequence[Any], gradient: Any, rate: Any, step: Any, settings: Any) -> None:
    import tensorflow as tf

    weight.assign_sub(rate * tf.sign(gradient))


def _lookahead(weight: Any, slots: Sequence[Any], gradient: Any, rate: Any, step: Any, settings: Any) -> None:
    import tensorflow as tf

    slow = tf.where(tf.equal(step, 1.0), weight, slots[0])
    fast = weight - rate * gradient
    due = tf.equal(tf.math.floormod(step, float(settings["sync_period"])), 0.0)
    slow = tf.where(due, slow + settings["slow_step_size"] * (fast - slow), slow)
    weight.assign(tf.where(due, slow, fast))
    slots[0].assign(slow)


def _rprop(weight: Any, slots: Sequence[Any], gradient: Any, rate: Any, step: Any, settings: Any) -> None:
    import tensorflow as tf

    size, before, change = slots
    agrees = tf.sign(gradient) * tf.sign(before)
    old = tf.where(tf.equal(step, 1.0), rate * tf.ones_like(weight), size)
    factor = tf.where(agrees > 0, settings["increase"], tf.where(agrees < 0, settings["decrease"], 1.0))
    bounded = tf.clip_by_value(old * factor, settings["smallest"], settings["largest"])
    size.assign(tf.where(tf.equal(agrees, 0.0), old, bounded))
    change.assign(tf.where(agrees < 0, -change, -tf.sign(gradient) * size))
    before.assign(tf.where(agrees < 0, tf.zeros_like(gradient), gradient))
    weight.assign_add(change)


FUSED_UPDATES: dict[str, FusedUpdate] = {
    "sgd": FusedUpdate(0, _sgd),
    "momentum": FusedUpdate(1, _momentum),
    "adadelta": FusedUpdate(2, _adadelta),
    "rmsprop": FusedUpdate(2, _rmsprop),
    "adam": FusedUpdate(2, _adam),
    "adamw": FusedUpdate(2, _adamw),
    "adamax": FusedUpdate(2, _adamax),
    "signsgd": FusedUpdate(0, _signsgd),
    "lookahead": FusedUpdate(1, _lookahead),
    "rprop": FusedUpdate(3, _rprop),
}
"""The updates by the names that the catalogue of optimizers calls them by."""
