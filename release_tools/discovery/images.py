"""Container images: those that a releasing workflow pushes, and those that our charts deploy."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from release_tools.discovery import told
from release_tools.discovery.deployed import MOVED, Own, advertised, deployed, once
from release_tools.discovery.fitness import ARCHITECTURE, moves, unfit
from release_tools.discovery.holes import filled
from release_tools.discovery.mentions import mentions
from release_tools.discovery.proposal import Candidate, Skipped
from release_tools.discovery.pushes import pushes
from release_tools.discovery.sides import beside
from release_tools.discovery.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from release_tools.discovery.files import Files
    from release_tools.discovery.pushes import Push
    from release_tools.discovery.workflows import Walk

_ASIDE = re.compile(r"(?:^|[-_])(?:examples?|demos?|experimental|playground)(?:[-_.]|$)")
_HIDDEN = "pushed to a place that only a secret or a variable knows"


def find(walk: Walk) -> tuple[list[Candidate], list[Skipped]]:
    """Return the images that the repository releases, and those that it only builds."""
    released, others, unfilled = _seen(walk)
    named = list(once(mentions(walk.files)))
    for push in _filled(walk, unfilled, named, released):
        if UNKNOWN in push.image:
            others.setdefault(push.image.replace(UNKNOWN, "…"), _HIDDEN)
        else:
            released.setdefault(push.image, push)
    guessed = deployed(walk, released, others, named)
    if not released:
        released.update(_by_hand(walk, {f"{each.registry}/{each.name}" for each in guessed}))
    if not released and not guessed:
        guessed = advertised(walk)
    _join_architectures(released, others)
    bare = {image for image, tag, _ in named if re.match(r"\d+\.\d+\.\d", tag)}
    found = [*(_candidate(each, bare) for each in released.values()), *guessed]
    _refer(walk.files, found)
    return found, [
        Skipped("image", image, "", reason)
        for image, reason in others.items()
        if image not in released
    ]


def _seen(walk: Walk) -> tuple[dict[str, Push], dict[str, str], list[Push]]:
    """Return the released images, why others are not, and those known only in part."""
    released: dict[str, Push] = {}
    others: dict[str, str] = {}
    unfilled: list[Push] = []
    for push in pushes(walk, walk.acts.values()):
        if UNKNOWN in push.image:
            unfilled += [push] if push.releases and not _only_moves(push) else []
        elif reason := _refusal(push, walk.repository):
            others.setdefault(push.image, reason)
        else:
            old = released.get(push.image)
            released[push.image] = push if old is None else old.joined(push)
    return released, others, unfilled


def _join_architectures(released: dict[str, Push], others: dict[str, str]) -> None:
    """Take the images of single architectures for the one that they are joined to."""
    several = Counter(ARCHITECTURE.sub("", image) for image in released)
    for image, push in list(released.items()):
        plain = ARCHITECTURE.sub("", image)
        if plain != image and (plain in released or several[plain] > 1):
            others[image] = "one architecture of another image"
            del released[image]
            released.setdefault(plain, replace(push, image=plain))


def _by_hand(walk: Walk, mine: set[str]) -> Iterator[tuple[str, Push]]:
    """Yield what a person pushes, beside the deployed images that are ``mine`` already."""
    hand = {each.image: each for each in pushes(walk, walk.by_hand()) if UNKNOWN not in each.image}
    # who pushes what is deployed pushes the same to other registries too
    known = {image.rpartition("/")[2] for image in mine - set(hand)}
    for image, push in hand.items():
        fit = _ours(image, walk.repository) and not _refusal(push, walk.repository)
        if fit and image not in mine and image.rpartition("/")[2] not in known:
            yield image, push


def _refusal(push: Push, repository: str) -> str:
    reason = unfit(push.image, repository)
    if reason:
        return reason
    if not push.releases:
        return f"{push.workflow} does not run for releases"
    if _ASIDE.search(push.workflow):
        return f"{push.workflow} is beside the product by its name"
    return f"{MOVED} ({push.tags[0]})" if _only_moves(push) else ""


def _only_moves(push: Push) -> bool:
    return bool(push.tags) and all(map(moves, push.tags))


def _filled(
    walk: Walk,
    unfilled: list[Push],
    named: list[tuple[str, str, str]],
    released: dict[str, Push],
) -> Iterator[Push]:
    """Yield the pushes to places that only secrets know, as far as the tree names the images."""
    if not unfilled:
        return
    votes = told.images(walk.files)
    votes.update(image for image, _, _ in named)
    own = Own(walk, released)
    mine = Counter(
        {
            image: count
            for image, count in votes.items()
            if image not in released and own.named(image) and not unfit(image, walk.repository)
        }
    )
    found = list(filled(unfilled, mine, own.project))
    yield from found
    last = {image.rpartition("/")[2] for image in (*released, *(push.image for push in found))}
    yield from (each for each in unfilled if each.image.rpartition("/")[2] not in {*last, UNKNOWN})


def _ours(image: str, repository: str) -> bool:
    """Say whether an image from a script's defaults bears the name of the owner or project."""
    owner, _, project = repository.lower().partition("/")
    parts = image.split("/")[1:]
    return bool(project) and (owner in parts or parts[-1] == project)


def _candidate(push: Push, bare: set[str]) -> Candidate:
    """Propose an image; its tag is without ``v`` where its pushes or its users say so."""
    registry, _, name = push.image.rpartition("/")
    plain = "v{version}" not in push.tags and ("{version}" in push.tags or push.image in bare)
    because = f"{push.workflow} pushes it"
    if push.told:
        because += ", to where the documentation gets it"
    return Candidate(
        "image", name, None, because, push.starts, None, registry,
        {"tag": "{version}"} if plain else {},
    )  # fmt: skip


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
