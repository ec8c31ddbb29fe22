"""Container images: those that a releasing workflow pushes, and those that our charts deploy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.discovery import builds
from release_tools.discovery.mentions import mentions
from release_tools.discovery.proposal import Candidate, Skipped
from release_tools.discovery.pushes import pushes
from release_tools.discovery.sides import beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from release_tools.discovery.files import Files
    from release_tools.discovery.pushes import Push
    from release_tools.discovery.workflows import Walk

_MOVED = "only pushed with a tag that moves"
_OWNED = frozenset(("ghcr.io", "gcr.io", "quay.io", "docker.io"))  # their names have an owner
_CLOSED = (".dkr.ecr.", ".local.", ".internal.", ".test.", ".example.com.", ".mirror.gcr.io.")
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
    r"(?:^|[-_/.])(?:staging|stage|dev|ci|mirror|preview|snapshots?|scratch|tests?|internal)(?:$|[-_/])"
)
_NAMES = re.compile(
    r"(?:^|[-_/])(?:tests?|testing|e2e|ci|buildcache|dev|devel|devcontainer|devcontainers|"
    r"builder|build-env|buildenv|build-image|build-tools|build|example|examples|demo|sample|"
    r"samples|nightly|canary|fuzz|cross|bench|staging|snapshot|preview|toolchain)$"
    r"|(?:^|/)(?:test|tests|mock|ci|e2e|dev|builder|cross|example|experimental)[-_]"
)
_ARCHITECTURE = re.compile(r"[-_](?:amd64|arm64|x86_64|aarch64|armv7|arm|s390x|ppc64le|386)$")


def find(walk: Walk) -> tuple[list[Candidate], list[Skipped]]:
    """Return the images that the repository releases, and those that it only builds."""
    released: dict[str, Push] = {}
    others: dict[str, str] = {}
    for push in pushes(walk, walk.acts.values()):
        reason = _refusal(push, walk.repository)
        if reason:
            others.setdefault(push.image, reason)
        else:
            old = released.get(push.image)
            released[push.image] = push if old is None else old.joined(push)
    named = list(_once(mentions(walk.files)))
    deployed = _deployed(walk, released, others, named)
    if not released:
        mine = {f"{each.registry}/{each.name}" for each in deployed}
        hand = {push.image: push for push in pushes(walk, walk.by_hand())}
        # who pushes what is deployed pushes the same to other registries too
        known = {image.rpartition("/")[2] for image in mine - set(hand)}
        for image, push in hand.items():
            fit = _ours(image, walk.repository) and not _refusal(push, walk.repository)
            if fit and image not in mine and image.rpartition("/")[2] not in known:
                released.setdefault(image, push)
    for image in list(released):
        plain = _ARCHITECTURE.sub("", image)
        if plain != image and plain in released:
            others[image] = "one architecture of another image"
            del released[image]
    bare = {image for image, tag, _ in named if re.match(r"\d+\.\d+\.\d", tag)}
    found = [*(_candidate(each, bare) for each in released.values()), *deployed]
    _refer(walk.files, found)
    return found, [
        Skipped("image", image, "", reason)
        for image, reason in others.items()
        if image not in released
    ]


def _refusal(push: Push, repository: str) -> str:
    reason = _unfit(push.image, repository)
    if reason:
        return reason
    if not push.releases:
        return f"{push.workflow} does not run for releases"
    if push.tags and all(map(_moves, push.tags)):
        return f"{_MOVED} ({push.tags[0]})"
    return ""


def _unfit(image: str, repository: str) -> str:
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
    own = repository.lower().split("/")  # an owner may be called anything
    places = "/".join(each for each in rest.split("/")[:-1] if each not in own)
    return "a staging place" if _PRIVATE.search(f"/{places}") else ""


def _ours(image: str, repository: str) -> bool:
    """Say whether an image from a script's defaults bears the name of the owner or project."""
    owner, _, project = repository.lower().partition("/")
    parts = image.split("/")[1:]
    return bool(project) and (owner in parts or parts[-1] == project)


def _moves(tag: str) -> bool:
    words = [each for each in re.split(r"[-_.\0]", tag.lower()) if each]
    return bool(words) and words[0] in _MOVING


def _candidate(push: Push, bare: set[str]) -> Candidate:
    """Propose an image; its tag is without ``v`` where its pushes or its users say so."""
    registry, _, name = push.image.rpartition("/")
    plain = "v{version}" not in push.tags and ("{version}" in push.tags or push.image in bare)
    return Candidate(
        "image", name, None, f"{push.workflow} pushes it", push.starts, None, registry,
        {"tag": "{version}"} if plain else {},
    )  # fmt: skip


def _deployed(
    walk: Walk, released: dict[str, Push], others: dict[str, str], named: list[tuple[str, str, str]]
) -> list[Candidate]:
    """Return images that the tree both deploys and can build, and that no workflow pushes.

    They belong to the owner by their name or by the company that they keep: the place where
    other images and charts of the repository go.  Where none is known to be released, the name
    of the project is enough in a chart of its own.
    """
    mine = _Own(walk, released)
    bases = {builds.plain(image.rpartition("/")[2]) for image in released}
    bases |= {mine.short(image) for image in released}
    found: dict[str, Candidate] = {}
    for image, tag, path in sorted(named, key=lambda each: _moves(each[1])):
        registry, _, name = image.rpartition("/")
        reason = others.get(image, "")
        if {builds.plain(name), mine.short(image)} & bases or _MOVED in reason:
            continue
        # what has a build of its own is no channel of something else
        if _unfit(image.removesuffix("-canary"), walk.repository) or not mine.can_be(
            image, name, path
        ):
            continue
        if _ARCHITECTURE.search(name) or (released and tag and _moves(tag)):
            continue
        because = f"{path} deploys it, and no workflow says who pushes it"
        option = {"tag": "{version}"} if re.match(r"\d+\.\d+", tag) else {}
        known = next((i for i, c in found.items() if mine.short(i) == mine.short(image)), image)
        if known == image:
            found.setdefault(
                image, Candidate("image", name, None, because, registry=registry, options=option)
            )
    return list(found.values())


class _Own:
    """What tells the repository's images from others'."""

    def __init__(self, walk: Walk, released: dict[str, Push]) -> None:
        owner, _, project = walk.repository.lower().partition("/")
        self.files = walk.files
        self.project = project
        self.released = released
        self.builds = builds.Builds(walk.files, project)
        self.owners = {builds.plain(owner), builds.plain(project)} - {""}
        self.spaces = {image.rpartition("/")[0] for image in released}

    def short(self, image: str) -> str:
        """Return the last name without that of the project before it."""
        name = builds.plain(image.rpartition("/")[2])
        return name.removeprefix(builds.plain(self.project)) or name

    def can_be(self, image: str, name: str, path: str) -> bool:
        registry = image.rpartition("/")[0]
        if not self.project:
            return False
        owned = registry in self.spaces or any(
            builds.plain(part) in self.owners for part in registry.split("/")[1:]
        )
        plain, project = builds.plain(name), builds.plain(self.project)
        chart = self.files.exists(f"{path.rpartition('/')[0]}/Chart.yaml")
        if not self.builds.names:
            return plain == project and chart
        if owned and (self.builds.make(name) or plain == project):
            deployed = path.endswith((".yaml", ".yml")) or not self.released
            return deployed or plain.startswith(project) or plain in self.builds.commands
        named = plain == project or plain.startswith(project)
        return named and chart and (self.builds.make(name) or not self.released)


def _once(found: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield each image once, with the tag that says most."""
    best: dict[str, tuple[str, str]] = {}
    for image, tag, path in found:
        if image not in best or (re.match(r"v?\d", tag) and not re.match(r"v?\d", best[image][0])):
            best[image] = (tag, best.get(image, ("", path))[1])
    return ((image, tag, path) for image, (tag, path) in best.items())


def _named(text: str) -> Iterable[str]:
    for match in re.finditer(
        r"^[ -]*(?:repository|image|name|newName)[ ]*:[ ]*[\"']?([\w./-]+/[\w./-]+)",
        text,
        re.MULTILINE,
    ):
        yield match[1]


def _refer(files: Files, found: list[Candidate]) -> None:
    """Note, beside each image, the values files and kustomizations that mention it."""
    names = {f"{each.registry}/{each.name}": each for each in found}
    for path in files.named("values.yaml", "kustomization.yaml"):
        text = "" if beside(path.rpartition("/")[0]) else files.text(path)
        for image in set(_named(text)) & set(names):
            references = names[image].options
            if isinstance(references, dict):
                references.setdefault("references", []).append(path)
