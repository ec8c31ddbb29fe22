"""Python packages of one interpreter, by its own metadata: an environment may lack pip."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from release_tools.clusters import client, document, names
from release_tools.errors import MalformedError
from release_tools.reading import Absent, Found, Unknown

if TYPE_CHECKING:
    from release_tools.model import Runner
    from release_tools.reading import Reading

_ASK = """\
import importlib.metadata as m, json, sys
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = m.version(name)
    except m.PackageNotFoundError:
        found[name] = None
print(json.dumps(found))
"""


class Pip(NamedTuple):
    """The environment of one interpreter, a name on PATH or a path."""

    runner: Runner
    python: str = "python3"

    def package(self, name: str) -> Reading:
        """Return the installed version; Absent where the environment's metadata lacks it.

        ``-I`` keeps the folder that we stand in, with the source of that very package, out of
        the search.  Raises UsageError for a name that is none.
        """
        python, package = names.program(self.python), names.package(name)
        where = f"environment of {python}"
        ran = client.ask(self.runner, (python, "-I", "-c", _ASK, package))
        if isinstance(ran, Unknown):
            return ran
        if ran.code != 0:
            return client.failure(where, ran)
        try:
            value = document.at(document.parse(ran.out, python), package)
        except MalformedError as error:
            return Unknown(where, error.message)
        if isinstance(value, str):
            return Found(value, where)
        return Absent(where, "no package of that name is installed there")

    def version(self) -> tuple[int, ...] | Absent | Unknown:
        """Return the version of this environment's pip."""
        found = self.package("pip")
        if not isinstance(found, Found):
            return found
        head = found.version.split(".")
        numbers = [int(part) for part in head if part.isascii() and part.isdigit()]
        return tuple(numbers) or Unknown(found.where, f"{found.version} is no version of pip")
