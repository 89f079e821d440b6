"""How a command says no."""

from __future__ import annotations

import sys

STATUS = 2  # of a command that was asked for what cannot be


def complain(error: Exception) -> int:
    """Print what went wrong; the exit status of a command that ends so."""
    print(f"netlab: {error}", file=sys.stderr)
    return STATUS
