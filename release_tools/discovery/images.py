"""Container images: those that a releasing workflow pushes, and those that our charts deploy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.discovery.proposal import Candidate, Skipped
from release_tools.discovery.pushes import Push, pushes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from release_tools.discovery.files import Files
    from release_tools.discovery.workflows import Walk

_MOVING = frozenset(
    "latest nightly canary main master edge dev devel development test testing ci e2e pr preview "
    "unstable head tip cache buildcache build-cache snapshot precommit local staging sha "
    "experimental beta".split()
)
_PRIVATE = re.compile(r"(?:^|[-_/.])(?:staging|stage|dev|ci|preview|snapshots?|scratch|tests?|internal)(?:$|[-_/])")
_NAMES = re.compile(
    r"(?:^|[-_/])(?:tests?|testing|e2e|ci|cache|buildcache|dev|devel|devcontainer|devcontainers|"
    r"builder|build-env|buildenv|build-image|build-tools|build|example|examples|demo|sample|"
    r"samples|nightly|canary|fuzz|cross|bench|staging|snapshot|preview|toolchain)$"
    r"|(?:^|/)(?:test|tests|ci|e2e|dev|builder|cross|example)[-_]"
)
_ARCHITECTURE = re.compile(r"[-_](?:amd64|arm64|x86_64|aarch64|armv7|arm|s390x|ppc64le|386)$")


def find(walk: Walk) -> tuple[list[Candidate], list[Skipped]]:
    """Return the images that the repository releases, and those that it only builds."""
    released: dict[str, Push] = {}
    others: dict[str, str] = {}
    for push in pushes(walk, walk.acts.values()):
        reason = _refusal(push)
        if reason:
            others.setdefault(push.image, reason)
        else:
            old = released.get(push.image)
            released[push.image] = push if old is None else old.joined(push)
    if not released:
        for push in pushes(walk, walk.by_hand()):
            if _ours(push.image, walk.repository) and not _refusal(push):
                released.setdefault(push.image, push)
    for image in list(released):
        plain = _ARCHITECTURE.sub("", image)
        if plain != image and plain in released:
            others[image] = "one architecture of another image"
            del released[image]
    found = [_candidate(push) for push in released.values()]
    if not found:
        found = _deployed(walk.files, walk.repository)
    _refer(walk.files, found)
    return found, [
        Skipped("image", image, "", reason)
        for image, reason in others.items()
        if image not in released
    ]


def _refusal(push: Push) -> str:
    host, _, rest = push.image.partition("/")
    if not rest:
        return "no registry could be read"
    if host.split(":")[0] in {"localhost", "127.0.0.1", "0.0.0.0", "ttl.sh", "host.docker.internal"}:  # noqa: S104
        return "a registry of the build machine"
    if ".dkr.ecr." in host or host.endswith((".local", ".internal", ".test", ".example.com")):
        return "a private registry"
    if not push.releases:
        return f"{push.workflow} does not run for releases"
    if push.tags and all(_moves(tag) for tag in push.tags):
        return f"only pushed with a tag that moves ({push.tags[0]})"
    if _NAMES.search(rest):
        return "named as a helper of tests or builds"
    return "a staging place" if _PRIVATE.search(f"{host}/{rest.rsplit('/', 1)[0]}") else ""


def _ours(image: str, repository: str) -> bool:
    """Say whether an image from a script's defaults bears the name of the owner or project."""
    owner, _, project = repository.lower().partition("/")
    parts = image.split("/")[1:]
    return bool(project) and (owner in parts or parts[-1] == project)


def _moves(tag: str) -> bool:
    words = [each for each in re.split(r"[-_.\0]", tag.lower()) if each]
    return bool(words) and words[0] in _MOVING


def _candidate(push: Push) -> Candidate:
    registry, _, name = push.image.rpartition("/")
    return Candidate(
        "image", name, None, f"{push.workflow} pushes it", push.starts, None, registry
    )


def _deployed(files: Files, repository: str) -> list[Candidate]:
    """Where no workflow says it: images of our own name and owner in values files and manifests."""
    owner, _, project = repository.lower().partition("/")
    found: dict[str, Candidate] = {}
    for path in files.named("values.yaml", "values.yml", "kustomization.yaml"):
        if not project or "/test" in path or len(files.text(path)) > 400_000:
            continue
        for image in _mentions(files.text(path)):
            host, _, rest = image.partition("/")
            last = rest.rsplit("/", 1)[-1]
            if "." in host and owner.replace("-", "") in rest.lower().replace("-", "") and last == project:
                registry, _, name = image.rpartition("/")
                because = f"{path} deploys it, and no workflow says who pushes it"
                found.setdefault(image, Candidate("image", name, None, because, registry=registry))
    return list(found.values())


def _mentions(text: str) -> Iterable[str]:
    for match in re.finditer(
        r"^[ -]*(?:repository|image|name|newName)[ ]*:[ ]*[\"']?([\w./-]+/[\w./-]+)", text, re.MULTILINE
    ):
        yield match[1]


def _refer(files: Files, found: list[Candidate]) -> None:
    """Note, beside each image, the values files and kustomizations that mention it."""
    names = {f"{each.registry}/{each.name}": each for each in found}
    for path in files.named("values.yaml", "kustomization.yaml"):
        text = files.text(path) if "/test" not in path and "example" not in path else ""
        for image in set(_mentions(text)) & set(names):
            references = names[image].options
            if isinstance(references, dict):
                references.setdefault("references", []).append(path)
