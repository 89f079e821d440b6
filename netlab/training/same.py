"""Two people who ask for the same network, data and seed get one run: batches, dropout and weights follow from the seed,
so a second would have the very same bits.

What this server has trained to its end is remembered for as long as it runs: another version of Netlab or TensorFlow
may round otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from netlab.nets.spec import NetworkSpec
from netlab.training.job import Job

MOST_REMEMBERED = 2000
UNDER_WAY = ("queued", "starting", "running")


class Same:
    """Runs by what they are asked for. Its queue's lock is held by whoever calls."""

    def __init__(self) -> None:
        self._done: dict[str, str] = {}

    def find(self, spec: NetworkSpec, live: Iterable[Job]) -> Job | str | None:
        """A run that has, or will have, the very bits that this training would have.

        Parameters
        ----------
        spec : NetworkSpec
            What is asked for.
        live : iterable of Job
            The jobs of which anything may still happen.

        Returns
        -------
        Job, str or None
            One that is under way, the id of one that came to its end, or None.
        """
        wanted = key(spec)
        for job in live:
            if job.state in UNDER_WAY and job.stopping is None and plain(job) and key(job.spec) == wanted:
                return job
        return self._done.get(wanted)

    def over(self, job: Job) -> None:
        """Remember a job that came to its end.

        Parameters
        ----------
        job : Job
            One that did not is passed over.
        """
        if job.state == "done" and job.kept and plain(job):
            self._done[key(job.spec)] = job.id
            if len(self._done) > MOST_REMEMBERED:
                del self._done[next(iter(self._done))]

    def forget(self, run_id: str) -> None:
        """A run is gone.

        Parameters
        ----------
        run_id : str
        """
        self._done = {wanted: kept for wanted, kept in self._done.items() if kept != run_id}


def plain(job: Job) -> bool:
    """Whether the bits of a job follow from what was asked for alone: it began at random, and nobody has turned its
    learning rate. One that belongs to an experiment, which may end it, is not for others.

    Parameters
    ----------
    job : Job

    Returns
    -------
    bool
    """
    return job.joinable and not job.history.rates


def key(spec: NetworkSpec) -> str:
    """All that the bits of a run depend on, as a text.

    Parameters
    ----------
    spec : NetworkSpec

    Returns
    -------
    str
        The same for the usual learning rate, said or left out.
    """
    return json.dumps(replace(spec, learning_rate=spec.rate).to_json(), sort_keys=True)
