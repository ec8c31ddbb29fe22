"""Built artifacts, made by the real tools of each ecosystem; images by hand and by skopeo."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.servers import programs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

VERSION = "org.opencontainers.image.version"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_INDEX = "application/vnd.oci.image.index.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"


def python(out: Path, source: Path, name: str, version: str, backend: str = "hatchling.build"):
    """Build the wheel and the sdist of a package of one module, by the hooks of a real backend."""
    pytest.importorskip(backend.partition(".")[0])
    module = name.replace("-", "_")
    _write(source / f"{module}.py", f'"""A test."""\n__version__ = "{version}"\n')
    _write(
        source / "pyproject.toml",
        f'[build-system]\nrequires = []\nbuild-backend = "{backend}"\n'
        f'[project]\nname = "{name}"\nversion = "{version}"\ndescription = "A test"\n',
    )
    out.mkdir(parents=True, exist_ok=True)
    program = f"import sys, {backend} as b; b.build_sdist(sys.argv[1]); b.build_wheel(sys.argv[1])"
    _run([sys.executable, "-c", program, str(out)], source)


def crate(out: Path, source: Path, name: str, version: str):
    """Package a crate of one file by the real cargo."""
    cargo = programs.find("cargo")
    _write(source / "src" / "lib.rs", "//! A test\n")
    _write(
        source / "Cargo.toml",
        f'[package]\nname = "{name}"\nversion = "{version}"\nedition = "2021"\n'
        'description = "A test"\nlicense = "MIT"\n',
    )
    _run([cargo, "package", "--no-verify", "--offline", "--allow-dirty", "--quiet"], source)
    _move(source / "target" / "package" / f"{name}-{version}.crate", out)


def npm(out: Path, source: Path, name: str, version: str):
    """Pack an npm package by the real npm."""
    _write(source / "package.json", json.dumps({"name": name, "version": version, "main": "a.js"}))
    _write(source / "a.js", "")
    _run([programs.find("npm"), "pack", "--offline", "--silent"], source)
    _move(next(source.glob("*.tgz")), out)


def chart(out: Path, source: Path, name: str, version: str, app_version: str):
    """Package a chart of one empty template by the real helm."""
    text = f'apiVersion: v2\nname: {name}\nversion: "{version}"\nappVersion: "{app_version}"\n'
    _write(source / name / "Chart.yaml", text)
    _write(source / name / "values.yaml", "")
    _run([programs.find("helm"), "package", str(source / name), "-d", str(out)], source)


class Layout:
    """An image layout in a folder, written blob by blob."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entries: list[dict[str, Any]] = []
        _write(folder / "oci-layout", '{"imageLayoutVersion": "1.0.0"}')
        self._write_index()

    def blob(self, content: bytes, media_type: str) -> dict[str, Any]:
        digits = hashlib.sha256(content).hexdigest()
        path = self.folder / "blobs" / "sha256" / digits
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return {"mediaType": media_type, "digest": f"sha256:{digits}", "size": len(content)}

    def image(
        self, platform: str = "linux/amd64", label: str | None = None, **more
    ) -> dict[str, Any]:
        """Write the image of one platform, and return its descriptor."""
        words = ("os", "architecture", "variant")
        of = dict(zip(words, platform.split("/"), strict=False))
        layer = f"{platform} {label}".encode().ljust(1024, b"\0")
        labels = {} if label is None else {"Labels": {VERSION: label}}
        diff = f"sha256:{hashlib.sha256(layer).hexdigest()}"
        config = {**of, "config": labels, "rootfs": {"type": "layers", "diff_ids": [diff]}}
        manifest = {
            "schemaVersion": 2,
            "mediaType": _MANIFEST,
            "config": self.blob(json.dumps(config).encode(), _CONFIG),
            "layers": [self.blob(layer, "application/vnd.oci.image.layer.v1.tar")],
            **more,
        }
        return {**self.blob(json.dumps(manifest).encode(), _MANIFEST), "platform": of}

    def index(self, *descriptors: dict[str, Any], **more) -> dict[str, Any]:
        """Write an index of these images, and return its descriptor."""
        content = {"schemaVersion": 2, "mediaType": _INDEX, "manifests": descriptors, **more}
        return self.blob(json.dumps(content).encode(), _INDEX)

    def add(self, descriptor: dict[str, Any], *, platform: bool = False, **annotations) -> Layout:
        """List an image in ``index.json``; annotations have ``_`` for ``.``."""
        entry = {k: v for k, v in descriptor.items() if platform or k != "platform"}
        named = {key.replace("_", "."): value for key, value in annotations.items()}
        self.entries.append({**entry, "annotations": named} if named else entry)
        self._write_index()
        return self

    def _write_index(self) -> None:
        content = {"schemaVersion": 2, "manifests": self.entries}
        _write(self.folder / "index.json", json.dumps(content))


def layout(folder: Path, label: str, platforms: Sequence[str] = ("linux/amd64",)) -> Layout:
    """Write a layout of one image for these platforms, called ``made``."""
    made = Layout(folder)
    images = [made.image(platform, label) for platform in platforms]
    top = made.index(*images) if len(images) > 1 else images[0]
    return made.add(top, org_opencontainers_image_ref_name="made")


def skopeo(source: str, target: str, *options: str) -> None:
    """Copy an image, such as from ``oci:FOLDER:made`` to ``docker-archive:FILE:NAME:TAG``."""
    argv = [programs.find("skopeo"), "--insecure-policy", "copy", "--quiet", *options]
    _run([*argv, source, target], None)


def _run(argv: list[str], folder: Path | None) -> None:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    subprocess.run(argv, cwd=folder, check=True, capture_output=True, timeout=120, env=environment)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _move(path: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    path.rename(out / path.name)
