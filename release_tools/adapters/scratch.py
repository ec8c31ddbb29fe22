"""A folder of files for another program, outside the project, gone when the block ends."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from release_tools.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextmanager
def folder(files: Mapping[str, str]) -> Iterator[str]:
    """Write texts, by their paths below a fresh folder, and yield that folder.

    Raises UnreadableError where they cannot be written.
    """
    import tempfile

    with tempfile.TemporaryDirectory(prefix="release-tools-") as root:
        try:
            for path, text in files.items():
                target = os.path.join(root, path)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                with open(target, "w", encoding="utf-8", newline="") as file:
                    file.write(text)
        except OSError as error:
            raise UnreadableError(f"cannot write to {root}: {error.strerror}") from error
        yield root
