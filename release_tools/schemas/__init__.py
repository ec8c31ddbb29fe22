"""The JSON Schemas (draft 2020-12) of the configuration, each report and the ledger.

Every report is the envelope of ``report.schema.json`` around the object of its command, which
``data/COMMAND.json`` describes.
"""

from __future__ import annotations

from release_tools.errors import UsageError, nearest

FILES = ("config", "ledger", "report")
"""The schemas that are files as they are."""
REPORTS = (
    "audit",
    "bump",
    "doctor",
    "gate",
    "lint",
    "nightly",
    "pin",
    "promote",
    "release",
    "rollback",
    "runbook",
    "status",
    "upgrade",
    "verify-surfaces",
)
"""The commands with ``--format json``."""
NAMES = (*FILES, *REPORTS)
"""What ``load`` knows, and ``release-tools schema`` prints."""


def load(name: str) -> str:
    """Return the text of the schema called ``name``; raises UsageError for any other name."""
    if name not in NAMES:
        known = f"schemas: {', '.join(NAMES)}"
        raise UsageError(f"there is no schema {name!r}", hint=nearest(name, NAMES) or known)
    if name in FILES:
        return _text(f"{name}.schema.json")
    import json

    whole = json.loads(_text("report.schema.json"))
    whole["title"] = f"Report of release-tools {name}"
    whole["description"] = whole["description"].replace("every command of", f"`{name}` of")
    whole["properties"]["command"]["const"] = name
    whole["properties"]["data"] = json.loads(_text(f"data/{name}.json"))
    return f"{json.dumps(whole, indent=2)}\n"


def _text(path: str) -> str:
    from importlib.resources import files

    return files(__name__).joinpath(path).read_text("utf-8")
