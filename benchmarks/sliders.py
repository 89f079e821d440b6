"""How long the server takes to answer a moved control, page by page: the median of many moves in the running app.

    python -m benchmarks.sliders [--moves 15] [--page landscape]

A visitor speaks Streamlit's own protocol to a server started as the README does, and moves one control as a browser
would: where it belongs to a part of the page, only that part runs again. The clock runs from the message sent to the
last of the answer; what a browser then needs to draw it is not in it.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.page import running_app
from benchmarks.visitor import Visitor, visit
from tests.waiting import until

Values = Callable[[int], float]


@dataclass(frozen=True)
class Moves:
    """Moves of one control.

    Attributes
    ----------
    page, key, value
        Where it is, its key, and its value at each move: all different, so that no answer was given before; of a
        control that chooses among words, the place of the word.
    query, fold
        The address's words, and a fold that is opened first.
    before
        A control that is moved before each move, without being timed, where the first has few values: after it no
        answer is known.
    skip
        The button that skips the question by which the control is covered.
    """

    page: str
    key: str
    value: Values
    query: str = ""
    fold: str = ""
    before: tuple[str, Values] | None = None
    skip: str = ""


MOVES = {
    "numbers": Moves("numbers", "numbers_index", lambda i: 3 + 141 * i),
    "functions": Moves("functions", "functions_relu_by3", lambda i: -4.0 + 0.35 * i),
    "neuron": Moves("neuron", "neuron_w1", lambda i: -3.0 + 0.25 * i),
    "loss": Moves("loss", "loss_z", lambda i: -6.0 + 0.6 * i),
    "descent, one weight": Moves("descent", "descent_start_wide", lambda i: -1.9 + 0.2 * i),
    "descent, two weights": Moves("descent", "descent_steps", lambda i: 60 + 7 * i),
    "backprop": Moves("backprop", "backprop_x1", lambda i: -1.8 + 0.2 * i),
    "depth": Moves("depth", "depth_layers", lambda i: 20 - i % 17, skip="depth_skip_commit"),
    "overfitting, few digits": Moves("overfitting", "overfitting_seed", lambda i: i + 1, skip="overfitting_skip_commit"),
    "overfitting, ten points": Moves("overfitting", "overfitting_count", lambda i: i % 22, skip="overfitting_skip_commit"),
    "dropout": Moves("dropout", "dropout_rate", lambda i: 0.05 * (i + 1)),
    "next": Moves("next", "next_image", lambda i: 11 + 222 * i),
    "landscape": Moves("landscape", "ls_rate_ravine_sgd", lambda i: 40 + i),
    "landscape, batch, fold of the noise open": Moves(
        "landscape", "ls_batch", lambda i: i % 8, "ls_surface=neuron&ls_loss=cross-entropy&ls_batch=6", "noise_open",
        ("ls_labels", lambda i: 100 + i),
    ),
    "fog": Moves("fog", "fog_rate", lambda i: i),
    "race": Moves("race", "ls_x_ravine", lambda i: -8.0 + 0.7 * i),
    "train": Moves("train", "dropout", lambda i: 0.05 * (i + 1)),
}  # fmt: skip

TARGET = 100


def answers(address: str, of: Moves, moves: int) -> list[float]:
    """Seconds for each of so many moves, after two that warm the caches."""
    with visit(address) as connection:
        visitor = Visitor(connection)
        first = of.skip or of.key
        until(lambda: visitor.sees(of.page, first, of.query), what=f"{first} on the page {of.page}")
        if of.skip:
            visitor.press(of.skip)
        if of.fold:
            visitor.open(of.fold)
        return [_answer(visitor, of, move) for move in range(moves + 2)][2:]


def _answer(visitor: Visitor, of: Moves, move: int) -> float:
    if of.before is not None:
        key, value = of.before
        visitor.move(key, value(move))
    return visitor.move(of.key, of.value(move))


def main() -> None:
    """Print a line a page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--moves", type=int, default=15)
    parser.add_argument("--page", help="this page alone")
    options = parser.parse_args()
    with running_app() as server:
        for name, moves in MOVES.items():
            if options.page in (None, moves.page):
                middle = 1000 * statistics.median(answers(server.url, moves, options.moves))
                print(f"{name:42} {middle:6.0f} ms (target under {TARGET} at the median)", flush=True)


if __name__ == "__main__":
    main()
