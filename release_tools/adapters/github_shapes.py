"""Taking values out of an answer, each with the type that the API describes, or a ShapeError."""

from __future__ import annotations

from typing import Any

from release_tools.adapters.github_faults import ShapeError


def mapping(value: Any, key: str) -> dict[str, Any]:
    """Return the object at ``key`` of an answer; raises ShapeError when there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, dict):
        raise ShapeError(f"no object at {key or 'the top'}")
    return found


def whole(value: Any) -> dict[str, Any]:
    """Return an answer that is an object; raises ShapeError when it is none."""
    return mapping({"": value}, "")


def text(value: Any, key: str) -> str:
    """Return the text at ``key`` of an answer; raises ShapeError when there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, str):
        raise ShapeError(f"no text at {key or 'the top'}")
    return found


def words(value: Any, key: str) -> str | None:
    """Return the text at ``key``, or None where the answer says null or nothing."""
    missing = not isinstance(value, dict) or value.get(key) is None
    return None if missing else text(value, key)


def number(value: Any, key: str) -> int:
    """Return the whole number at ``key``; raises ShapeError when there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, int) or isinstance(found, bool):
        raise ShapeError(f"no number at {key}")
    return found


def flag(value: Any, key: str) -> bool:
    """Return the truth at ``key``; raises ShapeError when there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, bool):
        raise ShapeError(f"neither true nor false at {key}")
    return found


def objects(value: Any, key: str) -> list[dict[str, Any]]:
    """Return the list of objects at ``key``; raises ShapeError when there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise ShapeError(f"no list of objects at {key or 'the top'}")
    return found


def counted(value: Any, key: str | None, seen: int) -> None:
    """Raise ShapeError where checks are fewer than the answer counts: the one left out may be red.

    Only of checks: of runs GitHub counts some that it does not list.
    """
    if key in ("check_runs", "statuses") and number(value, "total_count") > seen:
        raise ShapeError(f"{seen} of {number(value, 'total_count')} {key} listed")
