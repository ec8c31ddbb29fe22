"""OCI layouts and chart packages, made as small as they can be; pure files, no server."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar"


def digest(content: bytes) -> str:
    """Return ``sha256:…`` of bytes."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def index(folder: Path, platforms: tuple[str, ...], *, attested: bool = False) -> Path:
    """Write a layout whose one image, ``made``, has these platforms; return the folder."""
    entries = [_manifest(folder, platform) for platform in platforms]
    if attested:
        entry = _manifest(folder, "unknown/unknown")
        of = {
            "vnd.docker.reference.digest": entries[0]["digest"],
            "vnd.docker.reference.type": "attestation-manifest",
        }
        entries.append({**entry, "annotations": of})
    content = _json({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries})
    return _layout(folder, _blob(folder, content, INDEX))


def image(folder: Path, platform: str) -> Path:
    """Write a layout whose one image, ``made``, is a single manifest; return the folder."""
    return _layout(
        folder, {k: v for k, v in _manifest(folder, platform).items() if k != "platform"}
    )


def chart(folder: Path, name: str, version: str, app_version: str, helm: str) -> Path:
    """Package a chart of one empty template with ``helm``; return the .tgz."""
    source = folder / name
    (source / "templates").mkdir(parents=True)
    (source / "Chart.yaml").write_text(
        f"apiVersion: v2\nname: {name}\nversion: {json.dumps(version)}\n"
        f"appVersion: {json.dumps(app_version)}\n"
    )
    argv = [helm, "package", str(source), "--destination", str(folder)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    subprocess.run(argv, check=True, capture_output=True, timeout=60, env=environment)
    return folder / f"{name}-{version}.tgz"


def _manifest(folder: Path, platform: str) -> dict[str, object]:
    system, architecture, *variant = platform.split("/")
    of: dict[str, object] = {"os": system, "architecture": architecture}
    if variant:
        of["variant"] = variant[0]
    # A layer of its own for every image, so that no two have one digest.
    layer = (str(folder) + platform).encode().ljust(1024, b"\0")
    config = {**of, "config": {}, "rootfs": {"type": "layers", "diff_ids": [digest(layer)]}}
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": _blob(folder, _json(config), _CONFIG),
        "layers": [_blob(folder, layer, _LAYER)],
    }
    return {**_blob(folder, _json(manifest), MANIFEST), "platform": of}


def _layout(folder: Path, top: dict[str, object]) -> Path:
    named = {**top, "annotations": {"org.opencontainers.image.ref.name": "made"}}
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (folder / "index.json").write_bytes(_json({"schemaVersion": 2, "manifests": [named]}))
    return folder


def _blob(folder: Path, content: bytes, media_type: str) -> dict[str, object]:
    name = digest(content)
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True, exist_ok=True)
    (blobs / name.removeprefix("sha256:")).write_bytes(content)
    return {"mediaType": media_type, "digest": name, "size": len(content)}


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
