"""What a bump plans: every declared place, whatever it says, and nothing else."""

from __future__ import annotations

import datetime as dt

import pytest

import release_tools
from release_tools.errors import (
    AbsentError,
    MalformedError,
    RefusedError,
    ReleaseToolsError,
    UsageError,
)
from release_tools.flows.bumping.bump import plan_bump
from release_tools.rules.findings import from_error

DAY = dt.date(2026, 1, 15)
PYPI = '[[surfaces]]\nkind = "pypi"\npath = "py"\n'
CRATE = '[[surfaces]]\nkind = "crate"\npath = "rs"\n'
NPM = '[[surfaces]]\nkind = "npm"\npath = "js"\n'
CHART = '[[surfaces]]\nkind = "chart"\npath = "chart"\n'


def manifest(kind, version):
    return {
        "pypi": ("py/pyproject.toml", f'[project]\nname = "app"\nversion = "{version}"\n'),
        "crate": ("rs/Cargo.toml", f'[package]\nname = "app"\nversion = "{version}"\n'),
        "npm": ("js/package.json", f'{{\n  "name": "app",\n  "version": "{version}"\n}}\n'),
        "chart": ("chart/Chart.yaml", f"apiVersion: v2\nname: app\nversion: {version}\n"),
    }[kind]


@pytest.fixture
def project(lay):
    """Lay a project out and open it."""

    def make(config, files):
        return release_tools.load(str(lay({**files, "release-tools.toml": config})))

    return make


def bumped(project, to, **asked):
    """Return the planned text of each file that changes."""
    plan = plan_bump(project, to, date=DAY, **asked)
    return {change.path: change.after for change in plan.changes}


def refused(project, to, **asked):
    with pytest.raises(ReleaseToolsError) as caught:
        plan_bump(project, to, date=DAY, **asked)
    assert from_error(caught.value).hint
    return caught.value


# Targets


@pytest.mark.parametrize(
    ("current", "words", "expected"),
    [
        ("0.3.0", ["0.7.0"], "0.7.0"),
        ("0.3.0", ["v0.7.0rc1"], "0.7.0-rc.1"),
        ("0.3.0", ["patch"], "0.3.1"),
        ("0.3.0", ["minor"], "0.4.0"),
        ("0.3.0", ["major"], "1.0.0"),
        ("0.3.0", ["minor", "rc"], "0.4.0-rc.1"),
        ("0.3.0", ["minor rc"], "0.4.0-rc.1"),
        ("0.3.0", ["patch", "dev"], "0.3.1-dev.0"),
        ("0.4.0-rc.1", ["patch"], "0.4.0"),
        ("0.4.0-rc.1", ["minor"], "0.4.0"),
        ("0.4.0-rc.1", ["rc"], "0.4.0-rc.2"),
        ("0.4.0-rc.1", ["release"], "0.4.0"),
        ("0.4.0-alpha.2", ["beta"], "0.4.0-beta.1"),
    ],
)
def test_the_table_of_targets(project, current, words, expected):
    crate = project(CRATE, dict([manifest("crate", current)]))
    assert bumped(crate, words)["rs/Cargo.toml"] == manifest("crate", expected)[1]


@pytest.mark.parametrize("word", ["rc", "release"])
def test_a_label_alone_is_refused_from_a_release_and_says_what_to_say(project, word):
    error = refused(project(CRATE, dict([manifest("crate", "0.3.0")])), word)
    assert isinstance(error, UsageError)
    assert "minor" in error.hint


def test_a_tree_whose_places_disagree_takes_a_version_and_no_keyword(project):
    files = dict([manifest("pypi", "0.2.0"), manifest("crate", "0.3.0")])
    split = project(PYPI + CRATE, files)
    error = refused(split, "minor")
    assert isinstance(error, UsageError)
    assert "none that they agree on" in error.message
    assert set(bumped(split, "0.4.0")) == set(files)


def test_the_target_is_for_the_first_stream_or_the_one_that_is_named(project):
    config = "[streams.a]\n[streams.b]\ntag = 'b-v{version}'\n" + CRATE + PYPI + 'stream = "b"\n'
    files = dict([manifest("pypi", "0.2.0"), manifest("crate", "0.3.0")])
    both = project(config, files)
    assert set(bumped(both, "minor")) == {"rs/Cargo.toml"}
    assert '"0.3.0"' in bumped(both, "minor", stream="b")["py/pyproject.toml"]
    moved = bumped(both, "minor", others={"b": ["patch"]})
    assert '"0.4.0"' in moved["rs/Cargo.toml"]
    assert '"0.2.1"' in moved["py/pyproject.toml"]
    assert "two targets" in refused(both, "minor", others={"a": "patch"}).message
    assert refused(both, "minor", others={"c": "patch"}).id == "config"


# Every place


@pytest.mark.parametrize("stale", ["1.1.0", "nightly", "0.15.3-dev0", "0.22.3-dev.0"])
def test_a_place_is_set_whatever_it_said(project, stale):
    config = (
        CHART
        + '[[surfaces]]\nkind = "file"\npath = "values.yaml"\nkey = "app.tag"\nspelling = "tag"\n'
    )
    files = dict([manifest("chart", stale)]) | {"values.yaml": f"app:\n  tag: {stale}  # tag\n"}
    after = bumped(project(config, files), "1.7.0", allow_lower=True)
    assert after == {
        "chart/Chart.yaml": manifest("chart", "1.7.0")[1],
        "values.yaml": "app:\n  tag: v1.7.0  # tag\n",
    }


def test_bytes_outside_the_values_stay(project):
    text = "\ufeff# café\r\n[package]\r\nname=\"app\"\r\nversion  =\t'0.2.0' # 0.2.0\r\n\r\n[x]"
    after = bumped(project(CRATE, {"rs/Cargo.toml": text}), "0.3.0")
    assert after == {"rs/Cargo.toml": text.replace("'0.2.0'", "'0.3.0'")}


def test_large_lock_and_values_files_change_in_only_those_bytes(project):
    entry = '[[package]]\nname = "dep{0}"\nversion = "0.2.0"\nsource = "r+https://x.example"\n\n'
    lock = "version = 4\n\n" + "".join(entry.format(f"{n:05}") for n in range(5500))
    own = '[[package]]\nname = "app"\nversion = "{}"\n\n'
    assert len(lock) > 400_000
    block = "---\nkind: A\ndata:\n  image: ghcr.io/other/app:v0.2.0\n  text: app v0.2.0\n"
    values = block * 6000
    image = "---\nimage:\n  repository: ghcr.io/octo/app\n  tag: {}\n"
    assert len(values) > 400_000
    config = (
        CRATE + '[[surfaces]]\nkind = "image"\nregistry = "ghcr.io/octo"\nnames = ["app"]\n'
        'references = ["values.yaml"]\n'
    )
    files = {
        "rs/Cargo.toml": manifest("crate", "0.2.0")[1],
        "rs/Cargo.lock": own.format("0.2.0").join((lock, lock.replace("dep", "zep")[13:])),
        "values.yaml": image.format("v0.2.0").join((values, values)),
    }
    assert bumped(project(config, files), "0.3.0") == {
        "rs/Cargo.toml": manifest("crate", "0.3.0")[1],
        "rs/Cargo.lock": own.format("0.3.0").join((lock, lock.replace("dep", "zep")[13:])),
        "values.yaml": image.format("v0.3.0").join((values, values)),
    }


def test_stamped_and_derived_surfaces_are_left_alone_and_named(project):
    config = CRATE + CHART + 'source = "stamped"\n' + PYPI
    derived = '[build-system]\nrequires = ["hatch-vcs"]\n[project]\nname = "app"\n'
    derived += 'dynamic = ["version"]\n'
    files = dict([manifest("chart", "0.0.1"), manifest("crate", "0.2.0")])
    plan = plan_bump(project(config, files | {"py/pyproject.toml": derived}), "0.3.0")
    assert plan.paths == ("rs/Cargo.toml",)
    assert [(surface.id, reason) for surface, reason in plan.left] == [
        ("chart:app", "stamped"),
        ("pypi:app", "derived"),
    ]
    assert plan.places == ("rs/Cargo.toml",)


def test_a_reference_with_a_digest_stays_and_is_named(project):
    config = (
        CRATE + '[[surfaces]]\nkind = "image"\nregistry = "ghcr.io/octo"\nnames = ["app"]\n'
        'references = ["values.yaml"]\n'
    )
    pinned = f"a: {{image: 'ghcr.io/octo/app:v0.2.0@sha256:{'0' * 64}'}}\n"
    text = f"image: ghcr.io/octo/app:v0.2.0\n{pinned}"
    files = dict([manifest("crate", "0.2.0")]) | {"values.yaml": text}
    plan = plan_bump(project(config, files), "0.3.0")
    after = {change.path: change.after for change in plan.changes}
    assert after["values.yaml"] == f"image: ghcr.io/octo/app:v0.3.0\n{pinned}"
    assert [(note.id, note.line) for note in plan.notes] == [("reference-pinned", 2)]


def test_the_values_and_files_are_counted(project):
    files = dict([manifest("crate", "0.2.0"), manifest("pypi", "0.2.0")])
    plan = plan_bump(project(CRATE + PYPI, files), "0.3.0")
    assert (plan.values, plan.paths) == (2, ("py/pyproject.toml", "rs/Cargo.toml"))


def test_a_version_that_stands_already_changes_nothing(project):
    files = dict([manifest("crate", "0.3.0"), manifest("pypi", "0.3.0")])
    plan = plan_bump(project(CRATE + PYPI, files), "0.3.0")
    assert (plan.values, plan.changes) == (0, ())


def test_planning_writes_nothing(project, tmp_path):
    made = project(CRATE, dict([manifest("crate", "0.2.0")]))
    before = sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*"))
    plan_bump(made, "0.3.0")
    assert sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*")) == before


# Refusals


def test_a_version_below_the_highest_place_is_refused_unless_allowed(project):
    files = dict([manifest("crate", "0.2.0"), manifest("pypi", "0.9.0")])
    made = project(CRATE + PYPI, files)
    error = refused(made, "0.3.0")
    assert error.id == "lower-version"
    assert "0.9.0" in error.message
    assert "--allow-lower" in error.hint
    assert set(bumped(made, "0.3.0", allow_lower=True)) == set(files)


def test_a_stamped_chart_does_not_make_a_version_lower(project):
    files = dict([manifest("crate", "0.2.0"), manifest("chart", "9.0.0")])
    made = project(CRATE + CHART + 'source = "stamped"\n', files)
    assert set(bumped(made, "0.3.0")) == {"rs/Cargo.toml"}


@pytest.mark.parametrize(
    ("version", "kinds", "blamed"),
    [
        ("0.3.0.post1", ("pypi", "crate"), "crate:app"),
        ("0.3.0.post1", ("pypi", "npm"), "npm:app"),
        ("1!0.3.0", ("pypi", "chart"), "chart:app"),
        ("0.3.0.1", ("pypi", "crate"), "crate:app"),
    ],
)
def test_a_version_that_an_ecosystem_cannot_express_is_refused(project, version, kinds, blamed):
    config = {"pypi": PYPI, "crate": CRATE, "npm": NPM, "chart": CHART}
    files = dict(manifest(kind, "0.2.0") for kind in kinds)
    error = refused(project("".join(config[kind] for kind in kinds), files), version)
    assert isinstance(error, RefusedError)
    assert error.id == "not-expressible"
    assert blamed in error.message
    assert error.line is not None


@pytest.mark.parametrize("version", ["0.9.0.0", "0.3.0.5"])
def test_a_version_that_a_template_would_not_find_is_not_expressible(project, version):
    path, text = manifest("pypi", "0.2.0")
    template = (
        '[[surfaces]]\nkind = "file"\npath = "README.md"\ntemplate = "app=={version.pep440}"\n'
    )
    made = project(PYPI + template, {path: text, "README.md": "Now\npip install app==0.2.0\n"})
    error = refused(made, version)
    assert (error.id, error.path, error.line) == ("not-expressible", "README.md", 2)
    assert f"{version} has 4 numbers" in error.message


def test_further_zeros_are_no_other_version(project):
    path, text = manifest("pypi", "0.5.0")
    assert bumped(project(PYPI, {path: text}), "0.5.0.0") == {}


def test_a_post_release_of_python_packages_alone_is_none_of_the_others_business(project):
    made = project(PYPI, dict([manifest("pypi", "0.3.0")]))
    assert '"0.3.0.post1"' in bumped(made, "0.3.0.post1")["py/pyproject.toml"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (None, AbsentError),
        ('[package]\nname = "app"\nversion = "0.2.0\n', MalformedError),
        ('[package]\nname = "app"\nversion = "0.2.0"\nversion = "0.2.0"\n', MalformedError),
    ],
)
def test_a_declared_file_that_cannot_be_used_stops_the_whole_bump(project, text, error):
    files = dict([manifest("pypi", "0.2.0")])
    files |= {"rs/README": "x"} if text is None else {"rs/Cargo.toml": text}
    found = refused(project(PYPI + CRATE, files), "0.3.0")
    assert isinstance(found, error)
    assert found.path == "rs/Cargo.toml"


CONFLICT = "<<<<<<< HEAD\n=======\n>>>>>>> other\n"


@pytest.mark.parametrize(
    ("kind", "more", "line"),
    [
        ("pypi", '[tool.a]\nb = "c\n', 5),
        ("pypi", "[tool.a]\nb = 1\nb = 2\n", 6),
        ("pypi", CONFLICT, 4),
        ("crate", "[dependencies]\nno toml\n", 5),
        ("crate", CONFLICT, 4),
        ("chart", 'keywords:\n  - "a\n', 6),
        ("chart", CONFLICT, 4),
        ("npm", "}", 5),
    ],
)
def test_a_file_that_is_malformed_elsewhere_is_blamed_and_not_the_proof(project, kind, more, line):
    config = {"pypi": PYPI, "crate": CRATE, "npm": NPM, "chart": CHART}[kind]
    path, text = manifest(kind, "0.2.0")
    error = refused(project(config, {path: text + more}), "0.3.0")
    assert (error.id, error.path, error.line) == ("file-malformed", path, line)
    assert "proven" not in error.message


def test_a_lock_with_a_conflict_elsewhere_is_refused(project):
    path, text = manifest("crate", "0.2.0")
    lock = 'version = 4\n\n[[package]]\nname = "app"\nversion = "0.2.0"\n\n'
    lock += '[[package]]\nname = "b"\nversion = "1.0.0"\n' + CONFLICT
    error = refused(project(CRATE, {path: text, "rs/Cargo.lock": lock}), "0.3.0")
    assert (error.id, error.path, error.line) == ("file-malformed", "rs/Cargo.lock", 10)


def test_a_template_that_is_found_nowhere_stops_the_bump(project):
    config = CRATE + '[[surfaces]]\nkind = "file"\npath = "v.go"\ntemplate = "V = {version}"\n'
    files = dict([manifest("crate", "0.2.0")]) | {"v.go": "nothing"}
    error = refused(project(config, files), "0.3.0")
    assert (error.id, error.path) == ("template-not-found", "v.go")
    assert not isinstance(error, UsageError)
    assert set(bumped(project(f"{config}optional = true\n", files), "0.3.0")) == {"rs/Cargo.toml"}


def test_two_streams_that_claim_one_place_for_two_versions_conflict(project):
    claim = '[[surfaces]]\nkind = "file"\npath = "V"\nstream = "{}"\nname = "{}"\n'
    config = "[streams.a]\n[streams.b]\ntag = 'b-v{version}'\n"
    made = project(config + claim.format("a", "x") + claim.format("b", "y"), {"V": "1.0.0\n"})
    error = refused(made, "2.0.0", others={"b": "3.0.0"})
    assert (error.id, error.path, error.line) == ("plan-conflict", "V", 1)
    assert bumped(made, "2.0.0", others={"b": "2.0.0"}) == {"V": "2.0.0\n"}


def test_an_edit_that_cannot_be_proven_is_refused(project, monkeypatch):
    def doubt(before, after, edits):
        if edits or before != after:
            raise MalformedError("something else would change", line=3)

    made = project(PYPI + CRATE, dict([manifest("crate", "0.2.0"), manifest("pypi", "0.2.0")]))
    monkeypatch.setattr("release_tools.formats.toml.prove", doubt)
    error = refused(made, "0.3.0")
    assert (error.id, error.path, error.line) == ("proof-failed", "py/pyproject.toml", 3)
    assert "by hand" in error.hint


def test_a_requirement_that_cannot_be_read_stops_the_bump(project):
    dependent = '[dependencies]\napp = { path = "../rs", version = "not one" }\n'
    files = {
        "rs/Cargo.toml": manifest("crate", "0.2.0")[1],
        "two/Cargo.toml": '[package]\nname = "two"\nversion = "0.2.0"\n' + dependent,
    }
    error = refused(project(CRATE.replace('"rs"', '["rs", "two"]'), files), "0.3.0")
    assert (error.path, error.line) == ("two/Cargo.toml", 5)


# Development versions


def test_a_nightly_or_development_version_rolls_no_changelog(project):
    config = '[streams.main]\nchangelog = "CHANGES.md"\n' + CRATE
    files = dict([manifest("crate", "0.2.0")]) | {"CHANGES.md": "## Unreleased\n\n## 0.2.0\n"}
    made = project(config, files)
    for version in ("0.3.0-dev.0", "0.3.0-nightly.20260115", "0.3.0.dev20260115"):
        assert set(bumped(made, version)) == {"rs/Cargo.toml"}
    for version in ("0.3.0", "0.3.0-rc.1"):
        assert set(bumped(made, version)) == {"CHANGES.md", "rs/Cargo.toml"}
    with pytest.raises(UsageError, match="is a release"):
        bumped(made, "0.3.0", development=True)


def test_a_lock_that_only_helm_can_write_is_named(lay):
    parent = (
        "apiVersion: v2\nname: parent\nversion: 1.0.0\ndependencies:\n"
        "  - name: child\n    version: 1.0.0\n    repository: file://../child\n"
    )
    root = lay(
        {
            "release-tools.toml": '[[surfaces]]\nkind = "chart"\npath = ["child", "parent"]\n',
            "child/Chart.yaml": "apiVersion: v2\nname: child\nversion: 1.0.0\n",
            "parent/Chart.yaml": parent,
            "parent/Chart.lock": "digest: sha256:0\n",
        }
    )
    plan = plan_bump(release_tools.load(str(root)), "1.1.0")
    assert plan.paths == ("child/Chart.yaml", "parent/Chart.yaml")
    assert [(note.id, note.path) for note in plan.notes] == [("lock-left", "parent/Chart.lock")]
