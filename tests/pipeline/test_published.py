"""``verify-surfaces`` beyond the source: what registries serve, from the command line."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest


def cells(ran):
    return {
        row["id"]: row["stages"].get("published", {})
        for stream in ran.report["streams"]
        for row in stream["surfaces"]
    }


def verdicts(ran):
    return {id_: cell.get("verdict") for id_, cell in cells(ran).items()}


def test_what_every_registry_serves_agrees_with_its_digest(pipeline):
    pipeline.tag()
    pipeline.publish()
    ran = pipeline.json("verify-surfaces", "--published", "--tag", "v0.3.0")
    assert ran.code == 0, ran.out
    assert verdicts(ran) == {
        "crate:app": "agrees",
        "image:server": "agrees",
        "image:worker": "agrees",
        "git-tag": "agrees",
        "github-release": "waits",
    }
    assert cells(ran)["image:server"]["digest"].startswith("sha256:")
    assert len(cells(ran)["image:server"]["platforms"]) == 2
    assert not pipeline.changes


def test_one_image_that_is_not_there_is_missing_and_named(pipeline):
    pipeline.tag()
    pipeline.publish(images=["server"])
    ran = pipeline.json("verify-surfaces", "--published", "--tag", "v0.3.0")
    assert ran.code == 1
    assert verdicts(ran)["image:worker"] == "missing"
    assert ran.ids == ["surface-unpublished"]


def test_a_registry_that_is_not_there_is_unknown_and_never_absent(pipeline):
    pipeline.tag()
    pipeline.publish()
    pipeline.write({"release-tools.toml": pipeline.config(registry="127.0.0.1:9")})
    ran = pipeline.json("verify-surfaces", "--published", "--tag", "v0.3.0")
    assert ran.code == 3, ran.out
    assert verdicts(ran)["image:server"] == "unknown"


def test_a_yanked_version_differs(pipeline):
    pipeline.tag()
    pipeline.publish(crate=False)
    pipeline.crates.add("app", "0.3.0", yanked=True)
    ran = pipeline.json("verify-surfaces", "--published", "--tag", "v0.3.0")
    assert (ran.code, ran.ids) == (1, ["version-yanked"])
    assert verdicts(ran)["crate:app"] == "differs"


def test_absent_before_anything_is_published(pipeline):
    pipeline.publish("0.2.0")
    pipeline.tag()
    ran = pipeline.json("verify-surfaces", "--absent", "--tag", "v0.3.0")
    assert ran.code == 0, ran.out


def test_absent_no_more_once_one_of_them_is_there(pipeline):
    pipeline.publish("0.2.0")
    pipeline.tag()
    pipeline.crates.add("app", "0.3.0")
    ran = pipeline.json("verify-surfaces", "--absent", "--tag", "v0.3.0")
    assert (ran.code, ran.ids) == (1, ["published-already"])


def test_a_lower_target_than_what_is_out_is_a_regression(pipeline):
    pipeline.publish("0.2.0")
    pipeline.crates.add("app", "0.4.0")
    pipeline.crates.add("app", "0.5.0-rc.1")
    pipeline.crates.add("app", "0.6.0", yanked=True)
    ran = pipeline.json("verify-surfaces", "--absent", "0.3.0")
    assert (ran.code, ran.ids) == (1, ["not-monotonic"])
    assert "0.4.0" in ran.report["findings"][0]["message"]


def test_first_is_said_in_the_verdict(pipeline):
    ran = pipeline.json("verify-surfaces", "--absent", "0.3.0")
    assert ran.code == 3, ran.out
    firsts = ["--first", "crate:app", "--first", "server", "--first", "image:worker"]
    ran = pipeline.json("verify-surfaces", "--absent", "0.3.0", *firsts)
    assert ran.code == 0, ran.out
    assert set(ran.ids) == {"first-publication"}


def test_first_in_the_configuration_is_for_that_version_alone(pipeline):
    config = pipeline.config().replace('path = "rust"', 'path = "rust"\nfirst = "0.3.0"')
    pipeline.write({"release-tools.toml": config})
    pipeline.publish("0.3.0", crate=False)
    ran = pipeline.json("verify-surfaces", "--published", "0.3.0")
    assert verdicts(ran)["crate:app"] == "missing"
    ran = pipeline.json("verify-surfaces", "--published", "0.3.1")
    assert verdicts(ran)["crate:app"] == "unknown"


def test_a_wait_ends_as_soon_as_everything_is_there(pipeline):
    pipeline.publish("0.2.0")
    pipeline.tag()
    with ThreadPoolExecutor(1) as pool:
        began = time.monotonic()
        waiting = pool.submit(
            pipeline.json, "verify-surfaces", "--published", "--wait", "60s", "--tag", "v0.3.0"
        )
        time.sleep(1.5)
        pipeline.publish()
        ran = waiting.result()
    assert ran.code == 0, ran.out + ran.err
    assert time.monotonic() - began < 30
    assert "not visible yet" in ran.err
    assert "image:worker" in ran.err


def test_a_wait_is_bounded_and_what_is_missing_then_is_missing(pipeline):
    pipeline.publish("0.2.0")
    pipeline.tag()
    pipeline.publish(images=["server"])
    ran = pipeline.json("verify-surfaces", "--published", "--wait", "2s", "--tag", "v0.3.0")
    assert ran.code == 1
    assert verdicts(ran)["image:worker"] == "missing"


def test_what_comes_after_the_release_is_not_awaited(pipeline):
    config = pipeline.config().replace('path = "rust"', 'path = "rust"\nafter-release = true')
    pipeline.write({"release-tools.toml": config})
    pipeline.publish("0.2.0")
    pipeline.publish(crate=False)
    began = time.monotonic()
    ran = pipeline.json(
        "verify-surfaces", "--published", "--wait", "60s", "0.3.0", "--stream", "app"
    )
    assert time.monotonic() - began < 30
    assert verdicts(ran)["crate:app"] == "waits"


@pytest.mark.parametrize(
    "argv",
    [
        ["--wait", "5m"],
        ["--released"],
        ["--ledger", "x.json"],
        ["--published", "--absent"],
        ["--published", "--wait", "5 minutes"],
        ["--published", "--first", "crate:other"],
        ["--namespace", "x"],
    ],
)
def test_wishes_that_mean_nothing_are_refused(pipeline, argv):
    assert pipeline.run("verify-surfaces", *argv).code == 2


def test_the_ledger_is_the_same_on_every_run_and_never_overwritten(pipeline):
    pipeline.tag()
    pipeline.publish()
    argv = ("verify-surfaces", "--published", "--tag", "v0.3.0", "--ledger", "ledger.json")
    assert pipeline.run(*argv, "--in-toto", "statements.jsonl").code == 0
    first = (pipeline.root / "ledger.json").read_bytes()
    ledger = json.loads(first)
    assert (ledger["tag"], ledger["commit"]) == ("v0.3.0", pipeline.head)
    assert pipeline.run(*argv).code == 0
    assert (pipeline.root / "ledger.json").read_bytes() == first
    (pipeline.root / "ledger.json").write_bytes(first.replace(b"0.3.0", b"0.3.9"))
    ran = pipeline.json(*argv)
    assert (ran.code, ran.ids) == (1, ["ledger-differs"])


def test_no_ledger_is_written_of_what_does_not_agree(pipeline):
    pipeline.tag()
    pipeline.publish(images=["server"])
    ran = pipeline.run("verify-surfaces", "--published", "--tag", "v0.3.0", "--ledger", "l.json")
    assert ran.code == 1
    assert not (pipeline.root / "l.json").exists()


def test_the_release_is_judged_where_that_was_asked_for(pipeline):
    pipeline.tag()
    pipeline.publish()
    argv = ("verify-surfaces", "--published", "--released", "--tag", "v0.3.0")
    ran = pipeline.json(*argv)
    assert (ran.code, ran.ids) == (1, ["release-missing"])
    assert pipeline.run("release").code == 0
    assert pipeline.json(*argv).code == 0
