"""Publishers that another run cancels, running or waiting."""

from __future__ import annotations

import pytest

from tests.rules.workflows.checks.conftest import ON_V, TWINE, job


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("{group: '${{ github.ref }}', cancel-in-progress: true}", ["publisher-cancelled warning"]),
        ("{group: release, cancel-in-progress: true}", ["publisher-cancelled error"]),
        ("{group: '${{ github.workflow }}', cancel-in-progress: true}",
         ["publisher-cancelled error"]),
        ("{group: '${{ github.ref }}', cancel-in-progress: false}", []),
        ("{group: a, cancel-in-progress: '${{ github.ref_type == ''branch'' }}'}",
         ["concurrency-drops-pending warning"]),
        ("{group: '${{ github.ref }}', cancel-in-progress: '${{ vars.X }}'}", []),
        ("{group: '${{ github.run_id }}', cancel-in-progress: true}", []),
        ("release", ["concurrency-drops-pending warning"]),
        ("{group: release, cancel-in-progress: false}", ["concurrency-drops-pending warning"]),
        ("'${{ github.workflow }}-${{ github.ref_name }}'", []),
    ],
)  # fmt: skip
def test_a_publisher_must_not_be_cancelled_or_dropped(look, given, found):
    top = look({"a.yml": ON_V + f"concurrency: {given}\n" + TWINE})
    ids = ("publisher-cancelled", "concurrency-drops-pending")
    assert top.found(*ids) == [f"{each} a.yml:2" for each in found]
    inner = job("run: twine upload x", extra=f"    concurrency: {given}\n")
    assert [line.rsplit(" ", 1)[0] for line in look({"a.yml": ON_V + inner}).found(*ids)] == found
    harmless = look({"a.yml": ON_V + f"concurrency: {given}\n" + job("run: make test")})
    assert harmless.found(*ids) == []
