"""``gate`` on a real remote, real registries, and a strict GitHub."""

from __future__ import annotations

import pytest


def test_it_opens_for_a_tag_that_deserves_it(pipeline):
    pipeline.tag()
    pipeline.crates.add("app", "0.2.0")
    for image in pipeline.images:
        pipeline.oci.push_index(f"{pipeline.path}/{image}", "v0.2.0")
    ran = pipeline.json("gate")
    assert ran.code == 0, ran.out + ran.err
    assert set(ran.checks.values()) == {"open"}
    assert not pipeline.changes


@pytest.fixture
def before(pipeline):
    """Let there be an earlier release of everything."""
    pipeline.publish("0.2.0")
    return pipeline
