"""Crates: those that cargo would let the workflows publish.

crates.io refuses a crate without description and licence, and cargo refuses one whose
dependencies have a path or a git address and no version; a crate that fails either is not
published, whatever else is said of it.
https://doc.rust-lang.org/cargo/reference/publishing.html
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from release_tools.discovery import tags
from release_tools.discovery.proposal import Candidate, Skipped
from release_tools.discovery.sides import beside, named_beside
from release_tools.discovery.values import UNKNOWN
from release_tools.errors import ReleaseToolsError
from release_tools.kinds.workspaces import cargo_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from release_tools.discovery.acts import Act
    from release_tools.discovery.files import Files
    from release_tools.discovery.workflows import Walk

_WHOLE = re.compile(
    r"^cargo (?:ws|workspaces|release|smart-release)(?: |$)|^release-plz release|^cargo-release"
    r"|^cargo publish.* --(?:workspace|all)(?: |$)"
)
_ACTIONS = re.compile(
    r"publish-crates|release-plz|crates-io-auth-action|cargo-release|publish-crate|covector"
)


PRIVATE = "publish = false"
TEST = "a test or a fixture of one"
LOOSE = "has no version"


class Crate:
    """One crate, with what it inherits from its workspace."""

    def __init__(self, files: Files, path: str) -> None:
        self.path = path
        self.folder = posixpath.dirname(path)
        data = files.toml(path)
        self.package = _table(data, "package")
        self.name = str(self.package.get("name") or "")
        self.data = data
        try:
            self.root = cargo_root(files.tree, self.folder) if self.name else None
        except ReleaseToolsError:
            self.root = None
        top = files.toml(posixpath.join(self.root, "Cargo.toml")) if self.root is not None else {}
        self.workspace = _table(top, "workspace")
        self.inherited = _table(self.workspace, "package")

    def value(self, key: str) -> Any:
        """Return a key of ``[package]``, through ``key.workspace = true``."""
        value = self.package.get(key)
        if isinstance(value, dict) and value.get("workspace") is True:
            return self.inherited.get(key)
        return value

    @property
    def version(self) -> str | None:
        """Its version, its own or the workspace's."""
        version = self.value("version")
        return version if isinstance(version, str) else None

    @property
    def binding(self) -> bool:
        """Whether it is built only as a dynamic library, as bindings are."""
        return _table(self.data, "lib").get("crate-type") in (["cdylib"], ["staticlib", "cdylib"])

    def refusal(self) -> str:
        """Say why cargo or crates.io would refuse it, or an empty string."""
        publish = self.value("publish")
        if publish is False or publish == []:
            return PRIVATE
        if isinstance(publish, list) and "crates-io" not in publish:
            return f"published to {publish[0]}, not to crates.io"
        if not self.value("version") or self.value("version") == "0.0.0":
            return "it states no version of its own"
        if not self.value("description") or not (
            self.value("license") or self.value("license-file")
        ):
            return "crates.io wants a description and a licence"
        loose = next(self._loose(), "")
        return f"its dependency {loose} {LOOSE}" if loose else ""

    def siblings(self) -> Iterator[str]:
        """Yield the folders of the crates that it depends on, for use and not for tests."""
        for _, entry, base in self._dependencies():
            if isinstance(entry.get("path"), str):
                folder = posixpath.normpath(posixpath.join(base, entry["path"]))
                yield "" if folder == "." else folder

    def _loose(self) -> Iterator[str]:
        for name, entry, _ in self._dependencies():
            if "version" not in entry and "registry" not in entry:
                yield from [name] if "path" in entry or "git" in entry else []

    def _dependencies(self) -> Iterator[tuple[str, dict[str, Any], str]]:
        """Yield name, table and the folder that its path starts from."""
        tables = [
            self.data,
            *(v for v in _table(self.data, "target").values() if isinstance(v, dict)),
        ]
        for table in tables:
            for kind in ("dependencies", "build-dependencies"):
                for name, entry in _table(table, kind).items():
                    base, table_of = self.folder, entry
                    if isinstance(entry, dict) and entry.get("workspace") is True:
                        base = self.root or ""
                        table_of = _table(self.workspace, "dependencies").get(name)
                    if isinstance(table_of, dict):
                        yield name, table_of, base


def find(walk: Walk) -> tuple[list[Candidate], list[Skipped]]:
    """Return the crates that are released, and those left out with the reason."""
    crates = [
        crate for path in walk.files.named("Cargo.toml") if (crate := Crate(walk.files, path)).name
    ]
    named, whole = _published(walk.acts.values(), crates)
    if not named and not whole:
        named, whole = _published(walk.by_hand(), crates)
    if not named and not whole:
        hidden = walk.holder("CARGO_REGISTRY_TOKEN", "CRATES_IO_TOKEN", "CRATES_TOKEN")
        whole = [hidden] if hidden else []
    tagged = {crate.path for crate in crates if tags.names(walk.tags, crate.name, crate.version)}
    reasons = _reasons(crates, named, whole, tagged)
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
    crates: list[Crate], named: dict[str, Act], whole: list[Act], tagged: set[str]
) -> dict[str, str]:
    """Say of each crate, by its manifest's path, why it is left out; an empty string if not."""
    # where some crates of a workspace are marked as private, the others are meant to be public
    marked = {crate.root for crate in crates if crate.refusal() == PRIVATE and whole} - {None}
    held = set() if named or whole else _held(crates)
    reasons: dict[str, str] = {}
    for crate in crates:
        reason = crate.refusal()
        if crate.path in tagged:  # only between two releases does a dependency lack its version
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
        return "" if reason == TEST else reason
    return reason or named_beside(crate.name)


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


def _published(acts: Iterable[Act], crates: list[Crate]) -> tuple[dict[str, Act], list[Act]]:
    """Return the folders published by name, and the acts that publish what they find."""
    names = {crate.name: crate.folder for crate in crates}
    folders = {crate.folder for crate in crates}
    named: dict[str, Act] = {}
    whole: list[Act] = []
    for act in acts:
        if not act.releases or not _publishes(act):
            continue
        targets = folders.intersection(_targets(act, names)) if _one_crate(act) else set()
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


def _table(data: dict[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}
