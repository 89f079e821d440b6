"""What TensorBoard shows of a run: loss, accuracy and weight histograms of every epoch.

The same tags that Keras's own callback writes with ``histogram_freq=1``, so that
``tensorboard --logdir`` reads these runs like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from netlab.runs.events import EpochEnd


class Board:
    """Event files of one run; folders ``train`` and ``validation`` inside ``folder``."""

    def __init__(self, folder: Path) -> None:
        import tensorflow as tf

        self._train = tf.summary.create_file_writer(str(folder / "train"))
        self._validation = tf.summary.create_file_writer(str(folder / "validation"))

    def epoch(self, event: EpochEnd, weights: Mapping[str, NDArray[Any]], learning_rate: float) -> None:
        """Write one epoch and flush it, so that an open TensorBoard sees it at once."""
        import tensorflow as tf

        step = event.epoch - 1  # Keras counts its epochs from 0
        with self._train.as_default(step=step):
            _scalars(tf, event.loss, event.accuracy)
            tf.summary.scalar("learning_rate", learning_rate)
            for name, weight in weights.items():
                tf.summary.histogram(f"{name}/histogram", weight)
        with self._validation.as_default(step=step):
            _scalars(tf, event.validation_loss, event.validation_accuracy)
        self._train.flush()
        self._validation.flush()


def _scalars(tf: Any, loss: float | None, accuracy: float) -> None:
    if loss is not None:
        tf.summary.scalar("epoch_loss", loss)
    tf.summary.scalar("epoch_accuracy", accuracy)
