"""What a step publishes, and where that stands."""

from __future__ import annotations

import pytest

from release_tools.formats import nodes
from release_tools.rules.workflows import publishing, workflow
from release_tools.rules.workflows.conditions import UNKNOWN


def step(text):
    lines = "on: push\njobs:\n  a:\n    steps:\n      - " + text.replace("\n", "\n        ")
    return workflow.read("a.yml", nodes.load(lines)).jobs["a"].steps[0]


def unknown(_):
    return UNKNOWN


def deeds(text, lookup=unknown):
    return list(publishing.deeds(step(text), lookup))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{uses: docker/build-push-action@v6, with: {push: true}}", "image"),
        ("{uses: docker/build-push-action@v6, with: {push: '${{ vars.X }}'}}", "image"),
        ("{uses: docker/bake-action@v6, with: {push: true, tags: 'localhost/a, b/c'}}", "image"),
        ("{uses: depot/build-push-action@v1, with: {outputs: 'type=image,Push=true'}}", "image"),
        ("{uses: docker/build-push-action@v6, with: {outputs: type=registry}}", "image"),
        (
            "{uses: goreleaser/goreleaser-action@v6, with: {args: release --clean}}",
            "github-release",
        ),
        ("{uses: pyo3/maturin-action@v1, with: {command: upload, args: x}}", "pypi"),
        ("{uses: pyo3/maturin-action@v1, with: {command: publish}}", "pypi"),
        ("{uses: PyPA/gh-action-pypi-publish@release/v1}", "pypi"),
        ("{uses: js-devtools/npm-publish@v3, with: {dry-run: false}}", "npm"),
        ("{uses: js-devtools/npm-publish@v3, with: {dry-run: '${{ vars.X }}'}}", "npm"),
        ("{uses: rickstaa/action-create-tag@v1}", "git-tag"),
        ("{uses: ./, with: {command: release}}", "github-release"),
        ("{run: twine upload x, env: {A: pypi}}", "pypi"),
        ("{run: cargo publish, env: {A: 'https://test.pypi.org'}}", "crate"),
    ],
)
def test_an_action_that_publishes_is_known(text, kind):
    assert [str(one.kind) for one in deeds(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "{uses: docker/build-push-action@v6}",
        "{uses: docker/build-push-action@v6, with: {push: false}}",
        "{uses: docker/build-push-action@v6, with: {push: ''}}",
        "{uses: docker/build-push-action@v6, with: {push: true, tags: 'localhost:5000/a'}}",
        "{uses: docker/build-push-action@v6, with: {push: true, tags: '127.0.0.1/a,localhost/b'}}",
        "{uses: docker/build-push-action@v6, with: {outputs: type=local}}",
        "{uses: goreleaser/goreleaser-action@v6, with: {args: release --snapshot}}",
        "{uses: goreleaser/goreleaser-action@v6}",
        "{uses: pyo3/maturin-action@v1, with: {command: build}}",
        "{uses: pypa/gh-action-pypi-publish@v1, with: {repository-url: 'https://test.pypi.org/x'}}",
        "{uses: pypa/gh-action-pypi-publish@v1, with: {repository_url: 'https://TestPyPI.org/x'}}",
        "{uses: js-devtools/npm-publish@v3, with: {dry-run: true}}",
        "{uses: actions/checkout@v4}",
        "{uses: ./, with: {command: gate}}",
        "{run: twine upload x, env: {TWINE_REPOSITORY_URL: 'https://test.pypi.org/legacy/'}}",
        "{run: make}",
        "{name: odd}",
    ],
)
def test_a_trial_publishes_nothing(text):
    assert deeds(text) == []


def test_an_expression_is_asked_for_what_it_is():
    text = "{uses: docker/build-push-action@v6, with: {push: '${{ inputs.x }}'}}"
    assert [len(deeds(text, lambda _, x=x: x)) for x in (True, False, "", "false")] == [1, 0, 0, 0]


def test_a_deed_tells_who_does_it_and_where():
    first, second = deeds("run: |\n  twine upload x\n  [ y ] &&\n  sudo helm push --z a b")
    assert (first.by, first.line, first.column) == ("twine upload", 6, 14)
    assert (first.words, first.conditional) == (("twine", "upload", "x"), False)
    assert (second.by, second.line, second.conditional) == ("helm push", 8, True)
    (action,) = deeds("uses: Katyo/publish-crates@v2")
    assert (action.by, action.line, action.column) == ("katyo/publish-crates", 5, 15)
    assert (action.words, action.conditional) == ((), False)
    (ours,) = deeds("run: python -m release_tools release --wait 30m")
    assert ours.by == "release-tools release"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("run: |\n  a\n  docker push b", 7),
        ("run: |-\n  docker push b", 6),
        ("run: |\n\n  docker push b", 7),
        ("run:\n  |\n  docker push b", 7),
        ("run: >\n  a\n\n  docker push b", 5),
        ("run: docker push b", 5),
        ('name: x\nrun: "a\\ndocker push b"', 6),
    ],
)
def test_only_a_script_line_by_line_knows_its_lines(text, line):
    assert [one.line for one in deeds(text)] == [line]


def test_a_step_without_script_is_where_it_begins():
    assert publishing.line_at(step("name: x"), 3) == 5


@pytest.mark.parametrize(
    ("text", "creates", "ours"),
    [
        ("{run: gh release create v1}", True, False),
        ("{run: gh release upload v1 x}", False, False),
        ("{run: gh release edit v1}", False, False),
        ("{uses: softprops/action-gh-release@v2}", True, False),
        ("{uses: actions/upload-release-asset@v1}", False, False),
        ("{uses: taiki-e/upload-rust-binary-action@v1}", False, False),
        ("{run: twine upload x}", False, False),
        ("{run: release-tools -C x release}", True, True),
        ("{run: release-tools release --wait 30m}", True, True),
        ("{uses: ./, with: {command: release}}", True, True),
    ],
)
def test_a_deed_knows_whether_it_makes_the_release(text, creates, ours):
    (deed,) = deeds(text)
    assert (deed.creates, deed.ours) == (creates, ours)
