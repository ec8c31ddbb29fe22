"""What a publisher installs or runs without saying which one."""

from __future__ import annotations

import pytest

from tests.rules.workflows.checks.conftest import ON_V, job


@pytest.mark.parametrize(
    ("command", "loose"),
    [
        ("pip install build twine", "build, twine"),
        ("pip install build==1.2 twine", "twine"),
        ("python -m pip install twine", "twine"),
        ("uv pip install twine", "twine"),
        ("pipx install twine", "twine"),
        ("pip install --upgrade pip", None),
        ("pip install -r requirements.txt", None),
        ("pip install .", None),
        ("pip install dist/*.whl", None),
        ("pip install 'twine>=5'", None),
        ("npm install -g pnpm", "pnpm"),
        ("npm install -g pnpm@9", None),
        ("npm i --global n@9", None),
        ("npm install -g @octo/x", "@octo/x"),
        ("npm install left-pad", None),  # what package-lock.json says
        ("npm ls -g left-pad", None),
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
        ("docker://alpine@sha256:" + "0" * 64, True),
        ("docker://alpine:3", False),
    ],
)
def test_a_publisher_names_its_actions_by_commit(look, uses, pinned):
    looked = look({"a.yml": ON_V + job(f"uses: {uses}", "run: twine upload x")})
    assert looked.found("unpinned-install") == ([] if pinned else ["unpinned-install note a.yml:5"])


def test_the_actions_of_a_file_are_named_together(look):
    steps = [f"uses: octo/{each}@v1" for each in "abab"]
    looked = look({"a.yml": ON_V + job(*steps, "run: twine upload x")})
    assert looked.messages("unpinned-install") == [
        (
            "actions of a job that publishes are named by a tag or branch that can move: "
            "octo/a@v1, octo/b@v1"
        )
    ]
