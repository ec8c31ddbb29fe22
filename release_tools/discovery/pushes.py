"""Every push of an image that a walk saw: docker, buildx, bake, podman, skopeo, crane, ko,
goreleaser and the actions that wrap them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from release_tools.discovery.values import UNKNOWN, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from release_tools.discovery.acts import Act
    from release_tools.discovery.files import Files
    from release_tools.discovery.values import Values
    from release_tools.discovery.workflows import Walk

_BUILD = re.compile(
    r"(?:^|/)(?:docker-)?build-(?:and-)?push(?:-action)?$|buildah-build|kaniko|docker-build-push"
)
_REFERENCE = re.compile(
    r"(?:docker://)?((?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
    r"(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)(?::([\w.\0$%{}+-]*))?(?:@.*)?"
)


@dataclass(frozen=True, slots=True)
class Push:
    """One image (registry and name), the tags seen with it, and who pushes it."""

    image: str
    tags: tuple[str, ...]
    workflow: str
    starts: tuple[str, ...]
    releases: bool

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
    for act in acts:
        for image, tags in _grouped(_references(act, walk.files, act.workflow in pushing)):
            yield Push(image, tags, act.workflow.rsplit("/", 1)[-1], act.starts, act.releases)


def _grouped(references: Iterable[tuple[str, str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    found: dict[str, list[str]] = {}
    for image, tag in references:
        found.setdefault(image, []).append(tag)
    return ((image, tuple(tags)) for image, tags in found.items())


def _references(act: Act, files: Files, pushing: bool) -> Iterator[tuple[str, str]]:
    if act.uses:
        yield from _of_action(act, files, pushing)
    elif act.words:
        yield from _of_command(act, files)


def _pushes_something(act: Act) -> bool:
    if act.uses:
        outputs = " ".join(act.inputs.get("outputs", ()))
        push = act.inputs.get("push", ())
        wanted = any(each != "false" for each in push) or "push=true" in outputs.lower()
        return (bool(_BUILD.search(act.uses)) or "bake" in act.uses) and (
            wanted or "type=registry" in outputs or "push-to-registry" in act.uses
        )
    argv = act.argv
    return "push" in argv or "--push" in argv or "imagetools" in argv or argv[0] in {"crane", "ko"}


def _of_action(act: Act, files: Files, pushing: bool) -> Iterator[tuple[str, str]]:
    name, inputs = act.uses, act.inputs
    if name == "docker/metadata-action":
        if pushing:
            rules = "\n".join(inputs.get("tags", ()))
            plain = (
                "{{version}}" in rules and "v{{version}}" not in rules and "type=ref" not in rules
            )
            for each in _lines(inputs.get("images", ())):
                yield from _read(f"{each}:{'{version}' if plain else UNKNOWN}")
    elif "bake" in name:
        if _pushes_something(act):
            yield from _bake(act, files, _lines(inputs.get("files", ())))
    elif _BUILD.search(name):
        if _pushes_something(act):
            yield from _of_build(inputs)
    elif "goreleaser-action" in name:
        yield from _goreleaser(act, files)
    elif name.startswith("./"):
        for value in union(*inputs.values()):
            if re.match(r"[\w-]+\.[\w.-]+/", value) and re.search(r":[\w.]*\0", value):
                yield from _read(value)
    elif re.search(
        r"(?:docker|image|container|podman|oci|registry).*(?:push|publish|manifest|promote|copy)|(?:push|publish|copy).*(?:docker|image|container|registry)|manifest-(?:create|action)|tag-push",
        name,
    ):
        for key in ("image", "images", "tags", "dst", "inputs", "extra-images", "name"):
            for each in _lines(inputs.get(key, ())):
                if re.match(r"[\w-]+\.[\w.-]+/", each) and not name.startswith(("aqua", "anchore")):
                    yield from _read(each)


def _of_build(inputs: Any) -> Iterator[tuple[str, str]]:
    found = [each for line in _lines(inputs.get("tags", ())) for each in _read(line)]
    for output in inputs.get("outputs", ()):
        for quoted, plain in re.findall(r'"?name=(?:([^,"]+(?:,[^="]+)*)"|([^,"\n]+))', output):
            for name in (quoted or plain).split(","):
                found += _read(name.strip())
    registry = [each for each in inputs.get("registry", ()) if UNKNOWN not in each]
    for image in _lines(inputs.get("image", ())) if registry else ():
        found += _read(f"{registry[0]}/{image}")
    if not found:  # tags put together by a program: what was handed to it names them
        for key, values in inputs.items():
            if key.startswith(("inputs.", "env.")):
                for value in _lines(values):
                    if re.match(r"[\w-]+\.[\w.-]+/[\w./-]+:", value):
                        found += _read(value)
    yield from found


def _of_command(act: Act, files: Files) -> Iterator[tuple[str, str]]:
    argv = [each.rsplit("/", 1)[-1] if n == 0 else each for n, each in enumerate(act.argv)]
    tool, words = argv[0], act.words[1:]
    plain = [word for word in words if not word[0].startswith("-")]
    verbs = {word[0] for word in plain[:3]}
    if tool in {"docker", "podman", "nerdctl", "buildah"}:
        if "bake" in verbs and "--push" in argv:
            yield from _bake(act, files, ())
        elif "push" in verbs:
            yield from _all(plain[1:])
        elif verbs & {"build", "buildx"} and _has(words, "--push", "push=true", "type=registry"):
            yield from _all(_after(words, "-t", "--tag"))
        elif "imagetools" in verbs and "create" in verbs:
            yield from _all([*_after(words, "-t", "--tag"), *_joined(plain)])
        elif "manifest" in verbs and verbs & {"create", "push"}:
            yield from _all(plain[2:3])
    elif tool in {"crane", "gcrane", "regctl", "skopeo", "oras"}:
        if verbs & {"push", "copy", "cp", "tag", "sync"} and plain:
            yield from _all(plain[-1:] if tool != "oras" else ())
    elif tool == "ko" and verbs & {"build", "publish", "resolve", "apply"}:
        yield from _ko(argv, words)
    elif tool == "goreleaser":
        yield from _goreleaser(act, files)


def _has(words: Iterable[Values], *marks: str) -> bool:
    return any(mark in value for word in words for value in word for mark in marks)


def _after(words: tuple[Values, ...], *flags: str) -> list[Values]:
    found = [words[at + 1] for at, word in enumerate(words[:-1]) if set(word) & set(flags)]
    for word in words:  # "-t a:1 -t b:1" in one variable, or --tag=a:1
        for value in word:
            for match in re.finditer(r"(?:^|\s)(?:-t|--tag)[= ]([^\s]+)", value):
                found.append((match[1],))
    return found


def _joined(words: list[Values]) -> list[Values]:
    """Sources of ``imagetools create`` that are digests: the same repository is written to."""
    return [
        tuple(f"{each.split('@')[0]}:{UNKNOWN}" for each in word if "@" in each) for word in words
    ]


def _all(words: Iterable[Values]) -> Iterator[tuple[str, str]]:
    for word in words:
        for value in word:
            yield from _read(value)


def _ko(argv: list[str], words: tuple[Values, ...]) -> Iterator[tuple[str, str]]:
    repositories = [v.partition("=")[2] for v in words[-1] if v.startswith("KO_DOCKER_REPO=")]
    bare = "--bare" in argv
    paths = [each for each in argv[2:] if each.startswith(("./", "github.com/"))]
    for repository in repositories:
        if bare:
            yield from _read(f"{repository}:{UNKNOWN}")
        elif "-B" in argv or "--base-import-paths" in argv:
            for path in paths:
                yield from _read(f"{repository}/{path.rstrip('/').rsplit('/', 1)[-1]}:{UNKNOWN}")


def _read(text: str) -> list[tuple[str, str]]:
    """Read one reference; a name without a registry's host is one of Docker Hub."""
    text = text.strip().strip("\"'").removesuffix(",")
    if "," in text:
        return [found for each in text.split(",") for found in _read(each)]
    text = re.sub(r"\{\{-?\s*\.Version\s*-?\}\}", "{version}", text)
    text = re.sub(r"\{\{.*?\}\}|\$\{[^}]*\}|\$\(\w+\)", UNKNOWN, text)
    match = _REFERENCE.fullmatch(text.replace("docker://", "").replace("Docker.io", "docker.io"))
    if not match:
        lowered = text.lower()
        head = lowered.rsplit(":", 1)[0]
        match = _REFERENCE.fullmatch(head + ":" + UNKNOWN) if UNKNOWN not in head else None
        if not match or "/" not in head:
            return []
    image, tag = match[1], match[2] or ""
    host = image.split("/")[0]
    if "/" not in image or ("." not in host and ":" not in host and host != "localhost"):
        if image.count("/") != 1:
            return []
        image = f"docker.io/{image}"
    image = image.replace("registry.hub.docker.com/", "docker.io/").replace(
        "index.docker.io/", "docker.io/"
    )
    return [(image, tag)]


def _lines(values: Iterable[str]) -> Values:
    return union(
        *(
            (each.strip() for each in re.split(r"[\n,]|\s+(?=[\w-]+\.[\w.-]+/)", value))
            for value in values
        )
    )


def _bake(act: Act, files: Files, named: Iterable[str]) -> Iterator[tuple[str, str]]:
    paths = [each for each in named if files.exists(each)] or [
        path
        for path in files.named("docker-bake.hcl", "docker-bake.json", "docker-bake.override.hcl")
        if path.rpartition("/")[0] in {act.folder.strip("."), ""}
    ]
    for path in paths:
        text = files.text(path)
        variables = dict(
            re.findall(r'variable\s+"?(\w+)"?\s*\{[^}]*?default\s*=\s*"([^"]*)"', text)
        )
        for name, values in act.inputs.items():
            if name.startswith("env.") and values and UNKNOWN not in values[0]:
                variables[name[4:]] = values[0]
        for block in re.findall(r'tags"?\s*[=:]\s*(?:\[|\w+\()([^\]]*)', text):
            for reference in re.findall(r'"([^"\n]+)"', block):
                yield from _read(
                    re.sub(r"\$\{(\w+)\}", lambda m: variables.get(m[1]) or UNKNOWN, reference)
                )


def _goreleaser(act: Act, files: Files) -> Iterator[tuple[str, str]]:
    for path in files.paths:
        name = path.rsplit("/", 1)[-1]
        if not name.lstrip(".").startswith("goreleaser") or not name.endswith((".yml", ".yaml")):
            continue
        data = files.yaml(path)
        for reference in _templates(data if isinstance(data, dict) else {}):
            text = re.sub(
                r"\{\{-?\s*\.Env\.(\w+)\s*-?\}\}",
                lambda m: (act.inputs.get(f"env.{m[1]}") or (UNKNOWN,))[0],
                reference,
            )
            yield from _read(text)


def _templates(data: dict[Any, Any]) -> Iterator[str]:
    def entries(key: str) -> Iterator[dict[Any, Any]]:
        found = data.get(key)
        return (
            (each for each in found if isinstance(each, dict))
            if isinstance(found, list)
            else iter(())
        )

    for entry in entries("dockers"):
        yield from (str(each) for each in entry.get("image_templates") or ())
    for entry in entries("docker_manifests"):
        yield str(entry.get("name_template"))
    for entry in entries("dockers_v2"):
        yield from (f"{each}:{UNKNOWN}" for each in entry.get("images") or ())
    for entry in entries("kos"):
        repositories = entry.get("repositories") or [entry.get("repository")]
        yield from (f"{each}:{UNKNOWN}" for each in repositories if entry.get("bare"))
