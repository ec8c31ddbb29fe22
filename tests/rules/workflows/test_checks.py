"""Each finding on the smallest workflow that has it, and on the nearest one that has not."""

from __future__ import annotations

import pytest

from release_tools.rules.findings import FINDINGS
from release_tools.rules.table_lint import LINT
from tests.rules.workflows.conftest import ROUTER, SIM, surface

ON_V = "on: {push: {tags: ['v*']}}\n"
TWINE = "jobs:\n  publish:\n    steps:\n      - run: twine upload dist/*\n"


def job(*steps, extra=""):
    lines = "".join(f"      - {step}\n" for step in steps)
    return f"jobs:\n  publish:\n{extra}    steps:\n{lines}"


def push(tags, **more):
    given = ", ".join([f"push: true, tags: '{tags}'", *(f"{k}: {v}" for k, v in more.items())])
    return f"{{uses: docker/build-push-action@v6, with: {{{given}}}}}"


def test_every_finding_of_lint_is_in_the_table():
    assert set(LINT) <= set(FINDINGS)


# --- streams


def test_a_pattern_that_lets_in_a_tag_of_another_stream_crosses(look):
    streams = (ROUTER, SIM._replace(tag="vllm-sr-sim-v{version}"))
    looked = look({"a.yml": ON_V + TWINE}, streams=streams)
    assert looked.marks("a.yml")["vllm-sr-sim-v1.2.3"] == "crosses"
    assert looked.found("workflow-crosses-streams") == ["workflow-crosses-streams error a.yml:1"]
    assert looked.messages("workflow-crosses-streams") == [
        (
            "the pattern 'v*' lets the tag vllm-sr-sim-v1.2.3 of stream sim start this workflow "
            "of stream router, which would publish pypi"
        )
    ]


VSIM = (ROUTER, SIM._replace(tag="vsim-v{version}"))


@pytest.mark.parametrize(
    ("text", "severities"),
    [
        (ON_V + TWINE, ["error"]),
        (ON_V + job("{if: vars.OURS, run: twine upload x}"), ["warning"]),
        (ON_V + job("run: make publish"), ["note"]),
        (ON_V + job("{if: \"startsWith(github.ref_name, 'v1')\", run: twine upload x}"), []),
        ("on: {push: {tags: ['v[0-9]+.*']}}\n" + TWINE, []),
        ("on: {push: {tags: ['v*', '!vsim-*']}}\n" + TWINE, []),
        ("on: {push: {tags: ['v*', 'vsim-v*']}}\n" + TWINE, []),  # both are spelled out
        ("on: {push: {tags: ['*']}}\n" + TWINE, []),  # meant for all
        ("on: {push: {tags: ['v[0-9]+.*', 'v[a-z]+-*']}}\n" + TWINE, []),  # for all such streams
    ],
)
def test_only_what_may_publish_for_a_stream_that_is_not_meant_crosses(look, text, severities):
    found = look({"a.yml": text}, streams=VSIM).found("workflow-crosses-streams")
    assert [line.split()[1] for line in found] == severities


def test_a_surface_that_names_a_workflow_says_whose_it_is(look):
    text = "on: {push: {tags: ['*']}}\n" + TWINE
    surfaces = [surface("pypi:app", workflow="a.yml")]
    looked = look({"a.yml": text}, surfaces=surfaces)
    assert looked.marks("a.yml")["sim-v1.2.3"] == "crosses"
    assert looked.found("workflow-crosses-streams")[0].split()[1] == "error"
    guessed = look({"a.yml": text}, surfaces=surfaces, declared=False)
    assert guessed.found("workflow-crosses-streams")[0].split()[1] == "warning"


@pytest.mark.parametrize(
    ("on", "ids"),
    [
        ("on: {push: {paths: [a]}}\n", ["starts-on-every-tag warning a.yml:1"]),
        ("on: push\n", ["starts-on-every-tag warning a.yml:1"]),
        ("on: {push: {branches: [main]}}\n", []),
    ],
)
def test_a_publisher_of_branches_without_filter_starts_on_every_tag(look, on, ids):
    looked = look({"a.yml": on + job(push("ghcr.io/o/a:latest"))})
    assert looked.found() == ids


def test_a_job_for_tags_alone_needs_no_filter(look):
    text = "on: push\n" + job("{if: \"github.ref_type == 'tag'\", run: twine upload x}")
    looked = look({"a.yml": text})
    assert looked.found("starts-on-every-tag") == []
    assert looked.marks("a.yml")["v1.2.3"] == "publishes"


def test_a_nightly_tag_must_not_start_a_release(look):
    star = look({"a.yml": "on: {push: {tags: ['*']}}\n" + TWINE})
    assert star.found("nightly-starts-publisher") == ["nightly-starts-publisher warning a.yml:1"]
    own = look({"a.yml": "on: {push: {tags: ['nightly-*']}}\n" + TWINE})
    assert own.found("nightly-starts-publisher") == []


# --- patterns


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("v*", []),
        ("old-*", []),  # a tag that was made
        ("x*", ["warning"]),
        ("v[0-9]{2}.*", ["warning"]),
        (r"v1\.2*", ["warning"]),
        ("refs/tags/v*", ["error"]),
        ("v[0-9", ["error"]),
        ("!v*", ["error"]),
        ("!**'], branches: ['main", []),  # a way to say: no tags
    ],
)
def test_a_pattern_that_matches_no_tag_ever_made_is_named(look, pattern, found):
    looked = look({"a.yml": f"on: {{push: {{tags: ['{pattern}']}}}}\n" + TWINE}, real=["old-1"])
    lines = looked.found("pattern-matches-nothing")
    assert lines == [f"pattern-matches-nothing {severity} a.yml:1" for severity in found]


def test_without_any_tag_nothing_is_said_of_what_was_never_made(look):
    looked = look({"a.yml": "on: {push: {tags: ['x*']}}\n" + TWINE})
    assert looked.found("pattern-matches-nothing") == []


# --- gating


@pytest.mark.parametrize(
    ("given", "publishes"),
    [
        ("{command: upload, args: dist/*}", True),
        ("{command: publish}", True),
        ("{command: build, args: --release}", False),
        ("{args: --release}", False),  # builds by itself
    ],
)
def test_the_action_of_maturin_publishes_where_its_command_does(look, given, publishes):
    text = ON_V + job(f"{{uses: PyO3/maturin-action@v1, with: {given}}}")
    found = look({"a.yml": text}).found("publish-without-gate")
    assert found == ["publish-without-gate warning a.yml:5"] * publishes


def test_a_publisher_without_gate_is_named_where_it_publishes(look):
    looked = look({"a.yml": ON_V + TWINE})
    assert looked.found("publish-without-gate") == ["publish-without-gate warning a.yml:5"]


def test_a_command_of_a_script_is_named_in_its_line(look):
    text = ON_V + (
        "jobs:\n  a:\n    steps:\n      - run: |\n          echo a\n\n          twine upload x\n"
    )
    assert look({"a.yml": text}).found("publish-without-gate") == [
        "publish-without-gate warning a.yml:8"
    ]
    folded = text.replace("|", ">-")
    assert look({"a.yml": folded}).found("publish-without-gate")[0].endswith(":5")


RELEASED = "on: {release: {types: [published]}}\n" + TWINE
OURS = ON_V + job("run: release-tools release --wait 30m")


@pytest.mark.parametrize(
    ("files", "surfaces", "found"),
    [
        ({"a.yml": RELEASED}, [surface("pypi:app", workflow="a.yml")], ["note"]),
        ({"a.yml": RELEASED}, [surface("pypi:app")], ["note"]),
        ({"a.yml": RELEASED, "b.yml": OURS}, [surface("pypi:app", workflow="a.yml")], ["error"]),
        ({"a.yml": RELEASED, "b.yml": OURS},
         [surface("pypi:app", **{"workflow": "a.yml", "after-release": True})], []),
        ({"a.yml": RELEASED, "b.yml": OURS}, [surface("crate:app")], []),
        ({"a.yml": RELEASED, "b.yml": ON_V + TWINE}, [surface("pypi:app")], []),
        ({"a.yml": RELEASED.replace("on: {", "on: {push: {tags: ['v*']}, ")},
         [surface("pypi:app", workflow="a.yml")], []),
    ],
)  # fmt: skip
def test_a_publisher_behind_the_release_would_be_waited_for(look, files, surfaces, found):
    lines = look(files, surfaces=surfaces).found("publisher-after-release")
    assert lines == [f"publisher-after-release {severity} a.yml:1" for severity in found]


# --- writers

GH = "{uses: softprops/action-gh-release@v2}"


def test_two_workflows_that_make_one_release(look):
    looked = look({"a.yml": ON_V + job(GH), "b.yml": ON_V + job("run: gh release create $TAG")})
    assert looked.found("several-release-writers") == ["several-release-writers error a.yml:5"]
    assert looked.messages("several-release-writers") == [
        "the GitHub Release of v1.2.3 is made by a.yml:5, b.yml:5"
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (job(GH), []),
        (job(GH, extra="    strategy: {matrix: {os: [a, b]}}\n"), ["warning"]),
        (job(GH) + f"  other:\n    steps: [{GH}]\n", ["warning"]),
        (job(GH) + f"  other:\n    needs: publish\n    steps: [{GH}]\n", []),
        (job(GH) + "  other:\n    needs: publish\n    steps: [{run: gh release upload $T}]\n", []),
        (job(GH) + f"  other:\n    if: vars.X\n    steps: [{GH}]\n", []),
        (job("run: release-tools release --if-ready")
         + "  other:\n    steps: [{run: release-tools release --if-ready}]\n", []),
    ],
)  # fmt: skip
def test_jobs_that_make_one_release_side_by_side(look, text, found):
    lines = look({"a.yml": ON_V + text}).found("several-release-writers")
    assert [line.split()[1] for line in lines] == found


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (GH, False),
        ("{uses: softprops/action-gh-release@v2, with: {make_latest: false}}", True),
        ("{uses: softprops/action-gh-release@v2, with: {draft: true}}", True),
        ("{uses: ncipollo/release-action@v1, with: {makeLatest: true}}", True),
        ("{uses: ncipollo/release-action@v1}", False),
        ("{uses: actions/create-release@v1}", False),
        ("run: gh release create $TAG", False),
        ("run: gh release create $TAG --latest=false", True),
        ("run: gh release create $TAG --draft", True),
        ("run: gh release upload $TAG f", True),
        ("run: release-tools release", True),
        ("{uses: goreleaser/goreleaser-action@v6, with: {args: release --clean}}", True),
    ],
)
def test_a_release_says_whether_it_is_the_latest(look, step, says):
    files = {"a.yml": ON_V + job(step)}
    found = look(files).found("make-latest-unset")
    assert found == ([] if says else ["make-latest-unset warning a.yml:5"])
    alone = look(files, streams=[ROUTER]).found("make-latest-unset")
    assert alone == ([] if says else ["make-latest-unset note a.yml:5"])


# --- latest

META = "{id: meta, uses: docker/metadata-action@v5, with: {images: a, %s}}"


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ([push("ghcr.io/o/a:latest")], True),
        ([push("ghcr.io/o/a:${{ github.ref_name }}")], False),
        ([push("ghcr.io/${{ github.repository }}/a:latest")], True),
        ([push("a:${{ contains(github.ref, 0) && 1 || 2 }}")], False),
        (["{if: vars.X, " + push("a:latest")[1:]], False),
        (["{if: \"!contains(github.ref, '-')\", " + push("a:latest")[1:]], True),
        (["run: docker push ghcr.io/o/a:latest"], True),
        (["{run: 'if x; then docker push a:latest; fi'}"], False),
        (["run: docker buildx build --push -t a:1 -t a:latest ."], True),
        (["run: docker push ghcr.io/o/a:1"], False),
        ([META % "tags: 'type=raw,value=latest'", push("${{ steps.meta.outputs.tags }}")], True),
        ([META % "tags: 'type=raw,value=latest,enable=${{ github.ref_type == ''branch'' }}'",
          push("${{ steps.meta.outputs.tags }}")], False),
        ([META % "tags: 'type=raw,value=latest,enable={{is_default_branch}}'",
          push("${{ steps.meta.outputs.tags }}")], False),
        ([META % "flavor: latest=true", push("${{ steps.meta.outputs.tags }}")], True),
        ([META % "flavor: latest=auto", push("${{ steps.meta.outputs.tags }}")], False),
        ([META % "flavor: latest=true", push("a:1")], False),
    ],
)  # fmt: skip
def test_latest_is_pushed_whatever_the_tag_is(look, steps, found):
    assert bool(look({"a.yml": ON_V + job(*steps)}).found("latest-unconditional")) is found


def test_latest_is_an_error_where_such_tags_were_made(look):
    files = {"a.yml": ON_V + job(push("ghcr.io/o/a:latest"))}
    assert look(files).found("latest-unconditional") == ["latest-unconditional warning a.yml:5"]
    made = look(files, made=("prerelease",))
    assert made.found("latest-unconditional") == ["latest-unconditional error a.yml:5"]
    assert made.messages("latest-unconditional") == [
        "the image is called latest for v1.2.3-rc.1 as well"
    ]


def test_latest_stands_in_the_line_that_is_named(look):
    text = ON_V + (
        "jobs:\n  publish:\n    steps:\n      - uses: docker/build-push-action@v6\n"
        "        with:\n          push: true\n          tags: |\n            a:1\n"
        "            a:latest\n"
    )
    assert look({"a.yml": text}).found("latest-unconditional") == [
        "latest-unconditional warning a.yml:10"
    ]


# --- concurrency


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


# --- nightlies

NIGHTLY = "name: nightly\non: {schedule: [{cron: '0 2 * * *'}]}\n"
DATE = "run: echo tag=nightly-$(date -u +%Y%m%d) >> $GITHUB_OUTPUT"
MATRIX = "    strategy: {matrix: {a: [1, 2]}}\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (job(DATE, push("a:1"), extra=MATRIX), True),
        (job(DATE, push("a:1")), False),
        (job(DATE, push("a:1")) + f"  b:\n    steps: [{{{DATE}}}, {push('b:1')}]\n", True),
        (job(push("a:1"), extra=MATRIX) + f"  b:\n    steps: [{{{DATE}}}]\n", False),
        (job("{uses: docker/metadata-action@v5, with: {tags: 'type=schedule'}}", push("a:1"),
             extra=MATRIX), True),
        (job("run: date +%s", push("a:1"), extra=MATRIX), False),
    ],
)  # fmt: skip
def test_one_nightly_has_one_date(look, text, found):
    assert bool(look({"a.yml": NIGHTLY + text}).found("nightly-per-job")) is found


# --- tokens

TAGGER = "on: {workflow_dispatch: {}}\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (job("uses: actions/checkout@v4", "run: git push origin --tags"), True),
        (job("{uses: actions/checkout@v4, with: {token: '${{ secrets.GITHUB_TOKEN }}'}}",
             "run: git push origin --tags"), True),
        (job("{uses: actions/checkout@v4, with: {token: '${{ secrets.BOT }}'}}",
             "run: git push origin --tags"), False),
        (job("{uses: actions/checkout@v4, with: {ssh-key: '${{ secrets.KEY }}'}}",
             "run: git push origin --tags"), False),
        (job("{id: app, uses: actions/create-github-app-token@v1}",
             "{uses: actions/checkout@v4, with: {token: '${{ steps.app.outputs.token }}'}}",
             "run: git push origin --tags"), False),
        (job("run: git push origin --tags", "run: gh workflow run a.yml"), False),
        (job("uses: mathieudutour/github-tag-action@v6"), True),
        (job("run: git push origin refs/tags/latest"), False),
        (job("run: git push origin refs/tags/v1.0.0"), True),
        (job("run: git push origin main"), False),
        (job("run: git push origin refs/tags/nightly-$DATE"), False),  # nobody waits for those
    ],
)  # fmt: skip
def test_a_tag_by_github_token_starts_nobody(look, text, found):
    looked = look({"a.yml": ON_V + TWINE, "tag.yml": TAGGER + text})
    assert bool(looked.found("tag-by-token")) is found


def test_publishers_that_the_same_run_calls_do_not_wait(look):
    text = (
        TAGGER
        + job("run: git push origin --tags")
        + ("  call: {uses: ./.github/workflows/a.yml}\n")
    )
    assert look({"a.yml": ON_V + TWINE, "tag.yml": text}).found("tag-by-token") == []


# --- scripts

PRIVILEGED = "on: issue_comment\n"
BY_HAND = "on: {push: {tags: ['v*']}, workflow_dispatch: {inputs: {x: {type: %s}}}}\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (PRIVILEGED + job("run: echo ${{ github.event.comment.body }}"), "error"),
        (PRIVILEGED + job("run: echo ${{ github.event.comment.id }}"), None),
        ("on: pull_request_target\n" + job("run: echo ${{ github.head_ref }}"), "error"),
        ("on: pull_request\n" + job("run: echo ${{ github.head_ref }}"), "note"),
        ("on: {push: {branches: [main]}}\n" + job("run: echo ${{ github.head_ref }}"), None),
        (ON_V + job("run: echo ${{ github.ref_name }}"), "warning"),
        (ON_V + job("run: echo ${{ github.ref }}"), "warning"),
        (ON_V + job("run: echo $GITHUB_REF"), None),
        (ON_V + job("{run: 'echo $X', env: {X: '${{ github.ref }}'}}"), None),
        (ON_V + job("run: echo ${{ github.ref == 'x' }}"), None),
        (ON_V + job("{uses: actions/github-script@v7, with: {script: 'f(${{ github.ref }})'}}"),
         "warning"),
        ("on: {push: {tags: ['v[0-9]+.[0-9]+']}}\n" + job("run: echo ${{ github.ref }}"), None),
        ("on: {push: {branches: [main]}}\n" + job("run: echo ${{ github.ref }}"), None),
        (BY_HAND % "string" + job("run: echo ${{ inputs.x }}", "run: twine upload x"), "warning"),
        (BY_HAND % "choice" + job("run: echo ${{ inputs.x }}", "run: twine upload x"), None),
        (BY_HAND % "string" + job("run: echo ${{ inputs.x }}"), None),
    ],
)  # fmt: skip
def test_what_others_say_is_not_pasted_into_a_script(look, text, found):
    lines = look({"a.yml": text}).found("script-injection")
    assert [line.split()[1] for line in lines] == ([found] if found else [])


def test_a_pasted_text_is_named_in_its_line(look):
    text = ON_V + (
        "jobs:\n  a:\n    steps:\n      - run: |\n          echo a\n\n"
        "          echo ${{ github.ref_name }}\n"
    )
    assert look({"a.yml": text}).found("script-injection") == ["script-injection warning a.yml:8"]


@pytest.mark.parametrize(
    ("command", "loose"),
    [
        ("pip install build twine", "build, twine"),
        ("pip install build==1.2 twine", "twine"),
        ("python -m pip install twine", "twine"),
        ("uv pip install twine", "twine"),
        ("pip install --upgrade pip", None),
        ("pip install -r requirements.txt", None),
        ("pip install .", None),
        ("pip install dist/*.whl", None),
        ("pip install 'twine>=5'", None),
        ("npm install -g pnpm", "pnpm"),
        ("npm install -g pnpm@9", None),
        ("npm ci", None),
        ("cargo install cargo-release", "cargo-release"),
        ("cargo install --locked cargo-release", None),
        ("cargo install cargo-release@1", None),
        ("go install example.com/x@latest", "example.com/x@latest"),
        ("go install example.com/x@v1", None),
    ],
)
def test_a_publisher_installs_what_it_names(look, command, loose):
    text = ON_V + job(f'{{run: "{command}"}}', "run: twine upload x")
    messages = look({"a.yml": text}).messages("unpinned-install")
    assert messages == (
        [f"a job that publishes installs {loose} in whatever version is newest"] if loose else []
    )
    elsewhere = ON_V + job(f'{{run: "{command}"}}') + "  b: {steps: [{run: twine upload x}]}\n"
    assert look({"a.yml": elsewhere}).messages("unpinned-install") == []


@pytest.mark.parametrize(
    ("uses", "pinned"),
    [
        ("docker/login-action@v3", False),
        ("docker/login-action@" + "a" * 40, True),
        ("actions/checkout@v4", True),  # GitHub's own, as the runner is
        ("./.github/actions/x", True),
        ("docker://alpine@sha256:0", True),
    ],
)
def test_a_publisher_names_its_actions_by_commit(look, uses, pinned):
    looked = look({"a.yml": ON_V + job(f"uses: {uses}", "run: twine upload x")})
    assert looked.found("unpinned-install") == ([] if pinned else ["unpinned-install note a.yml:5"])
