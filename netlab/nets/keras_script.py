"""The Keras script of a network: what a reader would type to train it without Netlab."""

from __future__ import annotations

from netlab.arrays import CLASSES, SIDE
from netlab.nets import script_parts
from netlab.nets.layers import chosen
from netlab.nets.naming import plain_name
from netlab.nets.parameters import ParameterRow, walk
from netlab.nets.spec import HELD_BACK, MNIST, MOST_HELD_BACK, NetworkSpec
from netlab.nn.losses import LOSSES
from netlab.nn.optimizers import ON_TRAIN
from netlab.nn.schedules import SPANNING

_IN_KERAS = {MNIST: "mnist", "fashion-mnist": "fashion_mnist"}
"""Data sets that Keras can load, by what it calls them."""

ROUNDING = (
    "This script repeats the run: the same initial weights, the same digits in the same order, the same updates. "
    "Only the last digits of its sums are rounded otherwise, which grows as the training goes on."
)
OTHER_DROPOUT = (
    "The initial weights, the order of the digits and the updates are those of the run; Keras's own dropout draws other "
    "units. With the article's network on MNIST, one epoch and six seeds, script and run ended 0.09 percentage points of "
    "accuracy apart on average, 0.19 at most, neither better; two seeds ended 0.19 apart."
)
"""Measured by ``benchmarks/script.py``."""
VARIED = (
    "The script does not repeat the run: Netlab also varies the digits each epoch (shift, slant, pen), and the script "
    "does not. Its initial weights and the order of the digits are the same."
)


def keras_script(spec: NetworkSpec, *, same_dropout: bool = False) -> str:
    """A complete script for Keras 3 that builds, trains and tests this network, with TensorBoard logs.

    It repeats Netlab's run: the same initial weights, the same digits in the same batches, the same updates. What is
    left are the roundings of sums that are taken in another order. Keras's own dropout draws other units, unless
    ``same_dropout`` asks for a layer that draws Netlab's (see ``differs``).

    Parameters
    ----------
    spec : NetworkSpec
        The network and its training.
    same_dropout : bool
        Whether the script brings a layer along that silences the very units that Netlab silences.

    Returns
    -------
    str
        Python source with a line break at its end.

    Raises
    ------
    ValueError
        If Keras does not have the optimizer.
    """
    one_hot = chosen("loss", spec.loss, LOSSES).keras_twin(spec.label_smoothing).one_hot
    own_dropout = same_dropout and drops(spec)
    x_seen, y_seen = ("x_val", "y_val") if spec.validation == HELD_BACK else ("x_test", "y_test")
    lines = [
        "import keras",
        "import numpy as np",
        *(["import tensorflow as tf"] if own_dropout else []),
        "from keras import layers",
        "",
        f"keras.utils.set_random_seed({spec.seed})",
        *_data(spec),
        'x_train, x_test = (x.astype("float32") / 255 for x in (x_train, x_test))',
        *_subset(spec),
        *(_one_hot(spec) if one_hot else []),
        *script_parts.batches(spec),
        *(script_parts.dropout(spec) if own_dropout else [""]),
        "model = keras.Sequential([",
        *[f"    {layer}," for layer in _layers(spec, own_dropout=own_dropout)],
        "])",
        "model.compile(",
        f"    optimizer={_optimizer(spec)},",
        f"    loss={_loss(spec)},",
        '    metrics=["accuracy"],',
        ")",
        "model.summary()",
        "model.fit(",
        f"    batches(), steps_per_epoch=-(-len(x_train) // {spec.batch_size}), epochs={spec.epochs},",
        f"    validation_data=({x_seen}, {y_seen}), shuffle=False,  # the batches come in the run's order",
        *_callbacks(spec),
        ")",
        "model.evaluate(x_test, y_test)",
    ]
    note = "# Netlab also varies the digits each epoch (shift, slant, pen); this script does not.\n"
    return (note if spec.augment else "") + "\n".join(lines) + "\n"


def drops(spec: NetworkSpec) -> bool:
    """Whether a layer of the network has dropout.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    bool
        False where every rate is 0.
    """
    return any(layer.dropout for layer in spec.layers)


def differs(spec: NetworkSpec, *, same_dropout: bool = False) -> str:
    """What of a run the script does not repeat, and how much that is.

    Parameters
    ----------
    spec : NetworkSpec
        The network and its training.
    same_dropout : bool
        As for ``keras_script``.

    Returns
    -------
    str
        One or two sentences.
    """
    if spec.augment:
        return VARIED
    if drops(spec) and not same_dropout:
        return OTHER_DROPOUT
    return ROUNDING


def _data(spec: NetworkSpec) -> list[str]:
    """Lines that load the data set."""
    known = _IN_KERAS.get(plain_name(spec.data))
    if known:
        return [f"(x_train, y_train), (x_test, y_test) = keras.datasets.{known}.load_data()"]
    return [
        "# The data set as one npz file, laid out like Keras's mnist.npz, its pictures upright:",
        f'with np.load("{plain_name(spec.data)}.npz") as data:',
        '    x_train, y_train, x_test, y_test = (data[name] for name in ("x_train", "y_train", "x_test", "y_test"))',
    ]


def _subset(spec: NetworkSpec) -> list[str]:
    """Lines that choose what is learnt from, what is held back and which labels change places."""
    lines = [f"order = np.random.default_rng([{spec.seed}, 1]).permutation(len(x_train))"]
    few = f"[:{spec.train_examples}]" if spec.train_examples else ""
    if spec.validation == HELD_BACK:
        asked = f"min({spec.train_examples}, len(x_train))" if spec.train_examples else "len(x_train)"
        lines += [
            f"held = min({MOST_HELD_BACK}, max({asked} // 6, 1))  # not learnt from: the test is read once, at the end",
            "x_val, y_val = x_train[order[-held:]], y_train[order[-held:]]",
            f"chosen = order[:-held]{few}",
        ]
    else:
        lines += [f"chosen = order{few}"]
    if spec.shuffled_labels:
        lines += [
            f"rng = np.random.default_rng([{spec.seed}, 4])",
            f"some = rng.permutation(chosen)[:{spec.shuffled_labels}]",
            "y_train[some] = y_train[rng.permutation(some)]  # nonsense: these labels change places",
        ]
    return [*lines, "x_train, y_train = x_train[chosen], y_train[chosen]"]


def _one_hot(spec: NetworkSpec) -> list[str]:
    """What the labels must become for losses that compare rows."""
    names = "y_train, y_val, y_test" if spec.validation == HELD_BACK else "y_train, y_test"
    return [f"{names} = (keras.utils.to_categorical(y, {CLASSES}) for y in ({names}))"]


def _callbacks(spec: NetworkSpec) -> list[str]:
    board = 'keras.callbacks.TensorBoard("logs", histogram_freq=1)'
    if not spec.patience:
        return [f"    callbacks=[{board}],"]
    stop = f"keras.callbacks.EarlyStopping(patience={spec.patience}, restore_best_weights=True)"
    return ["    callbacks=[", f"        {board},", f"        {stop},", "    ],"]


def _layers(spec: NetworkSpec, *, own_dropout: bool) -> list[str]:
    rows = [
        f"SameDropout({row.options['rate']!r}, place={place})"
        if own_dropout and row.kind == "Dropout"
        else _layer(spec, row)
        for place, row in enumerate(walk(spec))
    ]
    return [f"layers.Input(({SIDE}, {SIDE}))", *rows]


def _layer(spec: NetworkSpec, row: ParameterRow) -> str:
    if row.kind == "Activation":
        return f'layers.Activation("{row.options["activation"]}")'
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
