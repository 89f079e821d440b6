"""Why a network does not learn: the likeliest cause among its settings, and what to try."""

from __future__ import annotations

from collections.abc import Callable

from netlab.formatting import percent, plain
from netlab.nets.parameters import MOMENTUM
from netlab.nets.spec import NetworkSpec
from netlab.nn.optimizers import ON_TRAIN
from netlab.runs import trials
from netlab.runs.finding import Trial
from netlab.runs.history import History

FEW = 200
"""Batches in which even a sound network may not have learnt to read."""

MOVES_FROM = {"adadelta": 0.1}
"""Learning rates below which an optimizer hardly moves, where that is not a tenth of Keras's default."""

BEGUN = 0.1
"""Share of the moving statistics up to which what they began with hardly counts."""

OTHERWISE = "Train longer, raise the learning rate, or choose another optimizer or activation."


def likeliest(spec: NetworkSpec, history: History) -> str:
    """What to try; what makes learning impossible is named before what makes it slow.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.
    history : History
        What the run has reported so far.

    Returns
    -------
    str
        One sentence or two of advice; ``OTHERWISE`` if no cause is found.
    """
    return _likeliest(spec, history)[0]


def counter_experiment(spec: NetworkSpec, history: History) -> Trial:
    """The network without its likeliest cause of not learning.

    Parameters
    ----------
    spec : NetworkSpec

    Parameters
    ----------
    spec : NetworkSpec
    history : History

    Returns
    -------
    Trial
    """
    return _likeliest(spec, history)[1]


def _likeliest(spec: NetworkSpec, history: History) -> tuple[str, Trial]:
    for cause, trial in CAUSES:
        text = cause(spec, history)
        if text is not None:
            return text, trial(spec)
    return OTHERWISE, trials.with_epochs(spec, 2 * spec.epochs)


def still_begun(spec: NetworkSpec, step: int) -> float:
    """The share of batch normalisation's moving statistics that is still what they began with.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    step : int
        Batches trained.

    Returns
    -------
    float
        0 for a network without normalisation.
    """
    return float(MOMENTUM**step) if spec.normalises else 0.0


def _alone(spec: NetworkSpec, history: History) -> str | None:
    if not (spec.normalises and spec.hidden and spec.batch_size == 1):
        return None
    return (
        "Batch normalisation takes from each unit its mean over the batch. A batch of one picture is its own mean, so "
        "nothing of the picture is left: take larger batches."
    )


def _lagging(spec: NetworkSpec, history: History) -> str | None:
    share = still_begun(spec, history.step)
    if share <= BEGUN:
        return None
    return (
        "When it is tested, batch normalisation uses running averages of its batches. They change slowly: after "
        f"{history.step:,} batch{'es' * (history.step != 1)} {percent(share, 0)} of each is still its starting value. "
        "More epochs, more images or smaller batches let them catch up."
    )


def _zeros(spec: NetworkSpec, history: History) -> str | None:
    if spec.initializer != "zeros":
        return None
    return (
        "Every weight started at zero, so all units of a layer are copies of each other: choose Glorot or He."
    )


def _squashing(spec: NetworkSpec, history: History) -> str | None:
    count = sum(layer.activation in ("sigmoid", "tanh") for layer in spec.layers)
    if count < 4 or spec.normalises:  # normalised sums stay where the slope is steep
        return None
    return (
        f"{count} squashing layers each pass back a fraction of the slope (sigmoid: at most a quarter), "
        "so the first layers hardly move: try ReLU, or fewer layers."
    )


def _narrow(spec: NetworkSpec, history: History) -> str | None:
    least = min((layer.units for layer in spec.layers), default=512)
    if least > 2:
        return None
    return f"A layer of {least} unit{'s' * (least > 1)} passes on too little to tell the ten classes apart: give it more units."


def _too_high(spec: NetworkSpec, history: History) -> str | None:
    rates = _rates(spec, history)
    usual, highest = ON_TRAIN[spec.optimizer].default_learning_rate, max(rates)
    if highest <= 10 * max(usual, MOVES_FROM.get(spec.optimizer, 0.0)):
        return None
    far = f"The learning rate {plain(highest)} is far above the usual {plain(usual)}: such steps threw the network off."
    return f"{far} {'Lower it.' if rates[-1] > 10 * usual else 'Start over at a lower one.'}"


def _fading(spec: NetworkSpec, history: History) -> str | None:
    if spec.initializer != "random_normal" or len(spec.layers) < 4 or spec.normalises:
        return None
    return (
        f"Initial weights of standard deviation 0.05 make the signal smaller in each of {len(spec.layers)} layers, until nothing "
        "is left of it: choose He or Glorot."
    )


def _penalty(spec: NetworkSpec, history: History) -> str | None:
    for name, strength, much in (("L1", spec.l1, 0.01), ("L2", spec.l2, 0.1)):
        if strength >= much:
            return f"The {name} penalty {plain(strength)} costs more than wrong answers do, so all weights shrink to nothing: lower it."
    return None


def _dropout(spec: NetworkSpec, history: History) -> str | None:
    most = max((layer.dropout or 0.0 for layer in spec.layers), default=0.0)
    if most < 0.8:
        return None
    return f"Dropout switches off {percent(most, 0)} of a layer's units: what is left is too little to learn from. Lower it."


def _too_low(spec: NetworkSpec, history: History) -> str | None:
    usual, highest = ON_TRAIN[spec.optimizer].default_learning_rate, max(_rates(spec, history))
    if spec.optimizer == "adadelta" and highest < MOVES_FROM["adadelta"]:
        return f"Adadelta hardly moves at learning rate {plain(highest)}; its paper has 1. Raise the learning rate."
    if highest > usual / 10:
        return None
    return (
        f"The learning rate {plain(highest)} is far below the usual {plain(usual)}, so the weights hardly move. "
        "Raise the learning rate."
    )


def _few(spec: NetworkSpec, history: History) -> str | None:
    if history.step >= FEW:
        return None
    return (
        f"It took only {history.step} step{'s' * (history.step != 1)}, one a batch. "
        "More epochs, more images or smaller batches give it more."
    )


def _rates(spec: NetworkSpec, history: History) -> list[float]:
    """The learning rates of the run, in order."""
    return [spec.rate, *(rate.value for rate in history.rates)]


def _usual(spec: NetworkSpec) -> Trial:
    usual = ON_TRAIN[spec.optimizer].default_learning_rate
    return trials.with_rate(spec, 1.0 if spec.optimizer == "adadelta" else usual)


CAUSES: tuple[tuple[Callable[[NetworkSpec, History], str | None], Callable[[NetworkSpec], Trial]], ...] = (
    (_alone, trials.with_larger_batches),
    (_zeros, lambda spec: trials.with_start(spec, "glorot_uniform")),
    (_squashing, lambda spec: trials.with_activation(spec, "relu")),
    (_narrow, lambda spec: trials.wider(spec, 64)),
    (_too_high, _usual),
    (_fading, lambda spec: trials.with_start(spec, "he_normal")),
    (_penalty, trials.without_penalties),
    (_dropout, lambda spec: trials.with_dropout(spec, 0.2)),
    (_too_low, _usual),
    (_lagging, trials.with_more_steps),
    (_few, trials.with_more_steps),
)
"""Why a network may not learn, the impossible before the slow, each with the experiment that takes it away."""
