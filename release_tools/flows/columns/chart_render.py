"""A chart as it will be published: what it renders to, where helm is installed, and its values.

Dependencies from elsewhere are left out: what they pull is not ours, and to fetch them would be a
download.  Those in the tree stay.
"""

from __future__ import annotations

import os
from functools import reduce
from posixpath import join
from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.errors import AbsentError, MalformedError, UnreadableError
from release_tools.formats import values as yaml
from release_tools.kinds import base, stages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from release_tools.config import Project
    from release_tools.model import Runner, Surface, Tree
    from release_tools.version import Nightly, Version

MANIFEST, VALUES = "Chart.yaml", "values.yaml"
# What templates use of a Chart.yaml, without kubeVersion, which would bind it to some cluster.
_KEPT = (
    *("apiVersion", "name", "version", "appVersion", "type", "description", "home", "icon"),
    *("keywords", "sources", "maintainers", "annotations"),
)
_KEPT_OF_DEPENDENCIES = ("name", "repository", "condition", "alias", "tags", "import-values")
_ANY = ">=0.0.0-0"
_DEEPEST = 5  # charts in charts
_SECONDS = 60.0


class Chart(NamedTuple):
    """A chart of the tree, with the values that it is installed with.

    ``files`` are its texts by their paths inside of it, ``Chart.yaml`` as the publisher makes it;
    ``values`` what its own values and each given file say, by their paths.
    """

    files: Mapping[str, str]
    app_version: str
    values: Sequence[tuple[str, Any]]
    given: Sequence[str]

    @property
    def merged(self) -> Any:
        """All values, each file laid over those before it."""
        return reduce(yaml.merge, (value for _, value in self.values), {})


def load(
    project: Project, surface: Surface, version: Version | Nightly, given: Sequence[str]
) -> Chart:
    """Read the chart as its release of ``version`` will be.

    ``given`` are files of values on disk.  Raises AbsentError, MalformedError and UnreadableError
    where the chart or a file cannot be read.
    """
    folder, tree = surface.path, project.tree
    manifest = _mapping(tree.read(base.beside(folder, MANIFEST)), base.beside(folder, MANIFEST))
    if surface.options.get("source") == "stamped":
        kind = stages.publishing("chart")
        assert kind is not None  # noqa: S101 - charts have a published stage
        wanted = kind.wanted(surface, version, ())
        stamped = {"version": wanted.text, "appVersion": wanted.app_version}
        manifest |= {key: text for key, text in stamped.items() if text is not None}
    own = base.beside(folder, VALUES)
    values = [(own, _mapping(tree.read(own), own))] if tree.exists(own) else []
    values += [(path, _mapping(_read(path), path)) for path in given]
    files = dict(_laid(tree, folder, manifest, _DEEPEST))
    return Chart(files, str(manifest.get("appVersion") or ""), values, given)


def render(chart: Chart, runner: Runner, release: str = "release-name") -> str | None:
    """Return what ``helm template`` makes of the chart; None where helm is not installed.

    Raises UnreadableError where helm refuses it, with what helm says.
    """
    from release_tools.adapters import process, scratch

    try:
        if runner.run(["helm", "version", "--short"]).code != 0:
            return None
    except UnreadableError:
        return None
    with scratch.folder(chart.files) as folder:
        argv = ["helm", "template", release, folder]
        for path in chart.given:
            argv += ["--values", os.path.abspath(path)]
        done = runner.run(argv, timeout=_SECONDS)
    if done.code != 0:
        said = process.legible(done.err.replace(folder, "."), 400)
        raise UnreadableError(f"helm template: {said}")
    return done.out


def _laid(
    tree: Tree, folder: str, manifest: Mapping[str, Any], deep: int
) -> Iterator[tuple[str, str]]:
    """Yield the files of a chart, and below ``charts`` those of the siblings it depends on."""
    import json

    for path in tree.glob(base.beside(folder, "**")):
        inside = path.removeprefix(f"{folder}/")
        # The schema of the values may refer to addresses, which helm would ask.
        if inside in (MANIFEST, "Chart.lock", "values.schema.json"):
            continue
        try:
            yield inside, tree.read(path)
        except (AbsentError, MalformedError):
            continue  # an icon, or the archive of a chart of somebody else's
    kept = []
    for one in manifest.get("dependencies") or ():
        name, repository = str(one.get("name")), str(one.get("repository") or "")
        scheme, _, path = repository.partition("://")
        sibling = base.within(folder, path) if scheme == "file" else None
        if sibling is not None and deep:
            where = base.beside(sibling, MANIFEST)
            files = _laid(tree, sibling, _mapping(tree.read(where), where), deep - 1)
            yield from ((join("charts", name, inside), text) for inside, text in files)
        elif not tree.exists(base.beside(folder, join("charts", name, MANIFEST))):
            continue
        kept.append({key: one[key] for key in _KEPT_OF_DEPENDENCIES if key in one})
        kept[-1]["version"] = _ANY
    made = {key: manifest[key] for key in _KEPT if manifest.get(key) is not None}
    yield MANIFEST, json.dumps({**made, "dependencies": kept})


def _mapping(text: str, path: str) -> dict[str, Any]:
    """Read a manifest or values; of several documents the later are laid over the first.

    So does Helm 4 with values; Helm 3 reads the first alone, and renders something else.
    """
    with base.naming(path):
        documents = [one for one in yaml.read(text) if one is not None]
        if not all(isinstance(one, dict) for one in documents):
            raise MalformedError("is no mapping of keys to values")
    return dict(reduce(yaml.merge, documents, {}))


def _read(path: str) -> str:
    """Read a file that the command line names."""
    from release_tools.adapters.disk import DiskTree

    folder, name = os.path.split(os.path.abspath(path))
    with base.naming(path):
        return DiskTree(folder).read(name)
