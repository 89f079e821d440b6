"""One update as a story: the five steps of learning, numbered, with the numbers of the step that is looked at."""

from __future__ import annotations

import numpy as np
import streamlit as st

from netlab.app.components import live_figure
from netlab.formatting import bracketed, column, digits, plain
from netlab.landscape.figures import model_fit
from netlab.landscape.neuron_surface import NeuronFields
from netlab.landscape.noise.batches import Batches, fields_with_data
from netlab.landscape.surface import Surface
from netlab.landscape.update_terms import update_lines
from netlab.landscape.view.walk import Walk
from netlab.plots.palette import BLUE, GREY, VERMILION

MOST_NUMBERS = 8
"""Of a larger batch only the first numbers are told."""


def five_steps(surface: Surface, walk: Walk, step: int, batches: Batches | None = None) -> None:
    """Tell the update that led to where the walk stands after a step (the first one, at the start)."""
    if not walk.path.steps_taken:
        st.info(walk.path.diverged or "There is no step to tell.", icon=":material/info:")
        return
    step = min(max(step, 1), walk.path.steps_taken)
    left, right = st.columns([1, 1.25], gap="large")
    left.markdown(_before(surface, walk, step, batches))
    right.markdown(_update(walk, step))


def _before(surface: Surface, walk: Walk, step: int, batches: Batches | None = None) -> str:
    foot, first = walk.path.footstep(step - 1), walk.path.weights[0]
    loss = digits(walk.path.losses[step - 1])
    slope = foot.gradient / np.float32(walk.optimizer.loss_scale)
    seen = _Seen(surface, batches, step)
    u, v = (rf"\text{{{name}}}" if len(name) > 1 else name for name in surface.parameters)
    return (
        f"**1 Initialise.** The two weights begin at $w_0 = {column(first)}$. Here you choose; a network draws them at random."
        f"\n\n**2 Forward.** After {step - 1} step{'s' * (step != 2)} they are $w = {column(foot.before)}$ "
        f"(${u}$ above, ${v}$ below). {_forward(surface, foot.before, seen)}"
        f"\n\n**3 Loss.** That gives one number, {seen.height(foot.before)}the height on the map{seen.of_all}: $L(w) = {loss}$."
        f"\n\n**4 Back-propagate.** How {seen.whose} loss changes with each weight, the slope:\n\n{_slopes(surface, slope, u, v)}"
    )


class _Seen:
    """The examples that a step was given, and what is said of them."""

    def __init__(self, surface: Surface, batches: Batches | None, step: int) -> None:
        self.batch: NeuronFields | None = None
        self.numbers: tuple[int, ...] = (0,)
        self.of_all, self.whose = "", "the"
        if batches is not None:
            fields = fields_with_data(surface)
            rows = batches.rows(len(fields.data.inputs), step)[-1]
            self.batch, self.numbers = fields.of(rows), tuple(int(row) for row in rows)
            self.of_all, self.whose = f" of all {len(fields.data.inputs)}", "the batch's"

    def height(self, weights: np.ndarray) -> str:
        """The loss on the batch, beside which the map's is another."""
        if self.batch is None:
            return ""
        x, y = weights.astype(np.float64)
        return f"${digits(self.batch.value(x, y))}$ on the batch; "

    @property
    def told(self) -> str:
        """Which examples are answered."""
        if self.batch is None:
            return "The model answers every example; the first: "
        shown = ", ".join(str(number + 1) for number in self.numbers[:MOST_NUMBERS])
        more = "…" if len(self.numbers) > MOST_NUMBERS else ""
        if len(self.numbers) == 1:
            return f"The model answers the one example of this step's batch, number {shown}: "
        return f"The model answers the {len(self.numbers)} examples of this step's batch (numbers {shown}{more}); the first of them: "


def _forward(surface: Surface, weights: np.ndarray, seen: _Seen) -> str:
    fields = surface.fields
    if isinstance(fields, NeuronFields):
        first = seen.numbers[0]
        example = float(fields.data.inputs[first])
        answer = float(predictions(surface, weights, np.array([example]))[0])
        return (
            f"{seen.told}$z = {digits(weights[0])} \\cdot {bracketed(example)} + {bracketed(weights[1])}$, "
            f"prediction ${digits(answer)}$, target ${digits(fields.data.targets[first])}$."
        )
    return "They are put into the formula; a network would run all its layers here."


def _slopes(surface: Surface, gradient: np.ndarray, u: str, v: str) -> str:
    formulas = surface.gradient_latex or (None, None)
    rows = [
        rf"\frac{{\partial L}}{{\partial {name}}} &= {'' if formula is None else formula + ' = '}{digits(slope)}"
        for name, formula, slope in zip((u, v), formulas, gradient, strict=True)
    ]
    return r"$$\begin{aligned}" + r"\\[2pt]".join(rows) + r"\end{aligned}$$"


def _update(walk: Walk, step: int) -> str:
    lines = update_lines(walk.optimizer, walk.path, step - 1)
    foot = walk.path.footstep(step - 1)
    effective = foot.effective_rate * walk.optimizer.loss_scale
    rates = ", ".join(plain(rate, 3) if np.isfinite(rate) else "none" for rate in effective)
    rest = walk.path.steps - step
    repeat = (
        f"**Repeat** from 2 on, {rest:,} more times on this walk."
        if rest
        else "**Repeat** from 2 on. This was the last step of the walk."
    )
    formulas = "\n\n".join(f"$${line}$$" for line in lines)
    return (
        f"**5 Update** with {walk.optimizer.title}: {walk.optimizer.idea}\n\n{_rule(walk)}\n\nIn numbers, with g the slope from part 4:\n\n"
        f"{formulas}\n\n"
        f"{_memory(walk, step)}Effective rate (step per unit of slope) in the two directions: **{rates}**; the slider says {plain(foot.learning_rate, 3)}.\n\n"
        f"{repeat}"
    )


def _rule(walk: Walk) -> str:
    latex, letters = walk.optimizer.latex, "; ".join(walk.optimizer.letters)
    return "\n\n".join(f"$${line}$$" for line in latex) + f"\n\n*{letters}.*"


def _memory(walk: Walk, step: int) -> str:
    kept = [
        f"{title} ({', '.join(plain(value, 3) for value in walk.path.slots[slot][step])})"
        for slot, title in walk.optimizer.rule.remembers.items()
        if slot in walk.path.slots
    ]
    return f"Remembered for the next step: {'; '.join(kept)}. " if kept else ""


def predictions(surface: Surface, weights: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """What the model of a surface predicts for inputs, in float64."""
    fields = surface.fields
    assert isinstance(fields, NeuronFields)
    slope, offset = (float(weight) for weight in weights)
    return np.asarray(fields.activation.value(slope * inputs + offset), np.float64)


def model_beside_data(surface: Surface, walk: Walk, step: int) -> None:
    """For the loss of a real model: its data, and what the model says at the start and where the walk stands."""
    fields = surface.fields
    if not isinstance(fields, NeuronFields):
        return
    step = min(step, walk.path.steps_taken)
    inputs, targets = fields.data.inputs, fields.data.targets
    margin = 0.1 * float(np.ptp(inputs) or 1.0)
    axis = np.linspace(inputs.min() - margin, inputs.max() + margin, 121)
    places = (("at the start", GREY, "dot", 0), (f"after step {step}", VERMILION, "solid", step), ("at the end", BLUE, "dash", walk.path.steps_taken))  # fmt: skip
    curves = [
        (title, colour, dash, predictions(surface, walk.path.weights[at], axis))
        for title, colour, dash, at in places
    ]
    alt = (
        f"{len(inputs)} examples and the model's predictions at the start, after step {step} and at the end."
    )
    live_figure("model_fit", model_fit(inputs, targets, curves, axis), alt)
    st.caption(
        "Every point of the landscape is one such model: two weights, one curve. Its height is how badly the curve fits these "
        "examples. Change the activation, the loss or the data, and the landscape changes."
    )
