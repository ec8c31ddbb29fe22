"""What a handbook is made of: every value in it was found, in a registry or in the tree."""

from __future__ import annotations

from typing import NamedTuple


class Item(NamedTuple):
    """One published artifact, at one version as its registry spells it.

    ``name`` is what its clients call it: ``ghcr.io/org/app``, ``oci://ghcr.io/org/charts/app``,
    the name of a package.  ``repository`` is the URL of an HTTP chart repository, ``programs``
    are the commands that a Python package installs, ``plain`` says that the registry has no TLS.
    """

    id: str
    kind: str
    name: str
    version: str
    digest: str | None = None
    platforms: tuple[str, ...] = ()
    repository: str | None = None
    programs: tuple[str, ...] = ()
    plain: bool = False
    install: str = ""


class Line(NamedTuple):
    """One stream: its tag pattern with ``<version>`` in it, and how it is promoted.

    ``places`` are the files that state its version, ``workflows`` those that its tag starts.
    """

    name: str
    version: str
    tag: str
    pattern: str
    places: tuple[str, ...] = ()
    workflows: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()


class Place(NamedTuple):
    """Where it runs; ``option`` names it on a command line of ours, with the blank before it.

    ``workloads`` are ``deployment/name`` as the chart makes them; () where that is not known.
    """

    namespace: str | None = None
    release: str | None = None
    context: str | None = None
    option: str = ""
    workloads: tuple[str, ...] = ()


class Variable(NamedTuple):
    """One variable of the Makefile that chooses a version, and the targets that take it."""

    name: str
    kind: str
    targets: tuple[str, ...]


class Book(NamedTuple):
    """The facts of one handbook.

    ``line.items`` are what was found of the version; ``before`` the release that one goes back
    to, ``nightly`` the newest nightly, ``latest`` the images with that tag; () where there is
    none.  ``values`` is a values file that pins the chart's images, "" where it mentions none.
    """

    project: str
    line: Line
    before: tuple[Item, ...] = ()
    nightly: tuple[Item, ...] = ()
    latest: tuple[str, ...] = ()
    others: tuple[Line, ...] = ()
    place: Place = Place()
    variables: tuple[Variable, ...] = ()
    values: str = ""
    releases: str | None = None
    schedule: tuple[str, ...] = ()

    def of(self, kind: str) -> tuple[Item, ...]:
        """Return the items of a kind in this version."""
        return tuple(one for one in self.line.items if one.kind == kind)

    def previous(self, kind: str) -> tuple[Item, ...]:
        """Return the items of a kind in the release before."""
        return tuple(one for one in self.before if one.kind == kind)
