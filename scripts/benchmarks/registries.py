"""Serve two filled registries over TLS, a round trip of 50 ms away, until standard input ends.

    python -m benchmarks.registries FOLDER

Behind both is a real docker-registry, one that is open and one that wants tokens; as on ghcr.io
their tokens are had on the registry's own host.  What a client has to know is written to
``FOLDER/servers.json``, when all is ready: ``host`` of both, and the file of their certificate.
Each has the same images, all of version 1.2.3: 200 tags of ``public/one``, and the repositories
``public/many000`` to ``public/many199``.  It runs in the environment of the tests.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.servers import fault, registry, tls

if TYPE_CHECKING:
    from tests.servers.registry import Registry

LATENCY = 0.05
SIZE = 200
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def filled(here: Registry) -> Registry:
    """Push one index under every name, for two platforms."""
    with ThreadPoolExecutor(8) as pool:
        for done in (
            pool.submit(push, here, "public/one", [tag_of(number) for number in range(SIZE)]),
            *(pool.submit(push, here, f"public/many{n:03}", ["v1.2.3"]) for n in range(SIZE)),
        ):
            done.result()
    return here


def tag_of(number: int) -> str:
    """Return the tag of one of the images that share a repository."""
    return f"a{number:03}-v1.2.3"


def push(here: Registry, name: str, tags: list[str]) -> None:
    """Push an index of two empty images under each tag."""
    entries = []
    for architecture in ("amd64", "arm64"):
        configuration = json.dumps({"os": "linux", "architecture": architecture}).encode()
        config = {
            "mediaType": "application/vnd.oci.image.config.v1+json",
            "digest": here.put_blob(name, configuration),
            "size": len(configuration),
        }
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": []}
        content = json.dumps(manifest).encode()
        entry = {"mediaType": MANIFEST, "size": len(content)}
        entry["platform"] = {"os": "linux", "architecture": architecture}
        entries.append(entry | {"digest": here.put_manifest(name, architecture, content, MANIFEST)})
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}
    for tag in tags:
        here.put_manifest(name, tag, json.dumps(index).encode(), INDEX)


def answer_tokens(here: Registry, proxy: fault.Proxy) -> None:
    """Let the proxy answer for the server of tokens, if any, and the challenge say so."""
    tokens = here.tokens
    if tokens is None:
        return

    def answer(turn: fault.Turn) -> bool:
        query = urlsplit(turn.request.path).query
        status, body = tokens.answer(query, turn.request.headers.get("authorization", ""))
        content = json.dumps(body).encode()
        return bool(fault.page(content, {"Content-Type": "application/json"}, status)(turn))

    proxy.rewrite[tokens.url] = f"{proxy.url}/token"
    proxy.always(answer, at="/token")


def main() -> None:
    """Serve until standard input ends."""
    folder = Path(sys.argv[1])
    with ExitStack() as stack:
        certificate = tls.certificate(folder)
        hosts = {}
        for kind, auth in (("open", None), ("token", "token")):
            (folder / kind).mkdir()
            here = filled(stack.enter_context(registry.serving(folder / kind, auth)))
            serving = fault.serving(here.url, latency=LATENCY, tls=certificate)
            proxy = stack.enter_context(serving)
            answer_tokens(here, proxy)
            hosts[kind] = proxy.host
        ready = folder / "servers.json"
        ready.with_suffix(".new").write_text(json.dumps(hosts | {"trust": str(certificate.path)}))
        ready.with_suffix(".new").replace(ready)
        sys.stdin.read()


if __name__ == "__main__":
    main()
