"""What a component is sent is JSON that a browser can read, whatever numbers a figure holds."""

from __future__ import annotations

import ast
import base64
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as some

from netlab.app.components import plain_figure
from netlab.app.gate import NotFiniteError, sendable, something_to_draw

ROOT = Path(__file__).resolve().parents[2]
ODD = (math.inf, -math.inf, math.nan)
numbers = some.lists(some.one_of(some.floats(), some.sampled_from(ODD)), min_size=1, max_size=20)


def strictly(value: Any) -> Any:
    """As a browser reads it, which knows no NaN and no Infinity."""

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} was sent")

    return json.loads(json.dumps(value), parse_constant=refuse)


def unpacked(values: Any) -> np.ndarray[Any, Any]:
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"])
    return np.array([math.nan if value is None else value for value in values], float)


@given(numbers, some.booleans())
def test_any_figure_can_be_read_by_a_browser(values: list[float], packed: bool) -> None:
    coordinates = np.array(values) if packed else values
    figure = go.Figure(
        [go.Scatter(x=coordinates, y=coordinates), go.Heatmap(z=[values])], {"xaxis": {"range": [0, 1]}}
    )
    sent = strictly(sendable(plain_figure(figure)))
    expected = np.where(np.isfinite(values), values, np.nan)
    for one in (sent["data"][0]["x"], sent["data"][0]["y"], *sent["data"][1]["z"]):
        np.testing.assert_array_equal(unpacked(one), expected)


@given(some.sampled_from(ODD), some.sampled_from(("layout", "view", "step")))
def test_a_number_where_no_hole_can_be_is_told_by_its_place(odd: float, part: str) -> None:
    with pytest.raises(NotFiniteError, match=rf"map\.{part}\.xaxis\.range\[1\] is .*nan|inf"):
        sendable({part: {"xaxis": {"range": [0.0, odd]}}}, "map")
    with pytest.raises(NotFiniteError):
        sendable({"layout": {"annotations": [{"x": odd}]}})


def test_what_json_knows_stays_as_it_is() -> None:
    data = {"a": [1, 2.5, "x", None, True], "b": {"x": [[1.0, 2.0]]}}
    assert sendable(data) == data
    assert sendable({"x": (np.float32(0.5), np.int16(3), np.array([1, 2]))}) == {"x": [0.5, 3, [1, 2]]}
    with pytest.raises(TypeError, match=r"data\.a is a set"):
        sendable({"a": {1}})


def test_a_packed_array_without_infinity_is_not_packed_again() -> None:
    packed = plain_figure(go.Figure(go.Scatter(y=np.array([1.0, np.nan]))))
    assert sendable(packed)["data"][0]["y"] is packed["data"][0]["y"]


@given(some.lists(some.sampled_from(ODD), min_size=1, max_size=9), some.booleans())
def test_a_figure_without_any_height_is_left_out(values: list[float], packed: bool) -> None:
    def traces(heights: list[float]) -> Any:
        return plain_figure(go.Figure(go.Scatter(y=np.array(heights) if packed else heights)))["data"]

    assert not something_to_draw(traces(values))
    assert something_to_draw(traces([*values, 0.0]))


def test_a_figure_without_numbers_is_drawn() -> None:
    assert something_to_draw([])
    assert something_to_draw([{"x": [], "y": []}])
    assert not something_to_draw([{"y": []}, {"y": [None, float("nan")]}])
    assert something_to_draw(plain_figure(go.Figure(go.Bar(x=[0.5], y=["Adam"], orientation="h")))["data"])


def test_every_component_is_registered_by_the_one_function_that_has_the_gate() -> None:
    """And none of Streamlit's own figures is shown, which would bring a configuration of their own."""
    own = ROOT / "netlab" / "app" / "components.py"
    for file in (*(ROOT / "netlab").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"):
        calls = [
            node.func for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)
        ]
        names = [ast.unparse(call) for call in calls]
        assert not [
            name for name in names if name.endswith(("plotly_chart", "components.v1.html", "iframe"))
        ], file
        mounted = [name for name in names if "components.v2" in name]
        assert mounted == (["st.components.v2.component"] if file == own else []), file


def test_every_script_draws_with_the_one_configuration() -> None:
    scripts = list((ROOT / "netlab").rglob("assets/*.js"))
    assert any("Plotly.react(" in script.read_text("utf-8") for script in scripts)
    for script in scripts:
        text = script.read_text("utf-8")
        assert text.count("Plotly.newPlot") == 0
        drawn = text.count("Plotly.react(")
        assert drawn == text.count(", CONFIG)") + text.count(", configured(config))"), script
        assert ("displaylogo" in text) == (script.name == "plotly.js")
