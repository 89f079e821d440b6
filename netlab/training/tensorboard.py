"""What TensorBoard shows of a run, under the tags that Keras's own callback gives it with ``histogram_freq=1``.

So one TensorBoard draws a run of Netlab and a run of its exported Keras script into the same charts. Epochs are
counted from 0, as Keras does; an evaluation is filed under the batches trained so far, all else under its epoch.

Netlab adds what Keras's callback leaves out: losses and accuracies of the batches, each point the mean of those since
the last, fifty an epoch; the evaluation of step 0 and those within an epoch; and the settings for the plugin HParams.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from netlab.nets.spec import NetworkSpec
from netlab.runs.events import EpochEnd, Event, Metrics, Started, Validation
from netlab.runs.export import file_name
from netlab.runs.naming import given_name
from netlab.runs.run import Run

GRAPH = "graph_keras_model"
"""The plugin that draws a model's layers from its JSON."""


POINTS = 50
"""Of the batches of an epoch."""
FLUSH_MILLISECONDS = 5000


def board_folder(run: Run, spec: NetworkSpec) -> Path:
    """Where a run's event files belong: in a folder with a name that people can read, since TensorBoard shows it.

    Parameters
    ----------
    run : Run
        The run; one that is continued goes on in the folder that it has.
    spec : NetworkSpec
        Names a run that its reader has not named.

    Returns
    -------
    Path
        In ``run.tensorboard``.

    Raises
    ------
    OSError
        If a link leads out of it.
    """
    folder = _board_folder(run, spec)
    inner = folder.relative_to(run.folder).parts
    for part in ("train", "validation"):
        run.own_folder(*inner, part)
    return folder


def _board_folder(run: Run, spec: NetworkSpec) -> Path:
    there = sorted(path for path in run.tensorboard.glob("*") if path.is_dir() and not path.is_symlink())
    if any(path.name == "train" for path in there):  # of a run before there were such names
        return run.tensorboard
    name = file_name(run.own_name() or given_name(spec), run.id)
    return next((path for path in there if path.name.endswith(run.id[:6])), run.tensorboard / name)


def hyper_parameters(spec: NetworkSpec) -> dict[str, bool | float | str]:
    """The settings of a network and its training, as the plugin HParams takes them.

    Parameters
    ----------
    spec : NetworkSpec
        The network and its training.

    Returns
    -------
    dict
        Numbers, truth values and texts; a layer is written with its own settings, and "all" stands for all digits.
    """
    values: dict[str, Any] = {**spec.to_json(), **spec.optimizer_arguments}
    del values["settings"]
    values["hidden"] = ", ".join(f"{layer.units} {layer.activation}" for layer in spec.layers) or "none"
    values["convolutions"] = (
        ", ".join(
            f"{layer.filters} of {layer.kernel_size}×{layer.kernel_size}" for layer in spec.convolutions
        )
        or "none"
    )
    values["train_examples"] = "all" if spec.train_examples is None else spec.train_examples
    return {
        name: value if isinstance(value, bool | int | float | str) else str(value)
        for name, value in values.items()
    }


class BatchPoints:
    """Means of consecutive batches, about ``POINTS`` an epoch."""

    def __init__(self) -> None:
        self._stride, self._losses, self._accuracies = 1, list[float](), list[float]()

    def begin(self, steps_per_epoch: int) -> None:
        """An epoch has so many batches."""
        self._stride = max(1, steps_per_epoch // POINTS)

    def add(self, event: Metrics) -> Iterable[tuple[int, float | None, float]]:
        """Take batches in; step, mean loss (None if one is no number) and mean accuracy of every point they complete."""
        first = event.step - len(event.losses)
        for place, (loss, accuracy) in enumerate(zip(event.losses, event.accuracies, strict=True), 1):
            self._losses.append(math.nan if loss is None else loss)
            self._accuracies.append(accuracy)
            if (first + place) % self._stride == 0:
                count = len(self._losses)
                mean = sum(self._losses) / count
                yield first + place, mean if math.isfinite(mean) else None, sum(self._accuracies) / count
                self._losses, self._accuracies = [], []


class TensorBoardWriter:
    """Event files of one run; folders ``train`` and ``validation`` inside ``folder``."""

    def __init__(self, folder: Path, model: str, spec: NetworkSpec | None = None) -> None:
        """Open the files and write the layers, ``model`` being what ``keras.Model.to_json`` gives, and the settings."""
        import tensorflow as tf

        if spec is not None:
            _write_settings(folder, spec)
        self._points = BatchPoints()
        self._train = tf.summary.create_file_writer(str(folder / "train"), flush_millis=FLUSH_MILLISECONDS)
        self._validation = tf.summary.create_file_writer(str(folder / "validation"))
        about = tf.compat.v1.SummaryMetadata()
        about.plugin_data.plugin_name, about.plugin_data.content = GRAPH, b"1"
        with self._train.as_default():
            tf.summary.write("keras", tf.constant(model), step=0, metadata=about)

    def event(self, event: Event) -> None:
        """Write what the batches and the validations tell; other events are passed over."""
        if isinstance(event, Started):
            self._points.begin(event.steps_per_epoch)
        elif isinstance(event, Metrics):
            for step, loss, accuracy in self._points.add(event):
                with self._train.as_default(step=step):
                    _scalars("batch_{}", loss=loss, accuracy=accuracy)
        elif isinstance(event, Validation):
            with self._validation.as_default(step=event.step):
                _scalars("evaluation_{}_vs_iterations", loss=event.loss, accuracy=event.accuracy)

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


def _write_settings(folder: Path, spec: NetworkSpec) -> None:
    """For the plugin HParams, beside the folders whose numbers it then shows in its table."""
    import tensorflow as tf
    from tensorboard.plugins.hparams import api

    with tf.summary.create_file_writer(str(folder)).as_default():
        api.hparams(hyper_parameters(spec), trial_id=folder.name)
