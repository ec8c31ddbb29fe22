"""Helm charts: ``Chart.yaml``; published in an OCI registry or an HTTP chart repository."""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING

from release_tools.errors import ReleaseToolsError
from release_tools.formats import yaml
from release_tools.kinds import base, trees
from release_tools.model import Place, Role
from release_tools.version import Nightly, Spelling

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release_tools.kinds.base import Check, Entry
    from release_tools.model import Surface, Tree
    from release_tools.reading import Addresses, Coordinates, Registry, Wanted
    from release_tools.version import Version

MANIFEST = "Chart.yaml"


def _app_version(value: object) -> str | bool:
    """Accept a pattern, or false for an appVersion that is not the chart's stream's."""
    if value is False:
        return False
    try:
        return base.affixed(value)
    except ValueError as error:
        raise ValueError(f"{error}, or false") from None


ARTIFACTS = ("chart",)
SPELLING = Spelling.CHART
KEYS: Mapping[str, Check] = {
    "registry": base.url("oci", "https", "http"),
    "app-version": _app_version,
}


def expand(entry: Entry, tree: Tree) -> tuple[Surface, ...]:
    """One surface for each folder with a ``Chart.yaml``."""
    return tuple(_surface(entry, folder, tree) for folder in base.folders(entry, tree, MANIFEST))


def places(surface: Surface, tree: Tree) -> tuple[Place, ...]:
    """``version``, ``appVersion``, and the charts that depend on this one by ``file://``."""
    manifest = base.beside(surface.path, MANIFEST)
    pins = trees.once(tree, _siblings).get(surface.path, ())
    own = Place(manifest, yaml, ("version",), Spelling.CHART, Role.VERSION)
    template = surface.options.get("app-version")
    if template is False:
        return (own, *pins)
    app = Place(
        manifest,
        yaml,
        ("appVersion",),
        Spelling.SEMVER,
        # A configured pattern makes appVersion a version like any other: a word then differs.
        Role.VERSION if template else Role.APP,
        template or "{version}",
        optional=template is None,
    )
    return (own, app, *pins)


def is_called(surface: Surface, name: str) -> bool:
    """Compare the names; see ``stages.Builds``."""
    return name == surface.name


def published(surface: Surface, addresses: Addresses) -> tuple[Registry, Coordinates] | None:
    """Return the repository of this chart, in an OCI registry or over HTTP.

    None where no ``registry`` is configured.
    """
    from release_tools.reading import Coordinates

    scheme, _, rest = str(surface.options.get("registry", "")).partition("://")
    if not rest:
        return None
    if scheme == "oci":
        from release_tools.registries import oci_chart

        host, _, path = rest.rstrip("/").partition("/")
        name = f"{path}/{surface.name}" if path else surface.name
        return oci_chart, Coordinates(addresses.of_host(host), name)
    from release_tools.registries import charts

    return charts, Coordinates(f"{scheme}://{rest}", surface.name)


def wanted(surface: Surface, version: Version | Nightly, spelled: Sequence[str]) -> Wanted:
    """Return the version, and the appVersion where ``app-version`` says what it has to be.

    That of a nightly is ``nightly-YYYYMMDD``: it is the tag of the images that a chart pulls.
    """
    from release_tools.kinds import spellings
    from release_tools.reading import Wanted

    template = surface.options.get("app-version") or None
    if isinstance(version, Nightly):
        app = version.spell(Spelling.IMAGE_TAG) if template else None
        return Wanted(version, version.spell(Spelling.CHART), app_version=app)
    texts = spellings.semver(version, Spelling.CHART)
    app = template.replace("{version}", version.spell(Spelling.SEMVER)) if template else None
    others = spellings.others(texts[0], (*texts, f"v{texts[0]}", *spelled))
    return Wanted(version, texts[0], others, app_version=app)


def install(surface: Surface, text: str, digest: str | None) -> str:
    """Return what installs this version with helm; by digest from an OCI registry."""
    registry = str(surface.options.get("registry", "")).rstrip("/")
    if registry.startswith("oci://"):
        at = f"@{digest}" if digest else f" --version {text}"
        return f"helm install {surface.name} {registry}/{surface.name}{at}"
    return f"helm install {surface.name} {surface.name} --repo {registry} --version {text}"


def stale_locks(surface: Surface, tree: Tree) -> tuple[str, ...]:
    """Return each ``Chart.lock`` that a bump of this chart leaves behind.

    It stands beside a chart that depends on this one by ``file://``.  Its digest covers the
    dependencies as they were, and only ``helm dependency update`` writes it anew.
    """
    parents = {dirname(place.path) for place in trees.once(tree, _siblings).get(surface.path, ())}
    locks = (base.beside(folder, "Chart.lock") for folder in sorted(parents))
    return tuple(lock for lock in locks if tree.exists(lock))


def _surface(entry: Entry, folder: str, tree: Tree) -> Surface:
    name = entry.options.get("name")
    if name is None:
        try:
            spots = yaml.locate(tree.read(base.beside(folder, MANIFEST)), ("name",))
        except ReleaseToolsError:
            spots = ()  # places() meets the same error and the row of this surface reports it
        name = spots[0].text if spots else folder.rpartition("/")[2] or "chart"
    return base.surface(entry, name, folder)


def _siblings(tree: Tree) -> dict[str, list[Place]]:
    """Return the ``version`` of every ``file://`` dependency, by the folder that it leads to."""
    found: dict[str, list[Place]] = {}
    for manifest in trees.manifests(tree, MANIFEST, "chart"):
        try:
            text = tree.read(manifest)
            if "file:" in text or "\\" in text:
                _read_dependencies(manifest, text, found)
        except ReleaseToolsError:
            continue  # not ours, or reported in the row of its own surface
    return found


def _read_dependencies(manifest: str, text: str, found: dict[str, list[Place]]) -> None:
    from release_tools.formats import entries

    for index, dependency in entries.read(text, "dependencies").items():
        kind, _, path = dependency.get("repository", "").partition("://")
        target = base.within(dirname(manifest), path) if kind == "file" else None
        if target is not None:
            place = manifest, entries, ("dependencies", index, "version")
            pins = found.setdefault(target, [])
            pins.append(Place(*place, Spelling.CHART, Role.REQUIREMENT, optional=True))
