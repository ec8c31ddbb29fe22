"""Container images: their references in values files and manifests; published in a registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import ConfigError, nearest
from release_tools.formats import images
from release_tools.kinds import base
from release_tools.model import Place, Role
from release_tools.version import Nightly, Spelling

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release_tools.kinds.base import Check, Entry
    from release_tools.model import Surface, Tree
    from release_tools.reading import Addresses, Coordinates, Registry, Wanted
    from release_tools.version import Version

ARTIFACTS = ("image",)
SPELLING = Spelling.IMAGE_TAG
KEYS: Mapping[str, Check] = {
    "registry": base.repository,
    "names": base.texts,
    "tag": base.affixed,
    "platforms": base.per_name,
    "references": base.texts,
}


def expand(entry: Entry, tree: Tree) -> tuple[Surface, ...]:
    """One surface for each of ``names``, found at ``registry`` and that name."""
    name = entry.options.get("name")
    names: tuple[str, ...] = entry.options.get("names") or ((name,) if name else ())
    if "registry" not in entry.options or not names:
        raise ConfigError(
            "an image surface needs a registry and names",
            hint='for example: registry = "ghcr.io/OWNER/REPOSITORY" and names = ["app"]',
        )
    twice = [each for i, each in enumerate(names) if each in names[:i]]
    if twice:
        raise ConfigError(f'"{twice[0]}" stands twice in names', hint="remove one of the two")
    _check_platforms(entry.options.get("platforms", {}), names)
    for path in entry.options.get("references", ()):
        if not path.endswith((".yaml", ".yml", ".json")):
            raise ConfigError(
                f'"{path}" is no YAML: references to images are found by structure',
                hint='state it as a file surface: template = "IMAGE:{version.tag}"',
            )
    mentioned = entry._replace(paths=entry.options.get("references", ()))
    options = {**entry.options, "mentions": base.files(mentioned, tree)}
    return tuple(base.surface(entry, name, "", options) for name in names)


def _check_platforms(platforms: Mapping[str, object], names: tuple[str, ...]) -> None:
    """Raise ConfigError for platforms of an image that the entry does not name."""
    for name in platforms:
        if name != "*" and name not in names:
            raise ConfigError(
                f'"{name}" in platforms is none of names',
                hint=nearest(name, names) or "names: " + ", ".join(names),
            )


def places(surface: Surface, tree: Tree) -> tuple[Place, ...]:  # noqa: ARG001 - the protocol's
    """Return the tag of each structured reference to this image in the ``references`` files."""
    repository = f"{surface.options['registry']}/{surface.name}"
    template = _template(surface)
    return tuple(
        Place(
            path,
            images,
            images.ImageAt(repository, pinned=pinned),
            Spelling.IMAGE_TAG,
            Role.PINNED if pinned else Role.REFERENCE,
            template,
            optional=True,
        )
        for path, _ in surface.options["mentions"]
        for pinned in (False, True)
    )


def is_called(surface: Surface, name: str) -> bool:
    """Take the whole repository, or any that ends in the image's name; see ``stages.Builds``."""
    return name == surface.name or name.endswith(f"/{surface.name}")


def published(surface: Surface, addresses: Addresses) -> tuple[Registry, Coordinates]:
    """Return the repository of this image; see ``stages.Publishes``."""
    from release_tools.reading import Coordinates
    from release_tools.registries import oci

    host, path = images.split(f"{surface.options['registry']}/{surface.name}")
    if host == "docker.io" and "/" not in path:
        path = f"library/{path}"
    return oci, Coordinates(addresses.of_host(host), path, tag=_template(surface))


def wanted(surface: Surface, version: Version | Nightly, spelled: Sequence[str]) -> Wanted:
    """Return the tag of a version, and the platforms that ``platforms`` names for this image.

    A nightly is tagged ``nightly-YYYYMMDD``, without the affixes of ``tag``.
    """
    from release_tools.kinds import spellings
    from release_tools.reading import Wanted

    platforms = surface.options.get("platforms", {})
    expected = platforms.get(surface.name, platforms.get("*", ()))
    if isinstance(version, Nightly):
        return Wanted(version, version.spell(Spelling.IMAGE_TAG), platforms=expected)
    template = _template(surface)
    texts = (*spellings.semver(version, Spelling.IMAGE_TAG), *spellings.pep440(version))
    tags = [template.replace("{version}", text.replace("+", "_")) for text in texts]
    other = {"v{version}": texts[0], "{version}": f"v{texts[0]}"}.get(template)
    tags += [other] if other else []
    return Wanted(version, tags[0], spellings.others(tags[0], (*tags, *spelled)), (), expected)


def install(surface: Surface, text: str, digest: str | None) -> str:
    """Return what pulls this image; by digest, which no later push can change."""
    at = f"@{digest}" if digest else f":{text}"
    return f"docker pull {surface.options['registry']}/{surface.name}{at}"


def _template(surface: Surface) -> str:
    return str(surface.options.get("tag", "v{version}"))
