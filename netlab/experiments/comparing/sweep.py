"""One to four settings searched over a grid, at random or by a sampler; hopeless runs are stopped early.

Optuna decides: its samplers propose, its pruner judges, its journal keeps the study. Here is only what it is asked and
told, and the networks that its values stand for. Validation alone is told; test pictures play no part in the search.

References
----------
Akiba, Sano, Yanase, Ohta and Koyama, "Optuna: a next-generation hyperparameter optimization framework", KDD 2019.
Bergstra, Bardenet, Bengio and Kégl, "Algorithms for hyper-parameter optimization" (the sampler), NIPS 2011.
Golovin et al., "Google Vizier" (the median rule), KDD 2017.
Watanabe, Bansal and Hutter, "PED-ANOVA", IJCAI 2023 (importance).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from netlab.experiments.comparing.driver import Proposal
from netlab.experiments.comparing.record import MOST_RUNS, Member, Value
from netlab.experiments.comparing.settings import SETTINGS, SWEPT, Setting
from netlab.extras import no_sweeps
from netlab.formatting import counted, percent
from netlab.nets.layers import SpecError
from netlab.nets.spec import HELD_BACK, NetworkSpec
from netlab.runs.history import History

if TYPE_CHECKING:
    import optuna

METHODS = {
    "grid": "a grid: every combination",
    "random": "at random",
    "sampler": "by a sampler that learns",
}
MOST_SETTINGS = 4
LEAST_FOR_IMPORTANCE = 8
RUNGS = (0.1, 0.3, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0, 50.0, 80.0, 120.0, 200.0)
"""Epochs after which runs are compared while they are on: the same for all, whatever their batches."""
FIRST_JUDGED = 1  # rung, so after 0.3 epochs
UNJUDGED = 4  # runs that end before any is stopped early


@dataclass(frozen=True)
class Space:
    """What a sweep tries.

    Attributes
    ----------
    base : NetworkSpec
        The network that all others are made from.
    values : mapping of str to tuple
        For each setting that is varied, a key of ``SWEPT``, its values. A grid tries these; at random and by the sampler
        any number from the least to the greatest of them is tried, and of names only these.
    method : str
        A key of ``METHODS``.
    runs : int
        How many, at random and by the sampler; a grid has as many as it has places.
    prune : bool
        Whether hopeless runs are stopped early.

    Raises
    ------
    SpecError
        If there are too many settings or runs, or too few values; the sentence says so.
    """

    base: NetworkSpec
    values: Mapping[str, tuple[Value, ...]]
    method: str = "grid"
    runs: int = 20
    prune: bool = True

    def __post_init__(self) -> None:
        if not 1 <= len(self.values) <= MOST_SETTINGS or not set(self.values) <= set(SWEPT):
            raise SpecError(f"A sweep varies one to {MOST_SETTINGS} settings; choose them first.")
        bare = [SETTINGS[key].label for key, some in self.values.items() if len(set(some)) < 2]
        if bare:
            raise SpecError(f"Give {bare[0]} two values or more to choose between.")
        if self.method not in METHODS:
            raise SpecError(f"A sweep goes over {', '.join(METHODS)}; got {self.method!r}.")
        if not 1 <= self.total <= MOST_RUNS:
            raise SpecError(
                f"This sweep would have {self.total:,} runs; at most {MOST_RUNS} are trained. Take fewer values, or try "
                "some of them at random."
            )

    @property
    def total(self) -> int:
        """How many runs it has."""
        return math.prod(map(len, self.values.values())) if self.method == "grid" else self.runs

    def spec(self, chosen: Mapping[str, Value]) -> NetworkSpec:
        """The network with these values, in the order in which they do not undo each other.

        Raises
        ------
        SpecError
            If no network can be so.
        """
        found = self.base
        for key in sorted(chosen, key=_ORDER.index):
            found = SETTINGS[key].apply(found, chosen[key])
        return found

    def specs(self) -> list[NetworkSpec]:
        """Networks by which to judge how long it takes: all of a grid, else the middle one so many times."""
        if self.method != "grid":
            middle = {key: _middle(SETTINGS[key], some) for key, some in self.values.items()}
            return [self.spec(middle)] * self.total
        found = []
        for place in product(*self.values.values()):
            try:
                found.append(self.spec(dict(zip(self.values, place, strict=True))))
            except SpecError:  # it is told when its turn comes
                continue
        return found

    def about(self) -> dict[str, Any]:
        """What a record keeps of it."""
        return {
            "values": {key: list(some) for key, some in self.values.items()}, "method": self.method,
            "prune": self.prune, "base": self.base.to_json(),
        }  # fmt: skip


_ORDER = ("depth", "width", "optimizer", "rate", "dropout", "activation", "batch", "epochs", "l2")

SMALL = NetworkSpec(
    hidden=(32,), dropout=0.0, train_examples=3000, epochs=1, batch_size=32, validation=HELD_BACK
)
"""A network that trains in a second or two."""
FIRST = Space(SMALL, {"rate": (0.0001, 0.001, 0.01, 0.1), "width": (4, 16, 64, 256)})
"""A sweep that ends within about a minute on two cores."""


def usual_values(base: NetworkSpec, key: str) -> tuple[Value, ...]:
    """Values of a setting that a sweep begins with.

    Parameters
    ----------
    base : NetworkSpec
        The network that is varied.
    key : str
        A key of ``SWEPT``.

    Returns
    -------
    tuple
        Some of those that are offered.
    """
    begin: dict[str, tuple[Value, ...]] = {
        "rate": (0.0001, 0.001, 0.01, 0.1), "width": (4, 16, 64, 256), "depth": (1, 2, 3), "dropout": (0.0, 0.2, 0.5),
        "batch": (8, 32, 128), "optimizer": ("sgd", "adam", "rmsprop"), "activation": ("relu", "tanh", "sigmoid"),
        "epochs": (1, 2, 3), "l2": (0.0, 0.0001, 0.001),
    }  # fmt: skip
    offered = SETTINGS[key].values
    return tuple(value for value in begin[key] if value in offered) or offered[:3]


class Search:
    """A study of Optuna as a plan of runs: it is asked for networks, told of validations, and told how runs ended.

    Parameters
    ----------
    space : Space
        What is tried.
    journal : Path or None
        Where the study is kept; None keeps it in memory alone.

    Raises
    ------
    SpecError
        If Optuna is not installed.
    """

    def __init__(self, space: Space, journal: Path | None = None) -> None:
        if why := no_sweeps():
            raise SpecError(why)
        self.space, self.total = space, space.total
        self._study = _study(space, journal)
        self._asked = 0
        self._trials: dict[int, optuna.Trial] = {}
        self._rungs: dict[int, int] = {}

    def ask(self) -> Proposal | None:
        """The next network that Optuna proposes."""
        if self._asked == self.total:
            return None
        self._asked += 1
        trial = self._study.ask()
        self._trials[trial.number] = trial
        values = {key: _suggest(trial, self.space, key) for key in self.space.values}
        try:
            return Proposal(self.space.spec(values), values, trial.number)
        except SpecError as error:
            return Proposal(None, values, trial.number, str(error))

    def watch(self, proposal: Proposal, history: History) -> str:
        """Tell Optuna of the validations so far; why the run is to be stopped, if it is."""
        begun = history.started
        if begun is None or not self.space.prune:
            return ""
        trial, rung = self._trials[proposal.number], self._rungs.get(proposal.number, 0)
        reached, passed = rung, False
        for item in history.validations:
            while reached < len(RUNGS) and item.step >= RUNGS[reached] * begun.steps_per_epoch > 0:
                trial.report(item.accuracy, reached)
                reached, passed = reached + 1, True
        self._rungs[proposal.number] = reached
        ended = history.step >= begun.total_steps
        if not passed or ended or not trial.should_prune():
            return ""
        now = history.validations[-1]
        epochs = "epoch" if RUNGS[reached - 1] == 1 else "epochs"
        return (
            f"Stopped early: after {RUNGS[reached - 1]:g} {epochs} it reads {percent(now.accuracy)}; at least half of the "
            "runs before it read more by then."
        )

    def tell(self, proposal: Proposal, member: Member) -> None:
        """Tell Optuna how a run ended."""
        from optuna.trial import TrialState

        trial = self._trials.pop(proposal.number)
        if member.state == "pruned":
            self._study.tell(trial, state=TrialState.PRUNED)
        elif member.state in ("done", "diverged") and member.validation is not None:
            self._study.tell(trial, member.validation)
        else:
            self._study.tell(trial, state=TrialState.FAIL)


def _study(space: Space, journal: Path | None) -> optuna.Study:
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = None
    if journal is not None:
        journal.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        storage = JournalStorage(JournalFileBackend(str(journal)))
    pruner = optuna.pruners.MedianPruner(n_startup_trials=UNJUDGED, n_warmup_steps=FIRST_JUDGED)
    return optuna.create_study(
        storage=storage, study_name="sweep", direction="maximize", sampler=_sampler(space),
        pruner=pruner if space.prune else optuna.pruners.NopPruner(),
    )  # fmt: skip


def _sampler(space: Space) -> optuna.samplers.BaseSampler:
    from optuna import samplers

    class Grid(samplers.GridSampler):
        """A grid that stops nothing when it is through: who asks counts."""

        def after_trial(self, study: Any, trial: Any, state: Any, values: Any) -> None:
            """Do nothing."""

    seed = space.base.seed
    if space.method == "grid":
        return Grid({key: list(some) for key, some in space.values.items()}, seed=seed)
    if space.method == "random":
        return samplers.RandomSampler(seed=seed)
    return samplers.TPESampler(seed=seed, n_startup_trials=max(4, min(10, space.runs // 3)))


def _suggest(trial: optuna.Trial, space: Space, key: str) -> Value:
    setting, some = SETTINGS[key], space.values[key]
    numbers = [value for value in some if not isinstance(value, str)]
    if space.method == "grid" or setting.named or len(numbers) < len(some):
        return cast(Value, trial.suggest_categorical(key, list(some)))
    low, high = min(numbers), max(numbers)
    if all(isinstance(value, int) for value in numbers):
        return trial.suggest_int(key, int(low), int(high), log=setting.log and low > 0)
    if setting.log or (low > 0 and high / low >= 100):
        return float(f"{trial.suggest_float(key, low, high, log=True):.3g}")
    return float(f"{trial.suggest_float(key, low, high):.3g}")


def _middle(setting: Setting, some: Sequence[Value]) -> Value:
    if setting.named:
        return some[len(some) // 2]
    return sorted(some, key=float)[len(some) // 2]


def importance(values: Mapping[str, Sequence[Value]], members: Sequence[Member]) -> dict[str, float]:
    """How much each setting matters for being among the best runs, by PED-ANOVA.

    Parameters
    ----------
    values : mapping
        The settings that were varied.
    members : sequence of Member
        The runs of a sweep.

    Returns
    -------
    dict of str to float
        Shares that add up to 1, the largest first; empty with fewer than ``LEAST_FOR_IMPORTANCE`` runs that were trained
        to their end, with one setting, where all came to the same, or where Optuna is not installed.
    """
    if no_sweeps():
        return {}
    ended = [one for one in members if one.state == "done" and one.validation is not None]
    told = {one.validation for one in ended}
    if len(ended) < LEAST_FOR_IMPORTANCE or len(values) < 2 or len(told) < 2:
        return {}
    import optuna
    from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize")
    ways = {key: _distribution(SETTINGS[key], [one.values[key] for one in ended]) for key in values}
    for one in ended:
        study.add_trial(
            optuna.trial.create_trial(
                params={key: one.values[key] for key in values}, distributions=ways, value=one.validation
            )
        )
    best = PedAnovaImportanceEvaluator(target_quantile=0.25)
    found = get_param_importances(study, evaluator=best)
    return {key: share for key, share in found.items() if math.isfinite(share)}


def _distribution(setting: Setting, seen: Sequence[Value]) -> optuna.distributions.BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    if setting.named:
        return CategoricalDistribution(sorted({str(value) for value in seen}))
    low, high = min(map(float, seen)), max(map(float, seen))
    return FloatDistribution(low, high, log=setting.log and 0 < low < high)


def best(members: Sequence[Member]) -> list[Member]:
    """The runs that came to their end, the best by validation first.

    Parameters
    ----------
    members : sequence of Member

    Returns
    -------
    list of Member
    """
    ended = [one for one in members if one.state == "done" and one.validation is not None]
    return sorted(ended, key=lambda one: one.validation or 0.0, reverse=True)


def said(values: Mapping[str, Value]) -> str:
    """The values of a run in a few words.

    Parameters
    ----------
    values : mapping

    Returns
    -------
    str
    """
    return ", ".join(
        f"{SETTINGS[key].label} {SETTINGS[key].word(value)}"
        for key, value in values.items()
        if key in SETTINGS
    )


def sentence(members: Sequence[Member], total: int) -> str:
    """What a sweep has found; silent before a run has ended.

    Parameters
    ----------
    members : sequence of Member
    total : int
        Runs that it will have.

    Returns
    -------
    str
    """
    first = best(members)
    if not first:
        return ""
    count = {state: sum(one.state == state for one in members) for state in {one.state for one in members}}
    told = [
        f"Best on validation so far: {said(first[0].values)}, with {percent(first[0].validation or 0, 2)}."
    ]
    over = sum(bool(one.state) for one in members)
    if over == total:
        told = [told[0].replace(" so far", "")]
    early = count.get("pruned", 0)
    if early:
        told.append(
            f"1 run of {over} was stopped early as hopeless."
            if early == 1
            else f"{early:,} runs of {over} were stopped early as hopeless."
        )
    broken = sum(count.get(state, 0) for state in ("diverged", "died", "failed", "impossible"))
    if broken:
        told.append(f"{counted(broken, 'run')} did not finish: press it to see why.")
    if over == total and len(first) > 1:
        told.append(
            f"It is the best of {len(first)}, so part of its lead is luck: repeat it over seeds under Luck, and believe the "
            "test pictures."
        )
    return " ".join(told)


def with_values(about: Mapping[str, Any]) -> dict[str, tuple[Value, ...]]:
    """The settings that a kept sweep varied, read as a stranger's.

    Parameters
    ----------
    about : mapping
        Of its record.

    Returns
    -------
    dict of str to tuple
        What is no setting or no value that there is, is left out.
    """
    told = about.get("values")
    if not isinstance(told, Mapping):
        return {}
    found = {}
    for key, some in list(told.items())[:MOST_SETTINGS]:
        if key not in SWEPT or not isinstance(some, list):
            continue
        setting = SETTINGS[key]
        sound = tuple(value for value in some[:MOST_RUNS] if _fits(setting, value))
        if sound:
            found[key] = sound
    return found


def _fits(setting: Setting, value: Any) -> bool:
    if setting.named:
        return isinstance(value, str) and value in setting.values
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def sound_members(values: Mapping[str, tuple[Value, ...]], members: Sequence[Member]) -> list[Member]:
    """The runs that have a value of every setting of a sweep, each of its kind.

    Parameters
    ----------
    values : mapping
        Of ``with_values``.
    members : sequence of Member
        As a record has them.

    Returns
    -------
    list of Member
        With those values alone.
    """
    return [
        replace(one, values={key: one.values[key] for key in values})
        for one in members
        if all(key in one.values and _fits(SETTINGS[key], one.values[key]) for key in values)
    ]


def on_grid(values: Mapping[str, tuple[Value, ...]], members: Sequence[Member]) -> list[Member]:
    """The runs whose values are all among those of a grid: a record that was changed may have others.

    Parameters
    ----------
    values : mapping
        Of ``with_values``.
    members : sequence of Member

    Returns
    -------
    list of Member
    """
    return [one for one in members if all(one.values[key] in some for key, some in values.items())]
