"""A sparse index of crates, with the part of a registry's API that ``cargo publish`` needs.

    with sparse.serving() as registry:
        registry.add("app", "0.3.0")                # or registry.publish(folder), by the real cargo
        ... registry.index ...                      # the base URL, without "sparse+"

https://doc.rust-lang.org/cargo/reference/registry-index.html and registry-web-api.html
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.servers import programs, site
from tests.servers.site import Said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers.site import Asked


class Sparse:
    """A registry that runs.  ``lines`` are the lines of its index, by the name of the crate."""

    def __init__(self) -> None:
        self.lines: dict[str, list[dict[str, Any]]] = {}
        self.crates: dict[tuple[str, str], bytes] = {}
        self.site = site.Site(self._answer)
        self.index = f"{self.site.url}/index"

    def add(self, name: str, version: str, crate: bytes = b"", *, yanked: bool = False) -> str:
        """Add a version without asking cargo; return its checksum."""
        checksum = hashlib.sha256(crate or f"{name} {version}".encode()).hexdigest()
        line = {"name": name, "vers": version, "deps": [], "cksum": checksum}
        self.lines.setdefault(name, []).append({**line, "features": {}, "yanked": yanked})
        self.crates[name, version] = crate
        return checksum

    def cargo(self, *argv: str, cwd: Path) -> str:
        """Run the real cargo, to which this registry is ``local`` and all there is."""
        config = cwd / ".cargo"
        config.mkdir(exist_ok=True)
        (config / "config.toml").write_text(
            f'[registries.local]\nindex = "sparse+{self.index}/"\n'
            '[source.crates-io]\nreplace-with = "local"\n'
        )
        environment = {
            **{k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "RUSTUP_HOME")},
            "CARGO_HOME": str(cwd / "cargo-home"),
            "CARGO_REGISTRIES_LOCAL_TOKEN": "none",
        }
        done = subprocess.run(
            [programs.find("cargo"), *argv],
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{argv}: {done.stderr}"
        return done.stdout + done.stderr

    def publish(self, folder: Path, name: str, version: str) -> None:
        """Publish an empty crate with the real cargo."""
        (folder / "src").mkdir(parents=True, exist_ok=True)
        (folder / "src" / "lib.rs").write_text("")
        (folder / "Cargo.toml").write_text(
            f'[package]\nname = "{name}"\nversion = "{version}"\nedition = "2021"\n'
            'description = "A test"\nlicense = "MIT"\n'
        )
        argv = ("publish", "--registry=local", "--no-verify", "--allow-dirty", "--quiet")
        self.cargo(*argv, cwd=folder)

    def _answer(self, asked: Asked) -> Said:
        path = asked.path.partition("?")[0]
        if asked.method in {"GET", "HEAD"} and path.startswith("/index/"):
            return self._read(path.removeprefix("/index/"))
        match asked.method, path.strip("/").split("/"):
            case "GET", ["crates", name, version, "download"] if (name, version) in self.crates:
                return Said(200, self.crates[name, version], "application/gzip")
            case "PUT", ["api", "v1", "crates", "new"]:
                return self._new(asked.body)
            case (("DELETE" | "PUT"), ["api", "v1", "crates", name, version, ("yank" | "unyank")]):
                for line in self.lines[name]:
                    line["yanked"] |= line["vers"] == version
                    line["yanked"] &= asked.method == "DELETE" or line["vers"] != version
                return Said(200, b'{"ok": true}')
        return Said(404, b'{"errors": [{"detail": "not found"}]}')

    def _read(self, path: str) -> Said:
        if path == "config.json":
            here = {"dl": f"{self.site.url}/crates", "api": self.site.url}
            return Said(200, json.dumps(here).encode())
        lines = next((found for name, found in self.lines.items() if _path(name) == path), None)
        if lines is None:
            return Said(404, b"", "text/plain")
        text = "".join(json.dumps(line) + "\n" for line in lines)
        return Said(200, text.encode(), "text/plain")

    def _new(self, body: bytes) -> Said:
        """Take a crate: the length of its metadata, that, the length of the .crate, that."""
        end = 4 + int.from_bytes(body[:4], "little")
        told = json.loads(body[4:end])
        self.add(told["name"], told["vers"], body[end + 4 :])
        warnings = b'{"invalid_categories": [], "invalid_badges": [], "other": []}'
        return Said(200, b'{"warnings": %b}' % warnings)


def _path(name: str) -> str:
    """Return where the specification puts the file of a crate."""
    low = name.lower()
    match len(low):
        case 1 | 2:
            return f"{len(low)}/{low}"
        case 3:
            return f"3/{low[0]}/{low}"
    return f"{low[0:2]}/{low[2:4]}/{low}"


@contextmanager
def serving() -> Iterator[Sparse]:
    """Serve an empty registry until the block ends."""
    registry = Sparse()
    try:
        yield registry
    finally:
        registry.site.close()
