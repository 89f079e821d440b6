"""A chain of factors on the page: every path from the loss back to one weight, in letters and numbers."""

from __future__ import annotations

import numpy as np
import streamlit as st

from netlab.formatting import bracketed, digits, plain
from netlab.lessons.backprop.chain_rule import Chain


def chain_of_factors(chain: Chain, latex: str) -> None:
    """Show the chain of a small network: a line a path, then their sum."""
    lines = [_path(chain, path) for path in range(len(chain.products))]
    if len(chain.products) > 1:
        terms = " + ".join(
            bracketed(product) if n else digits(product) for n, product in enumerate(chain.products)
        )
        lines.append(rf"\tfrac{{\partial L}}{{\partial {latex}}} = {terms} = {digits(chain.total)}")
    st.latex(r"\begin{aligned}" + r"\\".join(f"&{line}" for line in lines) + r"\end{aligned}")


def _path(chain: Chain, path: int) -> str:
    pairs = zip(chain.symbols(path), chain.factors[path], strict=True)
    factors = r"\cdot".join(rf"\underbrace{{{name}}}_{{{digits(value)}}}" for name, value in pairs)
    return f"{factors} = {digits(chain.products[path])}"


def paths_table(chain: Chain) -> list[dict[str, str]]:
    """Rows for a long chain: a path each, the weightiest first."""
    rows = []
    for path in chain.largest(len(chain.products)):
        factors = [plain(value) for value in chain.factors[path]]
        rows.append(
            {"digit": str(chain.units[path][0]), **dict(zip(_short_names(chain), factors, strict=True))}
        )
        rows[-1]["product"] = plain(chain.products[path])
    total = dict.fromkeys(rows[0], "")
    return [*rows, {**total, "digit": "sum", "product": plain(np.sum(chain.products))}]


def _short_names(chain: Chain) -> tuple[str, ...]:
    return ("∂L/∂z₂ = p − y", "∂z₂/∂a = w₂", "∂a/∂z₁ = ReLU′", "∂z₁/∂w = pixel")[: chain.factors.shape[1]]
