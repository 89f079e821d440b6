"""TensorFlow and Keras loaded without the lines that TensorFlow writes to the terminal meanwhile."""

from __future__ import annotations

import os
import sys
import tempfile


def load_quietly() -> None:
    """Import TensorFlow and Keras; what their C++ parts write to standard error is shown only if that fails.

    They write below Python, past any setting of its own, so the descriptor itself leads elsewhere for that long.

    Raises
    ------
    ImportError
        If one of them cannot be loaded.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as written:
        os.dup2(written.fileno(), 2)
        try:
            import keras  # noqa: F401
            import tensorflow  # noqa: F401
        except BaseException:
            written.seek(0)
            os.write(kept, written.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
