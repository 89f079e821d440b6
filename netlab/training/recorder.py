"""Keep what can be kept: every save of a run, and a word instead of a crash where the disk says no."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from netlab.nets import weight_file as nets_weights
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.events import EpochEnd, Event, Metrics, NotSaved, Snapshot, Started, Validation
from netlab.runs.run import Checkpoint, Run
from netlab.training.tensorboard import TensorBoardWriter, board_folder


class Recorder:
    """Writes a run's folder; every failure becomes one ``NotSaved`` event per kind of thing."""

    def __init__(self, spec: NetworkSpec, run_id: str, *, keep: bool = True) -> None:
        self.spec = spec
        self._told: set[str] = set()
        self._board: TensorBoardWriter | None = None
        self._run: Run | None = None
        self._handle: int | None = None
        self._keep, self._id = keep, run_id
        self._model: str | None = None
        self._for_board: list[Event] = []

    @property
    def complete(self) -> bool:
        """Whether all that should be on disk is."""
        return self._run is not None and not self._told

    def open(self, model: str | None = None) -> Iterator[Event]:
        """Make the folder, or open it again; from then on no other process may train the run.

        ``model`` is the Keras model as JSON; with it, TensorBoard hears of batches and validations, too.

        Raises
        ------
        RunError
            If another process trains it.
        """

        def make() -> None:
            run = store.folder(self._id)
            self._handle = run.hold()
            self._run = store.get(self._id) or store.create(self.spec, self._id)
            self._run.reopen()

        self._model = model
        if self._keep:
            yield from self._try("this run", make)

    def event(self, event: Event) -> Iterator[Event]:
        """Append to the history, and tell TensorBoard."""
        yield from self._with("the curves", lambda run: run.append(event))
        if self._model is None or not isinstance(event, Started | Metrics | Validation):
            return
        self._for_board.append(event)
        begun = sum(isinstance(one, Metrics) for one in self._for_board)
        if self._board is not None or begun > 1:  # the first batches are not kept waiting for its files
            yield from self._with("TensorBoard's files", self._tell_board)

    def tell(self, event: Event) -> Iterator[Event]:
        """Keep first, tell then: what a reader has seen is on the disk, whenever this process is killed."""
        failures = list(self.event(event))
        yield event
        yield from failures

    def snapshot(self, step: int, weights: nets_weights.Weights) -> Iterator[Event]:
        """Keep weights to look at, and say so."""
        if self._run is None:
            return
        content = nets_weights.to_bytes(self.spec, weights, half=True)
        failures = list(self._with("a snapshot of the weights", lambda run: run.save_snapshot(step, content)))
        yield from failures or [Snapshot(step)]

    def checkpoint(self, checkpoint: Checkpoint) -> Iterator[Event]:
        """Keep an exact state to continue from."""
        yield from self._with("a checkpoint", lambda run: run.save_checkpoint(checkpoint))

    def epoch(
        self, event: EpochEnd, weights: nets_weights.Weights, learning_rate: float, model: str
    ) -> Iterator[Event]:
        """Write the epoch for TensorBoard; ``model`` is the Keras model as JSON."""

        def write(run: Run) -> None:
            self._model = model
            self._tell_board(run).epoch(event, weights, learning_rate)

        yield from self._with("TensorBoard's files", write)

    def _tell_board(self, run: Run) -> TensorBoardWriter:
        """TensorBoard's files, with all that was told so far; opened late, when the run may have a name."""
        events, self._for_board = self._for_board, []
        if self._board is None:
            folder = board_folder(run, self.spec)
            self._board = TensorBoardWriter(folder, self._model or "{}", self.spec)
        for event in events:
            self._board.event(event)
        return self._board

    def finish(self, ending: Event, weights: nets_weights.Weights | None) -> Iterator[Event]:
        """Write final weights and how it ended."""
        if self._for_board:
            yield from self._with("TensorBoard's files", self._tell_board)
        content = None if weights is None else nets_weights.to_bytes(self.spec, weights)
        yield from self._with("the trained network", lambda run: run.finish(ending, content))
        self.close()

    def close(self) -> None:
        """Let go of the run: from now on it may be deleted."""
        if self._board is not None:
            with suppress(*_failures()):  # what a full disk did not take was told at its epoch
                self._board.close()
            self._board = None
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _with(self, what: str, save: Callable[[Run], object]) -> Iterator[Event]:
        run = self._run
        if run is not None:
            yield from self._try(what, lambda: save(run))

    def _try(self, what: str, save: Callable[[], object]) -> Iterator[Event]:
        try:
            save()
        except _failures() as error:
            if what not in self._told:
                self._told.add(what)
                yield NotSaved(what, _sentence(error))


def _failures() -> tuple[type[BaseException], ...]:
    import tensorflow as tf

    return (OSError, tf.errors.OpError)


def _sentence(error: BaseException) -> str:
    reason = error.strerror if isinstance(error, OSError) else str(error).splitlines()[0]
    place = getattr(error, "filename", None)
    told = (
        f"{reason or error} ({Path(place).parent})."
        if isinstance(place, str | Path)
        else f"{reason or error}."
    )
    if isinstance(error, OSError) and error.errno == errno.ELOOP:  # space would not help
        return f"{told} Put a folder in its place."
    return f"{told} Free some space or set NETLAB_HOME to a folder that can be written."
