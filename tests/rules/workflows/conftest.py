"""Workflows as small texts, and what is found in them."""

from __future__ import annotations

import textwrap

import pytest

from release_tools.formats import nodes
from release_tools.model import Surface
from release_tools.rules.workflows import table, workflow
from release_tools.rules.workflows.checks import judge
from release_tools.rules.workflows.pipeline import Facts, Pipeline, Tag
from release_tools.streams import Stream

ROUTER = Stream("router", "v{version}", latest=True, nightly="nightly-{date}")
SIM = Stream("sim", "sim-v{version}")


def surface(id_, stream="router", **options):
    """Return a surface ``kind:name``."""
    kind, _, name = id_.partition(":")
    return Surface(id_, kind, name, stream, name, options)


def examples(streams, *, made=()):
    """Return the tags that stand for ``streams``; ``made`` names the channels that exist."""
    for one in streams:
        release = one.tag.replace("{version}", "1.2.3")
        yield Tag(release, one, "release", "release" in made)
        yield Tag(f"{release}-rc.1", one, "prerelease", "prerelease" in made)
        if one.nightly:
            yield Tag("nightly-20260115", one, "nightly", "nightly" in made)


class Looked:
    """A pipeline with its table and its findings, in words."""

    def __init__(self, pipeline):
        self.pipeline = pipeline
        self.rows = table.rows(pipeline, pipeline.facts.tags)
        self.findings = judge(pipeline, self.rows)

    def marks(self, name):
        """``{tag: mark}`` of one workflow; empty where no tag starts it."""
        tags = [tag.name for tag in self.pipeline.facts.tags]
        for row in self.rows:
            if row.workflow.file == name:
                return dict(zip(tags, (str(cell.mark) for cell in row.cells), strict=True))
        return {}

    def found(self, *ids):
        """``id severity file:line`` of every finding, or of those of some ids."""
        return [
            f"{one.id} {one.severity} {(one.path or '').rpartition('/')[2]}:{one.line}"
            for one in self.findings
            if not ids or one.id in ids
        ]

    def messages(self, id_):
        return [one.message for one in self.findings if one.id == id_]


@pytest.fixture
def look():
    """Read ``{file: text}`` and look at it."""

    def read(
        files,
        *,
        streams=(ROUTER, SIM),
        surfaces=(),
        made=(),
        real=(),
        actions=None,
        repository="octo-org/widgets",
        declared=True,
    ):
        read_files = [
            workflow.read(f".github/workflows/{name}", nodes.load(textwrap.dedent(text)))
            for name, text in files.items()
        ]
        read_actions = {
            folder: workflow.read_action(f"{folder}/action.yml", nodes.load(textwrap.dedent(text)))
            for folder, text in (actions or {}).items()
        }
        facts = Facts(
            tuple(streams),
            tuple(surfaces),
            repository,
            tuple(examples(streams, made=made)),
            tuple(real),
            declared,
        )
        return Looked(Pipeline(read_files, read_actions, facts))

    return read
