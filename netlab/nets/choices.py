"""The menus of a network: activations, initializers, losses; the optimizers' is `netlab.nn.optimizers.ON_TRAIN`.

Write a row here and the controls, the address and the contract tests follow.
"""

from __future__ import annotations

ACTIVATION_NAMES = (
    "linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "swish", "softplus",
)  # fmt: skip

INITIALIZERS = {
    "glorot_uniform": "Glorot uniform (Keras's default; Glorot & Bengio, 2010)",
    "glorot_normal": "Glorot normal (Glorot & Bengio, 2010)",
    "he_uniform": "He uniform, made for ReLU (He et al., 2015)",
    "he_normal": "He normal, made for ReLU (He et al., 2015)",
    "lecun_normal": "LeCun normal (LeCun et al., 1998), which SELU needs (Klambauer et al., 2017)",
    "random_normal": "normal with standard deviation 0.05, whatever the layer's size",
    "zeros": "all zeros: units stay copies of each other, unless dropout tells them apart; with ReLU only the last bias learns",
}

SCHEDULES = {
    "constant": "the same rate from start to end",
    "linear": "falls in a straight line to zero at the end",
    "cosine": "falls to zero at the end, slowly at first and at last (Loshchilov & Hutter, 2017)",
}

LOSSES = {
    "sparse_categorical_crossentropy": "cross-entropy",
    "mean_squared_error": "quadratic (mean squared error)",
}

LOSS_UNITS = {"sparse_categorical_crossentropy": "nats", "mean_squared_error": ""}
