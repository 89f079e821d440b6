"""Networks worth starting from: the article's, some neighbours, and three that fail and teach why."""

from __future__ import annotations

from dataclasses import dataclass

from netlab.nets.spec import Convolution, NetworkSpec


@dataclass(frozen=True)
class Preset:
    """A named network and what to look for while it trains."""

    title: str
    lesson: str
    spec: NetworkSpec
    fails: bool = False


PRESETS: dict[str, Preset] = {
    "article": Preset(
        "The article's network",
        "407,050 parameters, about 98 % of the test digits after five epochs.",
        NetworkSpec(),
    ),
    "no-hidden": Preset(
        "No hidden layer",
        "Only ten weighted sums: it stops near 92-93 %, whatever you do. What is missing is a bend.",
        NetworkSpec(hidden=()),
    ),
    "deep": Preset(
        "Deep: four hidden layers",
        "A quarter of the width, four times the depth. Is it better than the article's?",
        NetworkSpec(hidden=(128, 128, 128, 128), initializer="he_normal"),
    ),
    "overfit": Preset(
        "Overfits: 1,000 images, no dropout",
        "Training accuracy reaches 100 %, validation stays behind: it has learnt these pictures by heart.",
        NetworkSpec(dropout=0.0, train_examples=1000, epochs=30),
    ),
    "convolutional": Preset(
        "Small convolutional network",
        "Small filters slide over the picture (LeCun et al., 1998): fewer parameters, about 99 %.",
        NetworkSpec(
            convolutions=(Convolution(16, 5, 2), Convolution(32, 5, 2)),
            hidden=(128,),
            dropout=0.3,
        ),
    ),
    "rate-too-high": Preset(
        "Fails: learning rate far too high",
        "Each step leaps over the valley. The loss jumps up and the network only guesses.",
        NetworkSpec(optimizer="sgd", learning_rate=30.0, epochs=2),
        fails=True,
    ),
    "zeros": Preset(
        "Fails: every weight starts at zero",
        "All 512 units compute the same, so all get the same gradient: zero here. Accuracy stays near 11 %.",
        NetworkSpec(initializer="zeros", epochs=2),
        fails=True,
    ),
    "deep-sigmoid": Preset(
        "Fails: ten sigmoid layers",
        "Each sigmoid multiplies the slope by at most a quarter: the first layers hardly hear of the error.",
        NetworkSpec(
            hidden=(64,) * 10, activation="sigmoid", dropout=0.0, optimizer="sgd", learning_rate=0.1, epochs=3
        ),
        fails=True,
    ),
}
