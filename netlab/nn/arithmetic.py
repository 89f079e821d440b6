"""Large products of matrices in a server: in one thread, and one reader's at a time.

Threads of BLAS wait for each other by spinning. Beside trainings and other readers on the same cores that made ten
thousand pictures take seconds; one thread takes a fraction of one, and leaves the other cores to whoever draws.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from threadpoolctl import ThreadpoolController

_turn = threading.RLock()


@contextmanager
def one_thread() -> Iterator[None]:
    """While this holds, products of matrices use one thread; it may be entered again by who is in it.

    Turns are taken: the limit counts for the whole process, and two that set and lift it across each other would leave
    it as neither found it.
    """
    with _turn, _pools().limit(limits=1, user_api="blas"):
        yield


def stay_in_one_thread() -> None:
    """From now on products of matrices use one thread in this process: so a server that many draw on at once.

    A picture goes through a network in a quarter of a millisecond; two threads that wait for each other by spinning
    made four of it.
    """
    _pools().limit(limits=1, user_api="blas")


@lru_cache(maxsize=1)
def _pools() -> ThreadpoolController:
    import scipy.linalg  # noqa: F401 - a pool is found only once its library is loaded: NumPy's and SciPy's are now

    return ThreadpoolController()
