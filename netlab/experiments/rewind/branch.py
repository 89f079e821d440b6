"""A run that begins where another one was, with something changed, and both in one picture."""

from __future__ import annotations

from dataclasses import dataclass, replace

from netlab.experiments.rewind.course import Moments
from netlab.nets.spec import NetworkSpec
from netlab.runs.compare import differences
from netlab.runs.history import History
from netlab.runs.naming import LONGEST, given_name

KEPT = ("hidden", "convolutions", "activation", "normalisation")
"""Settings without which the other run's weights would not fit, or would not mean what they meant."""


def changed(
    spec: NetworkSpec, *, optimizer: str, learning_rate: float, epochs: int, train_examples: int | None, data: str
) -> NetworkSpec:  # fmt: skip
    """The description of a branch.

    Parameters
    ----------
    spec : NetworkSpec
        The run that it leaves.
    optimizer : str
        A key of ``ON_TRAIN``; another one than the run's has its own usual settings.
    learning_rate : float
        Its rate.
    epochs : int
        How long the branch trains, from where it begins.
    train_examples : int or None
        How many pictures it learns from; None for all.
    data : str
        Which pictures.

    Returns
    -------
    NetworkSpec
        With the run's network, seed and everything else.

    Raises
    ------
    netlab.nets.spec.SpecError
        If a setting is out of bounds.
    """
    settings = spec.settings if optimizer == spec.optimizer else ()
    return replace(
        spec, optimizer=optimizer, learning_rate=learning_rate, settings=settings, epochs=epochs,
        train_examples=train_examples, data=data,
    )  # fmt: skip


def differs(spec: NetworkSpec, branch: NetworkSpec) -> list[str]:
    """The settings in which a branch differs from its run, without its length.

    Parameters
    ----------
    spec, branch : NetworkSpec
        The run's and the branch's.

    Returns
    -------
    list of str
        Names of settings, as in the spec.
    """
    return [name for name in differences(spec, branch) if name != "epochs"]


def name(found: Moments, step: int, run_name: str, branch: NetworkSpec) -> str:
    """What a branch is called: what is unusual about it, and where it began.

    Parameters
    ----------
    found : Moments
        The run's moments.
    step : int
        Where it begins.
    run_name : str
        What the run is called.
    branch : NetworkSpec
        The branch.

    Returns
    -------
    str
        At most as long as a name may be.
    """
    own = given_name(branch)
    began = f", from {run_name} at {found.images(step):,}"
    return f"{own[: max(12, LONGEST - len(began))]}{began}"[:LONGEST].strip()


@dataclass(frozen=True)
class Limb:
    """One run's validation accuracy on the way of a family.

    Attributes
    ----------
    id, name : str
        The run.
    begins : int
        After how many images of the first run it begins.
    images : tuple of int
        Images looked at, those of the first run before it among them.
    accuracies : tuple of float
        Shares of the validation pictures.
    """

    id: str
    name: str
    begins: int
    images: tuple[int, ...]
    accuracies: tuple[float, ...]


def limb(run_id: str, run_name: str, begins: int, batch_size: int, history: History) -> Limb:
    """One run as a limb of its family.

    Parameters
    ----------
    run_id, run_name : str
        The run.
    begins : int
        After how many images of the first run it begins; 0 for the first run.
    batch_size : int
        Images in a batch of this run.
    history : History
        Its events.

    Returns
    -------
    Limb
    """
    seen = history.validations
    return Limb(
        run_id, run_name, begins, tuple(begins + item.step * batch_size for item in seen),
        tuple(item.accuracy for item in seen),
    )  # fmt: skip
