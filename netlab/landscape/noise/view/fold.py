"""The slider of the batch, and the fold in which the noise ball is measured and schedules are tried."""

from __future__ import annotations

import numpy as np
import streamlit as st

from netlab.app.choice import slide
from netlab.app.components import live_figure
from netlab.app.lesson import Answer, covered, predict_first
from netlab.landscape.neuron_surface import NeuronFields
from netlab.landscape.noise import words
from netlab.landscape.noise.annealing import LEAST_STEPS, on_trial
from netlab.landscape.noise.ball import WALKERS, Ball, ellipse, hover, minimum_with_curvature, noise_ball
from netlab.landscape.noise.batches import Batches, examples_of
from netlab.landscape.noise.figures import ball_figure, cloud, schedules_figure
from netlab.landscape.surface import CriticalPoint, Surface
from netlab.landscape.view.identity import identity
from netlab.nn.optimizers import Optimizer

ALL = 1000
"""The slider's last mark: every example, however many there are."""
SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
QUESTION = "Noise: does a walk come to rest when each step sees only a few examples?"


def choose_batches(surface: Surface) -> Batches | None:
    """The slider of a surface with data; None where there is none, or every step sees all."""
    if not isinstance(surface.fields, NeuronFields):
        return None
    examples = examples_of(surface)
    marks = [size for size in SIZES if size < examples]
    size = slide(
        st.select_slider, "Batch: examples a step sees", [*marks, ALL], ALL, key="ls_batch", width=260,
        titles=lambda mark: f"all {examples}" if mark >= examples else f"{mark}",
    )  # fmt: skip
    return Batches(int(size)) if size < examples else None


def noise_fold(
    surface: Surface, optimizer: Optimizer, start: tuple[float, float], steps: int, batches: Batches | None
) -> None:
    """What batches do to a walk; nothing on a surface without data."""
    if not isinstance(surface.fields, NeuronFields):
        return
    box = st.expander(QUESTION, on_change="rerun", key="noise_open")
    if not box.open:
        return
    with box:
        opened = predict_first(
            "noise",
            "A walk on batches hovers round the minimum. Give it momentum μ = 0.9 and, to be careful, a tenth of the learning rate. "
            "How high does it hover now?",
            (
                Answer(
                    "Ten times lower",
                    "Without momentum it would. What counts is the **effective learning rate** η/(1 − μ), and a tenth of η over a tenth "
                    "is what it was.",
                    "Take momentum",
                    {"ls_optimizer": "momentum"},
                ),
                Answer(
                    "About as high",
                    "Right: the **effective learning rate** η/(1 − μ) has not changed.",
                    "Take momentum",
                    {"ls_optimizer": "momentum"},
                ),
                Answer(
                    "Ten times higher",
                    "With the same η it would: momentum makes the **effective learning rate** ten times as large. The tenth takes that back.",
                    "Take momentum",
                    {"ls_optimizer": "momentum"},
                ),
            ),
            "**About as high.** A step's pull is remembered over 1/(1 − μ) = 10 steps, so that it pulls ten times in all: what counts is "
            "η/(1 − μ). It is so exactly where steps are small; the right picture below measures how nearly it is here.",
        )
        minimum = minimum_with_curvature(surface)
        if minimum is None:
            st.info(words.NO_FLOOR, icon=":material/landscape:")
        elif batches is None:
            st.info(words.NO_NOISE, icon=":material/casino:")
        elif not opened:
            covered("How high this walk hovers, measured, and schedules that let it come to rest.")
        else:
            _ball(surface, optimizer, minimum, batches)
            _schedules(surface, optimizer, start, steps, batches)


def _ball(surface: Surface, optimizer: Optimizer, minimum: CriticalPoint, batches: Batches) -> None:
    ball = _measured(identity(surface), batches.size, surface)
    own, places = hover(surface, optimizer, minimum, batches)
    st.markdown(words.hover_told(own, batches.size, examples_of(surface), optimizer.title))
    if ball is None:
        return
    mu = momentum_of(optimizer)
    left, right = st.columns([1, 1.7], gap="medium")
    with left:
        line = None
        if mu is not None:
            hessian = surface.hessian(np.array(minimum.point))
            line = ellipse(hessian, ball.covariance, optimizer.learning_rate, mu, minimum.point)
        if np.isfinite(own):
            live_figure(
                "noise_cloud",
                cloud(places, minimum.point, surface.parameters, line),
                words.cloud_alt(places, minimum.point, line),
            )
            st.caption(
                "Each dot is one walk after its last step, all begun at the star. In a bowl whose slopes scatter alike everywhere, "
                "theory puts 86 % of them inside the line."
                if line is not None
                else "Each dot is one walk after its last step, all begun at the star."
            )
    with right:
        rate = optimizer.learning_rate
        live_figure(
            "noise_ball",
            ball_figure(ball, None if mu is None else (rate, mu, own)),
            words.ball_alt(ball, own, batches.size),
        )
        st.caption(
            f"Marks are measured, each the mean of {WALKERS} walks. Left: the more momentum, the higher at the same rate. Right: the same marks "
            "against η/(1 − μ)."
        )
    st.markdown(words.law_told(ball))
    st.caption(words.rule_told(ball))


def momentum_of(optimizer: Optimizer) -> float | None:
    """μ of gradient descent with or without Polyak's momentum; None for other rules."""
    if optimizer.key == "sgd":
        return 0.0
    return float(optimizer.values["momentum"]) if optimizer.key == "momentum" else None


@st.cache_resource(max_entries=64, show_spinner=False)
def _measured(name: str, size: int, _surface: Surface) -> Ball | None:
    return noise_ball(_surface, size)


def _schedules(
    surface: Surface, optimizer: Optimizer, start: tuple[float, float], steps: int, batches: Batches
) -> None:
    st.markdown(
        "**What is a schedule worth?** The same walk from your start, at your rate, and at rates that fall from it."
    )
    if steps < LEAST_STEPS:
        st.info(
            f"A walk of {steps} is too short to let a rate fall: take {LEAST_STEPS} steps or more.",
            icon=":material/tune:",
        )
        return
    trial = on_trial(surface, optimizer, start, steps=steps, batches=batches)
    if trial is None:
        return
    live_figure("noise_schedules", schedules_figure(trial), words.schedules_alt(trial))
    st.markdown(words.schedules_told(trial, steps))
    st.caption(
        "Each line is the mean of 32 walks on batches of their own. Your own schedule, if you chose one under “More settings”, is left "
        "aside here."
    )
