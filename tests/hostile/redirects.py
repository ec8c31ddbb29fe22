"""Redirects that lead where nobody may be led."""

from __future__ import annotations

from tests.hostile.answers import ASK, REGISTRIES
from tests.hostile.case import Case
from tests.servers import fault

PLACES = {
    "metadata": "http://169.254.169.254/latest/meta-data",
    "private": "https://10.0.0.1/",
    "loopback": "https://127.0.0.1:1/",
    "loopback-name": "https://localhost:1/",
    "loopback-short": "https://127.1:1/",
    "loopback-number": "https://2130706433:1/",
    "loopback-6": "https://[::1]:1/",
    "mapped": "https://[::ffff:127.0.0.1]:1/",
    "nat64": "https://[64:ff9b::7f00:1]:1/",
    "other-port": "http://127.0.0.1:1/",
    "without-tls": "http://example.com/",
    "file": "file:///etc/passwd",
    "gopher": "gopher://127.0.0.1:1/x",
    "javascript": "javascript:alert(1)",
    "credentials": "https://a:b@example.com/",
    "no-host": "https:///x",
    "bad-port": "https://example.com:99999/",
    "not-a-host": "https://$(touch canary)/",
    "long": "https://example.com/" + "a" * 9000,
    "control": "https://exa\x1bmple.com/",
}


def _loop(path):
    return lambda proxy: proxy.always(fault.redirect(path), at=path)


def _chain(path):
    """Lead on and on."""

    def serve(proxy):
        proxy.always(fault.redirect("/0"), at=path)
        for number in range(30):
            proxy.always(fault.redirect(f"/{number + 1}"), at=f"/{number}")

    return serve


def _cases():
    for name, registry in REGISTRIES.items():
        for place, url in PLACES.items():
            serve = registry.faults(fault.redirect(url))
            yield Case(f"{name}/{place}", ASK, "registry-unknown", 3, registry.files, serve=serve)
        for what, serve in {
            "loop": _loop(registry.path),
            "chain": _chain(registry.path),
        }.items():
            yield Case(f"{name}/{what}", ASK, "registry-unknown", 3, registry.files, serve=serve)


CASES = list(_cases())
