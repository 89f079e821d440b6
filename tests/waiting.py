"""Wait for a condition, not for a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, TypeVar

T = TypeVar("T")


def until(
    condition: Callable[..., T | Literal[False] | None], seconds: float = 60.0, what: str = "the condition"
) -> T:
    """The first true value of ``condition``; an error if none comes in time.

    It is called without arguments; a lambda in a loop keeps the loop's variable as a default.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise TimeoutError(f"{what} did not come within {seconds:g} s")
