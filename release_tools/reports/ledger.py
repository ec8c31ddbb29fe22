"""The ledger of one release: what was published where, with which digests, as stable JSON.

It is made of the published column.  Nothing in it tells when it was looked at, and the GitHub
Release, of which it is an asset, has no part in it: a second look at the same release gives the
same bytes.  `release-tools schema ledger` prints its schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.model import Stage
from release_tools.reading import Found
from release_tools.reports.json import dumps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from release_tools.model import Row, StreamTable, Surface
    from release_tools.reading import File

SCHEMA = 1
_NOT_RECORDED = ("git-tag", "github-release")
_TYPES = {"pypi": "pypi", "crate": "cargo", "npm": "npm", "chart": "helm"}
_SHORT = 2  # letters of a crate whose file stands one folder higher in the index


def document(
    table: StreamTable, *, tag: str, commit: str, repository: str | None = None
) -> dict[str, Any]:
    """Return the ledger of the stream's release, as plain values.

    ``commit`` is the full id of the commit that ``tag`` peels to, ``repository`` is
    ``owner/name``.  What was not found in the published column is left out: whether anything is
    missing is for the caller to judge.
    """
    version = table.version or table.nightly
    return {
        "schema": SCHEMA,
        "repository": repository,
        "stream": table.stream.name,
        "version": tag if version is None or version is table.nightly else str(version),
        "tag": tag,
        "commit": commit,
        "surfaces": [_surface(*pair) for pair in sorted(_found(table.rows), key=_id)],
    }


def render(ledger: Mapping[str, Any]) -> bytes:
    """Return the bytes of the ledger: ASCII, keys sorted, a newline at the end."""
    return dumps(_sorted(ledger)).encode("ascii")


def repository_of(url: str) -> tuple[str, str] | None:
    """Split the URL of a manifest into the registry's base URL and the repository.

    None for what is no address in an OCI registry.
    """
    base, api, rest = url.partition("/v2/")
    name, manifests, _ = rest.rpartition("/manifests/")
    return (base, name) if api and manifests else None


def purl(surface: Surface, found: Found) -> str:
    """Return the package URL of what was found (https://github.com/package-url/purl-spec).

    ``repository_url`` says where, unless that is the registry that the type of package implies.
    """
    from packageurl import PackageURL

    where = repository_of(found.where)
    if where is not None:
        host = where[0].partition("://")[2]
        qualifiers = {"repository_url": f"{host}/{where[1]}", "tag": found.version}
        name = where[1].rpartition("/")[2]
        return PackageURL("oci", None, name, found.digest, qualifiers).to_string()
    scope, _, name = surface.name.rpartition("/")
    kind = _TYPES.get(surface.kind, "generic")
    bare = PackageURL(kind, scope or None, name, found.version)
    if _is_implied(bare.to_string(), found.where):
        return bare.to_string()
    depth = (2 if len(name) <= _SHORT else 3) if kind == "cargo" else 1
    base = found.where.rstrip("/").rsplit("/", depth)[0]
    return PackageURL(
        kind, scope or None, name, found.version, {"repository_url": base}
    ).to_string()


def _is_implied(package: str, where: str) -> bool:
    """Say whether the host is that of the public registry, which the library knows."""
    from packageurl.contrib import purl2url

    own = _host(where)
    known: tuple[Callable[[str], Any], ...] = (purl2url.get_repo_url, purl2url.get_download_url)
    public = [url_of(package) for url_of in known]
    return any(own == _host(url) or own.endswith(f".{_host(url)}") for url in public if url)


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0]


def _found(rows: Iterable[Row]) -> Iterator[tuple[Surface, Found]]:
    for row in rows:
        for cell in row.cells:
            published = cell.stage is Stage.PUBLISHED and row.surface.kind not in _NOT_RECORDED
            if published and isinstance(cell.reading, Found):
                yield row.surface, cell.reading


def _id(pair: tuple[Surface, Found]) -> str:
    return pair[0].id


def _surface(surface: Surface, found: Found) -> dict[str, Any]:
    platforms = None if found.platforms is None else dict(sorted(found.platforms))
    return {
        "id": surface.id,
        "kind": surface.kind,
        "name": surface.name,
        "version": found.version,
        "purl": purl(surface, found),
        "url": found.where,
        "digest": found.digest,
        "platforms": platforms,
        "app_version": found.notes.get("app-version"),
        "files": sorted(map(_file, found.files), key=lambda file: file["name"]),
    }


def _file(file: File) -> dict[str, Any]:
    return {
        "name": file.name,
        "kind": file.kind,
        "digest": file.digest,
        "size": file.size,
        "url": file.url,
    }


def _sorted(value: Any) -> Any:
    """Sort the keys of every object."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
