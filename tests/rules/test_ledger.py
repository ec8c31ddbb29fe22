from __future__ import annotations

import json

import pytest

from release_tools.errors import MalformedError
from release_tools.model import Severity, Stage
from release_tools.reading import File
from release_tools.reports.ledger import render
from release_tools.rules import ledger
from tests import ledgers
from tests.ledgers import CHART, CRATE, IMAGE, PYPI, sha


def differences(**changed):
    found = ledger.differences(ledgers.document(), ledgers.document(**changed))
    return [(one.id, one.surface, one.message) for one in found]


def test_the_same_release_has_no_differences():
    assert differences() == []
    assert ledger.parse(render(ledgers.document())) == ledgers.document()


def test_an_address_is_no_fact():
    mirror = PYPI._replace(
        where="https://mirror.example.com/my-app/",
        files=tuple(file._replace(url="https://mirror.example.com/f") for file in PYPI.files),
    )
    assert differences(pypi=mirror) == []


@pytest.mark.parametrize(
    ("changed", "finding", "message"),
    [
        (
            {"image": IMAGE._replace(digest=sha("a"))},
            "digest-moved",
            f"the digest of image:app is {sha('a')}, recorded as {sha('6')}",
        ),
        (
            {"crate": CRATE._replace(digest=None)},
            "digest-moved",
            f"the digest of crate:my-app is not there, recorded as {sha('3')}",
        ),
        (
            {"image": IMAGE._replace(platforms=(IMAGE.platforms or ())[1:])},
            "digest-moved",
            f"the digest of image:app for linux/arm64 is not there, recorded as {sha('8')}",
        ),
        (
            {"image": IMAGE._replace(platforms=None)},
            "digest-moved",
            f"the digest of image:app for linux/amd64 is not there, recorded as {sha('7')}",
        ),
        (
            {"pypi": PYPI._replace(files=PYPI.files[1:])},
            "file-removed",
            "my_app-0.3.0.tar.gz of pypi:My.App is not there any more",
        ),
        (
            {"pypi": PYPI._replace(files=(*PYPI.files, File("x.whl", "wheel", sha("b"))))},
            "file-added",
            "x.whl of pypi:My.App was not there",
        ),
        (
            {"chart": CHART._replace(files=(CHART.files[0]._replace(digest=sha("c")),))},
            "file-replaced",
            f"the digest of app-0.3.0.tgz is {sha('c')}, recorded as {sha('5')}",
        ),
        (
            {"chart": CHART._replace(files=(CHART.files[0]._replace(size=501),))},
            "file-replaced",
            "the size of app-0.3.0.tgz is 501, recorded as 500",
        ),
        (
            {"chart": CHART._replace(notes={"app-version": "v9"})},
            "ledger-differs",
            "the app version of chart:app is v9, recorded as v0.3.0",
        ),
        (
            {"crate": CRATE._replace(version="0.3.0+b")},
            "ledger-differs",
            "the version of crate:my-app is 0.3.0+b, recorded as 0.3.0",
        ),
        ({"crate": None}, "ledger-differs", "crate:my-app is recorded, and not there"),
    ],
)
def test_each_fact_that_differs_is_told_with_both_sides(changed, finding, message):
    (surface,) = (id_ for id_ in ledgers.READINGS if id_.partition(":")[0] in changed)
    assert differences(**changed)[0] == (finding, surface, message)


def test_what_was_not_recorded_is_said_to_be_so():
    found = ledger.differences(
        ledgers.document(image=IMAGE._replace(platforms=None)), ledgers.document()
    )
    assert (
        found[0].message == f"the digest of image:app for linux/amd64 is {sha('7')}, not recorded"
    )


def test_a_size_that_only_one_side_knows_does_not_differ():
    files = tuple(file._replace(size=None) for file in PYPI.files)
    assert differences(pypi=PYPI._replace(files=files)) == []


def test_a_surface_that_was_not_recorded_is_told():
    found = ledger.differences(ledgers.document(crate=None), ledgers.document())
    assert [one.message for one in found] == ["crate:my-app is there, and not recorded"]


@pytest.mark.parametrize("key", ["stream", "version", "tag", "commit"])
def test_another_release_is_told(key):
    other = ledgers.document() | {key: "other"}
    found = ledger.differences(ledgers.document(), other)
    assert [one.id for one in found] == ["ledger-differs"]
    assert found[0].message.startswith(f"{key} is other, recorded as ")
    assert found[0].stage is None


def test_only_a_file_that_was_added_is_a_mere_warning():
    more = PYPI._replace(files=(*PYPI.files[1:], File("x.whl", "wheel", sha("b"))))
    found = ledger.differences(ledgers.document(), ledgers.document(pypi=more))
    assert {one.id: one.severity for one in found} == {
        "file-removed": Severity.ERROR,
        "file-added": Severity.WARNING,
    }
    assert {(one.stream, one.surface, one.stage) for one in found} == {
        ("router", "pypi:My.App", Stage.PUBLISHED)
    }


def broken(**changed):
    return json.dumps(ledgers.document() | changed).encode()


def broken_surface(**changed):
    surfaces = ledgers.document()["surfaces"]
    return broken(surfaces=[surfaces[0] | changed, *surfaces[1:]])


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b"\xff",
        broken(schema=2),
        broken(schema=None),
        broken(tag=None),
        broken(surfaces={}),
        broken(surfaces=[7]),
        broken_surface(id=None),
        broken_surface(digest=7),
        broken_surface(platforms=[]),
        broken_surface(platforms={"linux/amd64": None}),
        broken_surface(files=None),
        broken_surface(files=[{}]),
        broken_surface(files=[{"name": "a", "kind": "b", "digest": 1, "size": 1, "url": None}]),
        broken(surfaces=ledgers.document()["surfaces"] * 2),
    ],
    ids=lambda text: repr(text[:20]),
)
def test_what_is_no_ledger_is_refused(text):
    with pytest.raises(MalformedError):
        ledger.parse(text)
