"""How long the server takes to answer a moved control, page by page: the median of many moves in the running app.

    python -m benchmarks.sliders [--moves 15]

A visitor speaks Streamlit's own protocol to a server started as the README does, and moves one control as a browser
would: where it belongs to a part of the page, only that part runs again. The clock runs from the message sent to the
last of the answer; what a browser then needs to draw it is not in it.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable

from benchmarks.page import running_app
from benchmarks.visitor import Visitor, visit
from tests.waiting import until

MOVES: dict[str, tuple[str, Callable[[int], float]]] = {
    "numbers": ("numbers_index", lambda i: 3 + 141 * i),
    "functions": ("functions_relu_by3", lambda i: -4.0 + 0.35 * i),
    "neuron": ("neuron_w1", lambda i: -3.0 + 0.25 * i),
    "loss": ("loss_z", lambda i: -6.0 + 0.6 * i),
    "backprop": ("backprop_x1", lambda i: -1.8 + 0.2 * i),
    "dropout": ("dropout_share", lambda i: 0.05 * (i + 1)),
    "next": ("next_image", lambda i: 11 + 222 * i),
    "landscape": ("ls_rate_ravine_sgd", lambda i: 40 + i),
    "fog": ("fog_rate", lambda i: i),
    "race": ("ls_x_ravine", lambda i: -8.0 + 0.7 * i),
    "train": ("dropout", lambda i: 0.05 * (i + 1)),
}
"""A control of each page and its values, all different, so that no answer was given before; of a control that
chooses among words, the place of the word."""

TARGET = 100


def answers(address: str, page: str, moves: int) -> list[float]:
    """Seconds for each of so many moves of a page's control, after two that warm the caches."""
    key, value = MOVES[page]
    with visit(address) as connection:
        visitor = Visitor(connection)
        until(lambda: visitor.sees(page, key), what=f"{key} on the page {page}")
        return [visitor.move(key, value(move)) for move in range(moves + 2)][2:]


def main() -> None:
    """Print a line a page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--moves", type=int, default=15)
    options = parser.parse_args()
    with running_app() as server:
        for page in MOVES:
            middle = 1000 * statistics.median(answers(server.url, page, options.moves))
            print(f"{page:10} {middle:6.0f} ms (target under {TARGET} at the median)", flush=True)


if __name__ == "__main__":
    main()
