"""The race: all optimizers from one start, each at the learning rate that is best for it over this many steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from netlab.descent import OTHERS, Budgeted, Runner
from netlab.descent import race as run_race
from netlab.figures.landscape import loss_contours, stars
from netlab.figures.race import TINY, loss_at, race_losses, race_map, rate_curves
from netlab.numerals import plain, point
from netlab.optimizers import OPTIMIZERS, Optimizer
from netlab.surface import Surface
from netlab.terrain import terrain
from netlab.ui.basins import many_starts
from netlab.ui.choice import choose, choose_some, slide
from netlab.ui.components import live_figure
from netlab.ui.landscape_settings import choose_start, choose_surface, set_start
from netlab.ui.race_map import clickable, newly_clicked

HORIZONS = (10, 20, 50, 100, 200, 500)
RATES = np.logspace(-6, 2 + 1 / 6, 50)
"""Six to a power of ten, from a millionth to 147: Keras's 0.001 and 0.01 are among them."""
BUDGETED = {"newton": "Newton", "l-bfgs": "L-BFGS", "random-search": "random search"}
SHOWN = ["sgd", "momentum", "adagrad", "adam", "L-BFGS"]


def race() -> None:
    """Controls, the race on the map and by step, the ranking, loss against rate, and where many starts lead."""
    surface, start, steps = _choices()
    name = identity(surface)
    if not np.isfinite(surface.value(np.array(start))):
        st.warning(
            f"There is no height at {point(start)}, so nobody can start there. Choose another start.",
            icon=":material/landscape:",
        )
        return
    with st.spinner(f"{len(OPTIMIZERS)} optimizers × {len(RATES)} learning rates × {steps} steps…"):
        runners, others = _ran(name, start, steps, surface), _compared(name, start, steps + 1, surface)
    ranking = ranked(runners)
    shown = _shown(next(iter(ranking)))
    floor = lowest(surface, runners, others)
    left, right = st.columns(2)
    with left:
        clickable("race_map", race_map(_contours(name, surface), runners, shown), _alt(ranking, steps))
        st.caption(
            f"Click where the race should start. {stars(surface.minima)} What leaves the window goes on outside."
        )
    with right:
        live_figure("race_losses", race_losses(ranking, others, shown, floor), _alt(ranking, steps))
        st.caption(f"{_AS_MANY_LOOKS} {_NO_FLOOR if floor is None else _FLOOR}")
    st.markdown(_told(ranking, steps, start))
    at_the_end = [runner.optimizer.title for runner in ranking.values() if _at_the_end(runner)]
    if at_the_end:
        st.caption(
            f"No larger rate than {RATES[-1]:.3g} was tried, and that one was the best for {', '.join(at_the_end)}: a still larger "
            "one may serve better."
        )
    _tables(ranking, others)
    chosen = _rates(runners, shown, floor, steps)
    st.fragment(many_starts)(surface, name, runners, chosen, steps)


_MEASURED = ("loss at the end", "best rate", "Keras's default", "loss with the default")
_AS_MANY_LOOKS = "The ways outside Keras are drawn at the lowest they have seen after as many looks."
_FLOOR = f"A height of 0 is drawn at {TINY:.0e}: a logarithm has no 0."
_NO_FLOOR = (
    "No single lowest point is known here, so heights are drawn as they are, cut off far below the start."
)


def _rates(runners: dict[str, Runner], shown: set[str], floor: float | None, steps: int) -> str:
    st.subheader("How much was the rate worth?", anchor=False)
    rule = _closer()
    alt = _rates_alt(runners[rule.key], steps)
    live_figure("rate_curves", rate_curves(runners, rule.key, shown, floor), alt)
    st.caption(
        f"Thick: {rule.title}. Every point is a walk of {steps} steps at that rate: 50 at once, then 24 more around the "
        "best of them; a gap is a walk that diverged. Star: the best rate found. Diamond: what Keras takes if you say nothing. A narrow dip is luck; a broad valley is a rule "
        "that forgives. Click a name to hide or show it."
    )
    return rule.key


def _choices() -> tuple[Surface, tuple[float, float], int]:
    one, two, three = st.columns([1.2, 1.2, 1])
    details = st.container()
    with one:
        surface = choose_surface(details)
    place = newly_clicked("race_map")
    if place is not None:
        set_start(surface, place)
    with two:
        start = choose_start(surface)
    with three:
        steps = slide(st.select_slider, "Steps in the race", HORIZONS, 100, key="race_steps")
    return surface, start, steps


def _shown(winner: str) -> set[str]:
    """Which lines are drawn: those that the reader chose, and the winner."""
    titles = {
        **{key: optimizer.title for key, optimizer in OPTIMIZERS.items()},
        **{one: one for one in BUDGETED.values()},
    }
    chosen = choose_some(
        st.pills, "Show, besides the winner", titles, SHOWN, key="race_show", titles=titles.__getitem__
    )
    return {winner, *chosen}


def _closer() -> Optimizer:
    """The optimizer whose rates and basins are shown; the choice is the landscape page's too."""
    titles = {key: optimizer.title for key, optimizer in OPTIMIZERS.items()}
    return OPTIMIZERS[
        choose(
            st.selectbox, "Look closer at", titles, key="ls_optimizer", titles=titles.__getitem__, filter_mode=None,
            width=320,
        )
    ]  # fmt: skip


def identity(surface: Surface) -> str:
    """What tells a surface from all others, for caches: its name and the code of its loss."""
    return f"{surface.key}|{surface.domain}|{surface.tensorflow}"


@st.cache_resource(max_entries=32, show_spinner=False)
def _contours(name: str, _surface: Surface) -> Any:
    return loss_contours(terrain(_surface), _surface.parameters, _surface.minima, name)


@st.cache_data(max_entries=64, show_spinner=False)
def _ran(name: str, start: tuple[float, float], steps: int, _surface: Surface) -> dict[str, Runner]:
    return run_race(_surface, OPTIMIZERS, start, steps=steps, learning_rates=RATES)


@st.cache_data(max_entries=64, show_spinner=False)
def _compared(name: str, start: tuple[float, float], budget: int, _surface: Surface) -> dict[str, Budgeted]:
    return {BUDGETED[key]: walk(_surface, start, budget=budget) for key, walk in OTHERS.items()}


def ranked(runners: dict[str, Runner]) -> dict[str, Runner]:
    """The runners, lowest at the last step first; those that diverged last."""
    return dict(sorted(runners.items(), key=lambda item: _end(item[1])))


def _at_the_end(runner: Runner) -> bool:
    return runner.sweep.best_learning_rate >= RATES[-1]


def _end(runner: Runner) -> float:
    end = float(runner.path.losses[-1])
    return end if np.isfinite(end) else np.inf


def lowest(surface: Surface, runners: dict[str, Runner], others: dict[str, Budgeted]) -> float | None:
    """The lowest loss known, from which heights are drawn; None where a surface has no minimum."""
    if not surface.minima:
        return None
    found = np.concatenate(
        [*(runner.path.losses for runner in runners.values()), *(walk.losses for walk in others.values())]
    )
    least = min(surface.minima[0].value, float(found[np.isfinite(found)].min(initial=np.inf)))
    return 0.0 if abs(least) < 1e-9 else least


def _number(value: float) -> str:
    return plain(value, 3) if np.isfinite(value) else "diverged"


def _alt(ranking: dict[str, Runner], steps: int) -> str:
    ends = ", ".join(f"{runner.optimizer.title} {_number(_end(runner))}" for runner in ranking.values())
    return f"Loss after {steps} steps, each at its own best rate: {ends}."


def _told(ranking: dict[str, Runner], steps: int, start: tuple[float, float]) -> str:
    first, *_, last = ranking.values()
    defaults = {key: loss_at(runner, runner.optimizer.keras_learning_rate) for key, runner in ranking.items()}
    by_default = OPTIMIZERS[min(defaults, key=defaults.__getitem__)].title
    level = sum(_end(runner) <= _end(first) + 1e-12 for runner in ranking.values()) - 1
    verdict = (
        f"**{first.optimizer.title} is lowest**{f', level with {level} more,' if level else ''} after {steps} steps from "
        f"{point(start)}: loss "
        f"{_number(_end(first))} at its rate of {first.optimizer.learning_rate:.3g}. {last.optimizer.title} is last: "
        f"{_number(_end(last))}. With Keras's default rates "
    )
    if by_default == first.optimizer.title:
        return f"{verdict}it would be in front too, at {_number(defaults[first.optimizer.key])}."
    return f"{verdict}**{by_default}** would be in front: a race at default rates compares rates, not rules."


def _tables(ranking: dict[str, Runner], others: dict[str, Budgeted]) -> None:
    with st.expander("All fourteen in order, and three ways outside Keras"):
        st.dataframe(
            [
                _row(place, runner) for place, runner in enumerate(ranking.values(), 1)
            ],
            hide_index=True,
            width="stretch",
            column_config={name: st.column_config.NumberColumn(format="%.3g") for name in _MEASURED},
        )  # fmt: skip
        st.dataframe(
            [
                {
                    "way": name,
                    "looks used": len(walk.looks),
                    "lowest loss seen": _finite(float(np.nanmin(walk.losses, initial=np.inf))),
                    "how it ended": walk.stopped or "It used all its looks.",
                }
                for name, walk in others.items()
            ],
            hide_index=True,
            width="stretch",
            column_config={"lowest loss seen": st.column_config.NumberColumn(format="%.3g")},
        )
        st.caption(
            "One look is one evaluation at one point, and all have had as many as a runner takes: its steps and the start. "
            "A look tells Newton's method the curvature too, which for 407,050 weights would be 166 thousand million "
            "numbers. All settings but the rate are Keras's. An empty cell: the walk diverged. Click a heading to sort."
        )


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _row(place: int, runner: Runner) -> dict[str, Any]:
    optimizer, sweep = runner.optimizer, runner.sweep
    best = sweep.best_learning_rate
    return {
        "place": place,
        "optimizer": optimizer.title,
        "loss at the end": _finite(_end(runner)),
        "best rate": best,
        "Keras's default": optimizer.keras_learning_rate,
        "loss with the default": _finite(loss_at(runner, optimizer.keras_learning_rate)),
        "rates that diverged": int((~np.isfinite(sweep.losses)).sum()),
    }


def _rates_alt(runner: Runner, steps: int) -> str:
    return (
        f"Loss after {steps} steps against the learning rate. {runner.optimizer.title}: best at "
        f"{runner.sweep.best_learning_rate:.3g} with {_number(_end(runner))}, Keras's default "
        f"{runner.optimizer.keras_learning_rate:g} with {_number(loss_at(runner, runner.optimizer.keras_learning_rate))}."
    )
