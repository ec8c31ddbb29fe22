"""Python packages: those that some workflow uploads, else those written to be uploaded."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from release_tools.discovery import tags, triggers
from release_tools.discovery.proposal import Candidate, Skipped
from release_tools.discovery.sides import beside, named_beside
from release_tools.discovery.values import UNKNOWN
from release_tools.discovery.wheels import targets_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.discovery.acts import Act
    from release_tools.discovery.files import Files
    from release_tools.discovery.workflows import Walk

_UPLOADS = re.compile(
    r"^(?:python3? -m )?twine upload|^(?:\S*/)?uv publish"
    r"|^(?:python3? -m )?(?:poetry|flit|hatch|pdm|rye|maturin) (?:publish|upload)"
)


class Package:
    """A Python package as its manifest describes it."""

    def __init__(self, folder: str, path: str, data: dict[str, Any]) -> None:
        self.folder = folder
        self.path = path
        self.project = _table(data, "project") or _table(_table(data, "tool"), "poetry")
        self.tool = _table(data, "tool")
        self.name = str(self.project.get("name") or "")
        version = self.project.get("version")
        self.version = version if isinstance(version, str) else None
        self.builds = "build-system" in data or path.endswith((".cfg", ".py"))

    @property
    def private(self) -> str:
        """Why it can't be uploaded, or an empty string."""
        classifiers = self.project.get("classifiers")
        if any("Private ::" in str(each) for each in classifiers or ()):
            return "private by its classifier"
        if self.project.get("package-mode") is False:
            return "no package, says [tool.poetry]"
        if self.version == "0.0.0" and not self.builds:
            return "has neither a version nor a build"
        return ""

    @property
    def presentable(self) -> bool:
        """Whether it says what an index page shows: description, licence, and where it lives."""
        about = self.project
        return bool(
            about.get("description")
            and (about.get("license") or "License ::" in str(about.get("classifiers")))
            and (about.get("classifiers") or about.get("urls") or about.get("keywords")
                 or about.get("repository") or (about.get("readme") and about.get("authors")))
        )  # fmt: skip


def find(walk: Walk) -> tuple[list[Candidate], list[Skipped]]:
    """Return the packages that are released, and those left out with the reason."""
    skipped: list[Skipped] = []
    packages = list(_packages(walk.files, skipped))
    uploads = [act for act in walk.acts.values() if act.releases and _is_upload(act)]
    uploads = uploads or [act for act in walk.by_hand() if _is_upload(act)]
    found: dict[str, Candidate] = {}
    for act in uploads:
        for package, because in _uploaded(act, walk, packages):
            old = found.get(package.path)
            starts = (*(old.workflows if old else ()), *act.starts)
            found[package.path] = _candidate(package, because, tuple(dict.fromkeys(starts)))
    for package in packages:
        if package.path in found:
            continue
        reason = _refusal(package, walk, uploads_known=bool(uploads))
        if tag := tags.names(walk.tags, package.name, package.version):
            found[package.path] = _candidate(package, f"the tag {tag} names it", ())
            continue
        if reason:
            skipped.append(Skipped("pypi", package.name, package.path, reason))
        else:
            because = "written for an index, though no workflow here uploads it"
            found[package.path] = replace(_candidate(package, because, ()), guessed=True)
    return list(found.values()), skipped


def _candidate(package: Package, because: str, starts: tuple[str, ...]) -> Candidate:
    options = {} if package.path.endswith(".toml") else {"name": package.name, "source": "derived"}
    return Candidate(
        "pypi", package.name, package.folder, because, starts, package.version, None, options
    )


def _packages(files: Files, skipped: list[Skipped]) -> Iterator[Package]:
    seen: set[str] = set()
    for path in files.named("pyproject.toml"):
        folder = posixpath.dirname(path)
        package = Package(folder, path, files.toml(path))
        if package.name and not package.private:
            seen.add(folder)
            yield package
        elif package.name:
            skipped.append(Skipped("pypi", package.name, path, package.private))
    for path in files.named("setup.cfg", "setup.py"):
        folder = posixpath.dirname(path)
        text = files.text(path) if folder not in seen else ""
        match = re.search(r"^\s*name\s*=\s*(['\"]?)([\w.-]+)\1\s*,?\s*$", text, re.MULTILINE)
        if match and ("[metadata]" in text or "setup(" in text):
            seen.add(folder)
            about = {key: "yes" for key in ("description", "license", "classifiers") if key in text}
            yield Package(folder, path, {"project": {"name": match[2], **about}})


def _refusal(package: Package, walk: Walk, *, uploads_known: bool) -> str:
    reason = beside(package.folder) or named_beside(package.name)
    if reason:
        return reason
    if uploads_known:
        return "not among what the workflows upload"
    if tags.placeholder(package.version):
        return "its version keeps the place of another, and no workflow uploads it"
    if walk.files.exists(posixpath.join(package.folder, "Dockerfile")):
        return "shipped as an image, and no workflow uploads it"
    if not package.builds or _table(package.tool, "uv").get("package") is False:
        return "is not built, says its pyproject.toml"
    return "" if package.presentable else "not described for an index, and no workflow uploads it"


def _is_upload(act: Act) -> bool:
    if act.uses:
        given = " ".join(value for values in act.inputs.values() for value in values)
        if act.uses == "pypa/gh-action-pypi-publish":
            urls = [
                url
                for key in ("repository-url", "repository_url")
                for url in act.inputs.get(key, ())
            ]
            return not urls or not all("test.pypi" in url for url in urls)
        if act.uses.endswith("/maturin-action"):
            return bool({"publish", "upload"} & set(act.inputs.get("command", ())))
        return "pypi" in act.uses and "publish" in f"{act.uses} {given[:200]}"
    line = " ".join(act.argv[:4])
    everything = " ".join(value for word in act.words for value in word)
    return (
        bool(_UPLOADS.match(line)) and "testpypi" not in everything and "dry-run" not in everything
    )


def _uploaded(act: Act, walk: Walk, packages: list[Package]) -> Iterator[tuple[Package, str]]:
    """Yield the packages that this upload carries, by what the same run builds."""
    workflow = act.workflow.rsplit("/", 1)[-1]
    ordinary = [p for p in packages if not beside(p.folder)]
    chosen = _chosen(act, walk, ordinary)
    built = _built(act, walk, packages)
    if not any(p.folder for p in built) and chosen:
        built = chosen
    built += [p for p in chosen if p not in built]
    if not built and len(ordinary) == 1:
        built = ordinary
    if not built:  # in a folder that the run computes, mostly from the tag
        bases = {line.base for line in tags.lines(sorted(walk.tags))} - {""}
        built = [p for p in ordinary if {p.folder.lower(), p.name.lower()} & bases]
    if not built:
        runs = dict.fromkeys(act.starts or (act.workflow,))
        for path in tuple(runs):
            runs.update(dict.fromkeys(sorted(walk.before(path))))
        text = "\n".join(map(walk.files.text, runs))
        built = [
            p
            for p in ordinary
            if p.folder and re.search(rf"(?<![\w-]){re.escape(p.folder)}/?(?![\w-])", text)
        ] or [p for p in ordinary if re.search(rf"(?<![\w-]){re.escape(p.name)}(?![\w-])", text)]
    if not built:
        built = [p for p in ordinary if not p.folder]
    for package in built:
        yield package, f"{workflow} uploads it"


def _chosen(act: Act, walk: Walk, packages: list[Package]) -> list[Package]:
    """Return the packages that a person can give to the run, or that it is named after.

    A person gives a name or a folder; where a folder is only the default, any one beside it.
    """
    starts = act.starts or (act.workflow,)
    title = _canonical(starts[0].rsplit("/", 1)[-1])
    documents = (walk.files.yaml(path) for path in starts)
    given = [
        values
        for data in documents
        if isinstance(data, dict)
        for values in triggers.inputs(data).values()
    ]
    options = {_canonical(value) for values in given for value in values}
    defaults = {values[0].strip("./") for values in given if len(values) == 1}
    parents = {posixpath.dirname(p.folder) for p in packages if p.folder in defaults}
    names = {p.path: _canonical(p.name) for p in packages if p.folder}
    named = [p for p in packages if "-" in (n := names.get(p.path, "")) and n in title]
    longest = max((len(p.name) for p in named), default=0)
    return [
        p for p in packages
        if names.get(p.path) in options or (p in named and len(p.name) == longest)
        or (p.folder and posixpath.dirname(p.folder) in parents)
    ]  # fmt: skip


def _built(act: Act, walk: Walk, packages: list[Package]) -> list[Package]:
    folders = {package.folder: package for package in packages}
    names = {_canonical(package.name): package for package in packages}
    found: dict[str, Package] = {}
    runs = set(act.starts).union(*(walk.before(path) for path in act.starts))
    for other in walk.acts.values():
        if not set(other.starts) & runs:
            continue
        if _is_upload(other) and other is not act:
            targets: Iterator[str] = iter(())
        else:
            targets = targets_of(other)
        for target in chain(targets, _members(other, walk.files)):
            package = folders.get(target) or names.get(_canonical(target))
            if package is not None:
                found[package.path] = package
            elif target.endswith("/" + UNKNOWN):
                parent = target.removesuffix("/" + UNKNOWN)
                inside = (p for p in packages if posixpath.dirname(p.folder) == parent)
                found.update((each.path, each) for each in inside)
    return list(found.values())


def _members(act: Act, files: Files) -> Iterator[str]:
    """Yield the folders that ``uv build --all-packages`` builds: the workspace of its folder."""
    if "--all-packages" not in act.argv or not {"uv", "build"} <= set(act.argv[:3]):
        return
    top = _table(files.toml(posixpath.join(act.folder, "pyproject.toml")), "tool")
    workspace = _table(_table(top, "uv"), "workspace")
    members = [each for each in workspace.get("members", ()) if isinstance(each, str)]
    out = {
        folder
        for each in workspace.get("exclude", ())
        if isinstance(each, str)
        for folder in files.matching(posixpath.normpath(posixpath.join(act.folder, each)))
    }
    for member in members:
        found = files.matching(posixpath.normpath(posixpath.join(act.folder, member)))
        yield from (folder for folder in found if folder not in out)


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _table(data: dict[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}
