from __future__ import annotations

import pytest

from release_tools.model import Severity, Surface, Verdict
from release_tools.reading import Absent, Found, Platform, Unknown, Wanted
from release_tools.rules import chart_images
from release_tools.rules.chart_images import Pull
from release_tools.version import Version

CHART = Surface("chart:demo", "chart", "demo", "main", "charts/demo", {})
IMAGE = Surface("image:app", "image", "app", "main", "", {"registry": "ghcr.io/org"})
WANTED = Wanted(Version.parse("1.2.3"), "v1.2.3")
INDEX, CHILD = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
WHERE = "https://ghcr.io/v2/org/app/manifests/v1.2.3"
FOUND = Found("v1.2.3", WHERE, INDEX, (), (Platform("linux/arm64", CHILD),))


def judge(tag="v1.2.3", reading=FOUND, **more):
    verdict, said = chart_images.judge(
        CHART, Pull(IMAGE, tag, **{"wanted": WANTED, **more}), reading
    )
    return verdict, said.id if said else None, said.message if said else None


def test_an_image_of_the_release_that_is_there_agrees():
    assert judge() == (Verdict.AGREES, None, None)
    assert judge(digest=INDEX) == (Verdict.AGREES, None, None)
    assert judge("", digest=INDEX) == (Verdict.AGREES, None, None)


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("latest", "chart:demo pulls image:app as latest"),
        ("Latest", "chart:demo pulls image:app as Latest"),
        ("nightly", "chart:demo pulls image:app as nightly"),
        ("", "chart:demo pulls image:app without a tag"),
    ],
)
def test_a_tag_that_moves_is_a_finding_whatever_the_registry_has(tag, said):
    for reading in (FOUND, None):
        assert judge(tag, reading) == (Verdict.DIFFERS, "chart-image-latest", said)


def test_a_tag_that_moves_beside_a_digest_is_another_version():
    verdict, id_, said = judge("latest", digest=INDEX)
    assert (verdict, id_) == (Verdict.DIFFERS, "chart-image-differs")
    assert said == "chart:demo pulls image:app as latest, expected v1.2.3"


def test_another_version_differs_and_an_image_of_another_stream_may_have_any():
    assert judge("v1.2.2")[:2] == (Verdict.DIFFERS, "chart-image-differs")
    assert judge("v1.2.2", wanted=None) == (Verdict.AGREES, None, None)


def test_an_image_that_is_not_there_is_missing():
    reading = Absent(WHERE, "the list does not have it")
    assert judge(reading=reading) == (
        Verdict.MISSING,
        "chart-image-missing",
        f"chart:demo pulls image:app as v1.2.3, which is not at {WHERE}: the list does not have it",
    )
    assert judge("v9.9.9", reading)[:2] == (Verdict.MISSING, "chart-image-missing")
    assert judge(reading=Absent(WHERE))[2].endswith(f"which is not at {WHERE}")


def test_no_answer_is_unknown():
    verdict, id_, said = judge(reading=Unknown(WHERE, "the registry answered 503"))
    assert (verdict, id_) == (Verdict.UNKNOWN, "chart-image-unknown")
    assert said.endswith("is unknown: the registry answered 503")


def test_the_digest_of_a_child_is_not_that_of_the_index():
    verdict, id_, said = judge(digest=CHILD)
    assert (verdict, id_) == (Verdict.DIFFERS, "chart-image-differs")
    assert f"which is for linux/arm64 alone; the registry has {INDEX}" in said
    assert judge(digest="sha256:" + "c" * 64)[:2] == (Verdict.DIFFERS, "chart-image-differs")


def test_what_was_not_asked_is_unchecked():
    assert judge("", None, digest=INDEX, wanted=None) == (Verdict.UNCHECKED, None, None)


def test_values_that_were_not_rendered_only_warn():
    pull = Pull(IMAGE, "latest", wanted=WANTED, path="values.yaml", line=3, rendered=False)
    verdict, said = chart_images.judge(CHART, pull, None)
    assert said is not None
    assert verdict is Verdict.UNCHECKED
    assert (said.severity, said.path, said.line) == (Severity.WARNING, "values.yaml", 3)
    assert said.message.endswith("in values that it was not rendered with")


def test_an_app_version_is_called_so():
    said = "chart:demo pulls image:app as v1.2.2 (its appVersion), expected v1.2.3"
    assert judge("v1.2.2", by_app=True)[2] == said


def test_a_chart_that_cannot_be_read_is_unknown():
    verdict, said = chart_images.unreadable(CHART, "helm template: no", "do this")
    assert verdict is Verdict.UNKNOWN
    assert said.id == "chart-image-unknown"
    assert said.message == "which images chart:demo pulls is unknown: helm template: no"
    assert said.hint == "do this"
