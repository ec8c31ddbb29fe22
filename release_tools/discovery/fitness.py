"""What the name or the tags of an image alone show: that it is none of the released ones."""

from __future__ import annotations

import re

_OWNED = frozenset(("ghcr.io", "gcr.io", "quay.io", "docker.io"))  # their names have an owner
_CLOSED = (".dkr.ecr.", ".local.", ".internal.", ".test.", ".example.com.", ".mirror.gcr.io.")
_CHARTS = frozenset(("charts", "chart", "helm-charts", "helm-chart", "helm"))
_LOCAL = frozenset(("localhost", "127.0.0.1", "ttl.sh", "host.docker.internal"))
_MOVING = frozenset(
    [
        "latest",
        "nightly",
        "canary",
        "main",
        "master",
        "edge",
        "dev",
        "devel",
        "development",
        "test",
        "testing",
        "ci",
        "e2e",
        "pr",
        "preview",
        "unstable",
        "head",
        "tip",
        "cache",
        "buildcache",
        "build-cache",
        "snapshot",
        "precommit",
        "local",
        "staging",
        "sha",
        "experimental",
        "beta",
    ]
)
_PRIVATE = re.compile(
    r"(?:^|[-_/.])(?:staging|stage|dev|ci|mirror|preview|snapshots?|scratch|tests?|internal|"
    r"nightly|canary)(?:$|[-_/])"
)
_NAMES = re.compile(
    r"(?:^|[-_/])(?:tests?|testing|e2e|ci|buildcache|dev|devel|devcontainer|devcontainers|"
    r"builder|build-env|buildenv|build-image|build-tools|build|example|examples|demo|sample|"
    r"samples|nightly|canary|fuzz|cross|bench|staging|snapshot|preview|experimental|toolchain)$"
    r"|(?:^|/)(?:test|tests|mock|ci|e2e|dev|builder|cross|example|experimental)[-_]"
)
ARCHITECTURE = re.compile(r"[-_](?:amd64|arm64|x86_64|aarch64|armv7|arm|s390x|ppc64le|386)$")
"""The end of a name that stands for one architecture of an image."""


def unfit(image: str, repository: str) -> str:  # noqa: PLR0911 - one return for each reason
    """Say what in the name alone shows that it is none of the released ones."""
    host, _, rest = image.partition("/")
    short = "/" not in rest and (host in _OWNED or host.endswith((".gcr.io", ".pkg.dev")))
    if not rest or short or host in {"github.com", "gitlab.com"}:
        return "no registry could be read"
    if host.split(":")[0] in _LOCAL:
        return "a registry of the build machine"
    if host == "docker.pkg.github.com":
        return "a registry that is no longer served"
    if any(each in f".{host}." for each in _CLOSED):
        return "a private registry"
    if _NAMES.search(rest):
        return "named as a helper of tests or builds"
    if rest.rpartition("/")[0].rpartition("/")[2] in _CHARTS:
        return "a place of charts"
    own = repository.lower().split("/")  # an owner may be called anything
    places = "/".join(each for each in rest.split("/")[:-1] if each not in own)
    return "a staging place" if _PRIVATE.search(f"/{places}") else ""


def moves(tag: str) -> bool:
    """Say whether a tag is one that moves, such as ``latest`` or ``main``."""
    words = [each for each in re.split(r"[-_.\0]", tag.lower()) if each]
    return bool(words) and words[0] in _MOVING
