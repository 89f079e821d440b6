"""Keras's summary of a network, from its specification alone: the same text, without loading Keras."""

from __future__ import annotations

import io

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from netlab.nets.naming import data_title
from netlab.nets.parameters import walk
from netlab.nets.spec import NetworkSpec

WIDTH = 80


def description(spec: NetworkSpec) -> str:
    """A network in a few words: its hidden layers, its optimizer, and what else is not the article's.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    str
        A list parted by commas, with no full stop.
    """
    layers = "-".join(str(layer.units) for layer in spec.layers) or "no hidden layer"
    usual = NetworkSpec()
    activations = sorted({layer.activation or usual.activation for layer in spec.layers})
    unusual = {
        " and ".join(activations): set(activations) - {usual.activation},
        f"rate {spec.rate:g}": spec.learning_rate is not None,
        f"weights from {spec.initializer.replace('_', ' ')}": spec.initializer != usual.initializer,
        f"{spec.train_examples or 0:,} images": spec.train_examples is not None,
        f"{spec.epochs} epoch{'s' * (spec.epochs > 1)}": spec.epochs != usual.epochs,
        f"seed {spec.seed}": spec.seed != usual.seed,
        data_title(spec.data): spec.data != usual.data,
        f"{spec.shuffled_labels:,} shuffled labels": bool(spec.shuffled_labels),
        "batch normalisation": spec.normalises,
        "early stopping": bool(spec.patience),
        f"gradients clipped at {spec.clip_norm:g}": bool(spec.clip_norm),
    }
    differing = (text for text, differs in unusual.items() if differs)
    return ", ".join([f"{'conv ' if spec.convolutions else ''}{layers}", spec.optimizer, *differing])


def summary(spec: NetworkSpec) -> str:
    """What ``model.summary()`` prints for this network; a test compares the two.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    str
        The table and the counts, several lines.
    """
    table = Table(box=box.HEAVY_HEAD, show_lines=True, width=WIDTH)
    for title, width in (("Layer (type)", 36), ("Output Shape", 28), ("Param #", 16)):
        table.add_column(title, justify="right" if title == "Param #" else "left", width=width)
    for row in walk(spec):
        table.add_row(
            f"{row.name} ({row.kind})", f"(None, {', '.join(map(str, row.shape))})", f"{row.parameters:,}"
        )
    out = io.StringIO()
    console = Console(file=out, width=WIDTH, force_terminal=False, color_system=None)
    console.print(Text('Model: "sequential"'))
    console.print(table)
    total = spec.parameter_count
    console.print(f" Total params: {total:,} ({_size(total)})")
    trained = sum(row.trained for row in walk(spec))
    console.print(f" Trainable params: {trained:,} ({_size(trained)})")
    console.print(f" Non-trainable params: {total - trained:,} ({_size(total - trained)})")
    return out.getvalue()


def _size(parameters: int) -> str:
    size, units = float(parameters * 4), ["B", "KB", "MB", "GB"]
    while size >= 1024 and len(units) > 1:
        size /= 1024
        units.pop(0)
    return f"{size:.2f} {units[0]}"
