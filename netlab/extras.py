"""What only a whole installation has: the libraries of the extra ``train``, what they are for, and how to get them.

The light installation reads, draws and computes with NumPy; TensorFlow and what goes with it are left out. Whoever
needs them asks here first, and says this sentence in place of the answer.
"""

from __future__ import annotations

from importlib.util import find_spec

GET = 'To get it, run `python -m pip install ".[train]"` in Netlab\'s folder.'


def lacking(*modules: str) -> bool:
    """Whether this Python lacks any of these modules; none of them is loaded for it."""
    return any(find_spec(module) is None for module in modules)


def no_training() -> str:
    """Why nothing can be trained here, and how that is mended; empty where it can."""
    if not lacking("tensorflow", "keras", "tensorboard"):
        return ""
    return f"Training needs TensorFlow, which is not installed here. All that reads and draws works without it. {GET}"


def no_keras_files() -> str:
    """Why no file of Keras can be read or written here, and how that is mended; empty where it can."""
    if not lacking("h5py", "keras"):
        return ""
    return (
        f"Files of Keras (.keras) need h5py and Keras, which are not installed here; .npz files do not. {GET}"
    )


def no_sweeps() -> str:
    """Why no sweep can be searched here, and how that is mended; empty where it can."""
    if not lacking("optuna"):
        return ""
    return f"Sweeps are searched by Optuna, which is not installed here. {GET}"
