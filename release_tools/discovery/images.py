"""Container images: those that a releasing workflow pushes, and those that our charts deploy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from release_tools.discovery.proposal import Candidate, Skipped
from release_tools.discovery.pushes import pushes
from release_tools.discovery.sides import beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from release_tools.discovery.files import Files
    from release_tools.discovery.pushes import Push
    from release_tools.discovery.workflows import Walk

_MAX_NODES = 100_000
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
    deployed = _deployed(walk.files, walk.repository, {i.rpartition("/")[2] for i in released})
    if not released and not deployed:
        for push in pushes(walk, walk.by_hand()):
            if _ours(push.image, walk.repository) and not _refusal(push):
                released.setdefault(push.image, push)
    for image in list(released):
        plain = _ARCHITECTURE.sub("", image)
        if plain != image and plain in released:
            others[image] = "one architecture of another image"
            del released[image]
    found = [*map(_candidate, released.values()), *deployed]
    _refer(walk.files, found)
    return found, [
        Skipped("image", image, "", reason)
        for image, reason in others.items()
        if image not in released
    ]


def _refusal(push: Push) -> str:  # noqa: PLR0911 - one return for each reason
    host, _, rest = push.image.partition("/")
    if not rest:
        return "no registry could be read"
    if host.split(":")[0] in _LOCAL:
        return "a registry of the build machine"
    if host == "docker.pkg.github.com":
        return "a registry that is no longer served"
    if ".dkr.ecr." in host or host.endswith((".local", ".internal", ".test", ".example.com")):
        return "a private registry"
    if not push.releases:
        return f"{push.workflow} does not run for releases"
    if push.tags and all(_moves(tag) for tag in push.tags):
        return f"only pushed with a tag that moves ({push.tags[0]})"
    if _NAMES.search(rest):
        return "named as a helper of tests or builds"
    return "a staging place" if _PRIVATE.search(f"/{rest.rpartition('/')[0]}") else ""


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
    plain = "{version}" in push.tags and "v{version}" not in push.tags
    return Candidate(
        "image", name, None, f"{push.workflow} pushes it", push.starts, None, registry,
        {"tag": "{version}"} if plain else {},
    )  # fmt: skip


def _deployed(files: Files, repository: str, released: set[str]) -> list[Candidate]:
    """Return images of the project's own name in values files, that no workflow accounts for.

    Where some image is known to be released, only the one called as the project is added;
    otherwise also those whose name begins with the project's.
    """
    project = repository.lower().rpartition("/")[2]
    found: dict[str, Candidate] = {}
    for path in files.named("values.yaml", "values.yml"):
        folder = path.rpartition("/")[0]
        if not project or beside(folder) or not files.exists(f"{folder}/Chart.yaml"):
            continue
        for image in _structured(files.yaml(path)):
            registry, _, name = image.rpartition("/")
            own = name == project or (not released and name.startswith(f"{project}-"))
            if own and name not in released and not _NAMES.search(f"/{name}"):
                because = f"{path} deploys it, and no workflow says who pushes it"
                found.setdefault(image, Candidate("image", name, None, because, registry=registry))
    return list(found.values())


def _structured(values: Any) -> Iterator[str]:
    """Yield ``registry`` and ``repository`` of every table, where they name a registry's host."""
    waiting, seen = [values], 0
    while waiting and seen < _MAX_NODES:
        node = waiting.pop()
        seen += 1
        if isinstance(node, list):
            waiting += node
        if not isinstance(node, dict):
            continue
        waiting += node.values()
        registry, repository = node.get("registry"), node.get("repository")
        if isinstance(repository, str):
            whole = (
                f"{registry}/{repository}" if registry and isinstance(registry, str) else repository
            )
            if re.fullmatch(r"[\w-]+\.[\w.-]+(?:/[\w.-]+)+", whole):
                yield whole


def _mentions(text: str) -> Iterable[str]:
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
        for image in set(_mentions(text)) & set(names):
            references = names[image].options
            if isinstance(references, dict):
                references.setdefault("references", []).append(path)
