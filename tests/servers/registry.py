"""A real OCI registry: Debian's ``docker-registry``, filled by the real ``skopeo`` and ``helm``.

    with registry.serving(folder) as here:                    # or auth="htpasswd", auth="token"
        digest = here.push_index("public/app", "v1.2.3", ("linux/amd64", "linux/arm64"))

It listens on 127.0.0.1 and a port of its own choice, keeps everything below ``folder``, and allows
deletion.  Two users exist where it asks for any: ``PUSHER`` may do everything, ``READER`` may pull.
With tokens, as on ghcr.io, anybody may pull what is below ``public/``; for all else the token is
refused, whether it is private or missing.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from tests.servers import layout, programs
from tests.servers.tokens import Tokens

if TYPE_CHECKING:
    from pathlib import Path

PUSHER, READER, PASSWORD = "pusher", "reader", "open sesame"
# bcrypt of PASSWORD; docker-registry takes nothing else.
_HASH = "$2b$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy"
_LISTENING = re.compile(rb"listening on 127\.0\.0\.1:(\d+)")
_PATIENCE = 10.0
_HELM = "application/vnd.cncf.helm.config.v1+json"
_CHART = "application/vnd.cncf.helm.chart.content.v1"


class Pushed(NamedTuple):
    """A chart as it was pushed: the digest of its manifest, and that of the .tgz."""

    digest: str
    layer: str


class Registry:
    """A registry that runs.  ``host`` is ``127.0.0.1:PORT``, ``url`` the same with its scheme."""

    def __init__(self, folder: Path, port: int, tokens: Tokens | None):
        self.folder = folder
        self.host = f"127.0.0.1:{port}"
        self.url = f"http://{self.host}"
        self.tokens = tokens
        self.authfile = folder / "auth.json"
        basic = base64.b64encode(f"{PUSHER}:{PASSWORD}".encode()).decode()
        self.authfile.write_text(json.dumps({"auths": {self.host: {"auth": basic}}}))
        self._basic = basic
        self._number = 0

    def push_index(
        self,
        name: str,
        tag: str,
        platforms: tuple[str, ...] = ("linux/amd64", "linux/arm64"),
        *,
        attested: bool = False,
        docker: bool = False,
    ) -> str:
        """Push an image for several platforms; return the digest of its index.

        ``attested`` adds the entry of platform unknown/unknown that buildkit adds; ``docker``
        makes a manifest list of Docker's out of it.
        """
        made = layout.index(self._folder(), platforms, attested=attested)
        return self._copy(made, name, tag, "--all", *(("--format", "v2s2") if docker else ()))

    def push_image(
        self, name: str, tag: str, platform: str = "linux/amd64", *, docker: bool = False
    ) -> str:
        """Push an image of one platform, with a manifest of OCI's or of Docker's."""
        made = layout.image(self._folder(), platform)
        return self._copy(made, name, tag, *(("--format", "v2s2") if docker else ()))

    def push_chart(
        self, path: str, name: str, version: str, app_version: str, *, helm: str = "helm"
    ) -> Pushed:
        """Package a chart and push it to ``path``, as ``helm package`` and ``helm push`` do."""
        package = layout.chart(self._folder(), name, version, app_version, programs.find(helm))
        said = _run(
            [
                programs.find(helm),
                "push",
                str(package),
                f"oci://{self.host}/{path}",
                "--plain-http",
                "--registry-config",
                str(self.authfile),
            ],
            home=self.folder,
        )
        digest = re.search(r"Digest: (sha256:[0-9a-f]{64})", said)
        assert digest, said
        return Pushed(digest[1], layout.digest(package.read_bytes()))

    def put_chart(self, name: str, tag: str, config: object, **more: object) -> str:
        """Upload what claims to be a chart, with this configuration; return its digest.

        ``config`` is JSON, or bytes as they are; ``more`` are further fields of the manifest.
        """
        content = config if isinstance(config, bytes) else json.dumps(config).encode()
        blob = self.put_blob(name, content)
        layer = self.put_blob(name, b"chart")
        manifest = {
            "schemaVersion": 2,
            "mediaType": layout.MANIFEST,
            "config": {"mediaType": _HELM, "digest": blob, "size": len(content)},
            "layers": [{"mediaType": f"{_CHART}.tar+gzip", "digest": layer, "size": 5}],
            **more,
        }
        return self.put_manifest(name, tag, json.dumps(manifest).encode(), layout.MANIFEST)

    def put_blob(self, name: str, content: bytes) -> str:
        """Upload a blob; return its digest."""
        digest = layout.digest(content)
        where = self._ask("POST", f"/v2/{name}/blobs/uploads/", expect=202)[1]["location"]
        path = where.removeprefix(self.url)
        self._ask("PUT", f"{path}&digest={digest}", content, "application/octet-stream", expect=201)
        return digest

    def put_manifest(self, name: str, tag: str, content: bytes, media_type: str) -> str:
        """Upload a manifest as it is, under a tag or its digest; return its digest."""
        self._ask("PUT", f"/v2/{name}/manifests/{tag}", content, media_type, expect=201)
        return layout.digest(content)

    def delete(self, name: str, digest: str) -> None:
        """Delete a manifest, and with it every tag on it."""
        self._ask("DELETE", f"/v2/{name}/manifests/{digest}", expect=202)

    def _folder(self) -> Path:
        self._number += 1
        made = self.folder / f"made-{os.getpid()}-{self._number}"
        made.mkdir()
        return made

    def _copy(self, made: Path, name: str, tag: str, *options: str) -> str:
        kept = made / "digest"
        argv = [programs.find("skopeo"), "--insecure-policy", "copy", "--quiet", *options]
        argv += ["--dest-tls-verify=false", "--authfile", str(self.authfile)]
        argv += [
            "--digestfile",
            str(kept),
            f"oci:{made}:made",
            f"docker://{self.host}/{name}:{tag}",
        ]
        _run(argv, home=self.folder)
        return kept.read_text().strip()

    def _ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "", *, expect: int
    ) -> tuple[bytes, dict[str, str]]:
        """Ask as the pusher; anything but ``expect`` fails the test."""
        headers = {"Content-Type": kind} if kind else {}
        if self.tokens is not None:
            name = path.removeprefix("/v2/").partition("/manifests/")[0].partition("/blobs/")[0]
            headers["Authorization"] = f"Bearer {self.tokens.token(PUSHER, name, '*')}"
        else:
            headers["Authorization"] = f"Basic {self._basic}"
        connection = http.client.HTTPConnection(self.host, timeout=10)
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        assert answer.status == expect, (method, path, answer.status, content)
        return content, {key.lower(): value for key, value in answer.getheaders()}


@contextmanager
def serving(folder: Path, auth: str | None = None):
    """Run a registry below ``folder`` until the block ends."""
    program = programs.find("docker-registry")
    tokens = Tokens({PUSHER: PASSWORD, READER: PASSWORD}, PUSHER) if auth == "token" else None
    config = folder / "config.yml"
    config.write_text(json.dumps(_config(folder, auth, tokens)))
    log = folder / "log"
    with log.open("wb") as out:
        child = subprocess.Popen(
            [program, "serve", str(config)],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={"PATH": os.environ["PATH"], "OTEL_TRACES_EXPORTER": "none"},
        )
    try:
        yield Registry(folder, _port(child, log), tokens)
    finally:
        child.terminate()
        child.wait(_PATIENCE)
        if tokens is not None:
            tokens.stop()


def _config(folder: Path, auth: str | None, tokens: Tokens | None) -> dict[str, object]:
    config: dict[str, object] = {
        "version": "0.1",
        "log": {"accesslog": {"disabled": True}, "level": "info"},
        "storage": {
            "filesystem": {"rootdirectory": str(folder / "store")},
            "delete": {"enabled": True},
            "maintenance": {"uploadpurging": {"enabled": False}},
        },
        "http": {"addr": "127.0.0.1:0", "secret": "of no importance"},
    }
    if auth == "htpasswd":
        users = folder / "htpasswd"
        users.write_text(f"{PUSHER}:{_HASH}\n{READER}:{_HASH}\n")
        config["auth"] = {"htpasswd": {"realm": "test", "path": str(users)}}
    if tokens is not None:
        certificate = folder / "tokens.pem"
        certificate.write_bytes(tokens.certificate)
        config["auth"] = {
            "token": {
                "realm": tokens.url,
                "service": tokens.service,
                "issuer": tokens.issuer,
                "rootcertbundle": str(certificate),
            }
        }
    return config


def _port(child: subprocess.Popen[bytes], log: Path) -> int:
    """Return the port that the registry says it listens on, as soon as it does."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        said = log.read_bytes()
        match = _LISTENING.search(said)
        if match:
            return int(match[1])
        if child.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(said.decode())
        time.sleep(0.005)


def _run(argv: list[str], home: Path) -> str:
    """Run a program with a home of its own; fail with what it said."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    done = subprocess.run(
        argv, capture_output=True, text=True, timeout=60, env=environment, check=False
    )
    assert done.returncode == 0, f"{argv}: {done.stderr}"
    return done.stdout + done.stderr
