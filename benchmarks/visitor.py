"""Somebody without a browser, who speaks Streamlit's own protocol to a running server, as a browser would."""

from __future__ import annotations

import json
import time
from socket import SHUT_RDWR
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

CONTROLS = ("slider", "number_input", "button", "bidi_component")


def visit(address: str) -> ClientConnection:
    """Connect to the server at ``address`` (http://…)."""
    socket = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    return connect(socket, subprotocols=["streamlit"], max_size=None)  # type: ignore[list-item]


class Visitor:
    """Somebody with one page open."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._controls: dict[str, tuple[Any, str]] = {}
        self._folds: dict[str, tuple[str, str]] = {}
        self._page, self._query = "", ""
        self.received = 0  # bytes

    def has(self, key: str) -> bool:
        """Whether a control was shown on any page so far."""
        return key in self._controls

    def sees(self, page: str, key: str, query: str = "") -> bool:
        """Load a page; whether it has a control, which it may not before it has its digits."""
        self._ask(BackMsg(), page_name=page, page_script_hash="", query_string=query)
        return key in self._controls

    def move(self, key: str, value: float) -> float:
        """Move a slider or a number and wait for the whole answer: seconds."""
        control, part = self._controls[key]
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add(id=control.id)
        if control.DESCRIPTOR.name == "NumberInput":
            state.double_value = value
        elif control.options:
            state.string_array_value.data.append(control.options[int(value) % len(control.options)])
        else:
            state.double_array_value.data.append(value)
        return self._timed(message, part)

    def press(self, key: str) -> float:
        """Press a button and wait for the whole answer: seconds."""
        control, part = self._controls[key]
        message = BackMsg()
        message.rerun_script.widget_states.widgets.add(id=control.id, trigger_value=True)
        return self._timed(message, part)

    def open(self, key: str) -> float:
        """Open a fold that computes only then, and wait for the whole answer: seconds."""
        fold, part = self._folds[key]
        message = BackMsg()
        message.rerun_script.widget_states.widgets.add(id=fold, bool_value=True)
        return self._timed(message, part)

    def tell(self, key: str, **state: Any) -> float:
        """Send what a component of ours tells, and wait for the whole answer: seconds."""
        control, part = self._controls[key]
        message = BackMsg()
        message.rerun_script.widget_states.widgets.add(id=control.id, json_value=json.dumps(state))
        return self._timed(message, part)

    def trigger(self, key: str, event: str, value: Any) -> float:
        """Send what a component of ours triggers, and wait for the whole answer: seconds."""
        control, part = self._controls[key]
        message = BackMsg()
        message.rerun_script.widget_states.widgets.add(
            id=f"$$STREAMLIT_INTERNAL_KEY_{control.id}__events",
            json_trigger_value=json.dumps([{"event": event, "value": value}]),
        )
        return self._timed(message, part)

    def again(self, key: str) -> float:
        """Have the part of the page that holds a control run once more, as it does by itself, and wait: seconds."""
        return self._timed(BackMsg(), self._controls[key][1])

    def ask(self, page: str, query: str = "") -> None:
        """Ask for a page and wait for nothing of it."""
        self._send(BackMsg(), page_name=page, page_script_hash="", query_string=query)

    def leave(self) -> None:
        """Close the page."""
        self._connection.close()

    def vanish(self) -> None:
        """Be gone without a word, as a browser that was killed."""
        self._connection.socket.shutdown(SHUT_RDWR)
        self._connection.close()

    def data(self, key: str) -> Any:
        """What a component of ours was sent last."""
        return json.loads(self._controls[key][0].json)

    def _timed(self, message: BackMsg, part: str) -> float:
        began = time.perf_counter()
        self._ask(message, fragment_id=part)
        return time.perf_counter() - began

    def _ask(self, message: BackMsg, **words: str) -> None:
        self._send(message, **words)
        while not self._heard():
            pass

    def _send(self, message: BackMsg, **words: str) -> None:
        asked = {"page_script_hash": self._page, "query_string": self._query, **words}
        for name, word in asked.items():
            setattr(message.rerun_script, name, word)
        self._connection.send(message.SerializeToString())

    def _heard(self) -> bool:
        """Take in one message; whether it was the last of an answer."""
        answer = self._connection.recv(timeout=120, decode=False)
        self.received += len(answer)
        message = ForwardMsg.FromString(answer)
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self._page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "delta":
            fold = message.delta.add_block.expandable.id
            if fold:
                self._folds[fold.rsplit("-", 1)[1]] = fold, message.delta.fragment_id
            element = message.delta.new_element
            name = element.WhichOneof("type")
            if name == "exception":
                raise RuntimeError(f"{element.exception.type}: {element.exception.message}")
            if name in CONTROLS:
                control = getattr(element, name)
                key = control.id.rsplit("-", 1)[1]
                self._controls[key] = control, message.delta.fragment_id
        return kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
