"""Dropout on the page: the mask flickering, what the next layer expects to hear, thinned networks voting."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from netlab.app.choice import choose
from netlab.app.components import component, live_figure
from netlab.app.digits import digits as all_digits
from netlab.app.digits import sample
from netlab.app.live_learning import learn_live, some_digits
from netlab.app.png import png_url
from netlab.formatting import counted, digits, percent, plain, probability
from netlab.lessons.dropout.dropout import (
    RESCALINGS,
    Expectation,
    Rescaling,
    Votes,
    expectation,
    heard_under,
    mask,
    vote,
)
from netlab.lessons.dropout.ensemble import Ensemble, ensemble
from netlab.lessons.dropout.figures import expected_activations, fair, parting, volumes, votes
from netlab.lessons.dropout.two_pupils import (
    EVERY,
    EXAMPLES,
    RATES,
    STEPS,
    UNITS,
    leaning,
    leaning_rows,
    leaning_words,
    pair,
    parted,
)
from netlab.nets import shipped_mlp
from netlab.nn.pupil import Examples, Moment, look_steps, side_by_side

BIND: Any = {"bind": "query-params"}
READ = 500
MASKS = 500
SHOWN_MASKS = 100
"""Masks that flicker one after another, drawn from one seed; then the first comes again."""

_mask = component("lessons/dropout/mask")


@st.fragment
def mask_of_512(*, volume: bool = True) -> None:
    """The hidden layer under one mask after another, and what comes of it on average: the ``volume``."""
    controls = st.columns(3, gap="medium")
    rate = controls[0].slider("Dropout rate", 0.0, 0.9, 0.2, 0.05, key="dropout_rate", **BIND)
    speed = controls[1].slider("Masks a second", 0.0, 10.0, 0.0, 0.5, key="dropout_speed", **BIND)
    number = _digit(controls[2], "dropout_digit", 0)
    heard = shipped_mlp.hidden(sample().images[number : number + 1])[0]
    drawn = mask(np.random.default_rng(0), (SHOWN_MASKS, heard.size), rate)
    left, right = st.columns([3, 1], gap="large")
    with left:
        _mask(
            key="mask",
            data={
                "activations": [round(float(a), 4) for a in heard],
                "rate": rate,
                "speed": speed,
                "masks": base64.b64encode(np.packbits(drawn).tobytes()).decode(),
                "means": [round(float(mean), 4) for mean in heard_under(heard, drawn)] if volume else [],
            },
        )
    right.image(
        png_url(sample().images[number], times=6),
        width=168,
        alt=f"Test digit {number}, a {sample().labels[number]}",
    )
    right.caption(
        f"Test digit {number}, a {sample().labels[number]}, and the 512 hidden units of the network of this course reading it. "
        "Full: the unit stays; the fuller, the louder it speaks. Crossed: silenced for this step."
    )


@st.fragment
def volume_of_the_layer() -> None:
    """The same volume in training and in use, or a mistake."""
    left, right = st.columns([1, 2], gap="medium")
    rate = left.slider("Dropout rate", 0.0, 0.9, 0.5, 0.05, key="dropout_share", **BIND)
    name = choose(
        left.selectbox,
        "Who rescales?",
        RESCALINGS,
        key="dropout_rule",
        titles=lambda key: RESCALINGS[key].title,
    )
    rule = RESCALINGS[name]
    heard = shipped_mlp.hidden(sample().images[:1])[0]
    found = expectation(heard, rate, generator=np.random.default_rng(0), masks=MASKS, rescaling=name)
    left.markdown(f"**{rule.title}.** {rule.sentence} {_balance(found)}")
    with right:
        live_figure("expected_activations", expected_activations(found), _balance(found))
        st.caption(
            f"Each point is a hidden unit: its mean over {MASKS} masks against its activation in use. "
            "The bars say how far chance alone may have moved that mean: two standard errors to either side."
        )
    with st.expander("More: the rule at every rate, and in numbers"):
        live_figure("volumes", volumes(rule, rate), _volumes_alt(rule, rate))
        st.latex(_arithmetic(rule, rate))


def _balance(found: Expectation) -> str:
    if not found.use.any():
        return "Measured: in use the next layer receives nothing."
    ratio = float(found.training.sum() / found.use.sum())
    if abs(ratio - 1) < 0.02:
        return f"Measured, training to use is as {plain(ratio, 3)} to 1: the same, as it should be."
    return f"Measured, training to use is as {plain(ratio, 3)} to 1: **not the same volume**."


def _volumes_alt(rule: Rescaling, rate: float) -> str:
    training = (1 - rate) * rule.training(rate)
    return (
        f"The volume of the layer at every rate from 0 to 90\u00a0%. At rate {percent(rate, 0)} it is {percent(training, 0)} in training and "
        f"{percent(rule.use(rate), 0)} in use, as a share of all units. {rule.sentence}"
    )


def _arithmetic(rule: Rescaling, rate: float) -> str:
    factor, use = rule.training(rate), rule.use(rate)
    return (
        rf"\begin{{aligned}} \text{{in training:}}\quad \mathrm{{E}}[\tilde a] &= \underbrace{{{digits(1 - rate)}}}_{{\text{{stays}}}}"
        rf" \cdot {digits(factor)}\,a = {digits((1 - rate) * factor)}\,a \\ \text{{in use:}}\quad \tilde a &= {digits(use)}\,a"
        r" \end{aligned}"
    )


def two_learn() -> None:
    """A fold in which two networks learn a few digits, one with dropout; nothing is computed while it is shut."""
    box = st.expander(
        "More: does it help? Two networks learn 300 digits, or 3,000",
        on_change="rerun",
        key="dropout_two_open",
    )
    if box.open:
        with box:
            st.fragment(_two_learn)()


def _two_learn() -> None:
    columns = st.columns(3, gap="medium")
    count = choose(
        columns[0].segmented_control,
        "Digits to learn from",
        EXAMPLES,
        key="dropout_examples",
        titles="{:,}".format,
    )
    units = choose(
        columns[1].segmented_control, "Hidden units of each network", UNITS, 128, key="dropout_units"
    )
    rate = choose(
        columns[2].segmented_control,
        "Rate of the one with dropout",
        RATES,
        0.5,
        key="dropout_two_rate",
        titles=plain,
    )
    examples = _examples(count)
    courses = pair(units, rate)

    def show(moments: Sequence[Moment]) -> None:
        words = parted(moments[-1], examples)
        live_figure("dropout_parting", parting(moments, STEPS), words.replace("**", ""))
        st.markdown(words)
        if moments[-1].step == STEPS:
            without, dropped = (
                leaning(network, examples.held_inputs, examples.held_labels)
                for network in moments[-1].networks
            )
            st.markdown(
                f"Each of the {units} hidden units was silenced once, alone, while the finished network read the held-back digits:"
            )
            st.table(leaning_rows(without, dropped))
            st.markdown(leaning_words(without, dropped))

    looks = look_steps(STEPS, every=EVERY)
    learn_live(
        "dropout_two", (count, units, rate), lambda: side_by_side(courses, examples, looks), STEPS, show
    )
    st.markdown(_WHEN_NOT)


_WHEN_NOT = (
    "**When not to use it.** Dropout holds a network back: that helps one that would learn its digits by heart (**overfit**), and harms one with too few units to "
    "learn them at all: try 8 units. Nor does it work wonders with very few digits: compare 300 with 3,000. Srivastava and others (2014) found the same: next to nothing with a few hundred "
    "examples, most in between, and less again with very many."
)


def _examples(count: int) -> Examples:
    all_digits()  # may end this run of the page, which is not to happen inside a cache
    return _some(count)


@st.cache_resource(show_spinner=False)
def _some(count: int) -> Examples:
    return some_digits(count)


@st.fragment
def thinned_networks_vote() -> None:
    """A crowd of thinned networks reads one digit; the whole network reads it too."""
    controls = st.columns(3, gap="medium")
    rate = controls[0].slider("Dropout rate", 0.0, 0.9, 0.5, 0.05, key="dropout_thin", **BIND)
    networks = controls[1].slider("Thinned networks", 1, 100, 30, key="dropout_networks", **BIND)
    seed = controls[2].slider("Draw of the masks (seed)", 0, 20, 0, key="dropout_seed",
                              help="A number from which all masks are drawn: another seed, other masks.", **BIND)  # fmt: skip
    left, right = st.columns([1, 3], gap="large")
    number = _digit(left, "dropout_vote", 247)
    forgotten = left.toggle("Forget to rescale", key="dropout_forget", **BIND)
    rule = "forgotten" if forgotten else "inverted"
    image, label = sample().images[number], int(sample().labels[number])
    shown = f"Test digit {number}, a {label}"
    left.image(png_url(image, times=6), width=168, caption=shown, alt=shown)
    layer = shipped_mlp.network("float32").layers[1]
    found = vote(
        shipped_mlp.hidden(image[None])[0], layer.weights, layer.biases, rate, generator=np.random.default_rng(seed),
        networks=networks, rescaling=rule,
    )  # fmt: skip
    with right:
        live_figure("votes", votes(found), _outcome(found, label))
        st.markdown(_outcome(found, label))
        _table(_crowd(rate, networks, seed, rule), networks)


def _outcome(found: Votes, label: int) -> str:
    winner, whole = int(found.counts.argmax()), int(found.whole.argmax())
    voters = int(found.counts.sum())
    say = "says" if found.counts[winner] == 1 else "say"
    split = int((found.counts > 0).sum())
    agreement = "They all agree." if split == 1 else f"Together they name {split} different digits."
    return (
        f"**{found.counts[winner]} of {counted(voters, 'thinned network')} {say} {winner}**; the whole network says {whole} with "
        f"{probability(found.whole[whole])}. The digit is a {label}. {agreement}"
    )


def _table(found: Ensemble, networks: int) -> None:
    st.markdown(
        f"Right on the first {READ} test digits:\n\n| one thinned network alone | {networks} together, mean probability | "
        f"the whole network |\n|--:|--:|--:|\n| {percent(found.each.mean())} ({fair(found.each)}) | {percent(found.together)} | "
        f"{percent(found.whole)} |"
    )


@st.cache_data(show_spinner=False, max_entries=200)
def _crowd(rate: float, networks: int, seed: int, rule: str) -> Ensemble:
    layer, labels = shipped_mlp.network("float32").layers[1], sample().labels[:READ]
    generator = np.random.default_rng(seed)
    return ensemble(
        _hidden(),
        labels,
        layer.weights,
        layer.biases,
        rate,
        generator=generator,
        networks=networks,
        rescaling=rule,
    )


@st.cache_resource(show_spinner=False)
def _hidden() -> Any:
    return shipped_mlp.hidden(sample().images[:READ])


def _digit(where: Any, key: str, first: int) -> int:
    last = len(sample().images) - 1
    return int(where.number_input("Test digit", 0, last, min(first, last), key=key, **BIND))
