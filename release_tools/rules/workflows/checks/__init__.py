"""The checks of ``lint``: each yields findings about a whole pipeline, and prints nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.rules.workflows.checks import (
    concurrency,
    gating,
    injection,
    latest,
    named,
    nightlies,
    patterns,
    pins,
    streams,
    tokens,
    writers,
)

if TYPE_CHECKING:
    from release_tools.model import Finding
    from release_tools.rules.workflows.pipeline import Pipeline
    from release_tools.rules.workflows.table import Row

_CHECKS = (
    named.check,
    streams.check,
    patterns.check,
    gating.check,
    writers.check,
    latest.check,
    concurrency.check,
    nightlies.check,
    tokens.check,
    injection.check,
    pins.check,
)


def judge(pipeline: Pipeline, rows: tuple[Row, ...]) -> tuple[Finding, ...]:
    """Return what all checks find, each once, in the order of files and lines."""
    found = dict.fromkeys(one for check in _CHECKS for one in check(pipeline, rows))
    return tuple(sorted(found, key=lambda one: (one.path or "", one.line or 0, one.id)))
