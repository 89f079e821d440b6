"""The files for a cluster of one's own ask for what Netlab asks for: a token everywhere, a head without cores."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from netlab.cluster import settings

ROOT = Path(__file__).resolve().parents[2]


def read(name: str) -> Any:
    yaml: Any = importlib.import_module("yaml")
    return yaml.safe_load((ROOT / "deploy" / "ray" / name).read_text("utf-8"))


def environment(container: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one.get("value", one.get("valueFrom")) for one in container["env"]}


def test_ray_up_starts_every_computer_with_the_token() -> None:
    found = read("cluster.yaml")
    starts = [
        line
        for kind in ("head", "worker")
        for line in found[f"{kind}_start_ray_commands"]
        if "ray start" in line
    ]
    assert len(starts) == 2
    assert all(line.startswith("RAY_AUTH_MODE=token ") for line in starts)
    assert "--num-cpus=0" in starts[0]
    assert found["file_mounts"] == {"~/.ray/auth_token": "~/.ray/auth_token"}
    assert "chmod 600 ~/.ray/auth_token" in found["setup_commands"]
    assert found["min_workers"] == found["max_workers"] == len(found["provider"]["worker_ips"])


def test_kuberay_s_pods_have_the_token_and_the_app_finds_its_cluster(
    tmp_path: Path, monkeypatch: Any
) -> None:
    found = read("kuberay.yaml")["spec"]
    head, app = found["headGroupSpec"]["template"]["spec"]["containers"]
    (node,) = found["workerGroupSpecs"][0]["template"]["spec"]["containers"]
    secret = {"secretKeyRef": {"name": "netlab-ray", "key": "auth_token"}}
    for container in (head, app, node):
        assert environment(container)["RAY_AUTH_MODE"] == "token"
        assert environment(container)["RAY_AUTH_TOKEN"] == secret
    assert found["headGroupSpec"]["rayStartParams"]["num-cpus"] == "0"
    monkeypatch.setattr(settings, "lacking", lambda *_: False)
    asked = {**environment(app), "RAY_AUTH_TOKEN": "given by the secret"}
    assert asked["NETLAB_ENGINE"] == "ray"
    assert settings.read(asked, tmp_path).address == "127.0.0.1:6379"
