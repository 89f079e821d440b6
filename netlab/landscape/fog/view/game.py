"""The game in the fog: what the reader looked at is known, the rest is not, not even to the browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from netlab.app.choice import slide
from netlab.app.components import component, live_figure
from netlab.app.frame import put_in_address
from netlab.formatting import counted, fixed, percent, plain
from netlab.landscape.descent import descend_many
from netlab.landscape.descent.baselines import Budgeted
from netlab.landscape.fog.figures import best_by_look
from netlab.landscape.fog.random_surface import LEARNING_RATE, WINDOW, hidden_hill
from netlab.landscape.fog.search import evaluated_at, rivals
from netlab.landscape.fog.url_walk import packed, unpacked, wanted
from netlab.landscape.surface import Surface
from netlab.nn.optimizers import OPTIMIZERS
from netlab.plots.palette import BLUE, VERMILION

BIND: Any = {"bind": "query-params", "persist_state": "session"}
BUDGETS = (10, 15, 25, 40, 60)
STEPS = (0.1, 0.2, 0.3, 0.5, 0.8, 1.0, 1.5, 2.0, 3.0)
RATES = (0.003, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2)
MOST_HILLS = 99_999
TOP = 100.0
GRID = 101
KEY = (
    "Click where you want to look, or step with the buttons or the arrow keys (Enter steps downhill). Every look costs "
    "one. The disc around a look is painted from its height and slope alone; the arrow points downhill, and is longer "
    "where it is steeper."
)
KEY_LIFTED = (
    "Orange discs: you. Blue squares: gradient descent. Black crosses: random search. Dashed rings: the hollows. "
    "Star: the lowest point there is."
)

ROOM = ".st-key-fog_field { min-height: calc(min(500px, 100vw - 2rem) + 2rem); }"
"""The map's room is kept free until it comes, so that nothing jumps; fog.css says how large it is."""

_field = component("landscape/fog/fog")


@dataclass
class Game:
    """One game: which hill, where the reader looked, and whether the fog is gone. Kept in the session."""

    hill: int
    walk: list[tuple[float, float]]
    lifted: bool = False
    round: int = 0

    @property
    def name(self) -> str:
        """What tells this game from the one before it."""
        return f"{self.hill}.{self.round}"


def play() -> None:
    """The whole game: controls, the field, and once the fog is lifted who got how low."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        hill = int(st.number_input("Hill number", 0, MOST_HILLS, 24, key="fog_hill", width=130, **BIND))
        st.button("A new hill", icon=":material/casino:", key="fog_new", on_click=_new_hill)
        game = _game(hill)
        off = game.lifted
        budget = slide(st.select_slider, "Looks", BUDGETS, 25, key="fog_looks", width=160, disabled=off)
        step = slide(st.select_slider, "Step size", STEPS, 1.0, key="fog_step", width=160, disabled=off)
        rate = slide(
            st.select_slider, "Gradient descent's rate", RATES, LEARNING_RATE, key="fog_rate", titles=plain,
            width=180, disabled=off,
            help="Choose before the fog lifts: each rate tried costs gradient descent a whole budget of looks.",
        )  # fmt: skip
    surface = _hill(hill)
    others = _rivals(hill, rate, budget)
    _take_look(game, budget)
    _remember(game)
    walk = evaluated_at(surface, game.walk)
    st.html(f"<style>{ROOM}</style>")
    _field(key="fog_field", data=_seen(surface, game, walk, others, budget, step), on_look_change=_nothing)
    with st.container(horizontal=True):
        spent = len(walk.evaluations) >= budget
        st.button(
            "Lift the fog", icon=":material/foggy:", key="fog_lift", on_click=_lift, args=(game,),
            type="primary" if spent else "secondary", disabled=game.lifted,
            help="Ends the game: gradient descent and random search have had as many looks as you.",
        )  # fmt: skip
        st.button("Same hill again", icon=":material/replay:", key="fog_again", on_click=_again, args=(game,))
    if game.lifted:
        _verdict(surface, {"you": walk, **others}, budget)
        _luck(hill, rate, budget)


@st.cache_resource(max_entries=64, show_spinner=False)
def _hill(number: int) -> Surface:
    return hidden_hill(number)


def _game(hill: int) -> Game:
    game = st.session_state.get("_fog_game")
    if not isinstance(game, Game):
        start = _hill(hill).start
        points = unpacked(str(st.query_params.get("fog_walk", "")), WINDOW)[: max(BUDGETS) - 1]
        game = Game(hill, [start, *points], lifted=st.query_params.get("fog_lifted") == "1")
    elif game.hill != hill:
        game = Game(hill, [_hill(hill).start], round=game.round + 1)
    st.session_state["_fog_game"] = game
    return game


def _take_look(game: Game, budget: int) -> None:
    """Add the look that the browser asks for, if it is the next one of this very game."""
    if game.lifted or len(game.walk) >= budget:
        return
    state = st.session_state.get("fog_field") or {}
    point = wanted(state.get("look"), game.name, len(game.walk), WINDOW)
    if point is not None:
        game.walk.append(point)


def _remember(game: Game) -> None:
    """Put the walk into the address, so that a reload or a link finds it."""
    put_in_address("fog_walk", packed(game.walk[1:], WINDOW))
    put_in_address("fog_lifted", "1" if game.lifted else "")


def _new_hill() -> None:
    st.session_state["fog_hill"] = int(np.random.default_rng().integers(MOST_HILLS))


def _lift(game: Game) -> None:
    game.lifted = True


def _again(game: Game) -> None:
    st.session_state["_fog_game"] = Game(game.hill, game.walk[:1], round=game.round + 1)


def _nothing() -> None:
    """Streamlit keeps a component's value only where a callback stands."""


def _seen(
    surface: Surface, game: Game, walk: Budgeted, others: dict[str, Budgeted], budget: int, step: float
) -> dict[str, Any]:
    """What the browser is told: the looks, and the landscape only once the fog is lifted."""
    slopes = surface.gradient(walk.evaluations)
    rows = np.column_stack([walk.evaluations, walk.losses, slopes]).round(3).tolist()
    left = budget - len(rows)
    data = {
        "game": game.name, "window": [WINDOW.x_min, WINDOW.x_max, WINDOW.y_min, WINDOW.y_max], "top": TOP,
        "looks": rows, "budget": budget, "step": step, "colours": [VERMILION],
        "heading": f"Look {len(rows)} of {budget}", "foot": _foot(rows, left), "key": KEY, "whole": None,
    }  # fmt: skip
    if not game.lifted:
        return data
    lifted = {"heading": "The fog is lifted", "foot": _lifted_foot(surface, walk), "key": KEY_LIFTED}
    return data | lifted | {"whole": _whole(surface, others)}


def _foot(rows: list[list[float]], left: int) -> str:
    x, y, loss, slope_x, slope_y = rows[-1]
    heights = [row[2] for row in rows]
    best = int(np.argmin(heights))
    here = (
        f"At ({fixed(x, 2)}, {fixed(y, 2)}) the loss is {fixed(loss, 1)} and the slope {fixed(np.hypot(slope_x, slope_y), 1)}; "
        f"{_downhill(slope_x, slope_y)}. Lowest so far: {fixed(heights[best], 1)}, at look {best + 1}. "
    )
    if left <= 0:
        return f"{here}No looks are left: lift the fog."
    return f"{here}1 look is left." if left == 1 else f"{here}{left} looks are left."


DIRECTIONS = ("right", "upper right", "top", "upper left", "left", "lower left", "bottom", "lower right")


def _downhill(slope_x: float, slope_y: float) -> str:
    if slope_x == slope_y == 0.0:
        return "it is level, so there is no way downhill"
    return f"downhill is to the {_direction(-slope_x, -slope_y)}"


def _direction(x: float, y: float) -> str:
    return DIRECTIONS[round(float(np.arctan2(y, x)) / (np.pi / 4)) % 8]


def _lifted_foot(surface: Surface, walk: Budgeted) -> str:
    x, y = surface.minima[0].point
    return (
        f"Your lowest look was {fixed(walk.losses.min(), 1)}. The lowest point of all lies at ({fixed(x, 2)}, {fixed(y, 2)}), at "
        f"{fixed(surface.minima[0].value, 1)}. This landscape has {counted(len(surface.minima), 'hollow')}."
    )


@st.cache_data(max_entries=256, show_spinner=False)
def _rivals(hill: int, rate: float, budget: int) -> dict[str, Budgeted]:
    surface = _hill(hill)
    return rivals(surface, surface.start, budget=budget, learning_rate=rate, seed=hill)


def _whole(surface: Surface, others: dict[str, Budgeted]) -> dict[str, Any]:
    lines = {
        "gradient descent": {"stroke": BLUE, "dash": [7, 5], "width": 2.5, "shape": "square"},
        "random search": {"stroke": "#000000", "dash": [], "width": 0, "shape": "cross"},
    }
    return {
        "size": GRID,
        "heights": surface.value(WINDOW.grid(GRID)).round(1).tolist(),
        "minima": [list(minimum.point) for minimum in surface.minima],
        "rivals": [
            {"points": others[name].evaluations.round(3).tolist(), **style} for name, style in lines.items()
        ],
    }


def _verdict(surface: Surface, walks: dict[str, Budgeted], budget: int) -> None:
    best = {name: float(np.nanmin(walk.losses)) for name, walk in walks.items()}
    lowest = min(surface.minima[0].value, *best.values())
    columns = st.columns(4)
    for column, name in zip(columns, walks, strict=False):
        column.metric(f"Lowest, {name}", fixed(best[name], 1), border=True)
    columns[3].metric("The lowest there is", fixed(lowest, 1), border=True)
    st.markdown(_sentence(best, walks))
    live_figure("best_by_look", best_by_look(walks, lowest, budget), _looks_alt(best))


def _looks_alt(best: dict[str, float]) -> str:
    you, descent, darts = (fixed(best[name], 1) for name in ("you", "gradient descent", "random search"))
    return f"The lowest loss seen, look by look. In the end it is {you} for you, {descent} for gradient descent and {darts} for random search."


def _sentence(best: dict[str, float], walks: dict[str, Budgeted]) -> str:
    evaluations = len(walks["you"].evaluations)
    played = (
        f"You played with only {counted(evaluations, 'look')}."
        if evaluations < len(walks["random search"].evaluations)
        else "You played with all your looks."
    )
    stopped = walks["gradient descent"].stopped
    told = (
        f"{_order(best)} {played} Each look told you and gradient descent a height and a slope; random search used the "
        "height alone."
    )
    return f"{told} Gradient descent flew away: {stopped}" if stopped else told


def _order(best: dict[str, float]) -> str:
    """Who got lowest; those whose heights are written alike are level."""
    order = sorted(best, key=best.__getitem__)
    heights = [fixed(best[name], 1) for name in order]
    front = [name for name, height in zip(order, heights, strict=True) if height == heights[0]]
    if len(front) == len(order):
        return f"**All three are level** at {heights[0]}."
    names = " and ".join(front)
    winner = f"**{names[0].upper()}{names[1:]} got lowest**"
    rest = order[len(front) :]
    if len(front) > 1:
        return f"{winner}, level with each other, then {rest[0]}."
    if heights[-1] == heights[-2]:
        return f"{winner}, then {rest[0]} and {rest[1]}, level with each other."
    return f"{winner}, then {rest[0]}, then {rest[1]}."


def _luck(hill: int, rate: float, budget: int) -> None:
    st.caption(
        f"Luck of the start: from 1,600 starts all over this hill, gradient descent with this rate and {budget} looks "
        f"reaches the lowest hollow from {percent(_share_of_lowest(hill, rate, budget), 0)}."
    )


@st.cache_data(max_entries=256, show_spinner=False)
def _share_of_lowest(hill: int, rate: float, budget: int) -> float:
    rule = OPTIMIZERS["sgd"].with_settings(learning_rate=rate)
    return descend_many(_hill(hill), rule, WINDOW.grid(40), steps=budget - 1).share(0)
