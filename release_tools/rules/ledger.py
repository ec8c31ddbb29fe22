"""Compare two ledgers of one release, fact by fact: what was recorded, and what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from release_tools.errors import MalformedError
from release_tools.model import Stage
from release_tools.rules.findings import finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from release_tools.model import Finding

_SCHEMA = 1
_TEXT, _MAYBE = str, (str, type(None))
_LEDGER = {"stream": _TEXT, "version": _TEXT, "tag": _TEXT, "commit": _TEXT, "surfaces": list}
_SURFACE = {
    "id": _TEXT,
    "name": _TEXT,
    "version": _TEXT,
    "purl": _TEXT,
    "url": _TEXT,
    "digest": _MAYBE,
    "platforms": (dict, type(None)),
    "app_version": _MAYBE,
    "files": list,
}
_FILE = {"name": _TEXT, "kind": _TEXT, "digest": _MAYBE, "size": (int, type(None)), "url": _MAYBE}
_RELEASE = ("stream", "version", "tag", "commit")
_STATED = ("version", "app_version")


def parse(text: bytes) -> dict[str, Any]:
    """Read a ledger; raises MalformedError, without a path, for anything else."""
    import json

    try:
        ledger = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedError("it is no JSON, and so no ledger") from None
    if not isinstance(ledger, dict) or ledger.get("schema") != _SCHEMA:
        raise MalformedError(f"it is no ledger of schema {_SCHEMA}")
    _check(ledger, _LEDGER, "the ledger")
    for surface in ledger["surfaces"]:
        _check(surface, _SURFACE, "a surface of the ledger")
        for file in surface["files"]:
            _check(file, _FILE, f"a file of {surface['id']}")
        if not all(isinstance(digest, str) for digest in (surface["platforms"] or {}).values()):
            raise MalformedError(f"a platform of {surface['id']} has no digest")
    ids = [surface["id"] for surface in ledger["surfaces"]]
    if len(set(ids)) < len(ids):
        raise MalformedError("a surface stands twice in the ledger")
    return ledger


def differences(recorded: Mapping[str, Any], present: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return what differs between two ledgers, in a stable order.

    Facts are the release, its surfaces, their versions, digests and platforms, and the names,
    digests and sizes of their files.  Addresses are none: a mirror serves the same release.
    """
    found = [
        _about(recorded, None, "ledger-differs", _said(key, recorded[key], present[key]))
        for key in _RELEASE
        if recorded[key] != present[key]
    ]
    before = {surface["id"]: surface for surface in recorded["surfaces"]}
    now = {surface["id"]: surface for surface in present["surfaces"]}
    for id_ in sorted(before | now):
        if id_ not in now or id_ not in before:
            only = "recorded, and not there" if id_ in before else "there, and not recorded"
            found.append(_about(recorded, id_, "ledger-differs", f"{id_} is {only}"))
        else:
            found.extend(_of_surface(recorded, before[id_], now[id_]))
    return tuple(found)


def _of_surface(
    ledger: Mapping[str, Any], before: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[Finding]:
    id_ = before["id"]
    for key in _STATED:
        if before[key] != now[key]:
            message = _said(f"the {key.replace('_', ' ')} of {id_}", before[key], now[key])
            yield _about(ledger, id_, "ledger-differs", message)
    if before["digest"] != now["digest"]:
        message = _said(f"the digest of {id_}", before["digest"], now["digest"])
        yield _about(ledger, id_, "digest-moved", message)
    was, is_ = before["platforms"] or {}, now["platforms"] or {}
    for name in sorted(was | is_):
        if was.get(name) != is_.get(name):
            message = _said(f"the digest of {id_} for {name}", was.get(name), is_.get(name))
            yield _about(ledger, id_, "digest-moved", message)
    yield from _of_files(ledger, id_, before["files"], now["files"])


def _of_files(
    ledger: Mapping[str, Any], id_: str, before: list[dict[str, Any]], now: list[dict[str, Any]]
) -> Iterator[Finding]:
    was = {file["name"]: file for file in before}
    is_ = {file["name"]: file for file in now}
    for name in sorted(was | is_):
        if name not in is_:
            yield _about(ledger, id_, "file-removed", f"{name} of {id_} is not there any more")
        elif name not in was:
            yield _about(ledger, id_, "file-added", f"{name} of {id_} was not there")
        elif was[name]["digest"] != is_[name]["digest"]:
            message = _said(f"the digest of {name}", was[name]["digest"], is_[name]["digest"])
            yield _about(ledger, id_, "file-replaced", message)
        elif None not in (sizes := (was[name]["size"], is_[name]["size"])) and sizes[0] != sizes[1]:
            yield _about(ledger, id_, "file-replaced", _said(f"the size of {name}", *sizes))


def _said(what: str, before: object, now: object) -> str:
    was = "not recorded" if before is None else f"recorded as {before}"
    return f"{what} is {'not there' if now is None else now}, {was}"


def _about(ledger: Mapping[str, Any], surface: str | None, id_: str, message: str) -> Finding:
    stage = None if surface is None else Stage.PUBLISHED
    return finding(id_, message, stream=ledger["stream"], surface=surface, stage=stage)


def _check(value: object, keys: Mapping[str, Any], what: str) -> None:
    """Raise MalformedError unless it is an object with these keys, each of its type."""
    if not isinstance(value, dict):
        raise MalformedError(f"{what} is no JSON object")
    for key, kind in keys.items():
        if key not in value or not isinstance(value[key], kind):
            raise MalformedError(f'{what} has no proper "{key}"')
