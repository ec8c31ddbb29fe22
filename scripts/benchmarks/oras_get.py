"""Ask for manifests as oras-py does, one after the other.

    python oras_get.py HOST NAME:TAG ...

A client keeps one token for all repositories, so each repository gets a client of its own.
"""

from __future__ import annotations

import sys

from oras.client import OrasClient  # type: ignore[import-untyped]

host, *references = sys.argv[1:]
clients: dict[str, OrasClient] = {}
for reference in references:
    client = clients.setdefault(reference.rpartition(":")[0], OrasClient(hostname=host))
    client.get_manifest(f"{host}/{reference}")
