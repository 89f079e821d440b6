"""One update of every weight, fused into one TensorFlow operation where Keras's formula has one.

Each rule gives what ``keras.optimizers`` gives; a test holds all of them to it. Adagrad has a fused
operation too, but with epsilon outside the root where Keras has it inside; Nadam and Lion have none.
These three run Keras's own optimizer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from netlab.nets.spec import NetworkSpec

Apply = Callable[[Any, Sequence[Any], Any, Any, Any, Mapping[str, Any]], None]


class Updater(Protocol):
    """What a training needs of an optimizer."""

    variables: list[Any]

    def apply(self, gradients: Sequence[Any], learning_rate: Any, step: Any) -> None:
        """Update all weights; ``step`` counts updates from 1, as a float32 scalar tensor."""


@dataclass(frozen=True)
class Rule:
    """How many variables of its own a weight needs, and the operation that updates both."""

    slots: int
    apply: Apply


def updater(spec: NetworkSpec, variables: Sequence[Any]) -> Updater:
    """The fused rule of a spec's optimizer if there is one, else Keras's own.

    Parameters
    ----------
    variables : sequence of tf.Variable
        The trainable weights, in the model's order.
    """
    rule = RULES.get(spec.optimizer)
    return KerasUpdater(spec, variables) if rule is None else FusedUpdater(rule, spec, variables)


class FusedUpdater:
    """A rule applied to every weight, with zero-initialised slots beside each."""

    def __init__(self, rule: Rule, spec: NetworkSpec, variables: Sequence[Any]) -> None:
        import tensorflow as tf

        self._rule, self._weights, self._settings = rule, list(variables), spec.optimizer_arguments
        self._slots = [
            [tf.Variable(tf.zeros_like(weight), trainable=False) for _ in range(rule.slots)]
            for weight in variables
        ]
        self.variables = [slot for slots in self._slots for slot in slots]

    def apply(self, gradients: Sequence[Any], learning_rate: Any, step: Any) -> None:
        """Update all weights in place."""
        for weight, slots, gradient in zip(self._weights, self._slots, gradients, strict=True):
            self._rule.apply(weight, slots, gradient, learning_rate, step, self._settings)


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


RULES: dict[str, Rule] = {
    "sgd": Rule(0, _sgd),
    "momentum": Rule(1, _momentum),
    "nesterov": Rule(1, _momentum),
    "adadelta": Rule(2, _adadelta),
    "rmsprop": Rule(2, _rmsprop),
    "adam": Rule(2, _adam),
    "adamw": Rule(2, _adamw),
    "adamax": Rule(2, _adamax),
}
