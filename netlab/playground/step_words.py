"""A step in sentences: whose wish it is, and its five parts one after the other."""

from __future__ import annotations

from netlab.arrays import Array
from netlab.formatting import counted, fixed, plain, probability
from netlab.nn.wishes import ARROWS, added, wishes_told
from netlab.playground.features import FEATURES
from netlab.playground.network import Plan, names_of
from netlab.playground.next_step import NextStep, strongest
from netlab.playground.training import Task

FIVE = ("Batch", "Forward", "Loss", "Back-propagate", "Update")
"""The parts of one step; the weights were initialised once, before the first."""

NO_STEP = "From here the next step leads beyond all bounds, so there are no numbers of it to look at."


def name_of(task: Task, place: int) -> str:
    """What a number of the network is called in a sentence.

    Parameters
    ----------
    task : Task
        Points and network.
    place : int
        In the row, from 0.

    Returns
    -------
    str
        "weight from x to unit 2 of layer 1", or "bias of output".
    """
    titles = [FEATURES[key].title for key in task.plan.features]
    return names_of(task.plan, titles, task.points.names)[place]


def of_point(task: Task, wish: Array) -> str:
    """What the arrows are where a point was pressed.

    Parameters
    ----------
    task : Task
        Points and network.
    wish : floats (count,)
        Of the point.

    Returns
    -------
    str
        Sentences.
    """
    if not wish.any():
        return "Arrows: the wishes of the pressed point. It has none: no number would make its loss smaller by a small move."
    return f"Arrows: the wishes of the pressed point alone. {_legend(task, wish)}"


def of_batch(step: NextStep) -> str:
    """What the arrows are where the next batch is looked at.

    Parameters
    ----------
    step : NextStep
        What is looked at.

    Returns
    -------
    str
        Sentences.
    """
    count = len(step.rows)
    whose = (
        "Arrows: the wish of the one point of the next batch."
        if count == 1
        else f"Arrows: the mean wish of the {count:,} points of the next batch."
    )
    if not step.mean.any():
        return f"{whose} It is 0 everywhere: no slope comes back."
    return f"{whose} {_legend(step.task, step.mean)}"


def _legend(task: Task, wish: Array) -> str:
    place = strongest(wish)
    name = name_of(task, place)
    return f"{ARROWS} The strongest is for the {name}: {added(wish[place])}."


def of_number(step: NextStep, place: int) -> str:
    """Who wishes what for one number, and what the step makes of it.

    Parameters
    ----------
    step : NextStep
        What is looked at.
    place : int
        Of the number, from 0.

    Returns
    -------
    str
        Sentences that end with the step.
    """
    task, wishes = step.task, step.wishes(place)
    name = name_of(task, place)
    words = wishes_told(name, wishes, float(step.mean[place]), "point", "the next batch")
    if step.pull[place]:
        words += f" L1 and L2 pull it towards 0 and add {added(step.pull[place])} to the mean."
    return f"{words} {_made_of(step, place)}"


def _made_of(step: NextStep, place: int) -> str:
    task, change = step.task, added(step.change[place])
    if step.frozen[place]:
        return "It is frozen, so the step leaves it alone."
    wish = step.mean[place] + step.pull[place]
    product = f"{plain(step.rate, 3)} · {_bracketed(wish)}"
    if step.plain:
        return f"The rate times that is the step: {product} = {change}."
    return (
        f"The rate times that would be {product} = {added(step.rate * wish)}; {task.optimizer.title} makes {change} of it, and that is "
        "the step."
    )


def _bracketed(value: float) -> str:
    return f"({plain(value, 3)})" if value < 0 else plain(value, 3)


def five_sentences(step: NextStep) -> tuple[str, ...]:
    """The five parts of a step, each in its numbers, in the order of ``FIVE``.

    Parameters
    ----------
    step : NextStep
        What is looked at.

    Returns
    -------
    tuple of str
        Five.
    """
    return _batch(step), _forward(step), _loss(step), _back(step), _update(step)


def _batch(step: NextStep) -> str:
    taught, count = int((~step.task.points.held).sum()), len(step.rows)
    first = "The weights have just been initialised. " if step.number == 1 else ""
    taken = (
        f"Step {step.number:,} takes all points that are trained on, ringed twice on the picture."
        if count == taught
        else f"Step {step.number:,} takes {counted(count, 'point')} of the {taught:,} that are trained on, ringed twice on the picture."
    )
    after = {0: "It is the last batch of this epoch.", 1: "One more batch of this epoch follows."}.get(
        step.left, f"{step.left:,} more batches of this epoch follow."
    )
    return f"{first}{taken} {after}"


def _forward(step: NextStep) -> str:
    points, first = step.task.points, int(step.rows[0])
    x, y = points.places[first]
    silenced = (
        " Dropout has silenced some units for this step."
        if any(mask is not None for mask in step.passed.masks)
        else ""
    )
    return (
        f"Each point runs through the network, layer by layer. The first, at {points.axes[0]} = {fixed(x, 2)}, "
        f"{points.axes[1]} = {fixed(y, 2)}, is of class {points.names[int(points.labels[first])]}. "
        f"{_answer(step.task.plan, step.passed.activations[-1][0], points.names)}{silenced}"
    )  # fmt: skip


def _answer(plan: Plan, outputs: Array, names: tuple[str, ...]) -> str:
    if plan.output == "linear" and plan.outputs == 1:
        return f"The output for it is {plain(outputs[0], 3)}."
    if plan.outputs == 1:
        return f"The network gives class {names[1]} a probability of {probability(outputs[0])}."
    if plan.output == "linear":
        listed = ", ".join(f"{names[label]} {plain(value, 3)}" for label, value in enumerate(outputs))
        return f"The network has an output for each class: {listed}."
    listed = ", ".join(f"{names[label]} {probability(value)}" for label, value in enumerate(outputs))
    return f"The network has a probability for each class: {listed}."


def _loss(step: NextStep) -> str:
    row, losses = step.task.plan.row, step.passed.losses
    unit = f" {row.unit}" if row.unit else ""
    pulled = " The size of the weights is added to that." if step.pull.any() else ""
    if len(losses) == 1:
        return f"How wrong is the answer? Its loss is {plain(losses[0], 3)}{unit} ({row.title}), which is the batch's.{pulled}"
    return (
        f"How wrong is each answer? The losses lie between {plain(losses.min(), 3)} and {plain(losses.max(), 3)}{unit} "
        f"({row.title}); their mean is {plain(losses.mean())}. The larger the ring, the larger the loss.{pulled}"
    )


def _back(step: NextStep) -> str:
    if not step.mean.any():
        return (
            "The slopes are carried back from the output, and all of them are 0: this batch wishes nothing."
        )
    place = strongest(step.mean)
    name = name_of(step.task, place)
    return (
        "Slopes are carried back from the output to every number. Minus the slope is the batch's wish, an arrow at each number; "
        f"the strongest is for the {name}: {added(step.mean[place])}."
    )


def _update(step: NextStep) -> str:
    before, after = float(step.passed.losses.mean()), step.loss_after
    place = strongest(step.change)
    name = name_of(step.task, place)
    course = f"{step.task.optimizer.title} at the rate {plain(step.rate, 3)}"
    if not step.change.any():
        return f"{course} moves nothing."
    verb = "falls" if after < before else "rises" if after > before else "stays"
    return (
        f"{course} moves every number that is not frozen, the {name} farthest: from {plain(step.before[place])} to "
        f"{plain(step.after[place])}. On this batch the mean loss {verb} from {plain(before)} to {plain(after)}. Now the next batch."
    )
