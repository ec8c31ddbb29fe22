"""The whole corpus of bad inputs, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hostile import (
    answers,
    archives,
    bombs,
    configurations,
    environments,
    files,
    github,
    redirects,
    refs,
    trees,
)

if TYPE_CHECKING:
    from tests.hostile.case import Case

KINDS = {
    "refs": refs,
    "configurations": configurations,
    "files": files,
    "trees": trees,
    "archives": archives,
    "bombs": bombs,
    "answers": answers,
    "redirects": redirects,
    "github": github,
    "environments": environments,
}
CASES: dict[str, Case] = {
    f"{kind}/{case.name}": case for kind, module in KINDS.items() for case in module.CASES
}
