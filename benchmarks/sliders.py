"""How long the server takes to answer a moved control, page by page: the median of many moves in the running app.

    python -m benchmarks.sliders [--moves 15]

A visitor speaks Streamlit's own protocol to a server started as the README does, and moves one control as a browser
would: where it belongs to a part of the page, only that part runs again. The clock runs from the message sent to the
last of the answer; what a browser then needs to draw it is not in it.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from benchmarks.page import running_app
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


class Visitor:
    """Somebody with one page open, who draws nothing."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._controls: dict[str, tuple[Any, str]] = {}
        self._page, self._query = "", ""

    def sees(self, page: str, key: str) -> bool:
        """Load a page; whether it has a control, which it may not before it has its digits."""
        self._ask(BackMsg(), page_name=page, page_script_hash="")
        return key in self._controls

    def move(self, key: str, value: float) -> float:
        """Move a control and wait for the whole answer: seconds."""
        control, part = self._controls[key]
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add(id=control.id)
        if control.DESCRIPTOR.name == "NumberInput":
            state.double_value = value
        elif control.options:
            state.string_array_value.data.append(control.options[int(value) % len(control.options)])
        else:
            state.double_array_value.data.append(value)
        began = time.perf_counter()
        self._ask(message, fragment_id=part)
        return time.perf_counter() - began

    def _ask(self, message: BackMsg, **words: str) -> None:
        asked = {"page_script_hash": self._page, "query_string": self._query, **words}
        for name, word in asked.items():
            setattr(message.rerun_script, name, word)
        self._connection.send(message.SerializeToString())
        while not self._heard():
            pass

    def _heard(self) -> bool:
        """Take in one message; whether it was the last of an answer."""
        message = ForwardMsg.FromString(self._connection.recv(timeout=60, decode=False))
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self._page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "delta":
            element = message.delta.new_element
            name = element.WhichOneof("type")
            if name == "exception":
                raise RuntimeError(f"{element.exception.type}: {element.exception.message}")
            if name in ("slider", "number_input"):
                control = getattr(element, name)
                key = control.id.rsplit("-", 1)[1]
                self._controls[key] = control, message.delta.fragment_id
        return bool(kind == "script_finished")


def answers(address: str, page: str, moves: int) -> list[float]:
    """Seconds for each of so many moves of a page's control, after two that warm the caches."""
    key, value = MOVES[page]
    socket = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    with connect(socket, subprotocols=["streamlit"], max_size=None) as connection:  # type: ignore[list-item]
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
