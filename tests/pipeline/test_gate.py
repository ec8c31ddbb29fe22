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


def test_a_tag_of_another_stream_is_not_for_this_workflow(before):
    before.git("tag", "-a", "-m", "sim", "sim-v1.0.0")
    before.git("push", "--quiet", "origin", "refs/tags/sim-v1.0.0")
    ran = before.json("gate", "--ref", "refs/tags/sim-v1.0.0")
    assert ran.code == 0
    outputs = ran.report["data"]["outputs"]
    assert outputs.pop("proceed") == "false"
    assert set(outputs.values()) == {""}
    assert ran.report["data"]["mine"] is False


@pytest.mark.parametrize("ref", ["refs/tags/nightly-20260115", "refs/heads/main"])
def test_a_nightly_and_a_branch_are_not_for_this_workflow(before, ref):
    ran = before.json("gate", "--ref", ref)
    assert (ran.code, ran.report["data"]["outputs"]["proceed"]) == (0, "false")


@pytest.mark.parametrize("ref", ["refs/tags/v1", "refs/tags/w0.3.0", 'refs/tags/v0.3.0"$(id)"'])
def test_a_tag_of_no_stream_is_closed(before, ref):
    ran = before.json("gate", "--ref", ref)
    assert (ran.code, ran.ids) == (1, ["tag-of-no-stream"])


def test_a_source_that_does_not_say_the_tag_closes_it(before):
    before.tag("v0.3.1")
    ran = before.json("gate")
    assert (ran.code, ran.checks["source"]) == (1, "closed")


def test_a_tag_that_moved_since_the_run_began_closes_it(before):
    before.tag()
    began = before.head
    moved = before.hub.repository.commit("Moved")
    before.hub.repository.tag("v0.3.0", moved)
    env = {"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/tags/v0.3.0", "GITHUB_SHA": began}
    ran = before.json("gate", env=env)
    assert (ran.code, ran.checks["not-moved"]) == (1, "closed")


def test_the_event_of_an_annotated_tag_may_name_the_tag_object(before):
    before.tag()
    named = before.git("rev-parse", "refs/tags/v0.3.0")
    assert named != before.head
    env = {"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/tags/v0.3.0", "GITHUB_SHA": named}
    assert before.json("gate", env=env).checks["not-moved"] == "open"


def test_what_is_released_already_closes_it(before):
    before.tag()
    before.hub.repository.release("v0.3.0")
    assert before.json("gate").checks["not-released"] == "closed"


def test_a_commit_on_no_release_branch_closes_it(before):
    before.git("commit", "--quiet", "--allow-empty", "-m", "Elsewhere")
    before.green()
    before.tag()
    ran = before.json("gate")
    assert (ran.code, ran.checks["on-branch"]) == (1, "closed")


@pytest.mark.parametrize(
    ("state", "say", "code"),
    [("failure", "closed", 1), ("cancelled", "closed", 1), (None, "cannot tell", 3)],
)
def test_a_required_check_that_is_not_green_keeps_it_shut(before, state, say, code):
    before.hub.repository.checks.clear()
    before.green(state)
    before.tag()
    ran = before.json("gate")
    assert (ran.code, ran.checks["checks"]) == (code, say)


def test_pending_checks_are_awaited_and_then_it_cannot_tell(before):
    before.hub.repository.checks.clear()
    before.green(None)
    before.tag()
    ran = before.json("gate", "--wait", "3s")
    assert ran.code == 3
    assert "waiting for checks" in ran.err


def test_a_check_that_never_ran_closes_it_with_the_way_out(before):
    before.hub.repository.checks.clear()
    before.tag()
    ran = before.json("gate")
    assert ran.code == 1
    (found,) = ran.report["findings"]
    assert "never ran" in found["message"]
    assert "on pushes to the release branch" in found["hint"]


def test_runs_that_the_tag_itself_started_do_not_count(before):
    before.tag()
    run = before.hub.repository.run("release.yml", before.head, "v0.3.0", None)
    before.hub.repository.check("ci", before.head, None, suite=run.suite)
    assert before.json("gate").checks["checks"] == "open"


def test_no_required_check_at_all_is_a_doubt(before):
    before.write({"release-tools.toml": before.config().replace('required-checks = ["ci"]\n', "")})
    before.git("commit", "--quiet", "--all", "-m", "Require nothing")
    before.git("push", "--quiet", "origin", "HEAD:refs/heads/main")
    before.tag()
    assert before.json("gate").checks["checks"] == "cannot tell"


def test_a_higher_version_that_is_out_closes_it_unless_waived_for_that_surface(before):
    before.tag()
    before.crates.add("app", "0.4.0")
    ran = before.json("gate")
    assert (ran.code, ran.checks["monotonic"]) == (1, "closed")
    assert "crate:app" in ran.report["findings"][0]["message"]
    waiver = '\n[gate]\nwaive = [{ check = "monotonic", surface = "crate:app", '
    waiver += 'version = "0.3.0", reason = "0.4.0 was a mistake" }]\n'
    before.write({"release-tools.toml": before.config() + waiver})
    ran = before.json("gate")
    assert (ran.code, ran.checks["monotonic"], ran.ids) == (0, "closed", ["gate-waived"]), ran.out
    assert "0.4.0 was a mistake" in ran.report["findings"][0]["message"]


def test_a_backport_is_higher_than_its_own_minor_line(before):
    before.publish("0.4.0")
    before.tag()
    assert before.json("gate").checks["monotonic"] == "closed"
    before.git("checkout", "--quiet", "-B", "main")
    before.begin_again("0.2.1")
    before.tag("v0.2.1")
    ran = before.json("gate", "--ref", "v0.2.1")
    assert ran.checks["monotonic"] == "open", ran.out
    assert ran.report["data"]["outputs"]["make-latest"] == "false"


@pytest.mark.parametrize(("bytes_", "say"), [(b"the crate", "open"), (b"another", "closed")])
def test_the_surface_may_be_there_already_with_the_very_bytes_that_were_built(before, bytes_, say):
    import io
    import tarfile

    before.tag()
    built = io.BytesIO()
    with tarfile.open(fileobj=built, mode="w:gz") as crate:
        text = b'[package]\nname = "app"\nversion = "0.3.0"\n'
        entry = tarfile.TarInfo("app-0.3.0/Cargo.toml")
        entry.size = len(text)
        crate.addfile(entry, io.BytesIO(text))
    (before.root / "dist").mkdir()
    (before.root / "dist" / "app-0.3.0.crate").write_bytes(built.getvalue())
    before.crates.add("app", "0.3.0", built.getvalue() if say == "open" else bytes_)
    ran = before.json("gate", "--surface", "crate:app", "--built", "dist")
    assert ran.checks["not-released"] == say, ran.out


def test_a_permission_that_is_missing_is_named(before):
    before.tag()
    before.token = before.hub.token("contents: read")
    ran = before.json("gate")
    assert (ran.code, ran.checks["checks"]) == (3, "cannot tell")
    assert "checks: read" in ran.out or "actions: read" in ran.out
    assert before.run("gate").out.endswith("\nthe gate cannot tell for v0.3.0\n")


def test_a_waiver_on_the_command_line_is_printed(before):
    before.hub.repository.checks.clear()
    before.tag()
    ran = before.json("gate", "--waive", "checks")
    assert ran.code == 0
    assert ran.ids == ["gate-waived"]


@pytest.fixture
def unreached(before):
    """Stand at a tag whose registries have names that nobody knows."""
    before.tag()
    nowhere = {"registry": "nobody.invalid", "crates": "https://nobody.invalid/index/"}
    before.write({"release-tools.toml": before.config(**nowhere)})
    return before


def test_what_no_registry_could_say_is_waived_and_not_called_open(unreached):
    ran = unreached.json("gate", "--waive", "monotonic")
    assert (ran.code, ran.ids) == (0, ["gate-waived"]), ran.out
    check = next(one for one in ran.report["data"]["checks"] if one["name"] == "monotonic")
    assert (check["say"], check["waived"]) == ("cannot tell", "on the command line")
    assert "nothing higher" not in ran.out
    assert "--waive monotonic" in ran.report["findings"][0]["hint"]
    (line,) = (
        one
        for one in unreached.run("gate", "--waive", "monotonic").out.splitlines()
        if one.startswith("monotonic")
    )
    assert "cannot tell (waived)" in line
    assert line.count("waived: on the command line") == 1


def test_what_is_the_same_for_several_surfaces_is_said_once(unreached):
    ran = unreached.json("gate")
    (found,) = ran.report["findings"]
    assert (ran.code, found["id"]) == (3, "gate-unsure")
    assert "https://nobody.invalid: the name of nobody.invalid" in found["message"]
    assert found["message"].count("(2 surfaces)") == 1
    assert "image:" not in found["message"]
    assert found["hint"] == "check the address, and the connection to the network"


def test_a_waiver_for_one_surface_says_so_beside_what_another_closes(before):
    before.tag()
    before.crates.add("app", "0.4.0")
    before.oci.push_index(f"{before.path}/server", "v0.4.0")
    waiver = 'waive = [{ check = "monotonic", surface = "crate:app", reason = "a mistake" }]'
    before.write({"release-tools.toml": f"{before.config()}\n[gate]\n{waiver}\n"})
    ran = before.json("gate")
    assert (ran.code, ran.checks["monotonic"], ran.ids) == (1, "closed", ["gate-closed"])
    assert ran.report["findings"][0]["message"] == (
        "monotonic: image:server: 0.4.0 is published already; "
        "waived (a mistake): crate:app: 0.4.0 is published already"
    )


def test_of_a_tag_that_is_not_there_no_check_is_asked_that_needs_its_commit(before):
    signers = '\n[gate]\nallowed-signers = "signers"\n'
    before.write({"release-tools.toml": before.config() + signers})
    ran = before.json("gate", "--ref", "v0.9.0")
    assert (ran.code, ran.checks["source"], ran.checks["not-released"]) == (1, "closed", "open")
    asked = {one["name"]: one["reason"] for one in ran.report["data"]["checks"]}
    assert asked["source"] == "the remote has no tag v0.9.0"
    for name in ("not-moved", "on-branch", "checks", "workflows", "signed"):
        assert (name, ran.checks[name]) == (name, "cannot tell")
        assert asked[name] == "not asked: the remote has no tag v0.9.0"
    hints = {one["hint"] for one in ran.report["findings"]}
    assert hints == {"push the tag, or correct its name: git ls-remote --tags origin"}


def test_the_outputs_of_the_step_are_written_once_and_whole(before, tmp_path):
    before.tag()
    output = tmp_path / "output"
    output.touch()
    env = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REF": "refs/tags/v0.3.0",
        "GITHUB_SHA": before.head,
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }
    assert before.run("gate", env=env).code == 0
    text = output.read_text()
    for line in ("proceed<<", "true", "version<<", "0.3.0", "image-tag<<", "v0.3.0"):
        assert line in text
    assert "the gate is open" in (tmp_path / "summary").read_text()
    assert not before.changes


def test_a_nightly_of_the_same_commit_leaves_no_doubt_which_tag_is_meant(before):
    before.hub.repository.tag("nightly-20260115", before.head)
    before.tag()
    assert before.json("gate").report["data"]["outputs"]["tag"] == "v0.3.0"
