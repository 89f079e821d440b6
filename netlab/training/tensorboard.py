"""What TensorBoard shows of a run, under the tags that Keras's own callback gives it with ``histogram_freq=1``.

So one TensorBoard draws a run of Netlab and a run of its exported Keras script into the same charts. Epochs are
counted from 0, as Keras does; an evaluation is filed under the batches trained so far, all else under its epoch.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from netlab.runs.events import EpochEnd

GRAPH = "graph_keras_model"
"""The plugin that draws a model's layers from its JSON."""


class TensorBoardWriter:
    """Event files of one run; folders ``train`` and ``validation`` inside ``folder``."""

    def __init__(self, folder: Path, model: str) -> None:
        """Open the files and write the layers, ``model`` being what ``keras.Model.to_json`` gives."""
        import tensorflow as tf

        self._train = tf.summary.create_file_writer(str(folder / "train"))
        self._validation = tf.summary.create_file_writer(str(folder / "validation"))
        about = tf.compat.v1.SummaryMetadata()
        about.plugin_data.plugin_name, about.plugin_data.content = GRAPH, b"1"
        with self._train.as_default():
            tf.summary.write("keras", tf.constant(model), step=0, metadata=about)

    def epoch(self, event: EpochEnd, weights: Mapping[str, NDArray[Any]], learning_rate: float) -> None:
        """Write one epoch and flush it, so that an open TensorBoard sees it at once.

        Parameters
        ----------
        learning_rate : float
            The one in force for the next batch, its schedule included: what Keras calls the epoch's.
        """
        import tensorflow as tf

        epoch = event.epoch - 1
        with self._train.as_default(step=epoch):
            _scalars("epoch_{}", loss=event.loss, accuracy=event.accuracy, learning_rate=learning_rate)
            for name, weight in weights.items():
                tf.summary.histogram(f"sequential/{name}/histogram", weight)
        measured = {"loss": event.validation_loss, "accuracy": event.validation_accuracy}
        with self._validation.as_default(step=event.step):
            _scalars("evaluation_{}_vs_iterations", **measured)
        with self._validation.as_default(step=epoch):
            _scalars("epoch_{}", **measured)
        self._train.flush()
        self._validation.flush()

    def close(self) -> None:
        """Let go of the files."""
        self._train.close()
        self._validation.close()


def _scalars(tag: str, **values: float | None) -> None:
    """Write each number under the tag with its name in it; a loss that is no number is left out."""
    import tensorflow as tf

    for name, value in values.items():
        if value is not None:
            tf.summary.scalar(tag.format(name), value)
