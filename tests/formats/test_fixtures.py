"""Every format against real-looking files: one runner over folders of fixtures.

A case is a folder ``fixtures/<format>/<case>/`` with

- ``before/FILE`` and ``after/FILE``: one file each, of the same name;
- ``case.toml``::

      at = ["project", "version"]   # the address, in the format's own terms; leave out for None
      new = "0.4.0"                 # the text that every spot gets
      old = "0.3.0"                 # what every spot holds
      where = ["3:12"]              # line:column of every spot, in order

A table as ``at`` is handed as keyword arguments to the format's address class:
``at = {image = "ghcr.io/org/app", pinned = false}`` under ``images`` becomes ``ImageAt(...)``.
Files are read and compared as bytes, so that CRLF, BOM and missing newlines count.
"""

from __future__ import annotations

import importlib
import os
import tomllib
from typing import Any

import pytest

from release_tools.formats import splice
from release_tools.model import Edit

ROOT = os.path.join(os.path.dirname(__file__), "fixtures")
ADDRESSES = {"images": "ImageAt", "template": "TemplateAt"}
CASES = sorted(
    f"{kind}/{case}" for kind in os.listdir(ROOT) for case in os.listdir(os.path.join(ROOT, kind))
)


def _read(folder: str) -> tuple[str, str]:
    (name,) = os.listdir(folder)
    with open(os.path.join(folder, name), encoding="utf-8", newline="") as file:
        return name, file.read()


def _address(module: Any, kind: str, at: Any) -> Any:
    if isinstance(at, dict):
        return getattr(module, ADDRESSES[kind])(**at)
    return tuple(at) if isinstance(at, list) else at


@pytest.mark.parametrize("case", CASES)
def test_the_edit_changes_exactly_the_spots(case: str) -> None:
    kind = case.partition("/")[0]
    module: Any = importlib.import_module(f"release_tools.formats.{kind}")
    folder = os.path.join(ROOT, *case.split("/"))
    with open(os.path.join(folder, "case.toml"), "rb") as file:
        told = tomllib.load(file)
    name, before = _read(os.path.join(folder, "before"))
    assert name == _read(os.path.join(folder, "after"))[0]
    after = _read(os.path.join(folder, "after"))[1]
    at = _address(module, kind, told.get("at"))

    spots = module.locate(before, at)

    assert [f"{spot.line}:{spot.column}" for spot in spots] == told["where"]
    assert {spot.text for spot in spots} == {told["old"]}
    edits = tuple(Edit(name, module, at, spot, told["new"]) for spot in spots)
    assert splice(before, edits) == after
    module.prove(before, after, edits)
    assert {spot.text for spot in module.locate(after, at)} == {told["new"]}
