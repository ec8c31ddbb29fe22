"""The example's workflows, in both shapes, by our own lint and by what they promise to users."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

import release_tools
from release_tools.flows.lint import data, lint
from tests.pipeline.polyglot import FULL, HOST, TREE

WORKFLOWS = FULL.parent / "workflows"
RELEASES, NIGHTLY = ("v0.3.0", "v0.3.0-rc.1"), "nightly-20260115"
SIMULATOR = ("vllm-sr-sim-v0.1.0", "vllm-sr-sim-v0.1.0-rc.1")
STARTS = {
    "one-release": ["release.yml"],
    "independent": [
        *("docker-release.yml", "helm-publish.yml", "publish-crate.yml", "pypi-publish.yml")
    ],
}
FILES = sorted(WORKFLOWS.glob("*/*.yml"))


@pytest.fixture(params=sorted(STARTS))
def table(request, tmp_path):
    """What lint says of one shape over the first customer's tree."""
    for path, text in TREE.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(v="0.3.0", registry=HOST))
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for each in ("common", request.param):
        for file in (WORKFLOWS / each).glob("*.yml"):
            shutil.copy(file, folder)
    config = FULL.read_text()
    if request.param == "one-release":  # as the table of the example's README says
        for name in STARTS["independent"]:
            config = config.replace(f'workflow = "{name}"', 'workflow = "release.yml"')
    (tmp_path / "release-tools.toml").write_text(config)
    found = lint(release_tools.load(str(tmp_path)))
    return request.param, found


def test_lint_finds_nothing_in_either_shape(table):
    assert table[1].findings == ()


def test_each_tag_starts_what_is_its_own_and_nothing_else(table):
    shape, found = table
    listed = data(found)
    started = {
        tag["tag"]: {
            Path(one["path"]).name: one["tags"][tag["tag"]]["mark"]
            for one in listed["workflows"]
            if one["tags"][tag["tag"]]["event"]
        }
        for tag in listed["tags"]
    }
    own = dict.fromkeys(STARTS[shape], "gated")
    simulator = {"pypi-publish-vllm-sr-sim.yml": "gated"}
    assert started == {
        **dict.fromkeys(RELEASES, own),
        NIGHTLY: {},
        **dict.fromkeys(SIMULATOR, simulator),
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_is_pasted_into_a_script_and_everything_is_pinned(path):
    text = path.read_text()
    workflow = yaml.safe_load(text)
    steps = [step for job in workflow["jobs"].values() for step in job.get("steps", ())]
    assert workflow["permissions"] == {}
    assert not [step["run"] for step in steps if "${{" in step.get("run", "")]
    used = [step["uses"] for step in steps if "uses" in step]
    assert not [one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one)]
    assert ":latest" not in text
