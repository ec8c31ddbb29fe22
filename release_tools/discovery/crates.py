"""One crate as its manifest describes it, and why cargo or crates.io would refuse it.

crates.io refuses a crate without description and licence, and cargo refuses one whose
dependencies have a path or a git address and no version; a crate that fails either is not
published, whatever else is said of it.
https://doc.rust-lang.org/cargo/reference/publishing.html
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from release_tools.errors import ReleaseToolsError
from release_tools.kinds.workspaces import cargo_root

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.discovery.files import Files

PRIVATE = "publish = false"
LOOSE = "has no version"


class Crate:
    """One crate, with what it inherits from its workspace."""

    def __init__(self, files: Files, path: str) -> None:
        self.path = path
        self.folder = posixpath.dirname(path)
        data = files.toml(path)
        self.package = _table(data, "package")
        self.name = str(self.package.get("name") or "")
        self.data = data
        try:
            self.root = cargo_root(files.tree, self.folder) if self.name else None
        except ReleaseToolsError:
            self.root = None
        top = files.toml(posixpath.join(self.root, "Cargo.toml")) if self.root is not None else {}
        self.workspace = _table(top, "workspace")
        self.inherited = _table(self.workspace, "package")

    def value(self, key: str) -> Any:
        """Return a key of ``[package]``, through ``key.workspace = true``."""
        value = self.package.get(key)
        if isinstance(value, dict) and value.get("workspace") is True:
            return self.inherited.get(key)
        return value

    @property
    def version(self) -> str | None:
        """Its version, its own or the workspace's."""
        version = self.value("version")
        return version if isinstance(version, str) else None

    @property
    def binding(self) -> bool:
        """Whether it is built only as a dynamic library, as bindings are."""
        return _table(self.data, "lib").get("crate-type") in (["cdylib"], ["staticlib", "cdylib"])

    def refusal(self) -> str:
        """Say why cargo or crates.io would refuse it, or an empty string."""
        publish = self.value("publish")
        if publish is False or publish == []:
            return PRIVATE
        if isinstance(publish, list) and "crates-io" not in publish:
            return f"published to {publish[0]}, not to crates.io"
        if not self.value("version") or self.value("version") == "0.0.0":
            return "it states no version of its own"
        if not self.value("description") or not (
            self.value("license") or self.value("license-file")
        ):
            return "crates.io wants a description and a licence"
        loose = next(self._loose(), "")
        return f"its dependency {loose} {LOOSE}" if loose else ""

    def siblings(self) -> Iterator[str]:
        """Yield the folders of the crates that it depends on, for use and not for tests."""
        for _, entry, base in self._dependencies():
            if isinstance(entry.get("path"), str):
                folder = posixpath.normpath(posixpath.join(base, entry["path"]))
                yield "" if folder == "." else folder

    def _loose(self) -> Iterator[str]:
        for name, entry, _ in self._dependencies():
            if "version" not in entry and "registry" not in entry:
                yield from [name] if "path" in entry or "git" in entry else []

    def _dependencies(self) -> Iterator[tuple[str, dict[str, Any], str]]:
        """Yield name, table and the folder that its path starts from."""
        tables = [
            self.data,
            *(v for v in _table(self.data, "target").values() if isinstance(v, dict)),
        ]
        for table in tables:
            for kind in ("dependencies", "build-dependencies"):
                for name, entry in _table(table, kind).items():
                    base, table_of = self.folder, entry
                    if isinstance(entry, dict) and entry.get("workspace") is True:
                        base = self.root or ""
                        table_of = _table(self.workspace, "dependencies").get(name)
                    if isinstance(table_of, dict):
                        yield name, table_of, base


def _table(data: dict[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}
