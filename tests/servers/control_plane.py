"""A real Kubernetes control plane on loopback, as ``scripts/control-plane`` builds it.

    with control_plane.serving(folder) as here:
        run(["helm", ...], env=here.environment("admin"))

etcd, kube-apiserver with RBAC and kube-controller-manager are real; what is not there is a node.
Instead a thread reports every pod as running, or as waiting with ImagePullBackOff where the name
of its image contains ``bad``.  Users: ``admin`` may do everything, ``nobody`` nothing.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BIN = Path(__file__).parents[2] / ".cache" / "control-plane" / "bin"
"""Where the built programs are; nothing is there before ``scripts/control-plane build``."""

_USERS = {"admin": "system:masters", "nobody": ""}
_PATIENCE = 60.0
_PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager")


def is_built() -> bool:
    """Say whether the control plane can be started."""
    return all((BIN / name).exists() for name in _PROGRAMS)


class Client:
    """Asks the API server as admin."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._trust = ssl.create_default_context()
        self._trust.check_hostname = False
        self._trust.verify_mode = ssl.CERT_NONE  # it makes its certificate itself

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Return status and the JSON that came with it."""
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=10, context=self._trust
        )
        kind = "application/strategic-merge-patch+json" if method == "PATCH" else "application/json"
        headers = {"Authorization": "Bearer admin", "Content-Type": kind}
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        try:
            return answer.status, json.loads(content)
        except ValueError:
            return answer.status, content.decode()


class ControlPlane:
    """A control plane that runs; ``image_ids`` is what the engine says that an image is."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.client = Client(port)
        self.url = f"https://127.0.0.1:{port}"
        self.image_ids: dict[str, str] = {}

    def environment(self, user: str = "admin") -> dict[str, str]:
        """Return the environment in which kubectl and helm reach it as ``user``."""
        config = self.folder / f"{user}.kubeconfig"
        config.write_text(json.dumps(_kubeconfig(self.url, user)))
        home = self.folder / f"home-{user}"
        home.mkdir(exist_ok=True)
        return {"PATH": os.environ["PATH"], "HOME": str(home), "KUBECONFIG": str(config)}

    def make_namespace(self, name: str) -> None:
        """Make a namespace."""
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        status, answer = self.client.ask("POST", "/api/v1/namespaces", body)
        assert status == 201, answer


@contextmanager
def serving(folder: Path):
    """Run a control plane below ``folder`` until the block ends."""
    with contextlib.ExitStack() as stack:
        etcd = _start_etcd(stack, folder)
        port = _start_api_server(stack, folder, etcd)
        here = ControlPlane(folder, port)
        _await(lambda: here.client.ask("GET", "/readyz")[0] == 200, folder, "kube-apiserver")
        here.environment("admin")
        _run(
            stack,
            folder,
            "kube-controller-manager",
            f"--kubeconfig={folder / 'admin.kubeconfig'}",
            "--leader-elect=false",
            "--bind-address=127.0.0.1",
            "--port=0",
            f"--secure-port={_free_port()}",
            f"--cert-dir={folder / 'controller-certs'}",
            "--controllers=deployment,replicaset,statefulset,daemonset,endpoint,namespace,"
            "garbagecollector",
        )
        default = "/api/v1/namespaces/default"
        _await(lambda: here.client.ask("GET", default)[0] == 200, folder, "kube-apiserver")
        stop = threading.Event()
        kubelet = threading.Thread(target=_kubelet, args=(here, stop), daemon=True)
        kubelet.start()
        stack.callback(kubelet.join, 10)
        stack.callback(stop.set)
        yield here


def _start_etcd(stack: contextlib.ExitStack, folder: Path) -> str:
    client, peer = (f"http://127.0.0.1:{_free_port()}" for _ in range(2))
    _run(
        stack,
        folder,
        "etcd",
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--unsafe-no-fsync",
    )
    return client


def _start_api_server(stack: contextlib.ExitStack, folder: Path, etcd: str) -> int:
    tokens = folder / "tokens.csv"
    tokens.write_text("".join(f'{u},{u},{u},"{group}"\n' for u, group in _USERS.items()))
    key = folder / "service-accounts.pem"
    key.write_bytes(_private_key())
    port = _free_port()
    _run(
        stack,
        folder,
        "kube-apiserver",
        f"--etcd-servers={etcd}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        f"--cert-dir={folder / 'certs'}",
        f"--token-auth-file={tokens}",
        "--authorization-mode=RBAC",
        "--anonymous-auth=false",
        "--disable-admission-plugins=ServiceAccount",
        "--service-account-issuer=https://127.0.0.1",
        f"--service-account-key-file={key}",
        f"--service-account-signing-key-file={key}",
        "--service-cluster-ip-range=10.0.0.0/24",
    )
    return port


def _run(stack: contextlib.ExitStack, folder: Path, program: str, *options: str) -> None:
    """Start a program, and see to it that it is stopped, by its process id."""
    log = stack.enter_context((folder / f"{program}.log").open("wb"))
    child = subprocess.Popen(
        [str(BIN / program), *options],
        stdout=log,
        stderr=subprocess.STDOUT,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        cwd=folder,
    )

    def stop() -> None:
        child.terminate()
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    stack.callback(stop)


def _await(ready: Any, folder: Path, program: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if ready():
                return
        time.sleep(0.05)
    raise AssertionError((folder / f"{program}.log").read_text()[-2000:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _private_key() -> bytes:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )


def _kubeconfig(url: str, user: str) -> dict[str, Any]:
    cluster = {"server": url, "insecure-skip-tls-verify": True}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "test", "cluster": cluster}],
        "users": [{"name": user, "user": {"token": user}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": user}}],
        "current-context": "test",
    }


def _kubelet(here: ControlPlane, stop: threading.Event) -> None:
    """Report on every pod that nobody has reported on yet, until told to stop."""
    while not stop.wait(0.1):
        with contextlib.suppress(OSError, http.client.HTTPException):
            _, pods = here.client.ask("GET", "/api/v1/pods")
            for pod in pods.get("items", ()) if isinstance(pods, dict) else ():
                if not pod["status"].get("containerStatuses"):
                    meta = pod["metadata"]
                    path = f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}/status"
                    status = _status(pod["spec"]["containers"], here.image_ids)
                    here.client.ask("PATCH", path, {"status": status})


def _status(containers: list[dict[str, str]], ids: dict[str, str]) -> dict[str, Any]:
    ready = not any("bad" in one["image"] for one in containers)
    kinds = ("Initialized", "Ready", "ContainersReady", "PodScheduled")
    word = "True" if ready else "False"
    return {
        "phase": "Running" if ready else "Pending",
        "conditions": [{"type": kind, "status": word} for kind in kinds],
        "containerStatuses": [_container(one["name"], one["image"], ids) for one in containers],
    }


def _container(name: str, image: str, ids: dict[str, str]) -> dict[str, Any]:
    common = {"name": name, "image": image, "restartCount": 0, "lastState": {}}
    if "bad" not in image:
        running = {"running": {"startedAt": "2026-01-15T02:00:00Z"}}
        there = {"imageID": ids.get(image, ""), "ready": True, "started": True}
        return {**common, **there, "state": running}
    said = f'Back-off pulling image "{image}"'
    waiting = {"waiting": {"reason": "ImagePullBackOff", "message": said}}
    return {**common, "imageID": "", "ready": False, "started": False, "state": waiting}
