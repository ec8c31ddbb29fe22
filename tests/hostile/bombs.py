"""Archives of little size that want much time or memory, seen by the whole program."""

from __future__ import annotations

from tests.artifacts import test_hostile as made
from tests.hostile.archives import LOOK, PROJECT
from tests.hostile.case import Case

EMPTY = {made.WHEEL: b"PK\3\4", made.SDIST: b"\x1f\x8b\x08"}


def _bomb(name, make):
    def lay(root):
        (root / "dist").mkdir()
        (root / "dist" / name).write_bytes(make())

    return lay


def _tebibyte(name):
    def lay(root):
        (root / "dist").mkdir()
        with (root / "dist" / name).open("wb") as file:
            file.write(EMPTY.get(name, made.FILE))
            file.truncate(1 << 40)

    return lay


CASES = [
    *(
        Case(name, LOOK, "artifact-refused", 1, PROJECT, make=_bomb(file, make))
        for name, (file, make, _) in made.BOMBS.items()
    ),
    *(
        Case(f"tebibyte/{name}", LOOK, "artifact-refused", 1, PROJECT, make=_tebibyte(name))
        for name in (made.SDIST, made.WHEEL, "app.tar", "app.tgz")
    ),
]
