"""Where a step builds Python packages: the folders and names in its command or its inputs."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from release_tools.discovery.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.discovery.acts import Act

_BUILDERS = re.compile(
    r"(?:uv run |pipx run |uvx )?(?:python3? -m |py -m |-m )?"
    r"(build|maturin|cibuildwheel|twine|poetry|hatch|flit|pdm|uv)\b"
)
_BUILDING = frozenset(("build", "publish", "sdist", "upload", "build-wheel"))
_BUILD_ACTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "pypa/cibuildwheel": ("package-dir", (".",)),
    "hynek/build-and-inspect-python-package": ("path", (".",)),
    "pypa/gh-action-pypi-publish": ("packages-dir", ()),
}


def targets_of(act: Act) -> Iterator[str]:
    """Yield folders (and, for ``uv build --package``, names) that an act builds or uploads."""
    if act.uses:
        yield from _action_targets(act)
        return
    line = " ".join(act.argv[:4])
    match = _BUILDERS.match(line.rsplit("/", 1)[-1] if line.startswith("/") else line)
    if not match:
        if "setup.py" in act.argv and {"sdist", "bdist_wheel"} & set(act.argv):
            yield act.folder
        if act.argv[0] in {"cp", "mv"}:  # a/pyproject.toml put in the place of the other
            sources = (each for word in act.words[1:-1] for each in word)
            yield from (_join(act.folder, _manifest(["-m", each])) for each in sources
                        if each.endswith("/pyproject.toml"))  # fmt: skip
        return
    rest = list(act.argv[len(match[0].split()) :])
    if match[1] not in {"build", "cibuildwheel", "twine"}:
        if not rest or rest[0] not in _BUILDING:
            return
        rest = rest[1:]
    if "--package" in rest:
        yield from _flagged(act, "--package")
        return
    yield _join(act.folder, _manifest(rest))
    for place in rest:
        if not place.startswith("-") and UNKNOWN not in place:
            yield _join(act.folder, re.sub(r"/?dist/.*$|/?dist$", "", place) or ".")


def _action_targets(act: Act) -> Iterator[str]:
    if act.uses.endswith("/maturin-action"):
        folders = act.inputs.get("working-directory", (act.folder,))
        for args in act.inputs.get("args", ("",)):
            yield from (_join(folder, _manifest(args.split())) for folder in folders)
    elif act.uses in _BUILD_ACTIONS:
        key, default = _BUILD_ACTIONS[act.uses]
        for value in act.inputs.get(key, default):
            yield _join(act.folder, value)
            yield _join(act.folder, re.sub(r"/?dist/?$", "", value))


def _flagged(act: Act, flag: str) -> Iterator[str]:
    for at, word in enumerate(act.words[:-1]):
        if flag in word:
            yield from act.words[at + 1]


def _manifest(words: list[str]) -> str:
    """Return the folder that ``-m path/Cargo.toml`` names, else the working folder."""
    for at, word in enumerate(words[:-1]):
        if word in {"-m", "--manifest-path"}:
            target = words[at + 1]
            return posixpath.dirname(target) if target.endswith(".toml") else target
    return ""


def _join(folder: str, step: str) -> str:
    path = posixpath.normpath(posixpath.join(folder, step))
    return "" if path == "." else path
