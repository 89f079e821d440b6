"""The Keras that the idea pages show really runs, and says what the page says."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from netlab.nn.activations import sigmoid

PAGES = Path(__file__).resolve().parents[2] / "pages"


def snippet(page: str) -> str:
    """The string KERAS of a page."""
    tree = ast.parse((PAGES / f"{page}.py").read_text("utf-8"))
    return next(
        str(ast.literal_eval(node.value))
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "KERAS"
    )


def run(page: str, **names: Any) -> dict[str, Any]:
    """Execute a page's snippet with the names that it takes for granted; what it left behind."""
    exec(
        compile(
            snippet(page).replace("epochs=2000", "epochs=2").replace("range(-36, 14)", "range(-18, -16)"),
            page,
            "exec",
        ),
        names,
    )
    return names


def small_model() -> Any:
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])


def test_every_page_with_a_snippet_is_tested() -> None:
    with_one = {page.stem for page in PAGES.glob("*.py") if "KERAS = " in page.read_text("utf-8")}
    assert with_one == {
        "numbers", "functions", "neuron", "loss", "descent", "backprop", "depth", "overfitting", "dropout", "fog", "race",
    }  # fmt: skip


def test_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8)
    few = (pictures, np.arange(3))
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: (few, few))
    rows = run("numbers")["rows"]
    np.testing.assert_allclose(rows, pictures[:1].reshape(1, 784) / 255, rtol=1e-6)


def test_functions() -> None:
    x = np.linspace(-1, 1, 20)[:, None]
    assert run("functions", x=x, y=np.sin(x))["model"].count_params() == 25


def test_neuron(capsys: pytest.CaptureFixture[str]) -> None:
    neuron = run("neuron")["neuron"]
    answer = neuron(np.array([[1.0, 0.5]])).numpy().item()
    assert answer == pytest.approx(float(sigmoid(np.array(1.5 * 1.0 - 1.0 * 0.5 + 0.5))), rel=1e-6)
    assert f"{answer:.7f}" in capsys.readouterr().out


def test_loss() -> None:
    model = small_model()
    run("loss", model=model)
    assert model.loss == "sparse_categorical_crossentropy"


def test_descent() -> None:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, activation="sigmoid")])
    x = np.linspace(-2, 2, 40)[:, None]
    run("descent", model=model, x=x, t=(x > 0.3) * 1.0)
    assert int(model.optimizer.iterations.numpy()) == 40
    assert type(model.optimizer) is keras.optimizers.SGD


def test_backprop() -> None:
    model, inputs, targets = small_model(), np.ones((3, 2)), np.zeros((3, 1))
    before = [weight.numpy() for weight in model.trainable_variables]
    names = run(
        "backprop", keras=keras, tf=tf, model=model, inputs=inputs, targets=targets,
        loss_function=keras.losses.MeanSquaredError(),
    )  # fmt: skip
    for weight, start, gradient in zip(model.trainable_variables, before, names["gradients"], strict=True):
        np.testing.assert_allclose(weight.numpy(), start - 0.5 * gradient.numpy(), rtol=1e-5)


def test_depth() -> None:
    model = run("depth")["deep"]
    assert [layer.kernel_initializer.__class__.__name__ for layer in model.layers] == ["HeNormal"] * 20


def test_overfitting() -> None:
    random = np.random.default_rng(0)
    x, y = random.random((60, 784)), np.arange(60) % 10
    model = run("overfitting", x=x, y=y, x_held=x[:30], y_held=random.integers(0, 10, 30))["model"]
    weights = [layer.kernel for layer in model.layers if hasattr(layer, "kernel")]
    expected = sum(0.001 * float(tf.reduce_sum(tf.square(kernel))) for kernel in weights)
    assert sum(float(one) for one in model.losses) == pytest.approx(expected, rel=1e-5)  # λ Σw², as here


def test_dropout() -> None:
    run("dropout", keras=keras)


def test_fog() -> None:
    weights = keras.Variable(np.array([2.0, -1.0], np.float32))
    run("fog", weights=weights.value, loss=lambda x, y: x**2 + y**2)
    np.testing.assert_allclose(weights.numpy(), np.array([2.0, -1.0]) * 0.94**24, rtol=1e-5)


def test_race() -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="softmax")])
    names = run("race", model=model, x_train=np.ones((4, 2)), y_train=np.zeros(4))
    assert np.isfinite(names["history"].history["loss"]).all()
