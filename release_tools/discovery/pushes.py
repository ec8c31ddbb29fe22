"""Every push of an image that a walk saw, by whatever program or action it is made."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from release_tools.discovery import bake, goreleaser, ko, lists
from release_tools.discovery.builds import plain
from release_tools.discovery.references import holes, lines, read
from release_tools.discovery.releasers import pressed
from release_tools.discovery.values import UNKNOWN, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from release_tools.discovery.acts import Act
    from release_tools.discovery.files import Files
    from release_tools.discovery.values import Values
    from release_tools.discovery.workflows import Walk

_BUILD = re.compile(
    r"(?:^|/)(?:docker-)?build-(?:and-)?push(?:-action)?$|buildah-build|kaniko|docker-build-push"
)
_WRAPPER = re.compile(
    r"(?:docker|image|container|podman|oci|registry).*(?:push|publish|manifest|promote|copy)"
    r"|(?:push|publish|copy).*(?:docker|image|container|registry)"
    r"|manifest-(?:create|action)|tag-push"
)
_HOST = re.compile(r"[\w-]+\.[\w.-]+/")


@dataclass(frozen=True, slots=True)
class Push:
    """One image (registry and name), the tags seen with it, and who pushes it.

    The image may have UNKNOWN in it; ``told`` says that the tree's own word has filled that.
    """

    image: str
    tags: tuple[str, ...]
    workflow: str
    starts: tuple[str, ...]
    releases: bool
    told: bool = False

    def joined(self, other: Push) -> Push:
        """Add what another push of the same image says."""
        return replace(
            self,
            starts=(*dict.fromkeys((*self.starts, *other.starts)),),
            tags=(*dict.fromkeys((*self.tags, *other.tags)),),
        )


def pushes(walk: Walk, acts: Iterable[Act]) -> Iterator[Push]:
    """Yield the pushes of all ``acts``; one image may come many times."""
    acts = list(acts)
    pushing = {act.workflow for act in acts if _pushes_something(act)}
    told = {act.workflow for act in acts if "docker/login-action" in act.uses}
    for act in acts:
        found = _references(act, walk, pushing=act.workflow in pushing)
        for image, tags in _grouped(found):
            told.discard(act.workflow)
            yield _push(act, image, tags)
    for path in sorted(pushing):
        mine = [act for act in acts if act.workflow == path and act.releases]
        readers = dict.fromkeys((path, *(act.text for act in mine if act.text)))
        for image in lists.images(walk.files, readers) if mine else ():
            yield _push(mine[0], image, (UNKNOWN,))
    for act in acts:
        if act.uses == "env" and act.workflow in told:
            for image, tags in _grouped(_of_environment(act, walk.repository)):
                yield _push(act, image, tags)


def _push(act: Act, image: str, tags: tuple[str, ...]) -> Push:
    return Push(image, tags, act.workflow.rsplit("/", 1)[-1], act.starts, act.releases)


def _of_environment(act: Act, repository: str) -> Iterator[tuple[str, str]]:
    """Yield the images that a job which logs in hands to programs that cannot be read."""
    owner, _, project = map(plain, repository.lower().partition("/"))
    for each in lines(union(*act.inputs.values())):
        for image, tag in read(each):
            parts = image.split("/")[1:]
            host = each.split("/")[0]
            if image == f"docker.io/{repository.lower()}" and "." not in host:
                continue  # more likely the name of the repository itself
            parts = [plain(part) for part in parts]
            if parts[-1] == project or ("." in host and owner in parts):
                yield image, tag


def _grouped(references: Iterable[tuple[str, str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    found: dict[str, list[str]] = {}
    for image, tag in references:
        found.setdefault(image, []).append(tag)
    return ((image, tuple(tags)) for image, tags in found.items())


def _references(act: Act, walk: Walk, *, pushing: bool) -> Iterator[tuple[str, str]]:
    if act.uses:
        yield from _of_action(act, walk.files, walk.repository, pushing=pushing)
    elif act.words:
        yield from _of_command(act, walk.files, walk.repository)


def _pushes_something(act: Act) -> bool:
    if act.uses:
        outputs = " ".join(act.inputs.get("outputs", ()))
        push = act.inputs.get("push", ())
        wanted = any(each != "false" for each in push) or "push=true" in outputs.lower()
        return (bool(_BUILD.search(act.uses)) or "bake" in act.uses) and (
            wanted
            or "type=registry" in outputs
            or "push-to-registry" in act.uses
            or (not push and outputs == UNKNOWN)
        )
    argv = act.argv
    return "push" in argv or "--push" in argv or "imagetools" in argv or argv[0] in {"crane", "ko"}


def _of_action(
    act: Act, files: Files, repository: str, *, pushing: bool
) -> Iterator[tuple[str, str]]:
    name = act.uses
    if name == "docker/metadata-action":
        return _of_metadata(act) if pushing else iter(())
    if "bake" in name:
        return _of_bake(act, files) if _pushes_something(act) else iter(())
    if _BUILD.search(name):
        return iter(_of_build(act.inputs) if _pushes_something(act) else ())
    if "goreleaser-action" in name:
        return _all((each,) for each in goreleaser.references(act, files, repository))
    if name.startswith("./"):
        return _of_outputs(act)
    elsewhere = "/.github/workflows/" in name and bool(re.search(r"docker|image|container", name))
    wraps = elsewhere or _WRAPPER.search(name)
    return _of_wrapper(act, hub=elsewhere and "dockerhub" in name) if wraps else iter(())


def _of_metadata(act: Act) -> Iterator[tuple[str, str]]:
    rules = "\n".join(act.inputs.get("tags", ()))
    plain = "{{version}}" in rules and "v{{version}}" not in rules and "type=ref" not in rules
    for each in lines(act.inputs.get("images", ())):
        yield from _read(f"{each}:{'{version}' if plain else UNKNOWN}")


def _of_outputs(act: Act) -> Iterator[tuple[str, str]]:
    """Take an image with some version from the outputs of one of the repository's own actions."""
    for value in union(*act.inputs.values()):
        if _HOST.match(value) and re.search(r":[\w.]*\0", value):
            yield from read(value)


def _of_wrapper(act: Act, *, hub: bool = False) -> Iterator[tuple[str, str]]:
    for key in ("image", "images", "tags", "dst", "inputs", "extra-images", "name"):
        for each in lines(act.inputs.get(key, ())):
            if hub or _HOST.match(each):
                yield from read(each)


def _of_build(inputs: Mapping[str, Values]) -> list[tuple[str, str]]:
    found = [each for line in lines(inputs.get("tags", ())) for each in _read(line)]
    for output in inputs.get("outputs", ()):
        for quoted, bare in re.findall(r'"?name=(?:([^,"]+(?:,[^="]+)*)"|([^,"\n]+))', output):
            for name in (quoted or bare).split(","):
                found += _read(name.strip())
    registry = [each for each in inputs.get("registry", ()) if UNKNOWN not in each]
    for image in lines(inputs.get("image", ())) if registry else ():
        found += read(f"{registry[0]}/{image}")
    if not any(UNKNOWN not in image for image, _ in found):
        # tags put together by a program: what was handed to it names them
        for key, values in inputs.items():
            if key.startswith(("inputs.", "env.")):
                for value in lines(values):
                    found += read(value) if _HOST.match(value) and ":" in value else []
    return found


def _of_command(act: Act, files: Files, repository: str) -> Iterator[tuple[str, str]]:
    tool, words = act.program, act.words[1:]
    plain = [word for word in words if not word[0].startswith("-")]
    verbs = {word[0] for word in plain[:3]}
    if tool == "cosign" and verbs & {"copy"}:
        yield from _all(plain[-1:])
    elif tool in {"docker", "podman", "nerdctl", "buildah"}:
        yield from _of_docker(act, files, plain)
    elif tool in {"crane", "gcrane", "regctl", "skopeo", "oras"}:
        if verbs & {"push", "copy", "cp", "tag", "sync"} and plain:
            yield from _all(plain[-1:] if tool != "oras" else ())
    elif tool == "ko":
        yield from _all((each,) for each in ko.references(act, files))
    elif tool == "chartpress":
        names = (image for chart in pressed(act, files) for image in chart.images)
        yield from _all((f"{name}:{UNKNOWN}",) for name in names)
    elif tool == "goreleaser":
        yield from _all((each,) for each in goreleaser.references(act, files, repository))


def _of_docker(act: Act, files: Files, plain: list[Values]) -> Iterator[tuple[str, str]]:
    words = act.words[1:]
    verbs = {word[0] for word in plain[:3]}
    if "bake" in verbs and "--push" in act.argv:
        yield from _of_bake(act, files)
    elif "push" in verbs:
        yield from _all(plain[1:])
    elif verbs & {"build", "buildx"} and _has(words, "--push", "push=true", "type=registry"):
        yield from _all(_after(words, "-t", "--tag"))
    elif "imagetools" in verbs and "create" in verbs:
        yield from _all([*_after(words, "-t", "--tag"), *_joined(plain)])
    elif "manifest" in verbs and verbs & {"create", "push"}:
        yield from _all(plain[2:3])


def _of_bake(act: Act, files: Files) -> Iterator[tuple[str, str]]:
    named = lines(act.inputs.get("files", ()))
    named += tuple(file for word in _after(act.words, "-f", "--file") for file in word)
    for tag in bake.tags(act, files, named):
        yield from read(tag)


def _has(words: Iterable[Values], *marks: str) -> bool:
    return any(mark in value for word in words for value in word for mark in marks)


def _after(words: tuple[Values, ...], *flags: str) -> list[Values]:
    found = [
        words[at + 1] if len(word) == 1 else tuple(v for v in word if not v.startswith("-"))
        for at, word in enumerate((*words, ("",))[:-1])
        if set(word) & set(flags) and (len(word) > 1 or at + 1 < len(words))
    ]  # flags and values stand together where an array is handed over
    for word in words:  # "-t a:1 -t b:1" in one variable, or --tag=a:1
        for value in word:
            found += [(tag,) for tag in re.findall(r"(?:^|\s)(?:-t|--tag)[= ]([^\s]+)", value)]
    return found


def _joined(words: list[Values]) -> list[Values]:
    """Return the digests that ``imagetools create`` joins: their repository is written to."""
    return [
        tuple(f"{each.split('@')[0]}:{UNKNOWN}" for each in word if "@" in each) for word in words
    ]


def _all(words: Iterable[Values]) -> Iterator[tuple[str, str]]:
    for word in words:
        for value in word:
            yield from _read(value)


def _read(text: str) -> list[tuple[str, str]]:
    return read(text) or holes(text)
