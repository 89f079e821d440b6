"""What is found in a run: a title, the sentence with its numbers, what to do, and one experiment that would show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from netlab.nets.spec import NetworkSpec

Proof = Literal[
    "",
    "chance",
    "leap",
    "validation",
    "dead",
    "saturated",
    "fading",
    "growing",
    "straight",
    "curvature",
    "alike",
]
"""Which figure proves a finding; each has its drawing in ``netlab.training.figures_findings``."""


@dataclass(frozen=True)
class Trial:
    """The same network with one thing changed, and what the change is called: "dropout 0.2"."""

    change: str
    spec: NetworkSpec


@dataclass(frozen=True)
class Finding:
    """Something worth knowing about a run: what is seen, what to try, what proves it, and a counter-experiment."""

    title: str
    evidence: str
    advice: str
    proof: Proof = ""
    trial: Trial | None = None
