"""An exact state of a training: all digits of its weights, what its optimizer remembers, and the step that follows from both.

A state holds the optimizer's memory as the training has it, array by array; here it gets the names that the catalogue's
rules have. The step is then what the catalogue's rule makes of it, the very one that the training would take.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.landscape.network.flat import flat, trained
from netlab.nets import shipped
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import weight_shapes
from netlab.nn.optimizers import ON_TRAIN, OPTIMIZERS, Optimizer
from netlab.nn.optimizers.base import State
from netlab.nn.optimizers.muon import Muon, matrix_change
from netlab.nn.optimizers.rule import Theory
from netlab.runs import states, store
from netlab.runs.run import Run

BY_UPDATE: dict[str, tuple[str, ...]] = {
    "sgd": (), "signsgd": (), "momentum": ("velocity",), "adam": ("velocity", "square"), "adamw": ("velocity", "square"),
    "adamax": ("velocity", "norm"), "adadelta": ("accumulated_gradient", "accumulated_change"),
    "rmsprop": ("square", "velocity"), "lookahead": ("slow",),
    "rprop": ("step_size", "previous_gradient", "previous_change"),
}  # fmt: skip
"""What a state holds of each weight, in order, by the update that a training makes: the names that the rule has."""
BY_KERAS: dict[str, tuple[str, ...]] = {
    "Adagrad": ("accumulator",), "Nadam": ("velocity", "square"), "Lion": ("velocity",), "Muon": ("velocity", "square"),
}  # fmt: skip
"""The same where Keras's own optimizer trains, by its class; before them it keeps the number of steps and the rate."""
ONE_FOR_ALL = {"Nadam": "momentum_product"}
"""What Keras's optimizer keeps once for all weights, behind everything else."""
COUNTED: dict[str, np.dtype[Any]] = {"iteration": np.dtype(np.int64), "learning_rate": np.dtype(np.float32)}


@dataclass(frozen=True, eq=False)
class Exact:
    """An exact state: all digits of the weights as a row (P,), and what the optimizer remembers.

    Attributes
    ----------
    step : int
        After how many updates.
    rate : float
        The learning rate in force.
    row : float32 (P,)
        The weights.
    slots : dict of str to float32 (P,) or ()
        By the names that the catalogue's rule has; 0 for a weight of which the training keeps no such number.
    """

    step: int
    rate: float
    row: NDArray[np.float32]
    slots: dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Held:
    """One array of the optimizer's memory in a state: the slot, the weights that it is of ("" for all), shape and type."""

    slot: str
    of: str
    shape: tuple[int, ...]
    kind: np.dtype[Any]


def memory(spec: NetworkSpec) -> tuple[Held, ...]:
    """What a state of this training holds beside the weights, array by array, in order.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.

    Returns
    -------
    tuple of Held
    """
    optimizer = ON_TRAIN[spec.optimizer]
    update = optimizer.training.fused if optimizer.training else None
    if update is not None:
        return tuple(_of_each(spec, BY_UPDATE[update]))
    keras = str(optimizer.keras_class)
    counted = [Held(name, "", (), kind) for name, kind in COUNTED.items()]
    last = [Held(ONE_FOR_ALL[keras], "", (), np.dtype(np.float32))] if keras in ONE_FOR_ALL else []
    found = _of_each(spec, BY_KERAS[keras])
    if keras == "Muon":
        found = (one for one in found if one.slot == "velocity" or len(one.shape) != 2)
    return (*counted, *found, *last)


def _of_each(spec: NetworkSpec, slots: tuple[str, ...]) -> Iterator[Held]:
    for name, (_, shape) in trained(spec).items():
        for slot in slots:
            yield Held(slot, name, shape, np.dtype(np.float32))


def has_velocity(spec: NetworkSpec) -> bool:
    """Whether the optimizer of a training gathers its steps in a velocity.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.

    Returns
    -------
    bool

    Examples
    --------
    >>> has_velocity(NetworkSpec()), has_velocity(NetworkSpec(optimizer="rprop"))
    (True, False)
    """
    rule = optimizer_of(spec)
    return any(one.slot == "velocity" for one in memory(spec)) and float(rule.values.get("momentum", 1.0)) > 0


def exact_at(name: str, spec: NetworkSpec, step: int) -> Exact | None:
    """The exact state of a run at a moment.

    Parameters
    ----------
    name : str
        The run's id.
    spec : NetworkSpec
        Its network.
    step : int
        After how many updates.

    Returns
    -------
    Exact or None
        None where none is kept or none can be read.
    """
    run = None if name in shipped.SHIPPED else store.get(name)
    if run is None or step not in run.exact_steps():
        return None
    try:
        return _exact(run, spec, step)
    except states.StateError:
        return None  # the run's own page says so; what is asked here can be answered from the kept moments


def _exact(run: Run, spec: NetworkSpec, step: int) -> Exact:
    found, held = run.exact(step), memory(spec)
    kind, shapes = np.dtype(np.float32), weight_shapes(spec)
    layout = {f"w{place}": (shape, kind) for place, shape in enumerate(shapes.values())}
    layout |= {f"s{place}": (one.shape, one.kind) for place, one in enumerate(held)}
    states.check_arrays(found.arrays, layout)
    row = flat(
        spec, dict(zip(shapes, (found.arrays[f"w{place}"] for place in range(len(shapes))), strict=True))
    )
    slots: dict[str, NDArray[np.float32]] = {}
    for place, one in enumerate(held):
        values = found.arrays[f"s{place}"]
        if one.of:
            slots.setdefault(one.slot, np.zeros_like(row))[trained(spec)[one.of][0]] = values.ravel()
        elif one.slot not in COUNTED:
            slots[one.slot] = values
    if not all(np.isfinite(one).all() for one in (row, *slots.values())):
        raise states.StateError(f"the state of step {step:,} has values that are not numbers")
    return Exact(step, found.learning_rate, row, slots)


def optimizer_of(spec: NetworkSpec) -> Optimizer:
    """The catalogue's optimizer with the settings of a training, but for the clipping of gradients.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.

    Returns
    -------
    Optimizer
    """
    asked: dict[str, Any] = {"learning_rate": spec.rate, **dict(spec.settings)}
    return ON_TRAIN[spec.optimizer].with_settings(**asked)


def next_step(spec: NetworkSpec, exact: Exact, gradient: Array) -> NDArray[np.float32]:
    """What the next update adds to the weights, if its batch had this gradient.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.
    exact : Exact
        The state before the update.
    gradient : float32 (P,)
        Of the mean loss of the batch.

    Returns
    -------
    float32 (P,)
    """
    size = float(np.linalg.norm(gradient.astype(np.float64)))
    if spec.clip_norm and size > spec.clip_norm:
        gradient = gradient * np.float32(spec.clip_norm / size)
    optimizer = optimizer_of(spec)
    change = _updated(optimizer, exact, gradient)
    if optimizer.for_matrices:
        _turn_matrices(spec, optimizer, exact, gradient, change)
    return change


def _updated(optimizer: Optimizer, exact: Exact, gradient: Array) -> NDArray[np.float32]:
    """The step of a rule that acts on each weight by itself; for matrices' optimizer the one that it has for the others."""
    if optimizer.for_matrices:
        named = {key.removeprefix("adam_"): value for key, value in optimizer.keras_fixed.items()}
        optimizer = OPTIMIZERS["adamw"].with_settings(
            **{key: named[key] for key in ("beta_1", "beta_2", "epsilon", "weight_decay")}
        )
    slots = dict(exact.slots) if exact.step else optimizer.init(exact.row).slots
    after, _ = optimizer.update(
        gradient, exact.row, State(exact.step, slots), learning_rate=np.float32(exact.rate)
    )
    return np.asarray(after - exact.row, np.float32)


def _turn_matrices(
    spec: NetworkSpec, optimizer: Optimizer, exact: Exact, gradient: Array, change: NDArray[np.float32]
) -> None:
    """Put into a step what Muon adds to each matrix."""
    rule = Muon(**{setting.key: cast(Any, optimizer.values[setting.key]) for setting in optimizer.own})
    rate, decay = np.float32(exact.rate), np.float32(optimizer.values["weight_decay"])
    for place, shape in trained(spec).values():
        if len(shape) == 2:
            slope, velocity, held = (
                one[place].reshape(shape) for one in (gradient, exact.slots["velocity"], exact.row)
            )
            added = matrix_change(rule, slope, velocity, rate) - held * decay * rate
            change[place] = added.ravel()


@dataclass(frozen=True, eq=False)
class Edge:
    """Where an optimizer loses its hold: beyond a curvature of ``limit`` / rate, of the loss as it feels it.

    Attributes
    ----------
    limit : float
        2 for gradient descent, 38 for Adam with its usual averages.
    divisor : floats (P,) or None
        By what each weight's step is divided; None for rules that divide nothing.
    estimated : bool
        Whether the divisor is worked out anew from batches, since no exact state is kept.
    """

    limit: float
    divisor: Array | None
    estimated: bool


def edge(spec: NetworkSpec, exact: Exact | None, squares: Array | None) -> Edge | None:
    """The stability limit of a training's optimizer at a moment, from the catalogue's theory.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.
    exact : Exact or None
        The state at the moment, if it is kept.
    squares : floats (P,) or None
        The mean square of each weight's gradient over batches, for want of a state.

    Returns
    -------
    Edge or None
        None where theory sets no limit, or the divisor is not known.
    """
    theory = optimizer_of(spec).theory
    if not isinstance(theory, Theory):
        return None
    if theory.divisor is None:
        return Edge(theory.limit, None, estimated=False)
    if exact is not None and exact.step:
        return Edge(
            theory.limit, np.asarray(theory.divisor(exact.slots, exact.step), np.float32), estimated=False
        )
    if squares is None or not any(one.slot == "square" for one in memory(spec)):
        return None
    long_since = 10**9  # averages are full
    return Edge(
        theory.limit, np.asarray(theory.divisor({"square": squares}, long_since), np.float32), estimated=True
    )
