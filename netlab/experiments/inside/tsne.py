"""t-SNE in a process of its own: points as an npy file on stdin, their places on a plane on stdout.

scikit-learn takes seconds and both cores of a server that others draw on; here it is one thread that yields to them.
"""

from __future__ import annotations

import io
import sys

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Floats
from netlab.processes import priority

PERPLEXITY = 30.0


def embed(values: Floats) -> NDArray[np.float32]:
    """Place points on a plane so that neighbours stay neighbours.

    Parameters
    ----------
    values : floats (n, d)
        The points.

    Returns
    -------
    float32 (n, 2)
        The same at every call.
    """
    from sklearn.manifold import TSNE

    perplexity = min(PERPLEXITY, (len(values) - 1) / 3)
    start = "pca" if values.shape[1] > 1 and np.ptp(values) > 0 else "random"
    found = TSNE(perplexity=perplexity, init=start, random_state=0).fit_transform(values)
    return np.asarray(found, np.float32)


def main() -> None:
    """Read, compute, write."""
    priority.stand_back(priority.WORK)
    values = np.load(io.BytesIO(sys.stdin.buffer.read()), allow_pickle=False)
    out = io.BytesIO()
    np.save(out, embed(values))
    sys.stdout.buffer.write(out.getvalue())


if __name__ == "__main__":
    main()
