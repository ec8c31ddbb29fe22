from __future__ import annotations

import subprocess

import pytest

import release_tools
from release_tools.errors import ConfigError, UsageError

CONFIG = '[[surfaces]]\nkind = "file"\npath = "VERSION"\n'


def git(folder, *argv):
    subprocess.run(["git", "-C", str(folder), *argv], check=True, capture_output=True)


@pytest.fixture
def repository(lay):
    root = lay({"VERSION": "1.0.0\n", "release-tools.toml": CONFIG, "deep/er/x": ""})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "one")
    return root


def test_the_project_is_found_from_any_folder_below_its_root(repository):
    project = release_tools.load(str(repository / "deep" / "er"))
    assert project.config == "release-tools.toml"
    assert release_tools.verify(project, "1.0.0").exit_code == 0


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UsageError, match="there is no folder"):
        release_tools.load(str(tmp_path / "gone"))


def test_a_ref_is_read_with_its_own_configuration_and_without_a_checkout(repository):
    git(repository, "tag", "old")
    (repository / "VERSION").write_text("2.0.0\n")
    (repository / "release-tools.toml").write_text("broken")
    table = release_tools.verify(release_tools.load(str(repository), ref="old"))
    assert str(table.streams[0].version) == "1.0.0"
    assert (repository / "VERSION").read_text() == "2.0.0\n"


def test_a_ref_is_read_with_the_configuration_that_is_given(repository, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "mine.toml"
    other.write_text(CONFIG.replace("VERSION", "gone"))
    project = release_tools.load(str(repository), ref="HEAD", config=str(other))
    assert release_tools.verify(project, "1.0.0").exit_code == 1


def test_a_ref_outside_a_repository_is_refused(lay):
    root = lay({"release-tools.toml": CONFIG})
    with pytest.raises(UsageError, match="in no git repository"):
        release_tools.load(str(root), ref="main")


def test_without_a_configuration_and_without_discovery_it_says_what_to_do(lay):
    with pytest.raises(ConfigError) as caught:
        release_tools.load(str(lay({"VERSION": "1.0.0\n"})), discover=False)
    assert "init --write" in caught.value.hint


def test_a_tree_without_the_configuration_is_named_and_not_the_folder_that_has_one(make_repo):
    repo = make_repo({"VERSION": "1.0.0\n"})
    repo.write({"release-tools.toml": CONFIG})
    with pytest.raises(ConfigError) as caught:
        release_tools.load(str(repo.root), ref="HEAD", discover=False)
    assert caught.value.message == "there is no release-tools.toml in the tree of HEAD"
    assert "commit release-tools.toml, and push it" in caught.value.hint


def test_a_configuration_that_is_named_and_not_there_is_refused_with_the_option(lay):
    with pytest.raises(ConfigError) as caught:
        release_tools.load(str(lay({"VERSION": "1.0.0\n"})), config="nope.toml")
    assert "--config" in caught.value.hint
