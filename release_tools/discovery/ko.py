"""Images that ko pushes: their names come from the import paths of the commands in Go.

https://ko.build/configuration/#naming-images
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from release_tools.discovery.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.discovery.acts import Act
    from release_tools.discovery.files import Files

_VERBS = frozenset(("build", "publish", "resolve", "apply", "create"))
_MAX_TEXT = 1_000_000


def references(act: Act, files: Files) -> Iterator[str]:
    """Yield what ``ko`` pushes where ``act`` runs it: repositories with some tag."""
    argv = act.argv
    told = set(argv)
    if argv[1:2] == () or argv[1] not in _VERBS or "--push=false" in told:
        return
    assigned = (v.partition("=") for v in act.words[-1] if v.startswith("KO_DOCKER_REPO="))
    repositories = [value.rstrip("/") for _, _, value in assigned]
    for repository in repositories:
        if "--bare" in told:
            yield f"{repository}:{UNKNOWN}"
        elif told & {"-B", "--base-import-paths"}:
            for path in _imports(act, files):
                yield f"{repository}/{path.rstrip('/').rsplit('/', 1)[-1]}:{UNKNOWN}"
        elif told & {"-P", "--preserve-import-paths"}:
            for path in _imports(act, files):
                if not path.startswith("."):
                    yield f"{repository}/{path}:{UNKNOWN}"


def _imports(act: Act, files: Files) -> Iterator[str]:
    """Yield the import paths that stand in the command, or in the files that it resolves."""
    words = [value for word in act.words[2:-1] for value in word]
    yield from (each for each in words if re.match(r"\./|(?:cmd|github\.com)/", each))
    for at, word in enumerate(words[:-1]):
        if word in {"-f", "--filename"}:
            place = posixpath.normpath(posixpath.join(act.folder, words[at + 1]))
            paths = [place] if files.exists(place) else sorted(
                each for each in files.paths if each.startswith(f"{place}/")
            )  # fmt: skip
            for path in paths:
                text = files.text(path)[:_MAX_TEXT]
                yield from dict.fromkeys(re.findall(r"\bko://([\w./-]+)", text))
