"""A tree as a plan will leave it."""

from __future__ import annotations

import pytest

import release_tools
from release_tools.adapters.disk import DiskTree
from release_tools.errors import AbsentError
from release_tools.flows.bumping.bump import plan_bump
from release_tools.flows.bumping.overlay import Overlay


def test_planned_texts_lie_over_those_that_stand(lay):
    config = '[[surfaces]]\nkind = "file"\npath = "V"\n'
    root = lay({"release-tools.toml": config, "V": "1.0.0\n", "W": "w"})
    project = release_tools.load(str(root))
    tree = Overlay(project.tree, plan_bump(project, "2.0.0").changes)
    assert (tree.read("V"), tree.read("W")) == ("2.0.0\n", "w")
    assert (
        plan_bump(project.on(tree), "3.0.0").moves[0].before
        == plan_bump(project, "2.0.0").moves[0].after
    )
    assert (root / "V").read_text() == "1.0.0\n"


def test_everything_else_is_the_tree_below(lay):
    below = DiskTree(str(lay({"a/V": "1", "b/V": "2"})))
    tree = Overlay(below, ())
    assert tree.root == below.root
    assert tree.exists("a/V")
    assert not tree.exists("c/V")
    assert tree.glob("*/V") == tree.named("V") == ("a/V", "b/V")
    with pytest.raises(AbsentError):
        tree.read("c/V")
