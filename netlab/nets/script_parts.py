"""Parts of the Keras script that make it repeat Netlab's run: which digits come when, and which units dropout silences.

They say in a few lines what ``netlab/training/batches.py`` and ``netlab/training/compiled_loop.py`` do; a test runs both.
"""

from __future__ import annotations

from netlab.nets.spec import NetworkSpec


def batches(spec: NetworkSpec) -> list[str]:
    """Lines of a generator of all batches of the training.

    Parameters
    ----------
    spec : NetworkSpec
        The network and its training.

    Returns
    -------
    list of str
        Python source, with two empty lines on each side.
    """
    size = spec.batch_size
    return [
        "",
        "",
        "def batches():",
        '    """All batches, in Netlab\'s order: shuffled anew each epoch, by the seed and the epoch."""',
        f"    for epoch in range({spec.epochs}):",
        f"        order = np.random.default_rng([{spec.seed}, 2, epoch]).permutation(len(x_train))",
        f"        for first in range(0, len(order), {size}):",
        f"            batch = order[first:first + {size}]",
        "            yield x_train[batch], y_train[batch]",
        "",
    ]


def dropout(spec: NetworkSpec) -> list[str]:
    """Lines of a layer that silences the very units that Netlab silences.

    Parameters
    ----------
    spec : NetworkSpec
        The network and its training.

    Returns
    -------
    list of str
        Python source of ``SameDropout(rate, place)``; ``place`` counts the model's layers from 0.
    """
    return [
        "",
        "class SameDropout(layers.Dropout):",
        '    """Dropout whose draws follow from the seed, the place of the layer and the step, as in Netlab."""',
        "",
        "    def __init__(self, rate, place):",
        "        super().__init__(rate)",
        f"        self.key = {1000 * spec.seed} + place",
        "",
        "    def call(self, values, training=False):",
        "        if not training:",
        "            return values",
        '        key = tf.stack([self.key, tf.cast(model.optimizer.iterations, "int32")])',
        "        count = tf.size(values)",
        '        pairs = tf.random.stateless_uniform([(count + 1) // 2], key, None, None, "int32", alg="philox")',
        '        draws = tf.reshape(tf.reshape(tf.bitcast(pairs, "uint16"), [-1])[:count], tf.shape(values))',
        "        keep = draws >= tf.constant(round(self.rate * 2**16), tf.uint16)",
        "        return values * tf.cast(keep, tf.float32) / (1 - self.rate)",
        "",
        "",
    ]
