"""How long the server takes to answer a moved control, page by page: the median of many moves, no browser in it.

    python -m benchmarks.sliders [--moves 15]

Streamlit's own test runner moves the control and runs the whole page again, where the running app often runs only
the part around it: what is printed is an upper bound.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from netlab.ui.landscape_settings import RATES

APP = Path(__file__).resolve().parents[1] / "app.py"
MOVES: dict[str, tuple[str, str, Callable[[int], Any]]] = {
    "numbers": ("number_input", "numbers_index", lambda i: 3 + 141 * i),
    "functions": ("slider", "functions_relu_by3", lambda i: -4.0 + 0.35 * i),
    "neuron": ("slider", "neuron_w1", lambda i: -3.0 + 0.25 * i),
    "loss": ("slider", "loss_z", lambda i: -6.0 + 0.6 * i),
    "backprop": ("slider", "backprop_x1", lambda i: -1.8 + 0.2 * i),
    "dropout": ("slider", "dropout_share", lambda i: 0.05 * (i + 1)),
    "next": ("number_input", "next_image", lambda i: 11 + 222 * i),
    "landscape": ("select_slider", "ls_rate_ravine_sgd", lambda i: RATES[40 + 2 * i]),
    "fog": (
        "select_slider",
        "fog_rate",
        lambda i: (0.003, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2)[i % 9],
    ),
    "race": ("number_input", "ls_x_ravine", lambda i: -8.0 + 0.7 * i),
    "train": ("slider", "dropout", lambda i: 0.05 * (i + 1)),
}
"""A control of each page and its values, all different, so that no answer was given before."""

TARGET = 100


def answers(page: str, moves: int) -> list[float]:
    """Seconds for each of so many moves of a page's control, after two that warm the caches."""
    kind, key, value = MOVES[page]
    at = AppTest.from_file(str(APP), default_timeout=120).run()
    at.switch_page(f"pages/{page}.py").run()
    times = []
    for move in range(moves + 2):
        getattr(at, kind)(key=key).set_value(value(move))
        began = time.perf_counter()
        at.run()
        times.append(time.perf_counter() - began)
        assert not at.exception, at.exception
    return times[2:]


def main() -> None:
    """Print a line a page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--moves", type=int, default=15)
    options = parser.parse_args()
    for page in MOVES:
        middle = 1000 * statistics.median(answers(page, options.moves))
        print(f"{page:10} {middle:6.0f} ms (target under {TARGET} at the median)", flush=True)


if __name__ == "__main__":
    main()
