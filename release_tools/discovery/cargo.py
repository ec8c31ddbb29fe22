"""Crates: those that cargo would let the workflows publish."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from release_tools.discovery import tags
from release_tools.discovery.crates import LOOSE, PRIVATE, Crate
from release_tools.discovery.programs import is_program, literals
from release_tools.discovery.proposal import Candidate, Skipped
from release_tools.discovery.sides import beside, named_beside
from release_tools.discovery.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from release_tools.discovery.acts import Act
    from release_tools.discovery.files import Files
    from release_tools.discovery.workflows import Walk

_WHOLE = re.compile(
    r"^cargo (?:ws|workspaces|release|smart-release)(?: |$)|^release-plz release|^cargo-release"
    r"|^cargo publish.* --(?:workspace|all)(?: |$)"
)
_TEST = "a test or a fixture of one"
_ACTIONS = re.compile(
    r"publish-crates|release-plz|crates-io-auth-action|cargo-release|publish-crate|covector"
)


def find(walk: Walk) -> tuple[list[Candidate], list[Skipped]]:
    """Return the crates that are released, and those left out with the reason."""
    crates = [
        crate for path in walk.files.named("Cargo.toml") if (crate := Crate(walk.files, path)).name
    ]
    named, whole = _published(walk.acts.values(), crates, walk.files)
    if not named and not whole:
        named, whole = _published(walk.by_hand(), crates, walk.files)
    if not named and not whole:
        hidden = walk.holder("CARGO_REGISTRY_TOKEN", "CRATES_IO_TOKEN", "CRATES_TOKEN")
        whole = [hidden] if hidden else []
    pinned = {
        crate.path
        for crate in crates
        if tags.names(walk.tags, crate.name, crate.version)
        or _writes_manifests(named.get(crate.folder), walk.files)
    }
    reasons = _reasons(crates, named, whole, pinned)
    found: list[Candidate] = []
    skipped: list[Skipped] = []
    for crate in crates:
        reason = reasons[crate.path]
        act = named.get(crate.folder)
        if reason:
            skipped.append(Skipped("crate", crate.name, crate.path, reason))
            continue
        because = (
            f"{act.workflow.rsplit('/', 1)[-1]} publishes it" if act
            else f"{whole[0].workflow.rsplit('/', 1)[-1]} publishes the workspace" if whole
            else "nothing forbids to publish it, though no workflow here does"
        )  # fmt: skip
        source = [act] if act else whole
        starts = tuple(dict.fromkeys(path for each in source for path in each.starts))
        found.append(Candidate("crate", crate.name, crate.folder, because, starts, crate.version))
    return found, skipped


def roots(files: Files) -> frozenset[str]:
    """Return the folders that are the root of a Cargo workspace."""
    return frozenset(
        posixpath.dirname(path)
        for path in files.named("Cargo.toml")
        if "[workspace" in files.text(path)
    )


def _reasons(
    crates: list[Crate], named: dict[str, Act], whole: list[Act], pinned: set[str]
) -> dict[str, str]:
    """Say of each crate, by its manifest's path, why it is left out; an empty string if not.

    In the manifests that are ``pinned`` a dependency without a version gets one: it lacks it only
    between two releases, or who publishes writes it.
    """
    # where some crates of a workspace are marked as private, the others are meant to be public
    marked = {crate.root for crate in crates if crate.refusal() == PRIVATE and whole} - {None}
    held = set() if named or whole else _held(crates)
    reasons: dict[str, str] = {}
    for crate in crates:
        reason = crate.refusal()
        if crate.path in pinned:
            reason = "" if reason.endswith(LOOSE) else reason
        elif not reason and crate.folder not in named:
            reason = _doubt(crate, marked=crate.root in marked)
            if not reason and named and not whole:
                reason = "not among what the workflows publish"
            elif not reason and not named and not whole and crate.binding:
                reason = "a library for another language, and no workflow publishes it"
            elif not reason and crate.folder in held:
                reason = "no workflow publishes any crate, and cargo would refuse most of them"
        reasons[crate.path] = reason
    # a published crate drags along what it depends on: the registry resolves it from there
    by_folder = {crate.folder: crate for crate in crates}
    waiting = [crate for crate in crates if not reasons[crate.path]]
    while waiting:
        for folder in waiting.pop().siblings():
            other = by_folder.get(folder)
            if other is not None and reasons[other.path] and not other.refusal():
                reasons[other.path] = ""
                waiting.append(other)
    return reasons


def _doubt(crate: Crate, *, marked: bool) -> str:
    """Say why a crate seems to be beside the product; where others are marked, tests count."""
    reason = beside(crate.folder)
    if marked:
        return "" if reason == _TEST else reason
    return reason or named_beside(crate.name)


def _writes_manifests(act: Act | None, files: Files) -> bool:
    return bool(act and is_program(act.text) and "Cargo.toml" in files.text(act.text))


def _held(crates: list[Crate]) -> set[str]:
    """Return the folders of crates that are held back though cargo would take them.

    Somebody who publishes a workspace makes it fit, and marks the rest as private: where cargo
    would refuse most crates, none is meant for the registry, except those that depend on one
    another by path and version, since only who publishes a crate writes the version too.
    """
    likely = [each for each in crates if not beside(each.folder) and not named_beside(each.name)]
    refusals = [each.refusal() for each in likely]
    fit = refusals.count("")
    if len(refusals) - fit - refusals.count(PRIVATE) <= fit:
        return set()
    linked: set[str] = set()
    for crate in crates:
        siblings = set(crate.siblings())
        if siblings and not crate.refusal():
            linked |= siblings | {crate.folder}
    return {crate.folder for crate in crates} - linked


def _published(
    acts: Iterable[Act], crates: list[Crate], files: Files
) -> tuple[dict[str, Act], list[Act]]:
    """Return the folders published by name, and the acts that publish what they find."""
    names = {crate.name: crate.folder for crate in crates}
    folders = {crate.folder for crate in crates}
    named: dict[str, Act] = {}
    whole: list[Act] = []
    for act in acts:
        if not act.releases or not _publishes(act):
            continue
        targets = folders.intersection(_targets(act, names)) if _one_crate(act) else set()
        if is_program(act.text):  # it says which in its own language
            told = literals(files.text(act.text))
            targets = {each.folder for each in crates if {each.name, each.folder} & told}
        named.update((folder, act) for folder in targets)
        if not targets:
            whole.append(act)
    if named and all("auth" in act.uses for act in whole):
        # the token serves the commands that were read, or else programs that were not
        direct = {act.workflow for act in named.values()}
        whole = [act for act in whole if act.workflow not in direct]
    return named, whole


def _line(act: Act) -> str:
    return " ".join(each for each in act.argv if not each.startswith("+"))  # +toolchain


def _publishes(act: Act) -> bool:
    if act.uses:
        return bool(_ACTIONS.search(act.uses))
    line = _line(act)
    other = re.search(r" --registry[= ](?!crates-io)[\w-]", line)
    return not other and "dry-run" not in line and bool(_WHOLE.match(line) or _one_crate(act))


def _one_crate(act: Act) -> bool:
    line = _line(act)
    return bool(re.match(r"(?:\S*/)?cargo publish", line)) and not _WHOLE.match(line)


def _targets(act: Act, names: dict[str, str]) -> Iterator[str]:
    words = act.words
    explicit = False
    for at, word in enumerate(words):
        flag, equals, inline = word[0].partition("=")
        if flag in {"-p", "--package", "--manifest-path"}:
            explicit = True
            values = (inline,) if equals else words[at + 1] if at + 1 < len(words) else ()
            for value in values:
                if flag == "--manifest-path":
                    path = posixpath.normpath(posixpath.join(act.folder, posixpath.dirname(value)))
                    yield "" if path == "." else path
                else:
                    yield names.get(value, UNKNOWN)
    if not explicit:
        yield "" if act.folder == "." else act.folder
