"""npm packages: those that are not private and that some workflow publishes."""

from __future__ import annotations

import posixpath
import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from release_tools.discovery import tags
from release_tools.discovery.acts import Act
from release_tools.discovery.proposal import Candidate, Skipped
from release_tools.discovery.sides import beside, named_beside
from release_tools.discovery.values import UNKNOWN
from release_tools.errors import ReleaseToolsError
from release_tools.kinds.workspaces import npm_members

if TYPE_CHECKING:
    from release_tools.discovery.files import Files
    from release_tools.discovery.workflows import Walk

_PUBLISH = re.compile(
    r"^(?:npm|pnpm|yarn|bun|npx|vp) .*\bpublish\b"
    r"|^(?:npx |pnpm |yarn )?(?:(?:lerna|changeset|nx release|beachball|rush) publish|auto shipit)"
)
_TOKENS = ("NPM_TOKEN", "NODE_AUTH_TOKEN", "registry.npmjs.org", "npm publish")
_EVERY = re.compile(
    r"lerna|changeset|semantic-release|covector|foreach|beachball|rush publish|auto shipit"
)
_BEYOND = re.compile(r"semantic-release|covector")  # have lists of their own
_ACTIONS = re.compile(r"npm-publish|changesets/action|publish-npm|semantic-release|covector")


def find(walk: Walk) -> tuple[list[Candidate], list[Skipped]]:
    """Return the packages that are released, and those left out with the reason."""
    files = walk.files
    acts = [act for act in walk.acts.values() if act.releases and _is_publish(act)]
    acts = acts or [act for act in walk.by_hand() if _is_publish(act)]
    manifests = {posixpath.dirname(path): files.json(path) for path in files.named("package.json")}
    members = {root: _members(files, root) for root in roots(files)}
    places = {
        folder: _act_for(folder, data, acts, manifests, members)
        for folder, data in manifests.items()
    }
    hidden = None if acts else walk.holder(*_TOKENS)
    if hidden:
        for folder, data in manifests.items():
            places[folder] = hidden if _presentable(data) else None
    named = {tag.rpartition("@")[0] for tag in walk.tags}
    found: list[Candidate] = []
    skipped: list[Skipped] = []
    for folder, data in manifests.items():
        name = data.get("name")
        if not isinstance(name, str) or not name:
            continue
        parent = _parent(folder, data, places, manifests)
        act = places[folder] or (places[parent] if parent is not None else None)
        if tag := tags.names(walk.tags, name, data.get("version")):
            told = Act("tag", (), {}, folder, f"the tag {tag}", (), releases=True)
            act = replace(act, folder=folder) if act else told
        if act is None and acts and _meant(data):
            act = Act("told", (), {}, folder, "package.json", (), releases=True)
        reason = _refusal(folder, name, data, act, tagged=name in named)
        if reason:
            skipped.append(Skipped("npm", name, posixpath.join(folder, "package.json"), reason))
            continue
        assert act is not None  # noqa: S101 - _refusal speaks otherwise
        because = f"{act.workflow.rsplit('/', 1)[-1]} publishes it"
        if act.uses == "tag":
            because = f"{act.workflow} names it"
        if act is hidden:
            because = f"{act.workflow.rsplit('/', 1)[-1]} holds npm's token, and it is described"
        version = data.get("version")
        # the platforms' packages get their version from the one that they are the binaries of
        behind = parent is not None and version != manifests[parent].get("version")
        stamped = behind or tags.placeholder(version)
        options = {"source": "stamped"} if stamped else {}
        found.append(Candidate("npm", name, folder, because, act.starts, version, None, options))
    return found, skipped


def roots(files: Files) -> frozenset[str]:
    """Return the folders that are the root of an npm, yarn or pnpm workspace."""
    listed = [path for path in files.named("package.json") if "workspaces" in files.json(path)]
    return frozenset(map(posixpath.dirname, [*listed, *files.named("pnpm-workspace.yaml")]))


def _members(files: Files, root: str) -> frozenset[str]:
    """Return the folders of a workspace's packages; all of them where it cannot be read."""
    listed = files.json(posixpath.join(root, "lerna.json")).get("packages")
    found: tuple[str, ...] = ()
    if isinstance(listed, list):
        for each in listed:
            found += files.matching(posixpath.normpath(posixpath.join(root, str(each))))
    else:
        with suppress(ReleaseToolsError):
            found = npm_members(files.tree, root)
    everything = (posixpath.dirname(path) for path in files.named("package.json"))
    return frozenset(found) if set(found) - {root} else frozenset(everything)


def _refusal(folder: str, name: str, data: dict[str, Any], act: Act | None, *, tagged: bool) -> str:
    if data.get("private") is True:
        return "private"
    engines = data.get("engines")
    if isinstance(engines, dict) and "vscode" in engines:
        return "an extension of an editor"
    if "version" not in data:
        return "has no version"
    reason = "" if tagged else beside(folder) or named_beside(name)
    if name.endswith("-dev"):
        reason = "a tool of the repository"
    if reason and not (act and act.folder == folder):
        return reason
    if act and _over_all(act) and not {"license", "description", "repository"} & set(data):
        return "not described for a registry"
    return "" if act else "no workflow publishes it"


def _over_all(act: Act) -> bool:
    """Say whether the act publishes whatever is not private."""
    words = {value for word in act.words[1:] for value in word}
    return bool({"-r", "--recursive", "--workspaces", "-ws", "--ws"} & words) or bool(
        _EVERY.search(" ".join((act.uses, *act.argv[:3])))
    )


def _presentable(data: dict[str, Any]) -> bool:
    """Say whether it is written for the registry: licence, contents, and a scope or home."""
    name = data.get("name")
    entry = {"files", "main", "exports", "bin", "publishConfig"} & set(data)
    home = {"repository", "homepage", "publishConfig"} & set(data)
    return bool(data.get("license") and entry and (home or str(name).startswith("@")))


def _meant(data: dict[str, Any]) -> bool:
    """Say whether a manifest asks for publication itself."""
    told = data.get("publishConfig")
    return isinstance(told, dict) and told.get("access") == "public" and "description" in data


def _is_publish(act: Act) -> bool:
    if act.uses:
        return bool(_ACTIONS.search(act.uses))
    line = " ".join(act.argv[:8])
    return bool(_PUBLISH.match(line)) and not any(
        each in line for each in ("dry-run", "npm pkg", "pkg-pr-new")
    )


def _act_for(
    folder: str,
    data: dict[str, Any],
    acts: list[Act],
    manifests: dict[str, Any],
    members: dict[str, frozenset[str]],
) -> Act | None:
    """Find what publishes this folder: run in it, naming it, or over the workspace it is in."""
    for act in acts:
        place = "" if act.folder == "." else act.folder
        words = [value for word in act.words[1:] for value in word]
        inputs = [
            v for key in ("package", "path", "working-directory") for v in act.inputs.get(key, ())
        ]
        named = [
            posixpath.normpath(posixpath.join(place, each.removesuffix("package.json"))).lstrip(".")
            for each in (*words, *inputs)
            if not each.startswith("-") and "/" in each and UNKNOWN not in each
        ]
        every = _over_all(act)
        packed = f"{str(data.get('name')).lstrip('@').replace('/', '-')}-"
        if any(each.rsplit("/", 1)[-1].startswith(packed) for each in words if ".tgz" in each):
            return act
        filters = [each for word in words for each in (word.partition("=")[2], word)]
        if data.get("name") in filters:
            return act
        inside = folder == place or not place or folder.startswith(place + "/")
        if place in members and not _BEYOND.search(act.uses):
            inside = folder in members[place]
        if every and inside:
            return act
        if folder in named or any(
            "*" in each and posixpath.dirname(each) == posixpath.dirname(folder) for each in named
        ):
            return act
        if not named and not every and folder == place and manifests.get(place):
            return act
    return None


def _parent(
    folder: str,
    data: dict[str, Any],
    places: dict[str, Act | None],
    manifests: dict[str, dict[str, Any]],
) -> str | None:
    """Find the package that this one is the binary of: napi's ``npm/<platform>`` folders."""
    if not (data.get("os") or data.get("cpu")):
        return None
    name = data.get("name")
    for parent, other in manifests.items():
        optional = other.get("optionalDependencies")
        mentions = isinstance(optional, dict) and name in optional
        above = not parent or folder.startswith(parent + "/")
        napi = "napi" in other and above
        if (mentions or napi) and places.get(parent):
            return parent
    return None
