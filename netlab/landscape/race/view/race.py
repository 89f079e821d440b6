"""The race: all optimizers from one start, each at the learning rate that is best for it over this many steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from netlab.app.choice import choose, choose_some, slide
from netlab.app.components import live_figure
from netlab.formatting import counted, plain, point
from netlab.landscape.descent import OTHERS, Budgeted, Runner
from netlab.landscape.figures import loss_contours, stars
from netlab.landscape.height_map import height_map
from netlab.landscape.race.fair_race import Race, end_of, fair_race
from netlab.landscape.race.figures import race_losses, race_map, rate_curves
from netlab.landscape.race.outcomes import TINY, loss_with_default
from netlab.landscape.race.view.basins import many_starts
from netlab.landscape.race.view.claim import claim_fold
from netlab.landscape.race.view.descriptions import RATES, decay_told, largest_told, origin_told, race_told
from netlab.landscape.surface import Surface
from netlab.landscape.verdict import ending_told
from netlab.landscape.view.clickable_map import clickable, newly_clicked
from netlab.landscape.view.controls import choose_start, choose_surface, set_start
from netlab.landscape.view.identity import identity
from netlab.nn.optimizers import OPTIMIZERS, Optimizer

HORIZONS = (10, 20, 50, 100, 200, 500)
BUDGETED = {"newton": "Newton", "l-bfgs": "L-BFGS", "random-search": "random search"}
SHOWN = ["sgd", "momentum", "adagrad", "adam", "L-BFGS"]


def race() -> None:
    """Controls, the race on the map and by step, the ranking, loss against rate, and where many starts lead."""
    surface, start, steps, decay = _choices()
    name = identity(surface)
    if not np.isfinite(surface.value(np.array(start))):
        st.warning(
            f"There is no height at {point(start)}, so nobody can start there. Choose another start.",
            icon=":material/landscape:",
        )
        return
    with st.spinner(
        f"{len(OPTIMIZERS)} optimizers × {len(RATES)} learning rates × {counted(steps, 'step')}…"
    ):
        run, others = _ran(name, start, steps, decay, surface), _compared(name, start, steps + 1, surface)
    ranking = run.ranking
    runners = {key: ranking[key] for key in OPTIMIZERS}
    shown = _shown(next(iter(run.earned)))
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
    st.markdown(race_told(run, steps, start))
    st.caption(" ".join(filter(None, (decay_told(run, decay=decay), origin_told(run), largest_told(run)))))
    _tables(ranking, others)
    chosen = _rates(runners, shown, floor, steps)
    st.fragment(many_starts)(surface, name, runners, chosen, steps)
    claim_fold(surface, name, steps)


_MEASURED = ("loss at the end", "best rate", "Keras's default", "loss with the default")
_AS_MANY_LOOKS = "The ways outside Keras are drawn at the lowest they have seen after as many looks."
_FLOOR = f"A height of 0 is drawn at {plain(TINY)}: a logarithm has no 0."
_NO_FLOOR = (
    "No single lowest point is known here, so heights are drawn as they are, cut off far below the start."
)


def _rates(runners: dict[str, Runner], shown: set[str], floor: float | None, steps: int) -> str:
    st.subheader("How much was the rate worth?", anchor=False)
    rule = _closer()
    alt = _rates_alt(runners[rule.key], steps)
    live_figure("rate_curves", rate_curves(runners, rule.key, shown, floor), alt)
    st.caption(
        f"Thick: {rule.title}. Every point is a walk of {counted(steps, 'step')} at that rate: 50 at once, then 24 more around the "
        "best of them; a gap is a walk that diverged. Star: the best rate found. Diamond: what Keras takes if you say nothing. A narrow dip is luck; a broad valley is a rule "
        "that forgives. Click a name to hide or show it."
    )
    return rule.key


def _choices() -> tuple[Surface, tuple[float, float], int, bool]:
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
        decay = st.toggle(
            "With Keras's weight decay", key="race_decay",
            help="AdamW and Muon have it: it draws the weights to 0, whatever the slope says. Off: all run without it.", bind="query-params",
            persist_state="session",
        )  # fmt: skip
    return surface, start, steps, decay


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


@st.cache_resource(max_entries=32, show_spinner=False)
def _contours(name: str, _surface: Surface) -> Any:
    return loss_contours(height_map(_surface), _surface.parameters, _surface.minima, name)


@st.cache_data(max_entries=64, show_spinner=False)
def _ran(name: str, start: tuple[float, float], steps: int, decay: bool, _surface: Surface) -> Race:
    return fair_race(_surface, start, steps=steps, learning_rates=RATES, decay=decay)


@st.cache_data(max_entries=64, show_spinner=False)
def _compared(name: str, start: tuple[float, float], budget: int, _surface: Surface) -> dict[str, Budgeted]:
    return {BUDGETED[key]: walk(_surface, start, budget=budget) for key, walk in OTHERS.items()}


def lowest(surface: Surface, runners: dict[str, Runner], others: dict[str, Budgeted]) -> float | None:
    """The lowest loss known, from which heights are drawn; None where a surface has no minimum."""
    if not surface.minima:
        return None
    found = np.concatenate(
        [*(runner.path.losses for runner in runners.values()), *(walk.losses for walk in others.values())]
    )
    least = min(surface.minima[0].value, float(found[np.isfinite(found)].min(initial=np.inf)))
    return 0.0 if abs(least) < 1e-9 else least


def _alt(ranking: Mapping[str, Runner], steps: int) -> str:
    ends = [ending_told(runner.optimizer, runner.path) for runner in ranking.values()]
    return " ".join(
        [f"The losses over {counted(steps, 'step')}, each optimizer at its own best rate.", *ends]
    )


def _tables(ranking: Mapping[str, Runner], others: dict[str, Budgeted]) -> None:
    with st.expander("All in order, and three other ways"):
        st.dataframe(
            _written([_row(place, runner) for place, runner in enumerate(ranking.values(), 1)], _MEASURED),
            hide_index=True,
            width="stretch",
        )
        ways = [
            {
                "way": name,
                "looks used": len(walk.evaluations),
                "lowest loss seen": _finite(float(np.nanmin(walk.losses, initial=np.inf))),
                "how it ended": walk.stopped or "It used all its looks.",
            }
            for name, walk in others.items()
        ]
        st.dataframe(_written(ways, ("lowest loss seen",)), hide_index=True, width="stretch")
        st.caption(
            "One look is one evaluation at one point, and all have had as many as a runner takes: its steps and the start. "
            "A look tells Newton's method the curvature too, which for 407,050 weights would be 166 thousand million "
            "numbers. All settings but the rate and AdamW's decay are Keras's. An empty cell: the walk diverged or came to where there is no height, or Keras does not have the optimizer. Click a heading to sort."
        )


def _written(rows: list[dict[str, Any]], numbers: tuple[str, ...]) -> Any:
    """A table whose numbers are written as everywhere here, and still sorted as numbers."""
    from pandas import DataFrame

    table = DataFrame(rows).astype(dict.fromkeys(numbers, float))
    return table.style.format(lambda value: plain(value, 3), subset=list(numbers), na_rep="")


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None


def _row(place: int, runner: Runner) -> dict[str, Any]:
    optimizer, sweep = runner.optimizer, runner.sweep
    best = sweep.best_learning_rate
    return {
        "place": place,
        "optimizer": optimizer.title,
        "loss at the end": _finite(end_of(runner)),
        "best rate": best,
        "Keras's default": optimizer.keras_learning_rate,
        "loss with the default": _finite(loss_with_default(runner)),
        "rates that diverged": int((~np.isfinite(sweep.losses)).sum()),
    }


def _rates_alt(runner: Runner, steps: int) -> str:
    rate, loss = runner.optimizer.keras_learning_rate, loss_with_default(runner)
    best = (
        f"The loss after {counted(steps, 'step')} for each learning rate. The best rate of {runner.optimizer.title} is "
        f"{plain(runner.sweep.best_learning_rate, 3)}. {ending_told(runner.optimizer, runner.path)}"
    )
    if rate is None or loss is None:
        return best
    if not np.isfinite(loss):
        return f"{best} With Keras's default rate, {plain(rate)}, it diverges."
    return f"{best} With Keras's default rate, {plain(rate)}, it ends at {plain(loss, 3)}."
