"""Verify, bump and gate one version across every surface that a project publishes it to.

>>> import release_tools
>>> project = release_tools.load(".")
>>> table = release_tools.verify(project)
>>> plan = release_tools.plan_bump(project, "minor")
>>> release_tools.apply(project, plan)  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = [
    "Project",
    "ReleaseToolsError",
    "Version",
    "apply",
    "load",
    "plan_bump",
    "recover",
    "verify",
]

if TYPE_CHECKING:
    from release_tools.config import Project
    from release_tools.errors import ReleaseToolsError
    from release_tools.flows.bumping.apply import apply, recover
    from release_tools.flows.bumping.bump import plan_bump
    from release_tools.flows.load import load
    from release_tools.flows.verify import verify
    from release_tools.version import Version

_HOME = {
    "Project": "config",
    "ReleaseToolsError": "errors",
    "Version": "version",
    "apply": "flows.bumping.apply",
    "load": "flows.load",
    "plan_bump": "flows.bumping.bump",
    "recover": "flows.bumping.apply",
    "verify": "flows.verify",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that no command pays for another's."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
