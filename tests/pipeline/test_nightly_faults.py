"""``nightly --push`` at once, and ``nightly --prune`` killed or told something else."""

from __future__ import annotations

import hashlib
import json
from urllib.request import Request, urlopen

import pytest

from release_tools.errors import ReleaseToolsError
from release_tools.flows.nightlies import prune
from tests import killing
from tests.pipeline.conftest import INDEX
from tests.pipeline.test_fail_closed import between, cells
from tests.pipeline.test_published_faults import Counted
from tests.servers import fault, layout
from tests.servers.together import together

__all__ = ["between"]

DATES = ("20260101", "20260102", "20260103")
KILLED_LEAST, FAULTS_LEAST = 24, 60


@pytest.mark.parametrize("count", [2, 8])
def test_of_many_at_once_there_is_one_tag_at_one_commit(pipeline, count):
    argv = ("nightly", "--date", DATES[0], "--push")
    done = together(lambda _: pipeline.json(*argv), count)
    assert {one.code for one in done} == {0}, [one.out for one in done]
    tags = pipeline.hub.repository.git.ask("for-each-ref", "--format=%(refname)", "refs/tags")
    assert tags.split() == [f"refs/tags/nightly-{DATES[0]}"]
    assert pipeline.hub.repository.git.resolve(f"refs/tags/nightly-{DATES[0]}") == pipeline.head


@pytest.fixture
def old(between):
    """Three nightlies of an image; the first is the very digest of a release."""
    made = between.pipeline
    for tag, platforms in zip(
        ("v0.2.0", *(f"nightly-{date}" for date in DATES[1:])),
        (("linux/arm64",), ("linux/amd64",), ("linux/amd64", "linux/arm64")),
        strict=True,
    ):
        made.oci.push_index(f"{made.path}/server", tag, platforms)
    made.oci.push_index(f"{made.path}/worker", "v0.2.0")
    served = {tag: made.served("server", tag) for tag in made.tags("server")}
    served[f"nightly-{DATES[0]}"] = served["v0.2.0"]
    (child,) = [one["digest"] for one in json.loads(served[f"nightly-{DATES[1]}"])["manifests"]]
    url = f"{made.oci.url}/v2/{made.path}/server/manifests/{child}"
    with urlopen(Request(url, headers={"Accept": layout.MANIFEST})) as answer:
        manifest = answer.read()

    def lay():
        made.oci.put_manifest(f"{made.path}/server", child, manifest, layout.MANIFEST)
        for tag, index in served.items():
            made.oci.put_manifest(f"{made.path}/server", tag, index, INDEX)
        for date in DATES:
            if made.hub.repository.git.resolve(f"refs/tags/nightly-{date}") is None:
                made.hub.repository.tag(f"nightly-{date}")

    made.lay = lay
    made.lay()
    return between


def left(made):
    """Return which tags of nightlies there are: of the image, and in git."""
    resolve = made.hub.repository.git.resolve
    kept = {date for date in DATES if resolve(f"refs/tags/nightly-{date}")}
    return made.tags("server"), kept


KEPT = {"v0.2.0", f"nightly-{DATES[0]}", f"nightly-{DATES[2]}"}, {DATES[2]}


def test_a_prune_that_is_killed_at_any_request_is_finished_by_the_next(old, tmp_path_factory):
    made, argv = old.pipeline, ("nightly", "--prune", "--keep", "1", "--yes")
    with killing.warm(tmp_path_factory.mktemp("home"), {"GITHUB_TOKEN": made.token}) as mill:
        undisturbed = Counted(old)
        done = mill.run(argv, cwd=made.root)
        assert done.code == 0, done.err
        assert left(made) == KEPT
        assert undisturbed.asked.count("DELETE") == 4
        killed = 0
        for stop in range(1, len(undisturbed.asked) + 1):
            for when in ("before", "after"):
                old.mend()
                made.lay()
                counted = Counted(old, stop, when)
                counted.child = mill.start(argv, cwd=made.root)
                counted.begun.set()
                assert mill.finish(counted.child).code is None
                images, tags = left(made)
                assert images >= KEPT[0]
                assert tags >= KEPT[1]
                old.mend()
                assert mill.run(argv, cwd=made.root).code == 0
                assert left(made) == KEPT
                killed += 1
    assert killed >= KILLED_LEAST


def planned(made):
    """Return what would go, which is nothing where that cannot be told."""
    try:
        return {step.what for step in prune.plan(str(made.root), 1).steps}
    except ReleaseToolsError as error:
        if error.exit_code != 3:
            raise
        return set()


@pytest.mark.parametrize("digest", ["", "sha256:" + "0" * 64])
def test_where_a_registry_lies_about_a_digest_nothing_goes_that_should_stay(old, digest):
    made = old.pipeline
    lie = digest or f"sha256:{hashlib.sha256(made.served('server', 'v0.2.0')).hexdigest()}"
    true = planned(made)
    at = f"/v2/{made.path}/server/manifests/"
    for tag in (*KEPT[0], f"nightly-{DATES[1]}"):
        old.mend()
        old.proxies["registry"].always(fault.lie(lie), at=f"{at}{tag}")
        assert planned(made) <= true


def test_for_no_answer_but_the_true_one_is_anything_more_deleted(old):
    """What is planned is what goes: the plan of every faulty answer is looked at."""
    true = planned(old.pipeline)
    assert len(true) == 4, true
    looked = {cell: planned(old.pipeline) for cell in cells(old)}
    assert {cell: more for cell, more in looked.items() if not more <= true} == {}
    assert sum(not more for more in looked.values()) > len(looked) / 2
    assert len(looked) >= FAULTS_LEAST, len(looked)
