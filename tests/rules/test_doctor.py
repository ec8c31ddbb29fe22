"""What the doctor makes of programs, charts and images that do not come."""

from __future__ import annotations

import pytest

from release_tools.model import Verdict
from release_tools.reading import Absent, Found, Listed, Listing, Unknown
from release_tools.rules import doctor
from release_tools.rules.doctor import Stuck
from release_tools.rules.findings import FINDINGS


@pytest.mark.parametrize(
    ("name", "version", "verdict", "said", "message"),
    [
        ("helm", (3, 14), Verdict.AGREES, "3.14", None),
        ("helm", (4, 0, 1), Verdict.AGREES, "4.0.1", None),
        ("kubectl", (1,), Verdict.AGREES, "1", None),
        ("pip", (22,), Verdict.AGREES, "22", None),
        ("helm", (3, 9), Verdict.DIFFERS, "3.9", "helm is 3.9, and 3.14 or later is needed"),
        ("helm", Absent("", "not on PATH"), Verdict.MISSING, "not on PATH", "helm: not on PATH"),
        (
            "helm",
            Unknown("", "it cannot be started"),
            Verdict.MISSING,
            "it cannot be started",
            "helm: it cannot be started",
        ),
        ("helm", Unknown("", "it hangs"), Verdict.UNKNOWN, "it hangs", "helm: it hangs"),
    ],
)
def test_a_program_is_judged_by_the_version_that_it_says(name, version, verdict, said, message):
    looked, found = doctor.program(name, version)
    assert (looked.name, looked.verdict, looked.found) == (name, verdict, said)
    assert [one.message for one in found] == ([] if message is None else [message])
    old = verdict is Verdict.DIFFERS
    assert {one.id for one in found} <= {"program-old" if old else "program-missing"}


def test_what_to_do_about_a_program_is_what_it_says_where_it_says_anything():
    (found,) = doctor.program("helm", Unknown("", "it hangs", "end it"))[1]
    assert found.hint == "end it"
    for version in (Unknown("", "it hangs"), Absent("", "not on PATH")):
        (found,) = doctor.program("helm", version)[1]
        assert found.hint == FINDINGS["program-missing"].hint


def listing(*texts):
    return Listing("x", tuple(map(Listed, texts)))


def chart(reading, others=None):
    looked, found = doctor.chart("chart:app", "1.0.0", reading, others)
    assert looked.name == "chart:app"
    return looked.verdict, looked.found, [(one.id, one.message) for one in found]


def test_a_chart_is_there_or_not_or_cannot_be_told():
    assert chart(Found("1.0.0", "x")) == (Verdict.AGREES, "1.0.0 at x", [])
    doubt = ("registry-unknown", "x: no answer")
    assert chart(Unknown("x", "no answer")) == (Verdict.UNKNOWN, "no answer", [doubt])
    gone = ("chart-not-found", "chart:app 1.0.0 is not at x")
    for others in (None, Absent("x"), Unknown("x", "no"), listing()):
        assert chart(Absent("x"), others) == (Verdict.MISSING, "1.0.0", [gone])


@pytest.mark.parametrize(
    ("count", "end"),
    [
        (1, "there are 0.1.0"),
        (6, "there are 0.6.0, 0.5.0, 0.4.0, 0.3.0, 0.2.0, 0.1.0"),
        (8, "there are 0.8.0, 0.7.0, 0.6.0, 0.5.0, 0.4.0, 0.3.0 and 2 more"),
    ],
)
def test_the_versions_that_are_there_instead_are_named(count, end):
    others = listing(*(f"0.{number}.0" for number in range(1, count + 1)))
    verdict, found, [(id_, message)] = chart(Absent("x"), others)
    assert (verdict, found, id_) == (Verdict.MISSING, "1.0.0", "chart-not-found")
    assert message == f"chart:app 1.0.0 is not at x; {end}"


def test_the_nearest_is_the_one_that_is_spelled_most_alike():
    (found,) = doctor.chart("c", "1.0.0", Absent("x"), listing("0.9.0", "v1.0.0"))[1]
    assert found.hint == "the nearest is v1.0.0: correct the version, or publish 1.0.0"
    assert doctor.nearest("1.0.0", ["latest", "main"]) == "latest"
    assert doctor.nearest("1.0.0", ["2", "1.0.1", "1.0.0-rc.1"]) == "1.0.1"
    assert doctor.nearest("1.0.0", [*["main"] * 1000, "1.0.0"]) == "main"


def test_versions_are_named_before_words_and_the_highest_first():
    texts = ["0.9.0", "main", "0.10.0", "edge", "0.10.0-rc.1"]
    assert doctor.newest_first(texts) == ["0.10.0", "0.10.0-rc.1", "0.9.0", "edge", "main"]


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("401 Unauthorized", "credentials"),
        ("no match for platform in manifest", "platform"),
        ("TOOMANYREQUESTS: slow down", "rate"),
        ("x509: unknown authority", "trust"),
        ("dial tcp: i/o timeout", "network"),
        ("manifest unknown", None),
        ("certificates are not trusted", "trust"),
        ("unexpected status code 429", "rate"),
        ("code: 403.", "credentials"),
        ("cannot pull 127.0.0.1:42939/o/a@sha256:a429b: no", None),
        ("cannot pull registry:403/o/a: no", None),
        ("cannot pull registry:40312/o/a: no such host", "network"),
    ],
)
def test_the_words_of_a_kubelet_have_a_cause(said, cause):
    assert doctor.cause(said) == cause


STUCK = Stuck("ghcr.io/o/app:v1", tuple(f"pod-{number}" for number in range(8)), "403 denied")
BEGINS = "pod-0, pod-1, pod-2, pod-3, pod-4, pod-5 cannot pull ghcr.io/o/app:v1: 403 denied"


@pytest.mark.parametrize(
    ("reading", "id_", "rest"),
    [
        (Absent("x"), "image-tag-missing", "; the registry does not have it. It is on its way."),
        (Found("v1", "x"), "image-refused", "; the registry has it"),
        (
            Unknown("x", "no answer"),
            "image-not-pulled",
            "; whether the registry has it cannot be told: x: no answer",
        ),
        (None, "image-not-pulled", "; it is no image of ours"),
    ],
)
def test_an_image_that_does_not_come_is_told_with_what_its_registry_says(reading, id_, rest):
    found = doctor.pull(STUCK, reading, "It is on its way.", "go back")
    assert (found.id, found.message) == (id_, BEGINS + rest)


def hint(reading, said="403 denied"):
    return doctor.pull(STUCK._replace(said=said), reading, "", "go back").hint


def test_what_to_do_follows_from_what_is_known():
    refused = "the node is refused: give the pod an imagePullSecret, or mend the one it has"
    assert hint(Absent("x")) == "wait until it is published; until then go back: go back"
    assert hint(Found("v1", "x")) == refused
    assert hint(Found("v1", "x"), "odd") == FINDINGS["image-refused"].hint
    assert hint(Unknown("x", "no answer", "log in")) == "log in"
    assert hint(Unknown("x", "no answer")) == FINDINGS["image-not-pulled"].hint
    assert hint(None) == refused
    assert hint(None, "odd") == "ask whoever publishes it, or its registry"
    bare = doctor.pull(STUCK, Absent("x"), "", "go back").message
    assert bare.endswith("the registry does not have it.")
