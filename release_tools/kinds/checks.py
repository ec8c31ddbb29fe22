"""Checks for the tables of the configuration that no surface is made of.

They stand apart from ``base`` because most projects have none of these tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.clusters import names
from release_tools.errors import UsageError
from release_tools.kinds import base

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from release_tools.kinds.base import Check


def hosts(value: object) -> tuple[str, ...]:
    """Accept hosts with an optional port."""
    checked = base.texts(value)
    if any(set("/@? ") & set(host) for host in checked):
        raise ValueError("a list of hosts, each with or without a port, such as 127.0.0.1:5000")
    return checked


def waivers(value: object) -> tuple[dict[str, str], ...]:
    """Accept a list of waived checks, each with a reason."""
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        known = {"check", "surface", "version", "reason"}
        if all(set(item) <= known and "check" in item and "reason" in item for item in value):
            return tuple({key: base.text(text) for key, text in item.items()} for item in value)
    raise ValueError("a list of { check = …, reason = … } with, optionally, surface and version")


def _named(check: Callable[[str], str]) -> Check:
    """Make a check of a grammar of ``clusters.names``: these names reach command lines."""

    def checked(value: object) -> str:
        try:
            return check(base.text(value))
        except UsageError as error:
            raise ValueError(f"something else: {error.message}") from None

    return checked


TARGETS = ("helm", "kubectl", "pip", "docker", "podman")
"""What a release can be deployed by."""

DEPLOYMENT: Mapping[str, Check] = {
    "target": base.one_of(*TARGETS),
    "context": _named(names.context),
    "namespace": _named(names.namespace),
    "release": _named(names.release),
    "chart": base.text,
    "values": base.texts,
    "python": _named(names.program),
}
TABLES: Mapping[str, Mapping[str, Check]] = {
    "registries": {
        "pypi": base.url("https", "http"),
        "crates": base.url("sparse+https", "sparse+http", "https", "http"),
        "npm": base.url("https", "http"),
        "github": base.url("https", "http"),
        "plain-http": hosts,
        "private-hosts": hosts,
    },
    "gate": {"waive": waivers, "allowed-signers": base.text},
}
