"""``init`` as a process."""

from __future__ import annotations

import tomllib


def test_it_prints_a_configuration_and_writes_it_only_when_told_to(project):
    kept = project.read("release-tools.toml")
    (project.root / "release-tools.toml").unlink()
    ran = project.run("init")
    assert (ran.code, ran.err) == (0, "")
    tomllib.loads(ran.out)
    assert not (project.root / "release-tools.toml").exists()
    written = project.run("init", "--write")
    assert written.code == 0
    assert "release-tools verify-surfaces" in written.out
    assert project.read("release-tools.toml") == ran.out != kept


def test_it_never_overwrites(project):
    before = project.read("release-tools.toml")
    ran = project.run("init", "--write")
    assert (ran.code, ran.out) == (1, "")
    assert "error[file-exists] release-tools.toml" in ran.err
    assert project.read("release-tools.toml") == before
