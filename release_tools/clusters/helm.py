"""Releases of Helm 3 and 4: what is installed, its history, and which Helm asks.

The JSON is that of ``helm list -o json`` and ``helm history -o json``, alike in both majors
(https://helm.sh/docs/helm/helm_list/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from release_tools.clusters import client, document, names
from release_tools.errors import MalformedError
from release_tools.reading import Absent, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_tools.model import Runner

GOOD = ("deployed", "superseded")
"""The states of a revision that once ran as it should."""

_LISTED = 256  # what helm keeps is 10 unless somebody raised it
# Helm 3 hides all but deployed and failed ones without --all, which Helm 4 no longer knows.
_ANY_STATE = ("--deployed", "--failed", "--pending", "--uninstalled", "--uninstalling")


class Installed(NamedTuple):
    """A release as it stands.

    ``status`` is Helm's word (deployed, failed, pending-upgrade, …), ``updated`` its time as Helm
    writes it; ``chart`` is the chart's name, ``version`` and ``app_version`` are the chart's.
    """

    name: str
    namespace: str
    revision: int
    updated: str
    status: str
    chart: str
    version: str
    app_version: str


class Revision(NamedTuple):
    """One line of a release's history; the fields are those of ``Installed``."""

    revision: int
    updated: str
    status: str
    chart: str
    version: str
    app_version: str
    description: str


class Helm(NamedTuple):
    """Helm, asked about one namespace of one context; None is what kubectl would take."""

    runner: Runner
    context: str | None = None
    namespace: str | None = None

    def scope(self) -> tuple[str, ...]:
        """Return the options that say where; raises UsageError for a name that is none."""
        namespace = ("--namespace", names.namespace(self.namespace)) if self.namespace else ()
        context = ("--kube-context", names.context(self.context)) if self.context else ()
        return (*namespace, *context)

    def where(self, name: str) -> str:
        """Return how a person calls the place of a release."""
        parts = [f"helm release {name}"]
        parts += [f"namespace {self.namespace}"] if self.namespace else []
        parts += [f"context {self.context}"] if self.context else []
        return ", ".join(parts)

    def version(self) -> tuple[int, int, int] | Unknown:
        """Return the version of the Helm that is on PATH; no cluster is needed."""
        ran = client.ask(self.runner, ("helm", "version", "--template", "{{.Version}}"))
        if isinstance(ran, Unknown):
            return ran
        numbers = ran.out.strip().removeprefix("v").partition("+")[0].partition("-")[0].split(".")
        if ran.code == 0 and len(numbers) == 3 and all(n.isdigit() for n in numbers):  # noqa: PLR2004
            return int(numbers[0]), int(numbers[1]), int(numbers[2])
        return client.failure("helm version", ran)

    def release(self, name: str) -> Installed | Absent | Unknown:
        """Return the release called ``name``; Absent where the list of releases lacks it."""
        pattern = f"^{names.release(name).replace('.', '[.]')}$"
        argv = ("helm", "list", *self.scope(), "--filter", pattern, *_ANY_STATE, "--output", "json")
        rows = self._rows(name, argv)
        if isinstance(rows, Unknown):
            return rows
        for row in rows:
            if row.get("name") == name:
                chart, version = split_chart(document.text(row, "chart"))
                return Installed(
                    name,
                    document.text(row, "namespace"),
                    document.number(row, "revision"),
                    document.text(row, "updated"),
                    document.text(row, "status"),
                    chart,
                    version,
                    document.text(row, "app_version"),
                )
        return Absent(self.where(name), "the releases were listed, and it is none of them")

    def history(self, name: str) -> tuple[Revision, ...] | Unknown:
        """Return the revisions that are kept, oldest first."""
        most = ("--max", str(_LISTED), "--output", "json")
        rows = self._rows(name, ("helm", "history", names.release(name), *self.scope(), *most))
        if isinstance(rows, Unknown):
            return rows
        return tuple(sorted(map(_revision, rows)))

    def _rows(self, name: str, argv: tuple[str, ...]) -> tuple[Mapping[str, Any], ...] | Unknown:
        ran = client.ask(self.runner, argv)
        if isinstance(ran, Unknown):
            return ran
        if ran.code != 0:
            return client.failure(self.where(name), ran)
        try:
            return tuple(document.rows(document.parse(ran.out, "helm"), "helm"))
        except MalformedError as error:
            return Unknown(self.where(name), error.message)


def split_chart(text: str) -> tuple[str, str]:
    """Split ``semantic-router-0.2.0`` into name and version; the version is "" where none is."""
    for index, char in enumerate(text):
        rest = text[index + 1 :].removeprefix("v")
        core = rest.partition("-")[0].partition("+")[0].split(".")
        if char == "-" and len(core) == 3 and all(n.isascii() and n.isdigit() for n in core):  # noqa: PLR2004
            return text[:index], text[index + 1 :]
    return text, ""


def _revision(row: Mapping[str, Any]) -> Revision:
    chart, version = split_chart(document.text(row, "chart"))
    return Revision(
        document.number(row, "revision"),
        document.text(row, "updated"),
        document.text(row, "status"),
        chart,
        version,
        document.text(row, "app_version"),
        document.text(row, "description"),
    )
