from __future__ import annotations

import pytest

from release_tools import config
from release_tools.discovery import discover, write

PYPROJECT = '[build-system]\nrequires = ["x"]\n[project]\nname = "{}"\nversion = "1.1.0"\n'
WORKFLOW = ".github/workflows/release.yml"
UPLOAD = "- run: python -m build {0}\n- run: twine upload {0}/dist/*"
KEPT = "# Changelog\n\n## [Unreleased]\n\n- New.\n\n## [1.1.0] - 2026-01-15\n\n- Old.\n"


def python_package(on_tag, path, text):
    return {
        "py/pyproject.toml": PYPROJECT.format("my-rocket"),
        path: text,
        WORKFLOW: on_tag(UPLOAD.format("py")),
    }


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("py/my_rocket/__init__.py", '__version__ = "1.1.0"'),
        ("py/src/my_rocket/_version.py", "__version__: str = '1.1.0'"),
    ],
)
def test_a_module_that_states_the_version_of_its_package_is_a_place(
    find, on_tag, tree_of, path, line
):
    files = python_package(on_tag, path, f"import x\n{line}\n")
    found = find(files)
    assert found.ids == [f"file:{path}", "pypi:my-rocket"]
    template = found.surfaces[f"file:{path}"].options["template"]
    assert template == line.replace("1.1.0", "{version.pep440}")
    tree = tree_of(files)
    text = write(discover(tree, ["v1.0.0", "v1.1.0"], repository="acme/rocket"))
    assert len(config.read(tree, "release-tools.toml", text).surfaces) == 2


@pytest.mark.parametrize("line", ['__version__ = "1.0.0"', "__version__ = get()", '# "1.1.0"'])
def test_a_module_that_states_something_else_is_none(find, on_tag, line):
    assert find(python_package(on_tag, "py/my_rocket/__init__.py", line)).ids == ["pypi:my-rocket"]


def test_a_version_that_a_bump_would_spell_otherwise_is_no_place(find, on_tag):
    files = python_package(on_tag, "py/my_rocket/__init__.py", '__version__ = "1.1.0-0.dev"')
    files["py/pyproject.toml"] = files["py/pyproject.toml"].replace("1.1.0", "1.1.0-0.dev")
    assert find(files).ids == ["pypi:my-rocket"]


def changelogs(find, files):
    return [each.changelog for each in find(files).proposal.streams]


def test_a_kept_changelog_belongs_to_the_stream_whose_newest_version_it_has(find, tree_of):
    assert changelogs(find, {"CHANGELOG.md": KEPT}) == ["CHANGELOG.md"]
    text = write(discover(tree_of({"CHANGELOG.md": KEPT}), ["v1.0.0", "v1.1.0"]))
    assert 'tag = "v{version}"\nchangelog = "CHANGELOG.md"\n' in text


def test_a_stream_of_one_folder_has_the_changelog_of_that_folder(find, on_tag):
    files = {
        "py/pyproject.toml": PYPROJECT.format("tower"),
        "py/CHANGELOG.md": KEPT,
        WORKFLOW: on_tag(UPLOAD.format("py"), tags="tower-v*"),
    }
    found = find(files, ["v2.0.0", "tower-v1.0.0", "v2.1.0", "tower-v1.1.0"])
    streams = {each.tag: each.changelog for each in found.proposal.streams}
    assert streams["tower-v{version}"] == "py/CHANGELOG.md"


@pytest.mark.parametrize(
    "text",
    [
        KEPT.replace("## [Unreleased]", "## [1.2.0]"),
        KEPT.replace("## [Unreleased]\n", ""),
        KEPT.replace("1.1.0", "1.0.0"),
        "# Changelog\n\n## [Unreleased]\n",
    ],
)
def test_a_changelog_that_is_not_kept_for_the_tags_is_left_alone(find, text):
    assert changelogs(find, {"CHANGELOG.md": text}) == [""]
