"""What the page Rewind puts together: which run, which picture, its moments, its branches."""

from __future__ import annotations

import streamlit as st

from netlab.app.frame import follow_newest, literal
from netlab.app.lesson import Answer, covered, predict_first
from netlab.experiments.rewind.view.branches import family, origin_of, start_again
from netlab.experiments.rewind.view.course import (
    ASKED,
    asked_moment,
    choose_picture,
    moments_of,
    show_course,
    show_growth,
)
from netlab.experiments.view.subjects import pictures_for, words_of
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.run import Run, RunError
from netlab.training.view.session import current, job_queue, mine, show_refusal, submit, tell_unable, watch

MOST = 100


def rewind() -> None:
    """The page, again each second while the run is under way."""
    run = _choose()
    if run is None:
        _begin_one()
        return
    job = job_queue().find(run.id)
    live = job is not None and job.live
    st.fragment(_show, run_every=1.0 if live else None)(run.id, live)


def _show(run_id: str, live: bool) -> None:
    run, job = store.get(run_id), job_queue().find(run_id)
    if run is None or (live and (job is None or not job.live)):
        st.rerun()
    if live and job is not None:
        watch(job)
    try:
        found = moments_of(run)
    except RunError as error:
        st.info(literal(error), icon=":material/hourglass:" if live else ":material/broken_image:")
        return
    pictures = pictures_for(found.spec, found.started.source if found.started is not None else "")
    for sentence in [*found.missing, origin_of(run)]:
        if sentence:
            st.caption(literal(sentence))
    left, right = st.columns([7, 3], gap="medium")
    with right:
        picture = choose_picture(run, found, pictures)
    with left:
        opened = predict_first(
            "rewind",
            "A network sees one image after the other. After about how many does it read most test digits correctly?",
            (
                _answer(
                    30,
                    "After one batch the weights have moved once: it is still next to **chance**, one in ten.",
                ),
                _answer(300, "Right: the steepest part of the **learning curve** is its first."),
                _answer(3000, "By then it reads nine of ten: the **learning curve** has nearly flattened."),
                _answer(
                    60_000,
                    "That is a whole **epoch**, and most of what there is to learn is learnt in its first hundredth.",
                ),
            ),
            "Some hundreds: after 160 images the article's network reads about four of ten, after 320 about seven, after 3,200 nine. The other "
            "296,800 images of its training are for the last of the ten.",
        )
        asked = asked_moment(found)
        place = len(found.steps) - 1 if asked is None else asked
        if picture is not None:
            place = show_course(run, found, picture, live=live, classes=pictures.classes, asked=asked)
        if opened:
            show_growth(run, found, pictures, place)
        else:
            covered("Its weights and its mistakes at each moment.")
    with right:
        st.subheader("Start again from here", anchor=False)
        start_again(run, found, place)
    family(run, found, _name(run))


def _answer(images: int, why: str) -> Answer:
    return Answer(f"{images:,}", why, f"Move to the moment nearest to {images:,} images", {ASKED: images})


def _name(run: Run) -> str:
    try:
        return run.name()
    except RunError:
        return f"run {run.id[:4]}"


def _choose() -> Run | None:
    found = {}
    now = current()
    ids = mine() if now is None else list(dict.fromkeys([now.id, *mine()]))
    for run_id in ids[:MOST]:
        run = store.get(run_id)
        if run is not None and run.snapshots():
            found[run_id] = words_of(run)
    if not found:
        return None
    newest = now.id if now is not None and now.id in found else next(iter(found))
    return store.get(follow_newest("rewind_run", "Run", found, newest))


def _begin_one() -> None:
    show_refusal()
    tell_unable()
    now = current()
    if now is not None and now.live:
        st.info(
            "The run has just begun; its first moment is kept with its first batch.",
            icon=":material/hourglass:",
        )
        st.fragment(_until_there, run_every=0.5)(now.id)
        return
    st.write(
        "There is no run to rewind yet. While a network trains, Netlab keeps its weights at some twenty moments: often at "
        "the beginning, where most is learnt, then once an epoch."
    )
    st.button("Train the article's network", type="primary", icon=":material/play_arrow:", on_click=_train_article,
              key="rewind_train")  # fmt: skip
    st.caption("It takes about ten seconds, and can be watched here from its first batch.")


def _train_article() -> None:
    submit(NetworkSpec())


def _until_there(run_id: str) -> None:
    run, job = store.get(run_id), job_queue().find(run_id)
    if job is None or not job.live or (run is not None and run.snapshots()):
        st.rerun()
    job_queue().view(job, 2)
