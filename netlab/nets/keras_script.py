"""The Keras script of a network: what a reader would type to train it without Netlab."""

from __future__ import annotations

from netlab.arrays import CLASSES, SIDE
from netlab.nets.layers import chosen
from netlab.nets.parameters import ParameterRow, walk
from netlab.nets.spec import NetworkSpec
from netlab.nn.losses import LOSSES
from netlab.nn.optimizers import ON_TRAIN
from netlab.nn.schedules import SPANNING

_ONE_HOT = [f"y_train, y_test = (keras.utils.to_categorical(y, {CLASSES}) for y in (y_train, y_test))"]
"""What the labels must become for losses that compare rows."""


def keras_script(spec: NetworkSpec) -> str:
    """A complete script for Keras 3 that builds, trains and tests this network, with TensorBoard logs.

    Same layers, start, optimizer, batches and epochs as here; Keras shuffles in an order of its own,
    so that its accuracy agrees within the luck of a seed, not digit for digit.

    Parameters
    ----------
    spec : NetworkSpec
        The network and its training.

    Returns
    -------
    str
        Python source with a line break at its end.

    Raises
    ------
    ValueError
        If Keras does not have the optimizer.
    """
    labels = _ONE_HOT if chosen("loss", spec.loss, LOSSES).keras_twin(spec.label_smoothing).one_hot else []
    subset = (
        [
            f"chosen = np.random.default_rng({spec.seed}).permutation(len(x_train))[:{spec.train_examples}]",
            "x_train, y_train = x_train[chosen], y_train[chosen]",
        ]
        if spec.train_examples
        else []
    )
    lines = [
        *(["import numpy as np"] if subset else []),
        "import keras",
        "from keras import layers",
        "",
        f"keras.utils.set_random_seed({spec.seed})",
        "(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()",
        "x_train, x_test = x_train / 255.0, x_test / 255.0",
        *subset,
        *labels,
        "",
        "model = keras.Sequential([",
        *[f"    {layer}," for layer in _layers(spec)],
        "])",
        "model.compile(",
        f"    optimizer={_optimizer(spec)},",
        f"    loss={_loss(spec)},",
        '    metrics=["accuracy"],',
        ")",
        "model.summary()",
        "model.fit(",
        "    x_train, y_train,",
        f"    batch_size={spec.batch_size}, epochs={spec.epochs},",
        "    validation_data=(x_test, y_test),",
        '    callbacks=[keras.callbacks.TensorBoard("logs", histogram_freq=1)],',
        ")",
        "model.evaluate(x_test, y_test)",
    ]
    note = "# Netlab also varies the digits each epoch (shift, slant, pen); this script does not.\n"
    return (note if spec.augment else "") + "\n".join(lines) + "\n"


def _layers(spec: NetworkSpec) -> list[str]:
    return [f"layers.Input(({SIDE}, {SIDE}))", *(_layer(spec, row) for row in walk(spec))]


def _layer(spec: NetworkSpec, row: ParameterRow) -> str:
    sizes = [repr(value) for name, value in row.options.items() if name != "activation"]
    activation = [f'activation="{row.options["activation"]}"'] if "activation" in row.options else []
    return f"layers.{row.kind}({', '.join([*sizes, *activation])}{_kernel(spec) if row.kernel else ''})"


def _kernel(spec: NetworkSpec) -> str:
    text = "" if spec.initializer == "glorot_uniform" else f', kernel_initializer="{spec.initializer}"'
    if spec.l1 or spec.l2:
        text += f", kernel_regularizer=keras.regularizers.L1L2({spec.l1!r}, {spec.l2!r})"
    return text


def _loss(spec: NetworkSpec) -> str:
    twin = LOSSES[spec.loss].keras_twin(spec.label_smoothing)
    arguments = ", ".join(f"{name}={value!r}" for name, value in twin.arguments)
    return f"keras.losses.{twin.class_name}({arguments})" if arguments else f'"{spec.loss}"'


def _rate(spec: NetworkSpec) -> str:
    steps = f"{spec.epochs} * -(-len(x_train) // {spec.batch_size})"
    schedule = chosen("schedule", spec.schedule, SPANNING).over(1)
    if schedule.keras_class is None:
        return repr(spec.rate)
    values = {name: repr(value) for name, value in schedule.arguments(spec.rate).items()}
    arguments = ", ".join(f"{name}={value}" for name, value in (values | {"decay_steps": steps}).items())
    return f"keras.optimizers.schedules.{schedule.keras_class}({arguments})"


def _optimizer(spec: NetworkSpec) -> str:
    values = {name: repr(value) for name, value in spec.optimizer_arguments.items()}
    values["learning_rate"] = _rate(spec)
    arguments = ", ".join(f"{name}={value}" for name, value in values.items())
    row = chosen("optimizer", spec.optimizer, ON_TRAIN)
    if row.keras_class is None:
        raise ValueError(f"Keras has no optimizer {row.title}, so no script of Keras trains this network.")
    return f"keras.optimizers.{row.keras_class}({arguments})"
