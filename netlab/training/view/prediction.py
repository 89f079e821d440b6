"""Predict first: the curve that a reader expects, drawn or typed, committed to, and held against what came."""

from __future__ import annotations

import logging

import streamlit as st

from netlab.app.components import component
from netlab.app.frame import key_for
from netlab.runs import store
from netlab.training.prediction import (
    Prediction,
    PredictionError,
    from_ends,
    from_json,
    gap,
    in_words,
    keep,
    kept,
)
from netlab.training.queue import View

log = logging.getLogger(__name__)

COMMITTED, DRAFT, OF_RUNS = "_prediction_committed", "_prediction_draft", "_predictions"
FIRST_DRAFT = 0.5
_chart = component("training/prediction")


def predict_first(epochs: int) -> None:
    """Let the reader draw the accuracy that they expect of the next run, and commit to it."""
    with st.expander("Predict first: draw the accuracy that you expect"):
        st.fragment(_predict)(epochs)


def keep_committed(run_id: str, epochs: int) -> None:
    """Keep what the reader has committed to with the run that begins, in its folder and in this session."""
    prediction: Prediction | None = st.session_state.pop(COMMITTED, None)
    if prediction is None:
        return
    prediction = prediction.over(epochs)
    st.session_state.setdefault(OF_RUNS, {})[run_id] = prediction
    run = store.get(run_id)
    try:
        if run is not None:
            keep(run, prediction)
    except OSError as error:
        log.warning("what was expected of run %s is not written down: %s", run_id, error)


def expected_of(run_id: str) -> Prediction | None:
    """What a reader expected of a run before it began, if anything."""
    of_runs: dict[str, Prediction] = st.session_state.get(OF_RUNS, {})
    run = None if run_id in of_runs else store.get(run_id)
    return of_runs.get(run_id) if run is None else kept(run)


def prediction_outcome(view: View) -> None:
    """The gap between what was expected and what came, once the run is over."""
    prediction = None if view.live or view.state == "elsewhere" else expected_of(view.id)
    told = "" if prediction is None else gap(prediction, [(end.epoch, end.validation_accuracy) for end in view.history.epochs])  # fmt: skip
    if told:
        st.info(f"**Your prediction.** {told}", icon=":material/psychology_alt:")


def _predict(epochs: int) -> None:
    committed: Prediction | None = st.session_state.get(COMMITTED)
    draft: Prediction = st.session_state.get(DRAFT) or from_ends(FIRST_DRAFT, FIRST_DRAFT, epochs)
    shown = (committed or draft).over(epochs)
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left:
        _draw(shown, epochs, fixed=committed is not None)
    with right:
        if committed is None:
            _by_keys(shown, epochs)
        else:
            st.markdown(
                f"You expect **{in_words(shown)}** of the next run. It is kept with that run and laid over its curve."
            )
            st.button("Change it", icon=":material/edit:", key="predict_change", on_click=_take_back)


def _draw(shown: Prediction, epochs: int, *, fixed: bool) -> None:
    alt = f"The accuracy that you expect over {epochs} epochs: {in_words(shown)}."
    if not fixed:
        alt += " Drag over the chart to draw it, or type two numbers beside."
    _chart(
        key="predict_chart",
        data={"points": shown.to_json(), "epochs": epochs, "fixed": fixed, "alt": alt},
        on_drawn_change=_take_drawn,
    )


def _by_keys(shown: Prediction, epochs: int) -> None:
    st.caption("Drag over the chart, or type. Pure guessing gets 10\u00a0% right.")
    moments = {1: "After epoch 1, %", epochs: "At the end, %"}
    keys = {}
    for moment, label in moments.items():
        value = round(100 * shown.at(moment))
        keys[moment] = key_for(f"predict_at_{'end' if moment == epochs else 'first'}", (value, epochs))
        st.number_input(label, 0, 100, value, key=keys[moment], on_change=_take_typed, args=(keys, epochs))
    st.button(
        "That is my prediction", type="primary", key="predict_commit", on_click=_commit, args=(shown,),
        help="It is kept with the run that you start next.",
    )  # fmt: skip


def _take_drawn() -> None:
    drawn = st.session_state["predict_chart"].get("drawn")
    try:
        st.session_state[DRAFT] = from_json(drawn)
    except PredictionError as error:  # it comes from a browser
        log.warning("a drawn prediction is passed over: %s", error)


def _take_typed(keys: dict[int, str], epochs: int) -> None:
    first, last = (st.session_state[keys[moment]] / 100 for moment in (1, epochs))
    st.session_state[DRAFT] = from_ends(first, last, epochs)


def _commit(prediction: Prediction) -> None:
    st.session_state[COMMITTED] = prediction


def _take_back() -> None:
    st.session_state[DRAFT] = st.session_state.pop(COMMITTED, None)
