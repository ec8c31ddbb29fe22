from __future__ import annotations

import json

import pytest

from release_tools.errors import AbsentError, MalformedError, RefusedError
from release_tools.flows.ledgers import ledger
from release_tools.model import Cell, Row, Stage, Verdict
from release_tools.reading import Absent, Platform, Unknown
from release_tools.rules.findings import FINDINGS
from tests import ledgers
from tests.ledgers import COMMIT, MISSING, sha
from tests.servers import registry


def of_release(table):
    return ledger.of_release(table, tag="v0.3.0", commit=COMMIT, repository="owner/project")


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "release-manifest.json")


def test_a_release_is_recorded_once_and_to_the_byte(path, tmp_path):
    document = of_release(ledgers.table())
    assert ledger.record(document, path=path) == ledger.Recorded(written=(path,))
    first = (tmp_path / "release-manifest.json").read_bytes()
    assert ledger.record(document, path=path) == ledger.Recorded(kept=(path,))
    assert (tmp_path / "release-manifest.json").read_bytes() == first
    assert ledger.read(path) == document


def test_a_file_that_says_the_same_in_other_words_is_left_alone(path, tmp_path):
    document = of_release(ledgers.table())
    text = json.dumps(document | {"comment": "by hand"})
    (tmp_path / "release-manifest.json").write_text(text)
    assert ledger.record(document, path=path).kept == (path,)
    assert (tmp_path / "release-manifest.json").read_text() == text


def test_a_ledger_with_other_facts_is_never_overwritten(path, tmp_path):
    ledger.record(of_release(ledgers.table()), path=path)
    before = (tmp_path / "release-manifest.json").read_bytes()
    moved = ledgers.IMAGE._replace(digest=sha("a"), platforms=(Platform("linux/arm64", sha("b")),))
    changed = ledgers.table(image=moved, crate=None)
    with pytest.raises(RefusedError) as caught:
        ledger.record(of_release(changed), path=path)
    assert (caught.value.id, caught.value.path) == ("ledger-differs", path)
    assert "crate:my-app is recorded, and not there" in caught.value.message
    assert sha("a") in caught.value.message
    assert caught.value.message.endswith("and 1 more")
    assert (tmp_path / "release-manifest.json").read_bytes() == before


def test_a_file_that_is_no_ledger_is_never_overwritten(path, tmp_path):
    (tmp_path / "release-manifest.json").write_text("precious")
    with pytest.raises(MalformedError) as caught:
        ledger.record(of_release(ledgers.table()), path=path)
    assert caught.value.path == path
    assert (tmp_path / "release-manifest.json").read_text() == "precious"


def test_statements_are_written_beside_it_and_refused_likewise(path, tmp_path):
    lines = str(tmp_path / "statements.jsonl")
    document = of_release(ledgers.table())
    assert ledger.record(document, path=path, in_toto=lines).written == (path, lines)
    assert ledger.record(document, path=path, in_toto=lines).kept == (path, lines)
    changed = of_release(ledgers.table(crate=ledgers.CRATE._replace(digest=sha("d"))))
    with pytest.raises(RefusedError) as caught:
        ledger.record(changed, in_toto=lines)
    assert (caught.value.id, caught.value.path) == ("ledger-differs", lines)


def unknown():
    cell = Cell(Stage.PUBLISHED, Verdict.UNKNOWN, reading=Unknown("x", "no answer"))
    return Row(MISSING.surface, (cell,))


@pytest.mark.parametrize(
    "more", [MISSING, unknown(), ledgers.row("npm:b", ledgers.CRATE, Verdict.DIFFERS)]
)
def test_half_a_release_is_not_recorded(more):
    with pytest.raises(RefusedError) as caught:
        of_release(ledgers.table(more))
    assert caught.value.id == "ledger-incomplete"
    assert f"{more.surface.id} ({more.cells[-1].verdict})" in caught.value.message


@pytest.mark.parametrize("verdict", [Verdict.UNCHECKED, Verdict.WAITS])
def test_what_is_not_judged_holds_nothing_up(verdict):
    waiting = Row(MISSING.surface, (Cell(Stage.PUBLISHED, verdict),))
    assert of_release(ledgers.table(waiting)) == of_release(ledgers.table())


def test_the_release_that_will_hold_the_ledger_holds_nothing_up():
    later = ledgers.row("github-release:x", Absent("https://x.example.com"), Verdict.MISSING)
    assert of_release(ledgers.table(later)) == of_release(ledgers.table())


def test_a_column_that_was_never_filled_is_not_recorded():
    table = ledgers.table()
    rows = tuple(row._replace(cells=row.cells[:1]) for row in table.rows)
    with pytest.raises(RefusedError) as caught:
        of_release(table._replace(rows=rows))
    assert caught.value.id == "ledger-incomplete"


def test_a_ledger_that_is_not_there_is_named(path):
    with pytest.raises(AbsentError) as caught:
        ledger.read(path)
    assert caught.value.path == path


def test_the_refusals_are_explained():
    assert {"ledger-incomplete", "ledger-differs", "digest-moved"} <= set(FINDINGS)


def test_the_ledger_is_attached_to_each_image_as_it_was_first_written(path, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    with registry.serving(tmp_path) as here:
        digest = here.push_index("project/app", "v0.3.0")
        where = f"{here.url}/v2/project/app/manifests/v0.3.0"
        image = ledgers.IMAGE._replace(where=where, digest=digest)
        document = of_release(ledgers.table(image=image))
        done = ledger.record(document, path=path, attach=True)
        assert ledger.record(document, path=path, attach=True).attached == done.attached
        (tmp_path / "release-manifest.json").write_text(json.dumps(document))
        other = ledger.record(document, path=path, attach=True).attached
    (attached,) = done.attached
    assert attached.startswith(f"{here.host}/project/app@sha256:")
    assert other != done.attached
