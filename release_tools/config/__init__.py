"""``release-tools.toml`` or ``[tool.release-tools]``, read and checked into a ``Project``.

Every key is checked; an unknown one is an error that suggests the nearest.  Errors carry the
file and the line.  Nothing here reads files but through the ``Tree`` it is handed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.config.project import Project
from release_tools.config.reader import Reader
from release_tools.errors import AbsentError, ConfigError, MalformedError
from release_tools.formats import toml

if TYPE_CHECKING:
    from release_tools.model import Tree

__all__ = ["FILE", "PYPROJECT", "Project", "find", "read"]

FILE = "release-tools.toml"
PYPROJECT = "pyproject.toml"


def find(tree: Tree) -> str | None:
    """Return the configuration file at the tree's root, or None; both at once are refused."""
    inside = tree.exists(PYPROJECT) and _configures(tree.read(PYPROJECT))
    if _is_there(tree):
        if inside:
            raise ConfigError(
                f"both {FILE} and [tool.release-tools] in {PYPROJECT} configure this project",
                hint="keep one of the two",
                path=FILE,
            )
        return FILE
    return PYPROJECT if inside else None


def _is_there(tree: Tree) -> bool:
    """Say whether there is a configuration file; a folder or FIFO of its name is an error."""
    try:
        tree.read(FILE)
    except AbsentError:
        return False
    except MalformedError as error:
        raise ConfigError(error.message, hint=error.hint, path=FILE, line=error.line) from error
    return True


def _configures(text: str) -> bool:
    """Say whether a pyproject.toml has a table of ours; a comment or ``-x`` behind it is none."""
    if "[tool.release-tools" not in text:
        return False
    lines = (line.lstrip("\ufeff \t[") for line in text.split("\n") if "[tool." in line)
    return any(line.startswith(("tool.release-tools]", "tool.release-tools.")) for line in lines)


def read(tree: Tree, path: str, text: str) -> Project:
    """Check the configuration ``text`` of the file ``path`` and expand its surfaces in ``tree``.

    Raises ConfigError with path and line.
    """
    try:
        data: Any = toml.parse(text)
    except MalformedError as error:
        raise ConfigError(error.message, hint=error.hint, path=path, line=error.line) from error
    prefix: tuple[str, ...] = ()
    if path.rpartition("/")[2] == PYPROJECT:
        prefix = ("tool", "release-tools")
        tool = data.get("tool")
        data = tool.get("release-tools", {}) if isinstance(tool, dict) else {}
    return Reader(tree, path, text, prefix).project(data)
