"""References to images, as workloads and container engines write them."""

from __future__ import annotations

from typing import NamedTuple


class Reference(NamedTuple):
    """``repository[:tag][@digest]``; what is not given is ""."""

    repository: str
    tag: str = ""
    digest: str = ""

    def __str__(self) -> str:
        """Return the reference as it is written."""
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.repository}{tag}" + (f"@{self.digest}" if self.digest else "")


def parse(text: str) -> Reference:
    """Split a reference; a port is no tag.  Nothing is checked: cf. ``names.reference``."""
    rest, _, digest = text.partition("@")
    host, slash, path = rest.rpartition("/")
    name, _, tag = path.partition(":")
    return Reference(f"{host}{slash}{name}", tag, digest)
