"""Publishers that no gate holds, and those that come too late."""

from __future__ import annotations

import pytest

from tests.rules.workflows.checks.conftest import GATE, ON_V, TWINE, job
from tests.rules.workflows.conftest import surface


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


FREE = """\
  free:
    steps: [{run: git push --tags}, {run: release-tools release},
      {run: twine upload x}, {run: npm publish}, {run: twine upload y}]
"""


def test_only_what_no_gate_holds_is_named(look):
    looked = look({"a.yml": ON_V + GATE + FREE})
    assert looked.found("publish-without-gate") == ["publish-without-gate warning a.yml:12"]
    assert looked.messages("publish-without-gate") == [
        "publishes pypi, npm for the tag v1.2.3, whatever the gate says"
    ]
    assert look({"a.yml": ON_V + GATE}).found("publish-without-gate") == []


def test_a_workflow_without_gate_is_told_so(look):
    assert look({"a.yml": ON_V + TWINE}).messages("publish-without-gate") == [
        "publishes pypi for the tag v1.2.3, and nothing asks whether it may"
    ]


NIGHTLY = "{push: {tags: ['nightly-*']}"


@pytest.mark.parametrize(
    "files",
    [
        {"a.yml": RELEASED.replace("{", f"{NIGHTLY}, ", 1)},
        {"a.yml": RELEASED, "b.yml": f"on: {NIGHTLY}}}\n" + TWINE},
    ],
)
def test_nightlies_do_not_publish_what_waits_for_the_release(look, files):
    looked = look(files, surfaces=[surface("pypi:app"), surface("pypi:lib"), surface("npm:app")])
    assert looked.messages("publisher-after-release") == [
        (
            "on: release publishes pypi:app, pypi:lib only once the GitHub Release is there, and "
            "`release-tools release` waits for what is published"
        )
    ]
