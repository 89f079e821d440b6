"""A network as a file of Keras (``.keras``), written and read without Keras.

Such a file is a zip of three members: ``config.json`` names the layers, ``model.weights.h5`` holds their weights,
``metadata.json`` the version. What is read is a stranger's: sizes and names are checked before anything is unpacked,
only layers that a ``NetworkSpec`` can describe are known, and no member is ever run, unpickled or imported.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import CLASSES, SIDE
from netlab.extras import no_keras_files
from netlab.files import parse, reading, reason_of
from netlab.nets.layers import Convolution, Dense, SpecError
from netlab.nets.parameters import EPSILON, ParameterRow, walk
from netlab.nets.spec import BATCH, MOST_PARAMETERS, NONE, NetworkSpec
from netlab.nets.weight_file import Weights, WeightsError, check_values, weight_shapes
from netlab.nn.activations import ACTIVATIONS

SUFFIX = ".keras"
CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
MOST = {CONFIG: 200_000, METADATA: 10_000, WEIGHTS: 12 * MOST_PARAMETERS + 500_000}
"""The members that a file has, and how many bytes each may unpack to; Keras keeps the memory of an optimizer too."""
MOST_BYTES = sum(MOST.values()) + 10_000
MOST_DIRECTORY_BYTES = 2000  # three members take about 200
MOST_LISTS = 600  # twelve layers with all that Keras says of each
_ALIASES = {"silu": "swish"}
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    KeyError,
)


def to_bytes(spec: NetworkSpec, weights: Mapping[str, NDArray[Any]]) -> bytes:
    """The content of a file that ``keras.models.load_model`` opens: the uncompiled model with these weights.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names; float32 is stored.

    Returns
    -------
    bytes
        The same for the same network.

    Raises
    ------
    WeightsError
        If this installation cannot write such files.
    """
    _check_able()
    members = {
        METADATA: json.dumps({"keras_version": metadata.version("keras")}).encode(),
        CONFIG: json.dumps(_config(spec)).encode(),
        WEIGHTS: _weights_file(spec, weights),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def read(path: Path, folder: Path | None = None) -> tuple[NetworkSpec, Weights]:
    """Spec and float32 weights of a network that Keras or ``to_bytes`` wrote.

    Parameters
    ----------
    path : Path
        The file.
    folder : Path, optional
        No link between it and the file is followed.

    Returns
    -------
    tuple of NetworkSpec and dict
        The network, whose training is not known, and float32 arrays by Keras's names, all finite.

    Raises
    ------
    WeightsError
        If the file is missing or damaged, or holds a network that a ``NetworkSpec`` cannot describe, or if this
        installation cannot read such files.
    """
    _check_able()
    try:
        with reading(path, MOST_BYTES, folder) as stream:
            members = _members(stream)
        spec = spec_of(parse(members[CONFIG].decode("utf-8"), MOST_LISTS))
        return spec, _weights(spec, members[WEIGHTS])
    except FileNotFoundError as error:
        raise WeightsError(f"{path} is not there; train a network and save it so.") from error
    except (OSError, ValueError, *_BROKEN) as error:
        raise WeightsError(f"{path} is no network that Netlab can read: {reason_of(error)}.") from error


def _check_able() -> None:
    if why := no_keras_files():
        raise WeightsError(why)


def spec_of(config: object) -> NetworkSpec:
    """The network that a ``config.json`` describes: layers, activations, dropout and normalisation.

    Parameters
    ----------
    config : object
        What ``json`` read.

    Returns
    -------
    NetworkSpec
        With the defaults of everything that is not in the file, such as the optimizer.

    Raises
    ------
    WeightsError
        If it is not one that a ``NetworkSpec`` can describe; the sentence names the layer.
    """
    values = _object(config, "the file")
    if (values.get("module"), values.get("class_name")) != ("keras", "Sequential"):
        raise WeightsError(
            f"it holds a {_short(values.get('class_name'))}, and only a keras.Sequential is read"
        )
    listed = _object(values.get("config"), "the model").get("layers")
    if not isinstance(listed, list):
        raise WeightsError("its model lists no layers")
    chain = _Chain()
    for place, layer in enumerate(listed, 1):
        chain.add(place, _object(layer, f"layer {place}"))
    try:
        return chain.spec()
    except SpecError as error:
        raise WeightsError(reason_of(error).rstrip(".")) from error


class _Chain:
    """The layers of a file, one after the other, as those of a ``NetworkSpec``."""

    def __init__(self) -> None:
        self.convolutions: list[Convolution] = []
        self.dense: list[Dense] = []
        self.flat = False
        self.before = ""  # the kind of the layer before the next one
        self.normalised: list[str] = []  # the kinds of those whose weighted sums are normalised

    def add(self, place: int, layer: Mapping[str, Any]) -> None:
        kind, config = layer.get("class_name"), _object(layer.get("config"), f"layer {place}")
        known = (
            isinstance(kind, str)
            and layer.get("module") == "keras.layers"
            and not layer.get("registered_name")
        )
        read = _LAYERS.get(str(kind)) if known else None
        if read is None:
            raise WeightsError(
                f"layer {place} is a {_short(kind)}, and only {', '.join(_LAYERS)} of keras.layers are known"
            )
        read(self, f"layer {place}, {kind}", config)
        self.before = str(kind)

    def spec(self) -> NetworkSpec:
        if not self.dense or self.dense[-1] != Dense(CLASSES, "softmax", 0.0):
            raise WeightsError(f'its last layer has to be Dense({CLASSES}, activation="softmax")')
        hidden = len(self.dense) - 1 + len(self.convolutions)
        if len(self.normalised) not in (0, hidden):
            raise WeightsError(
                f"it has a BatchNormalization after {len(self.normalised)} of its {hidden} hidden layers, and only after "
                "all of them or none is known"
            )
        return NetworkSpec(
            hidden=tuple(self.dense[:-1]),
            convolutions=tuple(self.convolutions),
            normalisation=BATCH if self.normalised else NONE,
        )

    def input(self, name: str, config: Mapping[str, Any]) -> None:
        shape = config.get("batch_shape")
        if shape not in ([None, SIDE, SIDE], [None, SIDE, SIDE, 1], [None, SIDE * SIDE]):
            raise WeightsError(
                f"{name}: its shape is {_short(shape)}, and pictures of {SIDE}×{SIDE} are read"
            )

    def reshape(self, name: str, config: Mapping[str, Any]) -> None:
        _expect(name, config, target_shape=([SIDE, SIDE, 1],))
        if self.convolutions or self.flat or self.dense:
            raise WeightsError(f"{name} may only come first")

    def convolution(self, name: str, config: Mapping[str, Any]) -> None:
        _expect(
            name, config, strides=([1, 1],), padding=("valid",), data_format=("channels_last",),
            dilation_rate=([1, 1],), groups=(1,), use_bias=(True,),
        )  # fmt: skip
        if self.flat or self.dense:
            raise WeightsError(f"{name} comes after the pictures were made flat")
        size = _square(name, "kernel_size", config)
        self.convolutions.append(Convolution(config.get("filters", 0), size, 1, _activation(name, config)))

    def pool(self, name: str, config: Mapping[str, Any]) -> None:
        size = _square(name, "pool_size", config)
        _expect(
            name, config, strides=([size, size], None), padding=("valid",), data_format=("channels_last",)
        )
        if self.flat or self.dense or not self.convolutions or self.convolutions[-1].pool != 1:
            raise WeightsError(f"{name} has to follow a convolution")
        last = self.convolutions[-1]
        self.convolutions[-1] = Convolution(last.filters, last.kernel_size, size, last.activation)

    def flatten(self, name: str, config: Mapping[str, Any]) -> None:
        _expect(name, config, data_format=("channels_last",))
        self.flat = True

    def fully_connected(self, name: str, config: Mapping[str, Any]) -> None:
        _expect(name, config, use_bias=(True,), quantization_config=(None,), lora_rank=(None,))
        activation = "softmax" if config.get("activation") == "softmax" else _activation(name, config)
        self.dense.append(Dense(config.get("units", 0), activation, 0.0))

    def dropout(self, name: str, config: Mapping[str, Any]) -> None:
        _expect(name, config, noise_shape=(None,))
        if not self.dense or self.dense[-1].dropout:
            raise WeightsError(f"{name} has to follow a Dense layer")
        self.dense[-1] = Dense(self.dense[-1].units, self.dense[-1].activation, config.get("rate"))

    def batch_normalization(self, name: str, config: Mapping[str, Any]) -> None:
        last = [-1, 1 if self.flat else 3]
        _expect(
            name, config, axis=(*last, *([axis] for axis in last)), epsilon=(EPSILON,), center=(True,), scale=(True,),
            renorm=(False,),
        )  # fmt: skip
        if self._bent() != "linear":
            raise WeightsError(
                f"{name} has to follow the weighted sums of a Dense layer or of a convolution, before their activation"
            )
        self.normalised.append(self.before)

    def activation(self, name: str, config: Mapping[str, Any]) -> None:
        normalised = self.before == "BatchNormalization"
        if normalised:
            self.before = self.normalised[-1]
        if self._bent() != "linear":
            raise WeightsError(f"{name} has to follow a layer that has no activation of its own")
        if self.before == "Conv2D":
            self.convolutions[-1] = replace(self.convolutions[-1], activation=_activation(name, config))
            return
        softmax = config.get("activation") == "softmax" and not normalised
        activation = "softmax" if softmax else _activation(name, config)
        self.dense[-1] = replace(self.dense[-1], activation=activation)

    def _bent(self) -> str | None:
        """The activation of the layer before, if that has weighted sums."""
        if self.before == "Conv2D":
            return self.convolutions[-1].activation
        return self.dense[-1].activation if self.before == "Dense" else None


_LAYERS = {
    "InputLayer": _Chain.input,
    "Reshape": _Chain.reshape,
    "Conv2D": _Chain.convolution,
    "MaxPooling2D": _Chain.pool,
    "Flatten": _Chain.flatten,
    "Dense": _Chain.fully_connected,
    "Dropout": _Chain.dropout,
    "BatchNormalization": _Chain.batch_normalization,
    "Activation": _Chain.activation,
}


def _object(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise WeightsError(f"{what} is not described by an object")
    return value


def _short(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text[:40]


def _expect(name: str, config: Mapping[str, Any], **allowed: Sequence[object]) -> None:
    """Refuse a setting that would change the answers; one that is not named has Keras's default."""
    for key, values in allowed.items():
        if key in config and config[key] not in values:
            raise WeightsError(
                f"{name}: {key} is {_short(config[key])}, and only {_short(values[0])} is known"
            )


def _square(name: str, key: str, config: Mapping[str, Any]) -> int:
    sides = config.get(key)
    if isinstance(sides, list) and len(sides) == 2 and type(sides[0]) is int and sides[0] == sides[1]:
        return int(sides[0])
    raise WeightsError(f"{name}: {key} is {_short(sides)}, and only squares are known")


def _activation(name: str, config: Mapping[str, Any]) -> str:
    found = config.get("activation")
    found = "linear" if found is None else found  # as Keras takes it
    key = _ALIASES.get(found, found) if isinstance(found, str) else None
    if key not in ACTIVATIONS:
        raise WeightsError(f"{name}: its activation {_short(found)} is not known here")
    return str(key)


def _members(stream: IO[bytes]) -> dict[str, bytes]:
    """The three members, each unpacked to no more than it may have."""
    _check_end(stream)
    with zipfile.ZipFile(stream) as archive:
        found = archive.infolist()
        if sorted(info.filename for info in found) != sorted(MOST):
            names = _short(", ".join(info.filename for info in found))
            raise WeightsError(f"it holds {names}, where {', '.join(MOST)} belong")
        return {info.filename: _member(archive, info) for info in found}


def _check_end(stream: IO[bytes]) -> None:
    """Refuse what is no zip, is cut short, or has a directory too long to list."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(size - 22, 0))
    tail = stream.read(22)
    if len(tail) < 22 or tail[:4] != b"PK\5\6":
        raise WeightsError("it does not end like a zip archive; it may be cut short")
    entries, length = struct.unpack("<HI", tail[10:16])
    if entries != len(MOST) or length > MOST_DIRECTORY_BYTES:
        raise WeightsError(f"it lists {entries} members, and {', '.join(MOST)} are expected")
    stream.seek(0)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    most = MOST[info.filename]
    if info.file_size > most:
        raise WeightsError(f"{info.filename} unpacks to {info.file_size:,} bytes; at most {most:,} are read")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & 1:
        raise WeightsError(f"{info.filename} is encrypted or packed unusually")
    with archive.open(info) as member:
        content = member.read(most + 1)
    if len(content) != info.file_size:
        raise WeightsError(f"{info.filename} is not as long as the zip says")
    return content


def _weights(spec: NetworkSpec, content: bytes) -> Weights:
    import h5py

    with h5py.File(io.BytesIO(content), "r") as file:
        paths = _paths(spec)
        return {name: _array(file, name, paths[name], shape) for name, shape in weight_shapes(spec).items()}


def _array(file: Any, name: str, path: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """One array, if it lies in the file itself, plainly, in the shape that its layer has."""
    import h5py

    place = file
    for part in path.split("/"):
        link = place.get(part, getlink=True) if isinstance(place, h5py.Group) and part in place else None
        if not isinstance(link, h5py.HardLink):
            raise WeightsError(f"{WEIGHTS} has no {path}")
        place = place[part]
    plain = isinstance(place, h5py.Dataset) and not (place.is_virtual or place.external or place.chunks)
    if not plain or place.shape != shape or place.dtype not in (np.float16, np.float32, np.float64):
        raise WeightsError(f"{path} in {WEIGHTS} is not a plain array of floats {shape}")
    array = np.asarray(place[()], np.float32)
    check_values(name, array, told=f"{path} in {WEIGHTS}")
    return array


def _paths(spec: NetworkSpec) -> dict[str, str]:
    """Where ``model.weights.h5`` keeps each array; Keras counts a model's layers there as in a fresh session."""
    return {
        f"{row.name}/{part}": f"layers/{row.name}/vars/{place}"
        for row in walk(spec)
        for place, part in enumerate(row.arrays)
    }


def _weights_file(spec: NetworkSpec, weights: Mapping[str, NDArray[Any]]) -> bytes:
    import h5py

    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for row in walk(spec):
            file.create_group(f"layers/{row.name}/vars").attrs["name"] = row.name
        for name, path in _paths(spec).items():
            file.create_dataset(path, data=np.asarray(weights[name], np.float32))
        file.create_group("vars").attrs["name"] = "sequential"
    return buffer.getvalue()


def _config(spec: NetworkSpec) -> dict[str, Any]:
    shape = [None, SIDE, SIDE]
    first = _entry("InputLayer", {"batch_shape": shape, "dtype": "float32", "name": "input_layer"})
    layers = [first, *(_entry(row.kind, _layer(spec, row)) for row in walk(spec))]
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": "sequential", "trainable": True, "layers": layers, "build_input_shape": shape},
        "registered_name": None,
        "build_config": {"input_shape": shape},
        "compile_config": {},
    }


def _entry(kind: str, config: dict[str, Any], module: str = "keras.layers") -> dict[str, Any]:
    return {"module": module, "class_name": kind, "config": config, "registered_name": None}


_PAIRS = ("kernel_size", "pool_size")


def _layer(spec: NetworkSpec, row: ParameterRow) -> dict[str, Any]:
    options = {
        key: [value, value] if key in _PAIRS else list(value) if isinstance(value, tuple) else value
        for key, value in row.options.items()
    }
    config = {"name": row.name, "trainable": True, "dtype": "float32", **options}
    if row.kernel:
        config["kernel_initializer"] = spec.initializer
        if spec.l1 or spec.l2:
            penalty = {"l1": spec.l1, "l2": spec.l2}
            config["kernel_regularizer"] = _entry("L1L2", penalty, "keras.regularizers")
    return config
