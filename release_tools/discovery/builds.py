"""What images a tree can build: by its Dockerfiles, and by its commands in Go for ko."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from release_tools.discovery.sides import beside

if TYPE_CHECKING:
    from release_tools.discovery.files import Files

_DOCKERFILE = re.compile(r"(?:(.+)\.)?(?:docker|container)file(?:[._-](.+))?", re.IGNORECASE)
_STAGE = re.compile(r"^FROM\s[^\n]*\sAS\s+([\w.-]+)\s*$", re.MULTILINE | re.IGNORECASE)
_ASIDE = {"a test or a fixture of one", "an example", "vendored", "documentation"}
_GENERAL = frozenset(
    ("docker", "build", "package", "packaging", "images", "image", "cmd", "distribution", "src",
     "dockerfiles", "release", "deploy", "pkg", "alpine", "debian", "distroless", "python", "go")
)  # fmt: skip


class Builds:
    """The names of what can be built, all in lower case and without separators."""

    def __init__(self, files: Files, project: str) -> None:
        self.project = plain(project)
        self.names: set[str] = set()
        self.commands: set[str] = set()
        for path in files.paths:
            folder, _, name = path.rpartition("/")
            match = _DOCKERFILE.fullmatch(name)
            main = name == "main.go" and (not folder or "/cmd/" in f"/{folder}")
            if (match or main) and beside(folder) not in _ASIDE:
                self.commands |= set(map(plain, re.findall(r"(?:^|/)cmd/([^/]+)", folder)))
                self._add(folder, (match[1] or match[2] or "") if match else "")
                if match and len(self.names) < 400:  # noqa: PLR2004
                    self._stages(files.text(path))
        self.names -= {"", *map(plain, _GENERAL)}

    def _add(self, folder: str, suffix: str) -> None:
        parts = [each for each in folder.split("/") if each and each.lower() not in _GENERAL]
        self.names.add(plain(suffix) if suffix else plain(parts[-1]) if parts else self.project)
        if suffix and parts:
            self.names |= {plain(parts[-1]), plain(f"{parts[-1]}-{suffix}")}
        if suffix and not parts:
            self.names.add(self.project)

    def _stages(self, text: str) -> None:
        """Add the stages that no other stage builds on: they are images of their own."""
        for name in _STAGE.findall(text):
            if not re.search(rf"(?:--from=|FROM\s+){re.escape(name)}\s", text):
                self.names.add(plain(name))

    def make(self, name: str) -> bool:
        """Say whether an image of that name can come out of the tree."""
        whole = plain(name)
        without = whole.removeprefix(self.project) or whole
        return (
            whole in self.names or without in self.names or f"{self.project}{whole}" in self.names
        )


def plain(name: str) -> str:
    """Return a name in lower case without its separators."""
    return re.sub(r"[-_./]", "", name.lower())
