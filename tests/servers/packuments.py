"""An npm registry: packuments and tarballs, and the PUT of ``npm publish``.

    with packuments.serving() as registry:
        registry.add("@scope/app", "0.3.0")         # or registry.publish(...), by the real npm
        ... registry.url ...

https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.servers import programs, site
from tests.servers.site import Said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers.site import Asked

_SHORT_FORM = "application/vnd.npm.install-v1+json"


class Packuments:
    """A registry that runs.  ``packages`` are its packuments by name."""

    def __init__(self) -> None:
        self.packages: dict[str, dict[str, Any]] = {}
        self.tarballs: dict[str, bytes] = {}
        self.site = site.Site(self._answer)
        self.url = self.site.url

    def add(self, name: str, version: str, tarball: bytes = b"", *, tag: str = "latest") -> str:
        """Add a version without asking npm; return the SHA-512 of its tarball, in hex."""
        tarball = tarball or f"{name} {version}".encode()
        digest = hashlib.sha512(tarball)
        path = f"/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
        self.tarballs[path] = tarball
        package = self.packages.setdefault(
            name, {"_id": name, "name": name, "dist-tags": {}, "versions": {}}
        )
        package["dist-tags"][tag] = version
        package["versions"][version] = {
            "name": name,
            "version": version,
            "dist": {
                "integrity": f"sha512-{base64.b64encode(digest.digest()).decode()}",
                "shasum": hashlib.sha1(tarball).hexdigest(),
                "tarball": self.url + path,
            },
        }
        return digest.hexdigest()

    def npm(self, *argv: str, cwd: Path) -> str:
        """Run the real npm, to which this registry is all there is; return what it prints."""
        host = self.url.partition(":")[2]
        (cwd / ".npmrc").write_text(f"registry={self.url}/\n{host}/:_authToken=none\n")
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(cwd),
            "npm_config_cache": str(cwd / "npm-cache"),
            "npm_config_update_notifier": "false",
            "npm_config_audit": "false",
        }
        done = subprocess.run(
            [programs.find("npm"), *argv],
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{argv}: {done.stderr}"
        return done.stdout

    def publish(self, folder: Path, name: str, version: str) -> None:
        """Publish an empty package with the real npm."""
        folder.mkdir(exist_ok=True)
        (folder / "package.json").write_text(json.dumps({"name": name, "version": version}))
        self.npm("publish", "--access=public", cwd=folder)

    def _answer(self, asked: Asked) -> Said:
        path = unquote(asked.path.partition("?")[0])
        name = path[1:]
        if asked.method == "PUT" and name == json.loads(asked.body).get("name"):
            return self._put(json.loads(asked.body))
        if path in self.tarballs:
            return Said(200, self.tarballs[path], "application/octet-stream")
        if name not in self.packages:
            return Said(404, b'{"error": "not_found"}')
        short = _SHORT_FORM in asked.headers.get("accept", "")
        kind = _SHORT_FORM if short else "application/json"
        return Said(200, json.dumps(self.packages[name]).encode(), kind)

    def _put(self, document: dict[str, Any]) -> Said:
        """Take what npm publishes: one version, its tarball as an attachment, its dist-tags."""
        (version,) = document["versions"]
        (attached,) = (
            one for file, one in document["_attachments"].items() if file.endswith(".tgz")
        )
        (tag,) = document["dist-tags"]
        self.add(document["name"], version, base64.b64decode(attached["data"]), tag=tag)
        return Said(201, b'{"ok": true}')


@contextmanager
def serving() -> Iterator[Packuments]:
    """Serve an empty registry until the block ends."""
    registry = Packuments()
    try:
        yield registry
    finally:
        registry.site.close()
