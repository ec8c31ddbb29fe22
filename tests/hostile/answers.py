"""What registries may answer, short of the truth.

Each is asked for ``app`` 1.0.0 by ``verify-surfaces --published``; that is there, not there, or
unknown, and whatever stands below is unknown, or named for what it is.
"""

from __future__ import annotations

import json

from tests.hostile.case import HOST, Case
from tests.servers import fault

ASK = ("verify-surfaces", "--published", "1.0.0")
HOSTS = f'[registries]\nplain-http = ["{HOST}"]\nprivate-hosts = ["{HOST}"]\n'
SIMPLE = "application/vnd.pypi.simple.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
HEX = "a" * 64
PWNED = "\n::set-output name=pwned::1\x1b[2J"


class Registry:
    """How one registry is configured, where it is asked, and what would be the truth."""

    def __init__(self, entry, key, path, kind, right, files=None):
        self.files = {
            "release-tools.toml": f"[[surfaces]]\n{entry}{HOSTS}{key}",
            **(files or {}),
        }
        self.path, self.kind, self.right = path, kind, right

    def answers(self, body, kind=None, headers=None):
        """Return what tells a server to answer with this where the registry is asked."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        own = {"Content-Type": kind or self.kind, **(headers or {})}
        return lambda proxy: proxy.always(fault.page(data, own), at=self.path)

    def faults(self, broken):
        return lambda proxy: proxy.always(broken, at=self.path)


def _file(name, **more):
    return {"filename": name, "url": f"/{name}", "hashes": {"sha256": HEX}, **more}


def _simple(files, **more):
    return {"meta": {"api-version": "1.1"}, "name": "app", "files": files, **more}


def _line(**more):
    line = {"name": "app", "vers": "1.0.0", "deps": [], "cksum": HEX, "features": {}}
    return json.dumps({**line, "yanked": False, **more}).encode() + b"\n"


def _packument(**more):
    dist = {"integrity": "sha512-" + "A" * 86 + "==", "tarball": "http://x/app.tgz"}
    version = {"name": "app", "version": "1.0.0", "dist": dist}
    return {"name": "app", "versions": {"1.0.0": version}, "dist-tags": {}, **more}


def _manifest(**more):
    return {
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": [
            {
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "digest": f"sha256:{HEX}",
                "size": 10,
                "platform": {"os": "linux", "architecture": "amd64"},
            }
        ],
        **more,
    }


WHEEL = "app-1.0.0-py3-none-any.whl"
REGISTRIES = {
    "pypi": Registry(
        'kind = "pypi"\npath = "."\n',
        f'pypi = "http://{HOST}/simple/"\n',
        "/simple/app/",
        SIMPLE,
        _simple([_file(WHEEL)]),
        {"pyproject.toml": '[project]\nname = "app"\nversion = "1.0.0"\n'},
    ),
    "crates": Registry(
        'kind = "crate"\npath = "."\n',
        f'crates = "sparse+http://{HOST}/index/"\n',
        "/index/3/a/app",
        "text/plain",
        _line(),
        {"Cargo.toml": '[package]\nname = "app"\nversion = "1.0.0"\n'},
    ),
    "npm": Registry(
        'kind = "npm"\npath = "."\n',
        f'npm = "http://{HOST}/"\n',
        "/app",
        "application/json",
        _packument(),
        {"package.json": '{"name": "app", "version": "1.0.0"}\n'},
    ),
    "oci": Registry(
        f'kind = "image"\nregistry = "{HOST}/o"\nnames = ["app"]\ntag = "{{version}}"\n',
        "",
        "/v2/o/app/manifests/1.0.0",
        INDEX,
        _manifest(),
    ),
    "charts": Registry(
        f'kind = "chart"\npath = "."\nregistry = "http://{HOST}/charts"\n',
        "",
        "/charts/index.yaml",
        "text/yaml",
        {"apiVersion": "v1", "entries": {"app": [{"name": "app", "version": "1.0.0"}]}},
        {"Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\n"},
    ),
}

# What is no answer, whoever gives it.
ANYBODY = {
    "html": fault.html(),
    "empty": fault.page(b""),
    "204": fault.status(204),
    "301-nowhere": fault.status(301),
    "304": fault.status(304),
    "400": fault.status(400),
    "401": fault.status(401),
    "403": fault.status(403),
    "410": fault.status(410),
    "418": fault.status(418),
    "200-not-utf-8": fault.page(b"\xff\xfe\x00"),
    "endless": fault.endless(),
    "oversize": fault.page(b" " * 1000, {"Content-Length": str(1 << 40)}),
    "gzip-bomb": fault.bomb(1 << 27),
    "gzip-that-is-none": fault.page(b"no gzip", {"Content-Encoding": "br"}),
    "negative-length": fault.page(b"{}", {"Content-Length": "-1"}),
    "two-lengths": fault.page(b"{}", {"Content-Length": "2, 3"}),
}
DOCUMENTS = {
    "list": b"[]",
    "text": b'"app"',
    "number": b"1",
    "null": b"null",
    "nan": b"NaN",
    "other-json": b'{"message": "OK"}',
    "cut-short": b'{"name": "app", "vers',
    "deep": b'{"a":' * 200_000,
    "deep-list": b"[" * 500_000,
    "wide": b"[" + b"{}," * 1_500_000 + b"{}]",
    "long-number": b'{"a": ' + b"9" * 1_000_000 + b"}",
    "utf-16": '{"name": "app"}'.encode("utf-16"),
    "nul": b"\0" * 100,
}
OWN = {
    "pypi": {
        "other-project": _simple([_file(WHEEL)], name="other"),
        "other-interface": _simple([], meta={"api-version": "2.0"}),
        "no-meta": {"name": "app", "files": []},
        "no-files": {"meta": {"api-version": "1.0"}, "name": "app"},
        "files-a-table": _simple({}),
        "file-a-text": _simple(["app"]),
        "file-without-name": _simple([{"url": "x", "hashes": {}}]),
        "file-without-hashes": _simple([{"filename": WHEEL, "url": "x"}]),
        "file-twice": _simple([_file(WHEEL), _file(WHEEL)]),
        "name-number": _simple([], name=1),
        "name-that-commands": _simple([_file(WHEEL)], name=PWNED),
    },
    "crates": {
        "other-crate": _line(name="other"),
        "no-checksum": _line(cksum=None),
        "checksum-of-words": _line(cksum="z" * 64),
        "version-number": _line(vers=1),
        "yanked-text": _line(yanked="no"),
        "two-checksums": _line() + _line(cksum="b" * 64),
        "yanked-and-not": _line() + _line(yanked=True),
        "name-that-commands": _line(name=PWNED),
        "one-line-broken": _line() + b"{",
    },
    "npm": {
        "other-package": _packument(name="other"),
        "versions-a-list": _packument(versions=[]),
        "version-a-text": _packument(versions={"1.0.0": "x"}),
        "no-dist": _packument(versions={"1.0.0": {"name": "app", "version": "1.0.0"}}),
        "other-version-inside": _packument(
            versions={"1.0.0": {"name": "app", "version": "9.9.9", "dist": {}}}
        ),
        "name-that-commands": _packument(name=PWNED),
    },
    "oci": {
        "other-schema": _manifest(schemaVersion=1),
        "no-manifests": {"schemaVersion": 2, "mediaType": INDEX},
        "manifests-a-table": _manifest(manifests={}),
        "digest-that-climbs": _manifest(
            manifests=[{"mediaType": INDEX, "digest": "sha256:../../x", "size": 1}]
        ),
        "size-negative": _manifest(
            manifests=[{"mediaType": INDEX, "digest": f"sha256:{HEX}", "size": -1}]
        ),
        "media-type-lies": _manifest(mediaType="application/vnd.oci.image.manifest.v1+json"),
        "platform-that-commands": _manifest(
            manifests=[
                {
                    "mediaType": "application/vnd.oci.image.manifest.v1+json",
                    "digest": f"sha256:{HEX}",
                    "size": 1,
                    "platform": {"os": PWNED, "architecture": "x"},
                }
            ]
        ),
    },
    "charts": {
        "entries-a-list": {"apiVersion": "v1", "entries": []},
        "entry-a-text": {"apiVersion": "v1", "entries": {"app": "x"}},
        "no-entries": {"apiVersion": "v1"},
        "aliases": b"a: &a [x]\n" + b"b: [*a,*a]\n" * 200_000 + b"entries: {}\n",
        "python": b"entries: !!python/object/apply:os.system [touch canary]\n",
        "deep-yaml": b"entries: " + b"[" * 500_000,
        "anchors": b"entries:\n  x: " + b"& " * 200_000,
    },
}


def _cases():
    for name, registry in REGISTRIES.items():
        yield Case(
            f"{name}/honest", ASK, "", 0, registry.files, serve=registry.answers(registry.right)
        )
        told = {what: registry.faults(broken) for what, broken in ANYBODY.items()}
        told |= {what: registry.answers(body) for what, body in DOCUMENTS.items()}
        told |= {what: registry.answers(body) for what, body in OWN[name].items()}
        for what, serve in told.items():
            yield Case(f"{name}/{what}", ASK, "registry-unknown", 3, registry.files, serve=serve)
    oci, right = REGISTRIES["oci"], json.dumps(_manifest()).encode()
    many = {f"X-{n}": "x" * 1000 for n in range(200)}
    serve = oci.answers(right, headers=many)
    yield Case("oci/header-bomb", ASK, "registry-unknown", 3, oci.files, serve=serve)
    for name, headers in {
        "lie": {"Docker-Content-Digest": f"sha256:{'0' * 64}"},
        "no-digest": {"Docker-Content-Digest": "latest"},
        "digest-commands": {"Docker-Content-Digest": "sha256:%0A::error::x"},
        "md5": {"Docker-Content-Digest": f"md5:{'0' * 32}"},
    }.items():
        serve = oci.answers(right, headers=headers)
        yield Case(f"oci/digest/{name}", ASK, "digest-lies", 1, oci.files, serve=serve)
    for kind in ("text/html", "application/octet-stream", "application/vnd.evil+json"):
        serve = oci.answers(right, kind=kind)
        yield Case(f"oci/type/{kind}", ASK, "registry-unknown", 3, oci.files, serve=serve)


CASES = list(_cases())
