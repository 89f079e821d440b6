"""Let twenty networks learn a curve while the reader watches, and count how many did as well as the hand."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from netlab.app.choice import choose, slide
from netlab.app.components import live_figure
from netlab.formatting import counted, plain
from netlab.lessons.functions.curve_fitting import BAR, Contest, Moment, contest, learn
from netlab.lessons.functions.figures import learned_curves, seed_errors
from netlab.lessons.functions.targets import Target
from netlab.lessons.functions.view.build import fingerprint, remember_learned, sample_places
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.place import Place, shown_in

BIND: Any = {"bind": "query-params"}
RATES = (0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.3)
TITLES = {key: rule.title for key, rule in shown_in(ACTIVATIONS, Place.LESSONS).items()}
SEEDS, STEPS, EVERY = 20, 2000, 20
TICK_SECONDS = 0.2
BUDGET = 0.06
"""Seconds of learning in one tick, so that the page still answers between two."""


@dataclass
class Run:
    """A learning under way in one reader's session: where it comes from, and all its errors so far."""

    asked: tuple[Any, ...]
    moments: Iterator[Moment]
    now: Moment
    steps: list[int] = field(default_factory=list)
    rms: list[Any] = field(default_factory=list)
    going: bool = False

    @property
    def done(self) -> bool:
        """Whether all steps are taken."""
        return self.now.step >= STEPS

    def take(self, moment: Moment) -> None:
        """Keep the newest moment and its errors."""
        self.now = moment
        self.steps.append(moment.step)
        self.rms.append(moment.rms)

    def advance(self, seconds: float) -> None:
        """Learn for about so long."""
        end = time.monotonic() + seconds
        while not self.done and time.monotonic() < end:
            self.take(next(self.moments))
        self.going = self.going and not self.done


def let_it_learn(target: Target) -> None:
    """Controls, a Learn button, and twenty networks learning before one's eyes."""
    going = bool(st.session_state.get("_find_going"))
    st.fragment(_tick, run_every=TICK_SECONDS if going else None)(target, going)


def _tick(target: Target, was_going: bool) -> None:
    run = _run(target, _settings())
    if run.going:
        run.advance(BUDGET)
        if run.done:
            networks = run.now.networks
            learned = contest(target, networks).learned
            remember_learned(target, networks.inner.shape[-1], networks.activation, learned)
    st.session_state["_find_going"] = run.going
    if run.going != was_going:
        st.rerun()
    _buttons(run)
    _show(target, run)


def _settings() -> dict[str, Any]:
    columns = st.columns(5)
    return {
        "count": columns[0].slider("Units in each network", 1, 32, 8, key="find_units", **BIND),
        "activation": choose(
            columns[1].selectbox, "Activation", TITLES, "relu", key="find_activation",
            titles=TITLES.__getitem__,
        ),
        "learning_rate": slide(
            columns[2].select_slider, "Learning rate (Adam)", RATES, 0.02, key="find_rate",
            titles=plain, help="How large the steps are. Adam is today’s usual rule for steps: it gives each weight a rate of its own.",
        ),
        "seed": columns[3].number_input(
            "Seed", 0, 999, key="find_seed", help="A number from which all random weights are drawn: another seed, other first weights for all 20 networks.", **BIND
        ),
        "spread": columns[4].toggle(
            "Spread the kinks", key="find_spread",
            help="Keras starts all biases at 0, so that every kink lies at x = 0. This spreads them at the start.", **BIND,
        ),
    }  # fmt: skip


def _run(target: Target, settings: dict[str, Any]) -> Run:
    """The session's run, or a new one at step 0 if anything about it was changed."""
    asked = (fingerprint(target), *settings.values())
    run: Run | None = st.session_state.get("_find_run")
    if run is None or run.asked != asked:
        run = _begin(target, settings, asked)
        st.session_state["_find_run"] = run
    return run


def _begin(target: Target, settings: dict[str, Any], asked: tuple[Any, ...]) -> Run:
    moments = learn(target, seeds=SEEDS, steps=STEPS, every=EVERY, **settings)
    first = next(moments)
    run = Run(asked, moments, first, going=bool(st.session_state.pop("_find_again", False)))
    run.take(first)
    return run


def _buttons(run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if run.going:
            st.button("Pause", icon=":material/pause:", on_click=_switch, args=(run,), key="find_pause")
        else:
            label = "Learn again" if run.done else "Learn" if run.now.step == 0 else "Go on"
            st.button(
                label,
                icon=":material/play_arrow:",
                type="primary",
                on_click=_switch,
                args=(run,),
                key="find_learn",
            )
        st.progress(run.now.step / STEPS, f"step {run.now.step:,} of {STEPS:,}")


def _switch(run: Run) -> None:
    if run.done:
        del st.session_state["_find_run"]
        st.session_state["_find_again"] = True
    else:
        run.going = not run.going


def _show(target: Target, run: Run) -> None:
    x = sample_places()[::2]
    judged = contest(target, run.now.networks)
    rms = np.array(run.rms)
    best = int(np.nanargmin(np.where(np.isfinite(judged.learned), judged.learned, np.inf)))
    left, right = st.columns(2, gap="medium")
    with np.errstate(over="ignore", invalid="ignore"):  # a diverged network is shown as a gap
        learned = run.now.networks(x)
    with left:
        alt = f"The curves of twenty networks after {counted(run.now.step, 'step')}, beside the curve that they learn. The best is off by {judged.learned[best]:.3f}."
        live_figure("learned_curves", learned_curves(x, target(x), learned, best), alt)
    with right:
        alt = f"The errors of twenty networks over {counted(run.now.step, 'step')} of learning. {_spread_of(judged)}"
        live_figure("seed_errors", seed_errors(run.steps, rms, judged.by_hand, STEPS), alt)
    if run.now.step == 0:
        st.markdown(f"{SEEDS} networks with their first weights; nothing is learnt yet. {_spread_of(judged)}")
        return
    st.markdown(
        f"**{judged.found} of {SEEDS}** networks fit as well as the rule of {BAR} hinges. {_spread_of(judged)}"
    )
    if run.now.diverged.any():
        st.warning(
            "Some networks ran off to infinity: take a smaller learning rate.", icon=":material/warning:"
        )


def _spread_of(judged: Contest) -> str:
    errors = judged.learned[np.isfinite(judged.learned)]
    if not len(errors):
        return "The error of none of them is a number any more."
    return (
        f"The rule is off by {judged.by_hand:.3f} (root mean square). Of the networks the best is off by {errors.min():.3f}, the middle one by "
        f"{np.median(errors):.3f}, the worst by {errors.max():.3f}."
    )
