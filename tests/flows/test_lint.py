"""Lint over real trees: on disk, in a commit, and broken ones."""

from __future__ import annotations

import subprocess
import time

import pytest

import release_tools
from release_tools.errors import ConfigError
from release_tools.flows.lint import data, lint

CONFIG = """\
repository = "octo-org/widgets"

[streams.main]
nightly = "nightly-{date}"

[streams.sim]
tag = "vsim-v{version}"

[[surfaces]]
kind = "file"
path = "VERSION"
template = "is {version}"

[[surfaces]]
kind = "file"
stream = "sim"
path = "SIM"
template = "is {version}"
"""
PUBLISH = "on: {push: {tags: ['v*']}}\njobs:\n  a: {steps: [{run: twine upload dist/*}]}\n"
BASE = {
    "release-tools.toml": CONFIG,
    "VERSION": "is 0.3.0\n",
    "SIM": "is 0.1.0\n",
    ".github/workflows/a.yml": PUBLISH,
}


@pytest.fixture
def looked(lay):
    def look(files, **options):
        return lint(release_tools.load(str(lay({**BASE, **files}))), **options)

    return look


def ids(table):
    return sorted({f"{one.id} {one.severity}" for one in table.findings})


def test_the_tags_are_those_of_the_version_that_the_tree_states(looked):
    table = looked({})
    assert [tag.name for tag in table.tags] == [
        "v0.3.0",
        "v0.3.0-rc.1",
        "nightly-20260115",
        "vsim-v0.1.0",
        "vsim-v0.1.0-rc.1",
    ]
    assert (table.verdict, table.exit_code) == ("disagrees", 1)
    assert "workflow-crosses-streams error" in ids(table)


def test_without_errors_it_agrees(looked):
    table = looked({".github/workflows/a.yml": PUBLISH.replace("v*", "v[0-9]*")})
    assert ids(table) == ["publish-without-gate warning"]
    assert (table.verdict, table.exit_code) == ("agrees", 0)


def test_one_stream_alone_has_its_own_columns_and_findings(looked):
    sim = looked({}, stream="sim")
    assert [tag.name for tag in sim.tags] == ["vsim-v0.1.0", "vsim-v0.1.0-rc.1"]
    assert ids(sim) == ["workflow-crosses-streams error"]
    main = looked({}, stream="main")
    assert ids(main) == ["publish-without-gate warning"]
    assert main.exit_code == 0
    with pytest.raises(ConfigError):
        looked({}, stream="other")


def test_the_data_name_every_cell(looked):
    found = data(looked({}))
    (row,) = found["workflows"]
    assert found["read"] == 1
    assert row["path"] == ".github/workflows/a.yml"
    assert row["streams"] == ["main"]
    assert row["tags"]["vsim-v0.1.0"] == {
        "mark": "crosses",
        "event": "push",
        "pattern": "v*",
        "line": 1,
        "publishes": ["pypi"],
    }
    assert row["tags"]["nightly-20260115"]["mark"] == "not-started"


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        ("on: push\njobs: [\n", "is no valid YAML", 3),
        ("on: push\non: push\njobs: {}\n", "the key 'on' stands twice", 2),
        ("on: push\n", "it has no jobs", 1),
        ("jobs: {a: {steps: []}}\n", "it has no on", 1),
        ("on: push\njobs: {}\n", "it has no jobs", 2),
        ("[" * 500, "more than 200 collections", 1),
        ("- a\n", "it has no on", 1),
        (b"\xff\xfe", "is UTF-16", 1),
        (b"on: \xff", "is not UTF-8", 1),
        ("on: push\n#" + "x" * 1_000_000, "more than the 1,000,000", None),
    ],
)
def test_what_cannot_be_read_is_named_and_unknown(looked, text, says, line):
    quiet = PUBLISH.replace("v*", "v[0-9]*")
    table = looked({".github/workflows/a.yml": quiet, ".github/workflows/b.yaml": text})
    (found,) = [one for one in table.findings if one.id == "workflow-unreadable"]
    assert says in found.message
    assert (found.path, found.line) == (".github/workflows/b.yaml", line)
    assert (table.verdict, table.exit_code) == ("unknown", 3)


def test_an_error_outweighs_what_cannot_be_read(looked):
    assert looked({".github/workflows/b.yml": "["}).exit_code == 1


def test_a_tree_without_workflows_is_unknown(lay):
    files = {key: value for key, value in BASE.items() if ".github" not in key}
    table = lint(release_tools.load(str(lay(files))))
    assert ids(table) == ["no-workflows error"]
    assert table.exit_code == 3


def test_only_the_folder_itself_holds_workflows(looked):
    table = looked({".github/workflows/more/b.yml": "[", ".github/workflows/c.txt": "["})
    assert table.workflows == 1


def test_calls_that_multiply_are_unknown(looked):
    many = "".join(f"  j{at}: {{uses: ./.github/workflows/%s.yml}}\n" for at in range(40))
    files = {
        f".github/workflows/{name}.yml": "on: {push: {tags: ['v*']}, workflow_call: {}}\njobs:\n"
        + many % ((after,) * 40)
        for name, after in (("a", "b"), ("b", "c"), ("c", "d"))
    }
    files[".github/workflows/d.yml"] = "on: workflow_call\njobs: {x: {steps: [{run: a}]}}\n"
    table = looked(files)
    assert ids(table) == ["workflow-unreadable error"]
    assert table.exit_code == 3


def test_tags_of_the_repository_count_as_made(lay):
    root = lay({**BASE, ".github/workflows/a.yml": PUBLISH.replace("v*", "old-*")})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "x")
    git(root, "tag", "v0.2.0-rc.1")
    table = lint(release_tools.load(str(root)))
    assert ids(table) == ["pattern-matches-nothing warning"]
    assert [tag.made for tag in table.tags] == [True, True, False, False, False]
    git(root, "tag", "old-1")
    assert ids(lint(release_tools.load(str(root)))) == []


def test_a_commit_is_read_as_it_was(lay):
    root = lay(BASE)
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "x")
    lay({".github/workflows/a.yml": PUBLISH.replace("v*", "v[0-9]*")})
    assert lint(release_tools.load(str(root))).exit_code == 0
    assert lint(release_tools.load(str(root), ref="HEAD")).exit_code == 1


def test_composite_actions_are_found_where_they_are_used(looked):
    uses = PUBLISH.replace("run: twine upload dist/*", "uses: ./.github/actions/One")
    one = "runs: {using: composite, steps: [{uses: ./two}]}\n"
    two = "runs: {using: composite, steps: [{run: twine upload x, shell: bash}]}\n"
    table = looked(
        {
            ".github/workflows/a.yml": uses,
            ".github/actions/One/action.yml": one,
            "two/action.yaml": two,
        }
    )
    (gap,) = [one for one in table.findings if one.id == "publish-without-gate"]
    assert (gap.path, gap.line) == ("two/action.yaml", 1)


def test_an_action_outside_of_the_tree_or_broken_is_left_out(looked):
    uses = PUBLISH.replace("run: twine upload dist/*", "uses: ./../../etc")
    assert looked({".github/workflows/a.yml": uses}).rows
    uses = PUBLISH.replace("run: twine upload dist/*", "uses: ./x")
    assert looked({".github/workflows/a.yml": uses, "x/action.yml": "["}).rows


def test_hostile_workflows_take_no_time(looked):
    steps = "".join(
        f'      - {{if: "{"(" * 3000}", run: "docker push {"a" * 500} $({"`" * 500}"}}\n'
        for _ in range(100)
    )
    text = f"on: {{push: {{tags: ['{'*a' * 2000}', 'v*']}}}}\njobs:\n  a:\n    steps:\n{steps}"
    begun = time.process_time()
    looked({".github/workflows/a.yml": text})
    assert time.process_time() - begun < 2


def git(root, *argv):
    subprocess.run(["git", *argv], cwd=root, check=True, capture_output=True)
