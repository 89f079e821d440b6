"""TensorFlow's second opinion: the real process, its answers, its end, and what happens when it cannot start."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from netlab.lessons.backprop import trained_network
from netlab.lessons.backprop.tape import COMMAND, Answer, TapeClient, gradients_of, gradients_of_article
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import EXAMPLES, Example, Network, forward
from tests.machine import alive
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def tape_client() -> Iterator[TapeClient]:
    one = TapeClient()
    yield one
    one.close()


def answered(tape_client: TapeClient, question: str) -> Answer:
    return until(
        lambda: (found := tape_client.ask(question, 0.05)).state != "loading" and found, what="an answer"
    )


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=list(EXAMPLES))
def test_the_tape_agrees_with_back_propagation(tape_client: TapeClient, example: Example) -> None:
    answer = answered(tape_client, gradients_of(example.network, example.inputs, example.targets))
    passed = forward(example.network, example.inputs, example.targets)
    ours = backward(example.network, passed, example.targets).arrays
    assert answer.state == "answered", answer.reason
    for mine, theirs in zip(ours, answer.gradients, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("output", "units"), [("sigmoid", 1), ("sigmoid", 3), ("softmax", 3), ("linear", 2)])
def test_it_knows_every_loss_and_output(tape_client: TapeClient, output: str, units: int) -> None:
    for loss in ("quadratic", "cross_entropy"):
        if loss == "cross_entropy" and output == "linear":
            continue
        network = Network.drawn((4, 5, units), ("tanh", output), loss=loss, seed=units)
        inputs = np.random.default_rng(1).normal(size=(6, 4))
        targets = (
            np.arange(6) % units if output == "softmax" else np.arange(6 * units).reshape(6, units) % 2.0
        )
        answer = answered(tape_client, gradients_of(network, inputs, targets))
        ours = backward(network, forward(network, inputs, targets), targets).arrays
        for mine, theirs in zip(ours, answer.gradients, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-9)


def test_it_answers_for_any_of_the_407_050(tape_client: TapeClient) -> None:
    image = np.random.default_rng(2).integers(0, 256, (28, 28)).astype(np.uint8)
    seen = trained_network.see(image, 3)
    pixel, unit = trained_network.steepest(seen)
    answer = answered(tape_client, gradients_of_article(seen.inputs, 3, [(0, pixel, unit), (3, 7)]))
    np.testing.assert_allclose(
        answer.values, [seen.gradients[0][pixel, unit], seen.gradients[3][7]], rtol=1e-9
    )


def test_a_question_that_makes_no_sense_is_answered_with_a_reason(tape_client: TapeClient) -> None:
    assert "KeyError" in answered(tape_client, '{"dtype": "float64"}').reason
    image = np.zeros(784)
    assert "IndexError" in answered(tape_client, gradients_of_article(image, 3, [(0, 9999, 0)])).reason


def test_an_answer_is_kept_and_the_process_ends_when_nobody_asks() -> None:
    tape_client = TapeClient(
        idle=0.2, command=fake('print(json.dumps({"id": json.loads(line)["id"], "values": [1.5]}))')
    )
    assert answered(tape_client, '{"a": 1}').values == (1.5,)
    until(lambda: tape_client.process is None, seconds=10, what="the end of the idle process")
    assert tape_client.ask('{"a": 1}').values == (1.5,)
    assert tape_client.process is None


def test_a_process_that_dies_is_told_and_not_restarted_at_once() -> None:
    tape_client = TapeClient(command=fake('sys.exit("no TensorFlow here")'))
    answer = answered(tape_client, '{"a": 1}')
    assert answer.state == "failed"
    assert "no TensorFlow here" in answer.reason
    assert tape_client.ask('{"a": 2}').state == "failed"
    assert tape_client.process is None


def test_only_the_newest_questions_wait() -> None:
    tape_client = TapeClient(command=(sys.executable, "-c", "import sys; sys.stdin.read()"))
    for number in range(200):
        assert tape_client.ask(f'{{"a": {number}}}').state == "loading"
    assert len(tape_client._waiting) == 64
    tape_client.close()


def test_nothing_is_left_when_the_server_is_killed() -> None:
    code = (
        "import sys, time\nfrom netlab.lessons.backprop.tape import TapeClient\n"
        "tape = TapeClient()\ntape.ask('{}')\nprint(tape.process.pid, flush=True)\ntime.sleep(60)"
    )
    server = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    pid = int(server.stdout.readline())
    server.kill()
    server.wait()
    server.stdout.close()
    until(lambda: not alive(pid), seconds=10, what="the end of the tape")


def test_the_asking_side_never_loads_tensorflow() -> None:
    code = "import sys, netlab.lessons.backprop.tape, netlab.lessons.backprop.trained_network; print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
    assert COMMAND[-1] == "netlab.lessons.backprop.tape_worker"


def fake(act: str) -> tuple[str, ...]:
    lines = [
        "import json, sys",
        'print(json.dumps({"ready": True}), flush=True)',
        "for line in sys.stdin:",
        f"    {act}",
        "    sys.stdout.flush()",
    ]
    return sys.executable, "-c", "\n".join(lines)
