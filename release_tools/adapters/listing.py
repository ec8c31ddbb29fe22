"""Which files a folder holds, as far as globs are concerned."""

from __future__ import annotations

import os

from release_tools.adapters.gitdir import locate
from release_tools.errors import UnreadableError

VENDORED = frozenset(
    {
        ".git",
        ".venv",
        "__pycache__",
        "build",
        "dist",
        "node_modules",
        "site-packages",
        "target",
        "third_party",
        "vendor",
        "venv",
    }
)
"""Folders that hold others' files or built ones, left out where no git says what is ours."""


def list_files(root: str, prefix: str, folder: str) -> tuple[str, ...]:
    """Return candidates below ``prefix``, as paths relative to ``root``.

    ``root`` and ``folder``, the place of ``prefix``, are real paths; ``root`` ends with a slash.

    In a git work tree those that git tracks or would track; some may be gone from the disk, or
    be submodules.  Elsewhere all files and links outside the usual vendored folders.  Raises
    UnreadableError when git or a folder gives no answer.
    """
    repository = locate(root)
    if repository is None:
        return tuple(_walk(prefix, folder))
    from release_tools.adapters.gitrun import ask

    top, _ = repository
    above = "" if top + os.sep == root else root.removeprefix(top + os.sep)
    argv = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z"]
    out = ask(top, [*argv, "--", above + prefix or "."])
    return tuple(path.removeprefix(above) for path in os.fsdecode(out).split("\0")[:-1])


def _walk(prefix: str, folder: str) -> list[str]:
    found: list[str] = []
    first = folder
    waiting = [(prefix, folder)]
    while waiting:
        prefix, folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if not entry.is_dir(follow_symlinks=False):
                        found.append(prefix + entry.name)
                    elif entry.name not in VENDORED:
                        waiting.append((f"{prefix}{entry.name}/", entry.path))
        except OSError as error:
            if isinstance(error, FileNotFoundError) and folder != first:
                continue  # it has just gone, as the state of another run's bump does
            raise UnreadableError(
                f"cannot be listed: {(error.strerror or str(error)).lower()}",
                hint="check the permissions, or exclude the folder",
                path=prefix.removesuffix("/") or ".",
            ) from error
    return found
