"""Workflows that surfaces name and that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.errors import nearest
from release_tools.rules.findings import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_tools.model import Finding
    from release_tools.rules.workflows.pipeline import Pipeline
    from release_tools.rules.workflows.table import Row


def check(pipeline: Pipeline, rows: tuple[Row, ...]) -> Iterator[Finding]:  # noqa: ARG001 - as every check
    """Find surfaces whose ``workflow`` is no file: nobody would wait for such a publisher."""
    files = sorted(workflow.file for workflow in pipeline.workflows.values())
    for surface in pipeline.facts.surfaces:
        named = str(surface.options.get("workflow", ""))
        file = named.rpartition("/")[2]
        if named and file not in files:
            message = f'the workflow of {surface.id}, "{named}", is not there'
            found = finding("workflow-missing", message, stream=surface.stream, surface=surface.id)
            near = nearest(file, files)
            yield found._replace(hint=near) if near else found
