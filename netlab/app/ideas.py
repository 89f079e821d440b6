"""The ideas in the order in which they can be understood: the menu and the way on from page to page follow it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Idea:
    """A page of the path.

    Attributes
    ----------
    title, icon : str
        Of the menu.
    link : str
        What the page before it says of the way on.
    """

    title: str
    icon: str
    link: str


PATH = {
    "numbers": Idea("An image is numbers", "grid_on", "The first idea: an image is numbers"),
    "neuron": Idea("One neuron", "blur_on", "Next: one neuron, which adds numbers up"),
    "functions": Idea("A network is a function", "functions", "Next: many neurons make any curve"),
    "loss": Idea("Loss", "trending_down", "Next: how wrong is an answer?"),
    "descent": Idea("Gradient descent", "south_east", "Next: walk downhill"),
    "backprop": Idea("Back-propagation", "undo", "Next: how the slope gets back to every weight"),
    "depth": Idea("Many layers", "layers", "Next: what becomes of a slope behind many layers"),
    "overfitting": Idea("Overfitting", "auto_stories", "Next: when a network learns too well"),
    "dropout": Idea("Dropout", "casino", "Next: dropout, or how to keep units from leaning on each other"),
    "classify": Idea("Can it part them?", "scatter_plot", "Next: play with a whole small network"),
    "next": Idea("The pieces together", "signpost", "Next: the pieces together"),
}


def after(name: str) -> tuple[str, Idea] | None:
    """The page that comes behind one of the path.

    Parameters
    ----------
    name : str
        A key of ``PATH``.

    Returns
    -------
    tuple of str and Idea, or None
        Its name and what is said of it; None behind the last.
    """
    there = list(PATH)
    place = there.index(name) + 1
    return (there[place], PATH[there[place]]) if place < len(there) else None
