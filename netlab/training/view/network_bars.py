"""A network as a picture: its layers from left to right, heights by size, in HTML that wraps on a phone."""

from __future__ import annotations

import math
from dataclasses import dataclass

from netlab.nets.parameters import ParameterRow
from netlab.nets.spec import NetworkSpec
from netlab.plots.palette import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION, faint

_COLOURS = {
    "Conv2D": PURPLE, "MaxPooling2D": ORANGE, "Flatten": GREY, "Dense": BLUE, "Dropout": SKY,
    "BatchNormalization": GREEN, "Activation": BLUE,
}  # fmt: skip

STYLE = """
.netlab-layers { display: flex; flex-wrap: wrap; align-items: flex-end; gap: 0.75rem 0.4rem; }
.netlab-layers figure { margin: 0; text-align: center; min-width: 4.6rem; flex: 0 1 auto; }
.netlab-layers div { width: 2.2rem; margin: 0 auto 0.35rem; border-radius: 5px; box-sizing: border-box; }
.netlab-layers b { display: block; font-size: 0.85rem; }
.netlab-layers span { display: block; font-size: 0.78rem; opacity: 0.75; }
.netlab-layers i { font-style: normal; opacity: 0.5; padding-bottom: 3.2rem; }
"""


@dataclass(frozen=True)
class Column:
    """One layer of the picture: what it is called, its size in words and in numbers, its colour."""

    kind: str
    detail: str
    size: int
    colour: str


def layers_picture(spec: NetworkSpec) -> str:
    """HTML of the layers; the height of a bar grows with the logarithm of the numbers the layer gives."""
    columns = [Column("Picture", "28×28", 784, GREY), *(_column(row) for row in spec.parameter_table())]
    columns[-1] = Column("Dense", "10, softmax", 10, VERMILION)
    label = "Layers: " + ", ".join(f"{column.kind} {column.detail}" for column in columns)
    return (
        f"<style>{STYLE}</style><div class='netlab-layers' role='img' aria-label='{label}'>"
        + "<i>→</i>".join(_bar(column) for column in columns)
        + "</div>"
    )


def _column(row: ParameterRow) -> Column:
    kind, _, detail = row.layer.partition(", ")
    shape = "×".join(str(size) for size in row.shape)
    detail = detail.replace(" units", "").replace(" filters", "")
    return Column(kind, detail or shape, math.prod(row.shape), _COLOURS[kind])


def _bar(column: Column) -> str:
    height = 12 + 26 * math.log10(max(column.size, 1))
    filled = column.colour if column.kind != "Dropout" else faint(column.colour, 0.25)
    edge = "dashed" if column.kind == "Dropout" else "solid"
    return (
        f"<figure><div style='height:{height:.0f}px;background:{filled};border:2px {edge} {column.colour}'></div>"
        f"<b>{column.kind}</b><span>{column.detail}</span></figure>"
    )
