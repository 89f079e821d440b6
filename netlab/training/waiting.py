"""How long those in the queue will wait, from the measured speed of the runs that are under way."""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from netlab.nets.spec import HELD_BACK, NetworkSpec
from netlab.runs.events import Event, Metrics, Paused, Resumed, Started
from netlab.training.job import Job
from netlab.training.pace import OVERHEAD_SECONDS, START_SECONDS, in_words, steps, weight

MOST_REMEMBERED = 9  # runs that are over, by which the next are judged
MOST_NETWORKS = 200  # whose own pace is known
LEAST_SECONDS = 0.2  # of training that tells a speed


@dataclass
class _Stretch:
    """A run's way since its worker got it: when that was, and what it has trained since."""

    given: float
    ready: bool
    began: float = 0.0  # when the network stood
    moving: bool = (
        False  # whether batches came since it last went on: those before them wait for the compiler
    )
    now: float = 0.0
    step: int = 0
    spent: float = 0.0  # seconds of training that told a speed, and how many batches were trained in them
    batches: int = 0

    @property
    def pace(self) -> float | None:
        """Seconds a batch took; None if too little is trained to tell."""
        return self.spent / self.batches if self.batches and self.spent >= LEAST_SECONDS else None


class Watch:
    """What was seen of the runs under way, and of the last that are over. Its queue's lock is held by whoever calls.

    Parameters
    ----------
    clock : callable, optional
        Tells the seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._under: dict[Job, _Stretch] = {}
        self._paces: deque[float] = deque(maxlen=MOST_REMEMBERED)  # seconds a batch, by the network's weight
        self._rest: deque[float] = deque(maxlen=MOST_REMEMBERED)  # seconds of a run beside its batches
        self._own: dict[str, float] = {}  # seconds a batch of a network that was measured
        self._images: dict[str, int] = {}  # training images there are, by data set

    @property
    def measured(self) -> bool:
        """Whether any run has shown how fast this machine trains."""
        return bool(self._paces) or any(one.pace for one in self._under.values())

    def given(self, job: Job, *, ready: bool) -> None:
        """A job has got a worker.

        Parameters
        ----------
        job : Job
        ready : bool
            Whether the worker has begun before; else it has to load TensorFlow first.
        """
        self._under[job] = _Stretch(self._clock(), ready)

    def heard(self, job: Job, event: Event) -> None:
        """A worker has told something of its job.

        Parameters
        ----------
        job : Job
        event : Event
        """
        stretch, now = self._under.get(job), self._clock()
        if stretch is None:
            return
        if isinstance(event, Started | Resumed):
            if not stretch.began and not stretch.ready:
                stretch.given = now  # what it took to load TensorFlow says nothing of the next run
            stretch.began, stretch.moving = now, False
        elif isinstance(event, Metrics):
            if stretch.moving:
                stretch.spent += now - stretch.now
                stretch.batches += event.step - stretch.step
            stretch.moving, stretch.now, stretch.step = True, now, event.step
            self._measure(job, stretch)
        elif isinstance(event, Paused):
            stretch.moving = False
        if isinstance(event, Started) and job.spec.train_examples is None:
            held_back = event.validation_examples if job.spec.validation == HELD_BACK else 0
            self._images[job.spec.data] = event.examples + held_back

    def over(self, job: Job) -> None:
        """A job has its worker no more.

        Parameters
        ----------
        job : Job
        """
        stretch = self._under.pop(job, None)
        if stretch is None or stretch.pace is None:
            return
        pace, whole = stretch.pace, self._clock() - stretch.given
        self._paces.append(pace / weight(job.spec))
        if job.state == "done" and job.history.started is not None and job.history.started.step == 0:
            self._rest.append(max(0.0, whole - job.history.step * pace))

    def waits(self, slots: int, queue: Sequence[Job], pause: float) -> list[float] | None:
        """How long each of the queue waits until it gets a worker.

        Parameters
        ----------
        slots : int
            How many train at once.
        queue : sequence of Job
            In the order in which they get workers.
        pause : float
            Seconds after which a paused run gives its worker back.

        Returns
        -------
        list of float, or None
            Seconds from now, as many as there are jobs; None as long as nothing was measured.
        """
        if not slots or not self.measured:
            return None
        free = sorted(self._left(job, pause) for job in self._under)
        free = [0.0] * max(0, slots - len(free)) + free[:slots]
        heapq.heapify(free)
        found = []
        for job in queue:
            begins = heapq.heappop(free)
            found.append(begins)
            heapq.heappush(free, begins + self.takes(job.spec, job.history.step))
        return found

    def takes(self, spec: NetworkSpec, done: int = 0) -> float:
        """About how long a run takes from getting a worker to giving it back.

        Parameters
        ----------
        spec : NetworkSpec
        done : int, optional
            Batches that it has trained before.

        Returns
        -------
        float
            Seconds.
        """
        at_hand = self._images.get(spec.data)
        total = steps(spec) if at_hand is None else steps(spec, at_hand)
        return self._beside() + max(0, total - done) * self._pace(spec)

    def _left(self, job: Job, pause: float) -> float:
        """Seconds until a job that has a worker gives it back."""
        stretch, begun, now = self._under[job], job.history.started, self._clock()
        if job.paused_at is not None:
            return max(0.0, pause - job.paused_for())
        if begun is None or not stretch.moving:
            load = 0.0 if stretch.ready else START_SECONDS
            return max(0.0, load + self.takes(job.spec, job.history.step) - (now - stretch.given))
        pace = stretch.pace or self._pace(job.spec)
        return max(0.0, (begun.total_steps - stretch.step) * pace - (now - stretch.now))

    def _pace(self, spec: NetworkSpec) -> float:
        """Seconds a batch of this network takes: as it was measured, else as its weight beside others' lets expect."""
        own = self._own.get(_network(spec))
        if own is not None:
            return own
        seen = [one.pace / weight(job.spec) for job, one in self._under.items() if one.pace]
        return median(seen or self._paces) * weight(spec)

    def _beside(self) -> float:
        return median(self._rest) if self._rest else OVERHEAD_SECONDS

    def _measure(self, job: Job, stretch: _Stretch) -> None:
        if stretch.pace is None:
            return
        name = _network(job.spec)
        self._own.pop(name, None)
        self._own[name] = stretch.pace
        if len(self._own) > MOST_NETWORKS:
            del self._own[next(iter(self._own))]


def in_the_queue(place: int, slots: int, seconds: float | None) -> str:
    """Where a run stands in the queue, and how long it will wait.

    Parameters
    ----------
    place : int
        1 for the next.
    slots : int
        How many train at once.
    seconds : float or None
        Until it begins; None if that is not known.

    Returns
    -------
    str
        A few sentences.
    """
    if not slots:
        return f"In the queue: place {place}. There is no place to train at the moment; it begins when there is one."
    at_once = "One training runs at a time" if slots == 1 else f"{slots} trainings run at once"
    begin = f"In the queue: place {place}. {at_once} here, and places go round by person, not by run."
    if seconds is None:
        return f"{begin} How long that takes is told as soon as a run has shown how fast this machine trains."
    return f"{begin} By the speed of the runs under way it begins in about {in_words(seconds)}."


def _network(spec: NetworkSpec) -> str:
    """What the time of a batch depends on."""
    return repr((
        spec.layers, spec.convolution_layers, spec.optimizer, spec.batch_size, spec.normalisation, spec.augment, spec.loss,
    ))  # fmt: skip
