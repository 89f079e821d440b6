"""Ask TensorFlow for a gradient: networks come in on stdin, what its tape says goes out, a line of JSON each.

A second opinion beside ``netlab.nn.backpropagation``, in a process of its own, since TensorFlow would slow the pages down.
The end of stdin means that nobody waits for an answer any more; the process ends with it, at once.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from typing import Any, NoReturn, TextIO

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import numpy as np
from numpy.typing import NDArray

from netlab.nets import shipped_mlp
from netlab.nn.losses import loss_behind
from netlab.nn.mlp import Network
from netlab.processes import limits, priority
from netlab.processes.lines import own_stdout, say


def gradients(network: Network, inputs: NDArray[Any], targets: NDArray[Any]) -> list[NDArray[Any]]:
    """Gradients of the mean loss at every array of the network, by ``tf.GradientTape``.

    The network is rebuilt from Keras's own activations and losses, in the floating type of its arrays.

    Parameters
    ----------
    network : Network
    inputs : array, (n, features)
    targets : array
        Rows (n, units) or labels (n,), as Keras's loss of this network takes them.

    Returns
    -------
    list of array
        Shaped like ``network.arrays``.
    """
    import keras
    import tensorflow as tf

    variables = [tf.Variable(array) for array in network.arrays]
    with tf.GradientTape() as tape:
        a = tf.constant(np.asarray(inputs, variables[0].dtype.as_numpy_dtype))
        for layer, weights, biases in zip(network.layers, variables[::2], variables[1::2], strict=True):
            a = keras.activations.get(layer.activation)(a @ weights + biases)
        loss = tf.reduce_mean(_losses(network, targets, a))
    return [np.asarray(gradient) for gradient in tape.gradient(loss, variables)]


def _losses(network: Network, targets: NDArray[Any], outputs: Any) -> Any:
    import keras

    loss = loss_behind(network.loss, network.layers[-1].activation)
    return keras.losses.get(loss.key)(targets, outputs) / loss.keras_factor(outputs.shape[-1])


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Answer one question.

    Parameters
    ----------
    question : dict
        "id"; "arrays" (weights and biases in turn, as lists) with "activations" and "loss", or "shipped": true for
        the article's network that comes with Netlab; "dtype"; "inputs"; "targets" (rows, or integer labels); and, if
        only some numbers are wanted, "places": for each the array's number and the index in it.

    Returns
    -------
    dict
        "id", and "gradients" (a list for every array), or "values" (one for each place), or "error".
    """
    try:
        network = _network(question)
        found = gradients(
            network, np.asarray(question["inputs"], question["dtype"]), _targets(network, question)
        )
        if "places" not in question:
            return {"id": question["id"], "gradients": [array.tolist() for array in found]}
        values = [float(found[array][tuple(index)]) for array, *index in question["places"]]
        return {"id": question["id"], "values": values}
    except (KeyError, IndexError, TypeError, ValueError) as error:
        return {"id": question.get("id"), "error": f"{type(error).__name__}: {error}"}


def _network(question: dict[str, Any]) -> Network:
    dtype = np.dtype(question["dtype"])
    if question.get("shipped"):
        return shipped_mlp.network(dtype.name)
    return Network.from_arrays(
        question["arrays"], question["activations"], loss=question["loss"], dtype=dtype
    )


def _targets(network: Network, question: dict[str, Any]) -> NDArray[Any]:
    rows = loss_behind(network.loss, network.layers[-1].activation).keras.one_hot
    return np.asarray(question["targets"], question["dtype"] if rows else np.int64)


def main() -> None:
    """Load TensorFlow, say so, and answer until stdin ends."""
    target = own_stdout()
    questions: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_read, args=(sys.stdin, questions), daemon=True, name="questions").start()
    priority.stand_back(priority.WORK)
    limits.cap_memory()
    _warm_up()
    say(target, json.dumps({"ready": True}))
    while True:
        say(target, json.dumps(_answered(questions.get())))


def _answered(line: str) -> dict[str, Any]:
    try:
        question = json.loads(line)
    except ValueError:
        return {"id": None, "error": f"not a question: {line[:80]!r}"}
    if not isinstance(question, dict):
        return {"id": None, "error": f"not a question: {line[:80]!r}"}
    return answer(question)


def _warm_up() -> None:
    """Import TensorFlow and take one gradient, so that the first answer is as quick as the rest."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    network = Network.drawn((2, 2, 2), ("sigmoid", "softmax"), loss="cross_entropy", seed=0)
    gradients(network, np.zeros((1, 2)), np.zeros(1, np.int64))


def _read(source: TextIO, questions: queue.Queue[str]) -> NoReturn:
    for line in source:
        questions.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
