"""The words of the field that the pages use: what each means, where a reader first needs it, and where it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """A word of the field.

    Attributes
    ----------
    meaning : str
        One or two sentences of plain text.
    needed : str
        The page where a reader first needs it, which has a link to it; on the path of the ideas no earlier page uses it.
    shown : str
        The page that shows it best.
    forms : tuple of str
        Other words for the same, and forms that are made otherwise than by s or es.
    """

    meaning: str
    needed: str
    shown: str
    forms: tuple[str, ...] = ()


WORDS = {
    "accuracy": Word(
        "The share of the examples that a network gets right: 98 % means 98 of 100.",
        "home", "train", ("accuracies",),
    ),
    "activation": Word(
        "The function that bends what a neuron has added up, and also the number that comes out of it. Without the bend, many "
        "layers could do no more than one.",
        "neuron", "neuron",
    ),
    "Adam": Word(
        "Today’s usual optimizer. It remembers the recent slopes of every weight and gives each weight a learning rate of its own.",
        "depth", "landscape",
    ),
    "back-propagation": Word(
        "The way to find the slope of the loss for every weight at once: walk from the loss back to the first layer, and multiply "
        "by one slope at each step.",
        "descent", "backprop",
    ),
    "batch": Word(
        "The examples that one step of training looks at, often 32. Their mean slope says which way the weights move.",
        "descent", "descent",
    ),
    "bias": Word(
        "A number that a neuron adds to its weighted sum. It moves the border between yes and no.",
        "neuron", "neuron", ("biases",),
    ),
    "chain rule": Word(
        "If one number moves a second, and the second a third, multiply the two slopes to learn how the first moves the third.",
        "backprop", "backprop",
    ),
    "convolutional": Word(
        "A layer is convolutional if it slides small squares of weights over the picture, so that it finds the same line or corner "
        "wherever it lies.",
        "numbers", "train", ("convolution", "convolutions"),
    ),
    "cross-entropy": Word(
        "The usual loss where an answer is one of several classes: −ln of the probability that the right class got. Being sure "
        "and wrong costs most.",
        "loss", "loss",
    ),
    "curvature": Word(
        "How sharply a curve bends: how fast its slope changes as you walk. The sharper the bend, the shorter a step must be.",
        "descent", "descent",
    ),
    "dense": Word(
        "A layer is dense if each of its neurons receives everything that the layer before it says.",
        "numbers", "next",
    ),
    "diverge": Word(
        "To run away instead of settling: each step lands farther from the lowest point than the one before.",
        "descent", "descent", ("diverges", "diverged"),
    ),
    "dropout": Word(
        "In training, some units are silenced at random at every step, so that no unit can rely on another. In use all of them "
        "speak.",
        "overfitting", "dropout",
    ),
    "epoch": Word(
        "One pass through all examples that a network learns from. With 60,000 pictures and batches of 32 that is 1,875 steps.",
        "descent", "descent",
    ),
    "generalise": Word(
        "To be right on examples that were never seen in training, because the rule was learnt and not the examples by heart.",
        "overfitting", "overfitting", ("generalises", "generalisation"),
    ),
    "gradient": Word(
        "The slopes of the loss along all weights together. It points uphill, so training goes the other way.",
        "neuron", "descent",
    ),
    "gradient descent": Word(
        "The way networks learn: find the slope, take a small step downhill, and do it again.",
        "descent", "descent",
    ),
    "held-back": Word(
        "Held-back examples are kept away from training. How a network does on them tells whether it has learnt or memorised.",
        "overfitting", "overfitting", ("held back",),
    ),
    "hidden": Word(
        "A layer is hidden if it is neither input nor output: it lies between them.",
        "numbers", "functions",
    ),
    "initialisation": Word(
        "How the weights are drawn before training. They are random, and how large they are decides whether a deep network can learn.",
        "depth", "depth", ("initialise", "initializer", "initializers"),
    ),
    "label": Word(
        "The right answer that belongs to an example: the label of a picture of a 3 is 3.",
        "numbers", "numbers", ("labelled",),
    ),
    "layer": Word(
        "Neurons side by side that all receive the same numbers. What one layer says is what the next receives.",
        "numbers", "functions",
    ),
    "learning rate": Word(
        "How far a step goes: the slope is multiplied by it. Too small is slow, too large jumps beyond the lowest point.",
        "loss", "descent",
    ),
    "linearly separable": Word(
        "Two classes are linearly separable if one straight line has all points of one class on one side, and all others on the "
        "other.",
        "neuron", "neuron",
    ),
    "logit": Word(
        "What an output neuron has added up, before softmax or sigmoid turns it into a probability. It may be any number.",
        "loss", "loss",
    ),
    "loss": Word(
        "One number that says how wrong the answers are. Training makes it smaller.",
        "loss", "loss", ("losses",),
    ),
    "momentum": Word(
        "A step that keeps a part of the step before it, like a ball that rolls.",
        "descent", "backprop",
    ),
    "neuron": Word(
        "The smallest part of a network, also called unit: it multiplies each input by a weight, adds everything up, and bends "
        "the sum.",
        "numbers", "neuron", ("unit", "units"),
    ),
    "optimizer": Word(
        "The rule that turns the slopes into a step. Gradient descent is the simplest one, Adam the most used.",
        "descent", "landscape",
    ),
    "overfit": Word(
        "To learn the training examples by heart: the loss on them still falls, while that on held-back examples rises.",
        "overfitting", "overfitting", ("overfits", "overfitting"),
    ),
    "parameter": Word(
        "A number that training may change: a weight or a bias. The network of this course has 407,050.",
        "next", "next",
    ),
    "pixel": Word(
        "One of the small squares that a picture is made of. Here it is one number, from 0 for black to 255 for white.",
        "numbers", "numbers",
    ),
    "ReLU": Word(
        "The usual activation: max(0, z). It lets a sum above 0 through and says 0 otherwise.",
        "neuron", "neuron",
    ),
    "saturated": Word(
        "A neuron is saturated where its curve is nearly flat: its slope is next to 0 there, so it hardly learns.",
        "neuron", "neuron", ("saturates",),
    ),
    "seed": Word(
        "A number from which all random numbers of a run follow. The same seed gives the same run again.",
        "depth", "train",
    ),
    "sigmoid": Word(
        "An activation shaped like an S, from 0 to 1: 1 / (1 + e⁻ᶻ). It turns any number into a probability.",
        "neuron", "neuron",
    ),
    "slope": Word(
        "How much one number grows when another grows a little: the first growth divided by the second. Another word for it is derivative.",
        "neuron", "descent", ("derivative", "derivatives"),
    ),
    "softmax": Word(
        "Turns the logits of several classes into shares that add up to 100 %. The largest logit gets the largest share.",
        "loss", "loss",
    ),
    "vanish": Word(
        "A gradient vanishes if it is multiplied by small factors, layer after layer, until next to nothing reaches the first layer.",
        "depth", "depth", ("vanishes", "vanishing"),
    ),
    "weight": Word(
        "A number that an input is multiplied by. Learning means to find good weights.",
        "numbers", "neuron",
    ),
}  # fmt: skip
"""The glossary, in the order of the alphabet."""


def anchor(name: str) -> str:
    """Where a word stands on the glossary's page.

    Parameters
    ----------
    name : str
        A key of ``WORDS``.

    Returns
    -------
    str
        What follows the # in an address.
    """
    return name.lower().replace(" ", "-")


def term(name: str, written: str = "") -> str:
    """Return a word as a link to its place in the glossary, in Markdown; the link's title is what the word means.

    A pointer that rests on the word sees the meaning at once. A press opens the glossary beside the page, in a tab of
    its own, as Streamlit opens every link in a text: what the reader has set stays as it is.

    Parameters
    ----------
    name : str
        A key of ``WORDS``.
    written : str
        How the sentence writes it; as the glossary does if left out.

    Returns
    -------
    str
        Markdown.
    """
    return f'[{written or name}](glossary#{anchor(name)} "{WORDS[name].meaning}")'


def found(asked: str) -> list[str]:
    """Look words up.

    Parameters
    ----------
    asked : str
        What a reader types; capitals and blanks around it do not count.

    Returns
    -------
    list of str
        Keys of ``WORDS`` that contain it or have it in a form; if there is none, those whose meaning contains it.
    """
    part = asked.strip().casefold()
    named = [
        name for name, word in WORDS.items() if any(part in one.casefold() for one in (name, *word.forms))
    ]
    return named or [name for name, word in WORDS.items() if part in word.meaning.casefold()]


LINK = re.compile(r'\[([^\]]+)\]\(glossary#([^) ]+) "([^"]*)"\)')
"""A link to the glossary as ``term`` writes it: the words shown, the place, the meaning."""


def unlinked(text: str) -> str:
    """Return a text without its links to the glossary, for where no link can be pressed.

    Parameters
    ----------
    text : str
        Markdown.

    Returns
    -------
    str
        The same with the words alone.
    """
    return LINK.sub(r"\1", text)
