"""The page: a plane through a network, how much of it that plane holds, and what can be done on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from netlab.app.choice import choose
from netlab.app.components import live_figure
from netlab.app.frame import literal
from netlab.app.lesson import Answer as Expected
from netlab.app.lesson import answered, covered, predict_first, show_code
from netlab.landscape.network import figures_network as figures
from netlab.landscape.network import words
from netlab.landscape.network.curvature import Slopes, sharpest
from netlab.landscape.network.directions import principal_pair, random_pair
from netlab.landscape.network.gauge import share
from netlab.landscape.network.pictures import Pictures
from netlab.landscape.network.plane import Heights, Prepared, guessing, unknown
from netlab.landscape.network.question import Question
from netlab.landscape.network.studio import Answer
from netlab.landscape.network.view import controls
from netlab.landscape.network.view.asking import heights_of, pictures_for, studio
from netlab.landscape.network.view.controls import Chosen, Words
from netlab.landscape.network.view.touch import touch
from netlab.landscape.view.clickable_map import clickable, newly_clicked
from netlab.nn.losses import LOSSES
from netlab.runs import store
from netlab.runs.run import RunError
from netlab.training.view.session import job_queue

TICK = 0.5
FARTHEST = 2.5
"""Lengths of the directions: a little more than the largest reach."""
TITLES = {
    "random": ("first random direction", "second random direction"),
    "walk": ("first component of the walk", "second component of the walk"),
    "motion": ("gradient (uphill)", "velocity, what is left of it"),
    "sharp": ("next step", "sharpest direction, what is left of it"),
    "onward": ("towards the start", "next step, what is left of it"),
    "weights": ("the first weight", "the second weight"),
    "two": ("towards the start", "towards the other run, what is left of it"),
    "three": ("towards the second run", "towards the third run, what is left of it"),
}


def network(words_of: Words, origin_of: Words) -> None:
    """The whole page; ``words_of`` says what a run is called in a menu, ``origin_of`` where it began if not at random."""
    studio().warm()
    options = controls.offered(words_of)
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        name = controls.choose_network(options)
    try:
        chosen = controls.network_of(name)
    except RunError as error:
        st.warning(literal(error), icon=":material/broken_image:")
        return
    if not chosen.steps:
        st.info("This run has kept no moment yet; let it train for a moment.", icon=":material/hourglass:")
        return
    with right:
        part = controls.choose_part()
    run = store.get(chosen.id)
    if run is not None and (began := origin_of(run)):
        st.caption(literal(began))
    pictures = pictures_for(chosen.spec, part)
    question = _question(chosen, options, pictures)
    names = [options[one].split(",")[0] for one in (chosen.id, *question.others)]
    _predict()
    st.fragment(_watch, run_every=1.0 if chosen.live else None)(chosen)
    waits = not _ready(question, pictures)
    moves = waits or bool(st.session_state.get("network_film"))
    st.fragment(_picture, run_every=TICK if moves else None)(
        question, pictures, chosen, names, waits=waits, moves=moves
    )
    touch(question, pictures, chosen, options)
    show_code(Prepared.rows, random_pair, principal_pair, share, Slopes.times, sharpest)


def _question(chosen: Chosen, options: dict[str, str], pictures: Pictures) -> Question:
    """All controls of the plane."""
    first, second, third = st.columns([2, 2, 2], vertical_alignment="bottom")
    with first:
        kind = controls.choose_directions()
    with second:
        reach = controls.choose_reach()
    with third:
        step = controls.choose_moment(chosen)
    question = Question("plane", chosen.id, step, len(chosen.steps), pictures.key, kind, reach=reach)
    if kind == "random":
        with st.container(horizontal=True, vertical_alignment="bottom"):
            twin, by_filter = controls.choose_twin()
            question = replace(question, seed=controls.choose_seed(), twin=twin, by_filter=by_filter)
    if kind == "weights":
        question = replace(question, weights=controls.choose_weights(chosen, step))
    if kind in ("two", "three"):
        question = replace(
            question, others=controls.choose_others(chosen, options, 1 if kind == "two" else 2, "other")
        )
    if chosen.spec.l1 or chosen.spec.l2:
        asked = st.toggle("With what regularisation adds", key="network_regularised", bind="query-params")
        question = replace(question, regularised=asked)
    return question


def _predict() -> None:
    predict_first(
        "network",
        "This picture has two directions, and the article's network 407,050. How much of the optimizer's next step lies in a plane of two "
        "random directions?",
        (
            Expected(
                "Half of it",
                "In a space of three directions a plane holds much of a step. Here almost every direction is **orthogonal** to the plane.",
                "Take random directions",
                {"network_directions": "random"},
            ),
            Expected(
                "A tenth",
                "That would be so with 200 weights: by chance a plane holds √(2/n) of a step, the length of its **projection**.",
                "Take random directions",
                {"network_directions": "random"},
            ),
            Expected(
                "A hundredth",
                "Near, but the **projection** √(2/n) is a hundredth at n = 20,000 already.",
                "Take random directions",
                {"network_directions": "random"},
            ),
            Expected(
                "Less than a hundredth",
                "Right: in so many **dimensions** two random directions are next to nothing.",
                "Take random directions",
                {"network_directions": "random"},
            ),
        ),
        "Less than a hundredth: by chance a plane holds the root of 2/407,050 of a step's length, 0.2 %. The gauge below says it of every "
        "plane that you choose.",
    )


def _watch(chosen: Chosen) -> None:
    """While a run trains, the page goes on with each new moment."""
    if not chosen.live:
        return
    job = job_queue().find(chosen.id)
    if job is not None and job.live:
        job_queue().view(job, 2)  # says that somebody is watching
    run = store.get(chosen.id)
    if job is None or not job.live or run is None or tuple(run.snapshots()) != chosen.steps:
        st.rerun()


def _ready(question: Question, pictures: Pictures) -> bool:
    """Whether the picture, and the two beside it, are as fine as they get."""
    asked = [question, *_throws(question)]
    answers = [
        studio().ask(one, pictures) for one in asked
    ]  # each is asked for, whether the one before is over or not
    return all(answer.over for answer in answers)


def _throws(question: Question) -> list[Question]:
    """Two more throws of the dice, where there are dice."""
    if question.directions != "random":
        return []
    return [replace(question, seed=(question.seed + place) % 10_000, fine=False) for place in (1, 2)]


def _picture(
    question: Question, pictures: Pictures, chosen: Chosen, names: list[str], *, waits: bool, moves: bool
) -> None:
    """The figures, again each half second until they are as fine as they get."""
    look, film, colours = st.columns([2, 1, 2], vertical_alignment="bottom")
    with look:
        seen = choose(
            st.segmented_control, "Seen", ["above", "space"], key="network_look",
            titles={"above": "from above", "space": "in space, with the walk"}.__getitem__, label_visibility="collapsed",
        )  # fmt: skip
    plays = False
    if len(chosen.steps) > 1:
        plays = film.toggle(
            "Film over the moments", key="network_film", bind="query-params", on_change=_from_the_start
        )
    if plays is not moves and not waits:
        st.rerun()  # a film goes on by itself
    with colours:
        same = choose(
            st.segmented_control, "Colours", ["same", "own"], key="network_colours",
            titles={"same": "same colours in all frames", "own": "as fits this one"}.__getitem__, label_visibility="collapsed",
        ) == "same"  # fmt: skip
    if waits and not plays and _ready(question, pictures):
        st.rerun()
    question = _frame(question, pictures, chosen) if plays else question
    answer = studio().ask(question, pictures)
    if answer.refused:
        st.info(literal(answer.refused), icon=":material/layers_clear:")
        return
    question, answer = _drawn(question, answer, pictures)
    if "heights" not in answer.parts:
        _maps(question, unknown(question.reach), [], names, seen, figures.limits(guessing(chosen.spec)))
        st.caption("The first picture is being worked out, by a process that leaves trainings their cores…")
        return
    heights = heights_of(answer.parts["heights"])
    _figures(
        question,
        chosen,
        answer,
        heights,
        names,
        seen,
        ends=figures.limits(guessing(chosen.spec)) if same else None,
    )
    if question.directions == "random" and seen == "above" and not plays:
        _dice(question, pictures, chosen)
    if _clicked():
        st.rerun()  # the sections below tell of the point


def _drawn(question: Question, answer: Answer, pictures: Pictures) -> tuple[Question, Answer]:
    """What is drawn: an earlier moment of the same plane's directions until the picture of this one comes."""
    before = st.session_state.get("_network_drawn")
    if "heights" in answer.parts:
        st.session_state["_network_drawn"] = question
    elif before is not None and replace(before, step=question.step, moments=question.moments) == question:
        earlier = studio().ask(before, pictures)
        if "heights" in earlier.parts:
            st.caption(words.earlier(before.step, question.step))
            return before, earlier
    return question, answer


def _from_the_start() -> None:
    st.session_state["_network_frame"] = 0


def _clicked() -> bool:
    """Take in the point that was clicked, if one was."""
    place = newly_clicked("network_loss")
    if place is None:
        return False
    st.session_state["_network_point"] = tuple(float(np.clip(one, -FARTHEST, FARTHEST)) for one in place)
    return True


def _frame(question: Question, pictures: Pictures, chosen: Chosen) -> Question:
    """The film's frame: the next moment once this one is drawn, and two asked for ahead."""
    place = int(st.session_state.get("_network_frame", 0)) % len(chosen.steps)
    frames = [
        replace(question, step=chosen.steps[(place + ahead) % len(chosen.steps)], fine=False)
        for ahead in range(3)
    ]
    answers = [studio().ask(one, pictures) for one in frames]
    if answers[1].refused or answers[1].over:
        st.session_state["_network_frame"] = place + 1
    st.caption(f"Frame {place + 1} of {len(chosen.steps)}: after {frames[0].step:,} batches.")
    return frames[0]


def _figures(
    question: Question, chosen: Chosen, answer: Answer, heights: Heights, names: list[str], seen: str, ends: tuple[float, float] | None
) -> None:  # fmt: skip
    about = answer.parts.get("about")
    walks = about["walks"] if about is not None else []
    _maps(question, heights, walks, names, seen, ends)
    finest = "" if answer.over else " It is still being refined."
    st.caption(
        f"{words.middle(heights)}{finest} Dropout is off. Dark is a low loss and a high accuracy; the loss's colours and heights are its "
        f"logarithm{words.ends(ends)}."
    )
    if chosen.spec.convolutions:
        st.caption(
            "Convolutions are worked out anew at every point, so this picture is coarser and on fewer images than a dense network's."
        )
    if chosen.spec.normalises:
        st.caption(
            "Means and variances that batch normalisation has measured stay as this network measured them."
        )
    warning = words.warning(question.directions, convolutions=bool(chosen.spec.convolutions))
    walked = any(len(walk["steps"]) > 1 for walk in walks)
    st.caption(f"{warning} {words.OTHER_LOSS}" if walked else warning)
    if question.twin:
        st.markdown(words.twin(question.twin, by_filter=question.by_filter))
    if about is not None and answered("network"):
        _gauge(about)
    elif about is not None:
        covered("How much of the way and of the next step lies in this plane.")
    left, right = st.columns(2)
    with left:
        loss = LOSSES[chosen.spec.loss]
        live_figure(
            "network_cuts",
            figures.cuts(heights, TITLES[question.directions], loss.axis),
            words.cuts_alt(heights),
        )
        st.caption(
            "The two straight cuts through the middle. The band is twice the standard error of the mean over these images."
        )
    with right:
        if "curves" in answer.parts:
            st.markdown(words.curves(answer.parts["curves"]))


def _maps(
    question: Question, heights: Heights, walks: list[dict[str, Any]], names: list[str], seen: str, ends: tuple[float, float] | None
) -> None:  # fmt: skip
    """The plane from above or in space."""
    titles = TITLES[question.directions]
    zoom = f"{question.run}|{question.directions}|{question.reach}"
    if seen == "space":
        live_figure(
            "network_surface", figures.surface(heights, titles, walks, names, ends, zoom),
            f"{words.loss_alt(heights)} It is drawn as a relief, with the walk at its true loss and threads to its shadow.",
        )  # fmt: skip
    else:
        left, right = st.columns(2)
        with left:
            clickable(
                "network_loss", figures.contours(heights, titles, walks, names, ends, zoom),
                f"{words.loss_alt(heights)} Lines of equal loss, with the walk's shadow. Click a point to try the network that stands there.",
            )  # fmt: skip
        with right:
            live_figure(
                "network_accuracy", figures.accuracies(heights, titles, walks, names, zoom), words.accuracy_alt(heights)
            )  # fmt: skip


def _gauge(about: dict[str, Any]) -> None:
    st.markdown(f"**{words.gauge(about)}**")
    for sentence in (words.spread(about), words.step(about), *about["missing"]):
        if sentence:
            st.caption(literal(sentence))
    if about["step"] is not None or about["way"] is not None:
        live_figure("network_gauge", figures.gauge(about), words.gauge(about))


def _dice(question: Question, pictures: Pictures, chosen: Chosen) -> None:
    """Two more throws of the dice beside the first."""
    ends = figures.limits(guessing(chosen.spec))
    st.caption("Two more throws: other random planes through the same network.")
    for place, (another, column) in enumerate(zip(_throws(question), st.columns(2), strict=True)):
        answer = studio().ask(another, pictures)
        with column:
            if not answer.refused:
                found = answer.parts.get("heights")
                heights = unknown(another.reach) if found is None else heights_of(found)
                walks = answer.parts["about"]["walks"] if "about" in answer.parts else []
                live_figure(
                    f"network_dice{place}", figures.contours(heights, TITLES["random"], walks, ["walk"], ends, "dice", height=260),
                    f"A random plane, number {another.seed}. {words.loss_alt(heights)}",
                )  # fmt: skip
            st.caption(f"Number {another.seed}." if not answer.refused else literal(answer.refused))
