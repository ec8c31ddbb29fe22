"""The leanest client that asks a registry for digests: nothing is judged, retried or bounded.

    python lean.py HOST NAME:TAG ...

All references are asked at once, at most 80 at a time, each thread on a connection of its own.
Where the registry wants tokens, one is fetched for each repository.  Prints how long it took from
the first request to the last answer, in seconds, and the digests.
"""

# ruff: noqa: D103 - a program of one page

from __future__ import annotations

import hashlib
import http.client
import json
import re
import ssl
import sys
import threading
import time
from urllib.parse import urlsplit

MOST = 80
ACCEPT = ", ".join(
    f"application/vnd.{kind}+json"
    for kind in (
        "oci.image.index.v1",
        "oci.image.manifest.v1",
        "docker.distribution.manifest.list.v2",
        "docker.distribution.manifest.v2",
    )
)

turn = threading.Lock()
realm = ""
tokens: dict[str, str] = {}
fetching: dict[str, threading.Lock] = {}
digests: dict[str, str] = {}


def ask(
    connection: http.client.HTTPSConnection, path: str, **headers: str
) -> tuple[int, str, bytes]:
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.headers.get("WWW-Authenticate", ""), answer.read()


def token(connection: http.client.HTTPSConnection, name: str) -> str:
    with turn:
        lock = fetching.setdefault(name, threading.Lock())
    with lock:
        if name not in tokens:
            url = urlsplit(f"{realm}&scope=repository:{name}:pull")
            body = ask(connection, f"{url.path}?{url.query}")[2]
            tokens[name] = json.loads(body)["token"]
    return f"Bearer {tokens[name]}"


def look_up(connection: http.client.HTTPSConnection, reference: str) -> str:
    global realm  # noqa: PLW0603
    name, _, tag = reference.rpartition(":")
    path = f"/v2/{name}/manifests/{tag}"
    status = 401
    challenge, body = "", b""
    if not realm:
        status, challenge, body = ask(connection, path, Accept=ACCEPT)
        found = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
        if status == 401:  # noqa: PLR2004
            realm = f"{found['realm']}?service={found['service']}"
    if status == 401:  # noqa: PLR2004
        shown = token(connection, name)
        status, _, body = ask(connection, path, Accept=ACCEPT, Authorization=shown)
    if status != 200:  # noqa: PLR2004
        sys.exit(f"{reference}: {status} {body!r}")
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def work() -> None:
    connection = http.client.HTTPSConnection(host, context=context)
    while True:
        with turn:
            reference = next(todo, "")
        if not reference:
            return
        digests[reference] = look_up(connection, reference)


host, *references = sys.argv[1:]
todo = iter(references)
context = ssl.create_default_context()
start = time.perf_counter()
threads = [threading.Thread(target=work) for _ in range(min(MOST, len(references)))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(time.perf_counter() - start)
if len(digests) != len(references):
    sys.exit("not all are there")
print(*(f"{reference} {digests[reference]}" for reference in references), sep="\n")
