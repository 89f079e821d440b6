"""The networks that come with Netlab are what their records say."""

from __future__ import annotations

import numpy as np
import pytest

from netlab.data import DataError, load
from netlab.drawing.framing import frame
from netlab.nets import shipped
from netlab.nets.numpy_model import predict


@pytest.mark.parametrize("name", shipped.SHIPPED)
def test_a_record_stands_beside_the_weights(name: str) -> None:
    spec, weights = shipped.load(name)
    record = shipped.record(name)
    assert record["parameters"] == spec.parameter_count == sum(weight.size for weight in weights.values())
    assert record["command"].startswith("python -m netlab train ")
    assert {"seed", "data", "data_sha256", "test_accuracy"} <= set(record)


@pytest.mark.mnist
@pytest.mark.parametrize("name", shipped.SHIPPED)
def test_the_recorded_accuracy_is_what_the_weights_reach(name: str) -> None:
    try:
        digits = load("mnist")
    except DataError as error:
        pytest.skip(f"real MNIST is not at hand: {error}")
    spec, weights = shipped.load(name)
    images = digits.x_test[::4].astype(np.float32) / np.float32(255)
    right = (predict(spec, weights, images).argmax(1) == digits.y_test[::4]).mean()
    assert right == pytest.approx(shipped.record(name)["test_accuracy"], abs=0.004)
    framed = [frame(image) for image in digits.x_test[::40]]
    share = (predict(spec, weights, np.stack(framed)).argmax(1) == digits.y_test[::40]).mean()
    assert share > 0.97
