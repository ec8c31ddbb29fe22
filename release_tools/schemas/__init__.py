"""The JSON Schemas (draft 2020-12) of the configuration, each report and the ledger, as files."""

from __future__ import annotations

from release_tools.errors import UsageError

NAMES = ("config", "verify-surfaces", "bump", "lint", "ledger", "upgrade", "rollback")
"""What ``load`` knows, and ``release-tools schema`` prints."""


def load(name: str) -> str:
    """Return the text of the schema called ``name``; raises UsageError for any other name."""
    if name not in NAMES:
        raise UsageError(f"there is no schema {name!r}", hint=f"schemas: {', '.join(NAMES)}")
    from importlib.resources import files

    return files(__name__).joinpath(f"{name}.schema.json").read_text("utf-8")
