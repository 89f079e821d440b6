"""Networks worth starting from: the article's, some neighbours, and three that do not learn and teach why."""

from __future__ import annotations

from dataclasses import dataclass, replace

from netlab.nets.spec import HELD_BACK, Convolution, NetworkSpec


@dataclass(frozen=True)
class Preset:
    """A named network, a question to ask before it trains, and what there is to learn from it afterwards.

    Attributes
    ----------
    title, question : str
        Neither gives the answer away: the reader is to predict it.
    lesson : str
        In one or two sentences, with "{reached}" where the share of test digits read correctly belongs. It is told
        after the training.
    reached, on_stand_in : str
        That share on MNIST, and on the stand-in digits that Netlab makes where there is no MNIST.
    """

    title: str
    question: str
    lesson: str
    spec: NetworkSpec
    fails: bool = False
    reached: str = ""
    on_stand_in: str = ""

    def told(self, *, stand_in: bool) -> str:
        """The lesson, with what the digits in use allow: MNIST's, or the stand-in."""
        share, digits = self.reached, "MNIST's test digits"
        if stand_in:
            share, digits = self.on_stand_in, "the stand-in test digits (MNIST is easier)"
        return self.lesson.format(reached=f"{share}\u00a0% of {digits}")


PRESETS: dict[str, Preset] = {
    "article": Preset(
        "The article's network",
        "407,050 parameters. How many of the test digits will it read after five epochs?",
        "407,050 parameters. After five epochs it reads about {reached}.",
        NetworkSpec(),
        reached="98",
        on_stand_in="86",
    ),
    "no-hidden": Preset(
        "No hidden layer",
        "Only ten weighted sums, one for each digit. How far does that go?",
        "Only ten weighted sums: training longer does not get it past about {reached}. There is no non-linearity (no bend) in between.",
        NetworkSpec(hidden=(), validation=HELD_BACK),
        reached="92–93",
        on_stand_in="66–70",
    ),
    "deep": Preset(
        "Four hidden layers",
        "A quarter of the width, four times the depth. Is it better than the article’s network?",
        "151,306 parameters, about a third of the article's, and it reads almost as well: four narrow "
        "layers do about as well as one wide layer, not better.",
        NetworkSpec(hidden=(128, 128, 128, 128), initializer="he_normal", validation=HELD_BACK),
    ),
    "overfit": Preset(
        "1,000 images, no dropout",
        "A sixtieth of the digits, each seen thirty times. How far apart will training and validation end?",
        "Accuracy on training digits reaches 100\u00a0%, on digits that it does not learn from it stays behind: it has learnt these pictures by heart.",
        NetworkSpec(dropout=0.0, train_examples=1000, epochs=30, validation=HELD_BACK),
    ),
    "convolutional": Preset(
        "Small convolutional network",
        "Small filters slide over the picture (LeCun et al., 1998): a fifth of the article's parameters. Is it better?",
        "Small filters slide over the picture (LeCun et al., 1998): fewer parameters, and it reads about {reached}.",
        NetworkSpec(
            convolutions=(Convolution(16, 5, 2), Convolution(32, 5, 2)),
            hidden=(128,),
            dropout=0.3,
            validation=HELD_BACK,
        ),
        reached="99",
        on_stand_in="90",
    ),
    "rate-too-high": Preset(
        "Learning rate 30",
        "Plain gradient descent with steps 3,000 times as long as usual. Does it arrive sooner?",
        "Each step leaps over the valley. The loss jumps up and the network only guesses.",
        NetworkSpec(optimizer="sgd", learning_rate=30.0, epochs=2, validation=HELD_BACK),
        fails=True,
    ),
    "zeros": Preset(
        "Every weight starts at zero",
        "No random start: all 512 units begin alike. Can they become different?",
        "All 512 units compute the same, so all get the same gradient: zero here. It goes on guessing.",
        NetworkSpec(initializer="zeros", epochs=2, validation=HELD_BACK),
        fails=True,
    ),
    "deep-sigmoid": Preset(
        "Ten sigmoid layers",
        "Ten layers between the pixels and the answer. Do they learn more than one does?",
        "Each sigmoid multiplies the slope by at most a quarter: hardly any of the error signal reaches the first layers.",
        NetworkSpec(
            hidden=(64,) * 10,
            activation="sigmoid",
            dropout=0.0,
            optimizer="sgd",
            learning_rate=0.1,
            epochs=3,
            validation=HELD_BACK,
        ),
        fails=True,
    ),
}


def preset_of(spec: NetworkSpec) -> Preset | None:
    """The preset that a network is, with all of its settings but the seed.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.

    Returns
    -------
    Preset or None
        None if it is none of them.
    """
    alike = replace(spec, seed=0)
    return next((preset for preset in PRESETS.values() if preset.spec == alike), None)
