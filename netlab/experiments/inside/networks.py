"""A dense network as layers that are walked forward and back; what else it was trained with is said, not computed."""

from __future__ import annotations

import numpy as np

from netlab.experiments.subject import Subject
from netlab.nets import weight_file
from netlab.nets.numpy_model import folded
from netlab.nets.parameters import activations
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import weight_shapes
from netlab.nn.losses import LOSSES
from netlab.nn.mlp import Network

CROSS_ENTROPY = "sparse_categorical_crossentropy"


def needs_dense(spec: NetworkSpec) -> str:
    """Why the way back cannot be walked here, in a sentence; empty if it can.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    str
        A sentence for the page.
    """
    if not spec.convolutions:
        return ""
    return (
        "This part needs a network of dense layers, like the article’s: the way back through convolutions is not "
        "computed on this page. Choose another network above."
    )


def as_trained(spec: NetworkSpec) -> str:
    """In what these gradients differ from those that the network was trained by, in a sentence; empty if in nothing.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it was trained.

    Returns
    -------
    str
        A sentence for the page.
    """
    parts = []
    if spec.loss != CROSS_ENTROPY:
        parts.append(
            f"it was trained with {LOSSES[spec.loss].title.lower()}; the loss here is the cross-entropy −ln p"
        )
    if spec.label_smoothing:
        parts.append("its targets were smoothed; here they are plain")
    if spec.normalises:
        parts.append(
            "its batch normalisation is folded into the weights, as it is when a finished network answers"
        )
    if any(layer.dropout for layer in spec.layers):
        parts.append("dropout is off, as it is when a network answers")
    if spec.l1 or spec.l2:
        parts.append("the penalty on large weights is left out")
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}." if sentence else ""


def fingerprint(subject: Subject) -> str:
    """A short word that changes when a subject's description or any of its weights does.

    Parameters
    ----------
    subject : Subject
        A network at one moment.

    Returns
    -------
    str
        For keys of caches.
    """
    return f"{subject.id}-{subject.step}-{weight_file.fingerprint(subject.spec, subject.weights)}"


def dense_network(subject: Subject) -> Network:
    """A subject's layers, with cross-entropy behind the softmax and normalisation folded into the weights.

    Parameters
    ----------
    subject : Subject
        A network without convolutions (see ``needs_dense``).

    Returns
    -------
    Network
        In float32; its arrays are the subject's own where nothing is folded, and only to be read.
    """
    held = folded(subject.spec, subject.weights)
    arrays = [held[name] for name in weight_shapes(subject.spec) if name in held]
    return Network.from_arrays(arrays, activations(subject.spec), loss="cross_entropy", dtype=np.float32)
