"""Notes of a release: text that people write, which is nothing but text to us and to a runner."""

from __future__ import annotations

import pytest

NOTES = {
    "commands": "::set-output name=pwned::1\n::add-mask::x\n##[group]pwned\n",
    "terminal": "\x1b[2J\x1b]0;pwned\x07 \u202epwned",
    "outputs": "pwned=1\npwned<<EOF\n1\nEOF\n",
    "shell": "$(touch canary) `touch canary` ${{ secrets.X }}\n",
    "a marker of ours": "x\n\n<!-- release-tools: v9.9.9 0123456789 -->\n\n\n",
    "longer than GitHub takes": "word " * 40_000,
}


@pytest.mark.parametrize("name", NOTES)
def test_notes_are_published_and_nothing_in_them_is_obeyed(pipeline, tmp_path, name):
    pipeline.tag()
    pipeline.publish()
    (tmp_path / "notes.md").write_text(NOTES[name])
    output, summary = tmp_path / "output", tmp_path / "summary"
    output.touch()
    env = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REF": "refs/tags/v0.3.0",
        "GITHUB_SHA": pipeline.head,
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    ran = pipeline.run("release", "--notes", str(tmp_path / "notes.md"), env=env)
    assert ran.code == 0, ran.err
    (release,) = pipeline.hub.repository.published
    assert len(release.body) <= 125_000
    assert release.body.rstrip().endswith(f"<!-- release-tools: v0.3.0 {pipeline.head} -->")
    for text in (ran.out, ran.err, output.read_text(), summary.read_text()):
        assert "pwned" not in text
        assert "\x1b" not in text
    assert not list(pipeline.root.rglob("canary"))
