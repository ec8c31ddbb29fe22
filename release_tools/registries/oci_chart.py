"""Helm charts in an OCI registry: the configuration says which version a chart is.

https://github.com/helm/community/blob/main/hips/hip-0006.md
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import MalformedError, UnreadableError
from release_tools.reading import Absent, File, Found, Problem, Unknown
from release_tools.registries import _manifest, _oci, charts, document

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from release_tools.reading import Coordinates, Listing, Reading, Transport, Wanted
    from release_tools.registries._oci import Hit, Repository

_CONFIG = "application/vnd.cncf.helm.config.v1+json"
_LAYERS = ("application/vnd.cncf.helm.chart.content.v1.tar+gzip", "application/tar+gzip")


def read(at: Coordinates, wanted: Wanted, transport: Transport) -> Reading:
    """Look a version up; ``digest`` is the manifest's, which is another one for each push.

    The note ``layer`` is the digest of the .tgz, ``app-version`` the appVersion inside.  What the
    annotations say does not count.  Never raises; every error is Unknown.
    """
    where = _oci.address(at, wanted.text)
    try:
        found = _oci.look_up(at, (wanted.text, *wanted.others), transport)
        if isinstance(found, Absent | Unknown):
            return found
        where = found[1].where
        return _found(*found, wanted)
    except (MalformedError, UnreadableError) as error:
        return Unknown(where, error.message, error.hint)


def versions(at: Coordinates, transport: Transport) -> Listing | Absent | Unknown:
    """List the versions of the chart; never raises."""
    try:
        return _oci.versions(at._replace(tag="{version}"), transport)
    except (MalformedError, UnreadableError) as error:
        return Unknown(at.base, error.message, error.hint)


def _found(repository: Repository, hit: Hit, wanted: Wanted) -> Found:
    """Say what stands at the tag, and whether its configuration says the same."""
    manifest = hit.manifest
    found = Found(hit.text, hit.where, manifest.digest, problems=manifest.problems)
    kind = _kind(manifest)
    if kind != _CONFIG:
        message = f"{hit.where} is no Helm chart: its configuration is {kind}"
        return found._replace(problems=(*found.problems, Problem("chart-differs", message)))
    chart, lies = repository.configuration(manifest)
    layer = _layer(manifest)
    name = repository.name.rpartition("/")[2]
    file = File(f"{name}-{hit.text}.tgz", "chart", layer.digest, layer.size)
    found = found._replace(files=(file,), notes={"layer": layer.digest})
    if lies:
        return found._replace(problems=(*found.problems, *lies))
    app = chart.get("appVersion", "")
    notes = {**found.notes, "app-version": app if isinstance(app, str) else ""}
    problems = _differences(hit, name, chart, wanted)
    return found._replace(notes=notes, problems=(*found.problems, *problems))


def _differences(
    hit: Hit, name: str, chart: Mapping[str, object], wanted: Wanted
) -> Iterable[Problem]:
    """Return what the configuration says otherwise than the tag and the release do."""
    for key, expected in (("name", name), ("version", hit.text)):
        if chart.get(key) != expected:
            stated = charts.shown(chart.get(key))
            message = f"the chart at {hit.where} has {key} {stated} inside, expected {expected}"
            yield Problem("chart-differs", message)
    yield from charts.app_version(hit.where, chart.get("appVersion", ""), wanted)


def _kind(manifest: _manifest.Manifest) -> str:
    """Return the media type of the configuration, or a word for what has none."""
    if manifest.is_index:
        return "that of an image for several platforms"
    return _manifest.descriptor(manifest.data["config"]).media_type[:64]


def _layer(manifest: _manifest.Manifest) -> _manifest.Descriptor:
    for layer in map(_manifest.descriptor, document.field(manifest.data, "layers", list)):
        if layer.media_type in _LAYERS:
            return layer
    raise MalformedError("the manifest of the chart has no layer with the chart in it")
