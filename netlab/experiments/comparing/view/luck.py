"""Is the difference more than luck? A run, or two, over several seeds."""

from __future__ import annotations

import streamlit as st

from netlab.app.choice import choose, slide
from netlab.app.components import live_figure
from netlab.app.lesson import covered, judged, predict_first
from netlab.experiments.comparing import luck, pace
from netlab.experiments.comparing.figures_luck import differences, spread
from netlab.experiments.comparing.record import Experiment
from netlab.experiments.comparing.settings import changes
from netlab.experiments.comparing.twin import read_rightly
from netlab.experiments.comparing.view.experiments import (
    begin,
    choose_base,
    choose_change,
    choose_experiment,
    forget_button,
    pace_here,
    repeats,
    ticking,
)
from netlab.experiments.expected import WITH_SEEDS, with_seeds
from netlab.nets.naming import validation_name
from netlab.nets.spec import TEST, NetworkSpec
from netlab.training.view.session import job_queue, tell_unable

WHAT = {"pair": "Two networks with one change", "one": "One network"}
MEASURES = {"validation": "on validation pictures", "test": "on test pictures"}
SEEDS = 5


def luck_section() -> None:
    """Choose what to repeat and how often; the spread is drawn as the runs end."""
    st.markdown(
        "**Is the difference more than luck?** A seed draws the first weights, the order of the pictures and the dropout. "
        "Repeat with other seeds and see how far apart the outcomes lie."
    )
    tell_unable()
    what = choose(
        st.segmented_control,
        "Repeat",
        WHAT,
        key="luck_what",
        titles=WHAT.__getitem__,
        label_visibility="collapsed",
    )
    columns = st.columns([2, 1, 1, 1]) if what == "pair" else st.columns([3, 1])
    base, name = choose_base("luck_base", columns[0])
    other = choose_change(base, "luck", *columns[1:3]) if what == "pair" else None
    seeds = slide(
        columns[-1].select_slider, "Seeds", range(luck.FEWEST, luck.MOST + 1), SEEDS, key="luck_seeds"
    )
    ready = what == "one" or other is not None
    specs = [base, *([other] if other is not None else [])] * seeds
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Train {len(specs)} runs", type="primary", icon=":material/casino:", key="luck_start", disabled=not ready,
            on_click=_start, args=(base, other, seeds, name), width="content",
        )  # fmt: skip
        if ready:
            st.caption(pace.estimate_sentence(specs, job_queue().slots, pace_here()))
    shown = choose_experiment("luck")
    if shown is None:
        st.caption("Nothing is repeated yet. Each run will be a point here.")
        return
    opened = _ask_first(shown)
    measure = choose(
        st.segmented_control, "Measured", MEASURES, key="luck_measure", titles=MEASURES.__getitem__,
        label_visibility="collapsed",
    )  # fmt: skip
    st.session_state["_luck_measured"] = measure
    ticking(shown, _show if opened else _covered)
    forget_button(shown)


def _start(base: NetworkSpec, other: NetworkSpec | None, seeds: int, name: str) -> None:
    about = {"one": base.to_json(), **({"other": other.to_json()} if other is not None else {})}
    change = "" if other is None else "; ".join(map(str, changes(base, other)))
    title = f"{change}: {name}" if change else name
    begin("luck", title[:60], lambda _: luck.plan(base, other, seeds), about)


def _specs(shown: Experiment) -> list[NetworkSpec]:
    """The settings of what is repeated, as the record tells them, a stranger's; empty where it does not."""
    try:
        return [NetworkSpec.from_json(shown.about[key]) for key in ("one", "other") if key in shown.about]
    except (ValueError, KeyError):
        return []


def _covered(_: Experiment) -> None:
    covered("All runs as points, and the difference of each pair.")


def _ask_first(shown: Experiment) -> bool:
    specs = _specs(shown)
    if len(specs) != 2:
        return True
    pairs = luck.paired(luck.outcomes(shown.members, "validation"))
    told = (
        luck.difference_sentence(pairs, _change(specs))
        if not shown.live
        else "They are still on; the answer grows below."
    )
    right = None if shown.live else with_seeds(list(pairs.values()))
    seeds = min(luck.MOST, max(luck.FEWEST, 2 * len(pairs)))
    return predict_first(
        f"luck_{shown.id[:12]}", f"{_change(specs)}: will B be better than A with every seed?",
        judged(
            WITH_SEEDS, right, waits="Not all have ended.", link=f"Set {seeds} seeds, to repeat it more often",
            setting=repeats(specs[0], specs[1], shown, seeds) if right and len(pairs) < luck.MOST else None,
        ),
        f"{luck.counts_sentence(pairs)} {told}".strip(),
    )  # fmt: skip


def _change(specs: list[NetworkSpec]) -> str:
    found = changes(*specs) if len(specs) == 2 else ()
    told = " and ".join(map(str, found)) or "B"
    return told[:1].upper() + told[1:]


def _show(shown: Experiment) -> None:
    measure = st.session_state["_luck_measured"]
    found, specs = luck.outcomes(shown.members, measure), _specs(shown)
    if not found:
        st.caption("The first point comes when a run has ended.")
        return
    pairs = luck.paired(found)
    if len(specs) == 2:
        told = luck.difference_sentence(pairs, _change(specs))
        st.markdown(
            f"**{told}**" if told else "The first difference comes when both runs of a seed have ended."
        )
    for part, values in sorted(found.items()):
        st.markdown(luck.spread_sentence(values, part if len(specs) == 2 else "This network"))
    names = {"A": "A", "B": "B"} if len(specs) == 2 else {"A": "this network"}
    left, right = st.columns([3, 2]) if pairs else (st.container(), None)
    with left:
        live_figure(
            "luck_spread",
            spread(found, names, read_rightly(specs[0] if specs else NetworkSpec())),
            _alt(found),
        )
    if right is not None:
        with right:
            live_figure("luck_pairs", differences(pairs), luck.difference_sentence(pairs))
    st.caption(_about(specs, measure))
    lost = [one for one in shown.over if one.state != "done"]
    if lost:
        st.caption(f"{len(lost)} of the runs did not finish and are left out.")


def _alt(found: luck.Outcomes) -> str:
    return " ".join(luck.spread_sentence(values, part) for part, values in sorted(found.items()))


def _about(specs: list[NetworkSpec], measure: str) -> str:
    where = (
        "test pictures"
        if measure == "test"
        else validation_name(specs[0])
        if specs
        else "validation pictures"
    )
    told = f"Each point is a run at its end, on {where}. Diamonds are means, bars their 95 % intervals."
    if len(specs) == 2:
        told += " A grey line joins the two runs of a seed."
    if specs and measure == "validation" and specs[0].validation == TEST:
        told += " These runs validate on the test pictures: whoever chooses by them must not report them afterwards."
    if measure == "test":
        told += " Test pictures are for the last word: choose by validation first."
    return told
