"""Container images: their references in values files and manifests; published in a registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import ConfigError
from release_tools.formats import images
from release_tools.kinds import base
from release_tools.model import Place, Role
from release_tools.version import Spelling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.kinds.base import Check, Entry
    from release_tools.model import Surface, Tree

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
            from difflib import get_close_matches

            near = get_close_matches(name, names, n=1)
            raise ConfigError(
                f'"{name}" in platforms is none of names',
                hint=f'did you mean "{near[0]}"?' if near else "names: " + ", ".join(names),
            )


def places(surface: Surface, tree: Tree) -> tuple[Place, ...]:  # noqa: ARG001 - the protocol's
    """Return the tag of each structured reference to this image in the ``references`` files."""
    repository = f"{surface.options['registry']}/{surface.name}"
    template = surface.options.get("tag", "v{version}")
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
