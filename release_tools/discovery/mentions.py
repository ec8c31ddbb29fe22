"""Images that charts, manifests and Makefiles of the tree name, whoever pushes them."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from release_tools.discovery import makefiles
from release_tools.discovery.references import read
from release_tools.discovery.sides import beside
from release_tools.discovery.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.discovery.files import Files

_MAX_NODES = 100_000
_MAX_FILES = 600
_MAX_TEXT = 1_000_000
_REGISTRY = (
    *("registry", "imageRegistry", "defaultRegistry", "defaultImageRegistry"),
    *("image_registry", "hub"),
)
_SPACE = (
    *("namespace", "imageNamespace", "org", "organization", "imageOrg"),
    "defaultImageRepository",
)
_NAME = ("repository", "image", "name", "imageName", "repo")
_AMBIENT = {
    *("imageRegistry", "defaultRegistry", "defaultImageRegistry", "image_registry", "hub"),
    *("imageNamespace", "imageOrg", "defaultImageRepository", "registry"),
}
_MAKEFILES = ("Makefile", "makefile", "GNUmakefile")


def mentions(files: Files) -> Iterator[tuple[str, str, str]]:
    """Yield (image, tag, path) of every reference that names a registry or an owner."""
    for path in _yaml(files):
        name = path.rsplit("/", 1)[-1]
        if name.startswith("values"):
            for image in structured(files.yaml(path)):
                yield from ((each, tag, path) for each, tag in read(_promoted(image)))
        for reference in _plain(files.text(path)[:_MAX_TEXT], path):
            yield from ((each, tag, path) for each, tag in read(_promoted(reference)))
    for path in files.paths:
        name = path.rsplit("/", 1)[-1]
        if (name in _MAKEFILES or name.endswith(".mk")) and not beside(path.rpartition("/")[0]):
            yield from ((each, tag, path) for each, tag in _made(files, path))


def _promoted(reference: str) -> str:
    """Turn a staging place of Kubernetes into where its images are promoted to.

    https://github.com/kubernetes/k8s.io/blob/main/registry.k8s.io/README.md
    """
    return re.sub(
        r"^(?:[a-z0-9-]+-docker\.pkg\.dev/k8s-staging-images/|(?:[a-z]+\.)?gcr\.io/k8s-staging-)",
        "registry.k8s.io/",
        reference,
    )


def _yaml(files: Files) -> list[str]:
    """Return the YAML files that may deploy something, the highest in the tree first."""
    found = [
        path
        for path in files.paths
        if path.endswith((".yaml", ".yml"))
        and not path.startswith(".")
        and not beside(path.rpartition("/")[0])
        and not _aside().match(path.rpartition("/")[2])
    ]
    found.sort(key=lambda path: (not path.endswith("values.yaml"), path.count("/")))
    return found[:_MAX_FILES]


@cache
def _aside() -> re.Pattern[str]:
    return re.compile(r"(?:docker-)?compose|mkdocs|.*(?:crd|example|test)")


def _plain(text: str, path: str) -> Iterator[str]:
    """Yield what stands after ``image:`` and the like, by a search that skips all other lines."""
    kustomization = path.endswith(("kustomization.yaml", "kustomization.yml"))
    for key in ("image:", "newName:", "repository:", *(("name:",) if kustomization else ())):
        at = text.find(key)
        while at >= 0:
            end = text.find("\n", at)
            before = text[text.rfind("\n", 0, at) + 1 : at]
            value = text[at + len(key) : end if end >= 0 else len(text)].strip().strip("\"'")
            host = "." in value.split("/")[0] or key != "repository:"
            if host and "/" in value and not before.strip(" -\"'"):
                yield value.split(" ")[0]
            at = text.find(key, at + 1)


def _made(files: Files, path: str) -> Iterator[tuple[str, str]]:
    makefile = makefiles.read(files, path)
    for name, values in makefile.variables.items():
        if re.search(r"IMG|IMAGE", name.upper()) and any("/" in each for each in values):
            for value in makefile.expand(f"$({name})", {}):
                if " " not in value and UNKNOWN not in value.split(":")[0]:
                    yield from read(value)


def structured(values: Any) -> Iterator[str]:
    """Yield the images of a chart's values: registry, namespace and name of every table.

    What a table leaves out is taken from the keys of that meaning at the top or in ``global``.
    """
    ambient = _ambient(values)
    waiting: list[tuple[Any, bool]] = [(values, False)]
    seen = 0
    while waiting and seen < _MAX_NODES:
        node, image = waiting.pop()
        seen += 1
        if isinstance(node, list):
            waiting += [(each, image) for each in node]
        if not isinstance(node, dict):
            continue
        waiting += [
            (value, "image" in str(key).lower() or (image and isinstance(value, dict)))
            for key, value in node.items()
        ]
        whole = _whole(node, ambient, image=image)
        if whole:
            yield whole


def _ambient(values: Any) -> dict[str, str]:
    top = values if isinstance(values, dict) else {}
    found: dict[str, str] = {}
    for table in (
        top,
        top.get("global"),
        top.get("image"),
        top.get("images"),
        _inner(top.get("global"), "image"),
    ):
        if isinstance(table, dict):
            for key in _AMBIENT & {str(each) for each in table}:
                if isinstance(table[key], str) and table[key]:
                    found.setdefault(key, table[key])
    return found


def _inner(table: Any, key: str) -> Any:
    return table.get(key) if isinstance(table, dict) else None


def _whole(node: dict[Any, Any], ambient: dict[str, str], *, image: bool) -> str:
    def first(keys: tuple[str, ...], table: dict[Any, Any]) -> str:
        return next((v for k in keys if isinstance(v := table.get(k), str) and v), "")

    name = first(_NAME if image else ("repository",), node)
    if not name or not re.fullmatch(r"[\w./-]+", name):
        return ""
    if "." in name.split("/")[0] and "/" in name:
        last = node.get("image")  # where the repository is only the place
        return (
            f"{name}/{last}" if isinstance(last, str) and re.fullmatch(r"[\w.-]+", last) else name
        )
    registry = first(_REGISTRY, node) or first(_REGISTRY, ambient)
    space = first(_SPACE, node) or ("" if "/" in name else first(_SPACE, ambient))
    whole = "/".join(each.strip("/") for each in (registry, space, name) if each)
    return whole if "/" in whole and re.fullmatch(r"[\w./:-]+", whole) else ""
