from __future__ import annotations

import pytest

from release_tools.errors import MalformedError, UnreadableError
from release_tools.model import Surface
from release_tools.reading import Absent, File, Found, Platform, Problem, Unknown, Wanted
from release_tools.rules import built
from release_tools.rules.built import Asked, Broken, Seen
from release_tools.version import Nightly, Spelling, Version

SURFACE = Surface("pypi:app", "pypi", "app", "main", "", {})
LABEL = "org.opencontainers.image.version"
REFUSED = Broken(("wheel",), MalformedError("is no zip archive", path="dist/app.whl"))
UNREADABLE = Broken(("wheel",), UnreadableError("cannot be read", path="dist/app.whl"))


def asked(text="1.0.0", files=(), platforms=(), spelling=Spelling.PEP440):
    wanted = Wanted(Version.parse(text), text, (), files, platforms)
    return Asked(SURFACE, wanted, ("wheel", "sdist"), spelling)


def artifact(version="1.0.0", kind="wheel", name=None, **more):
    name = name or f"app.{kind}"
    return Found(version, f"dist/{name}", "sha256:a", (File(name, kind, "sha256:a", 1),), **more)


def judge(*found, broken=(), **wish):
    cell, findings = built.judge(asked(**wish), Seen(found, broken, "dist"))
    return cell, [one.id for one in findings]


def test_one_kind_of_artifact_is_enough_unless_more_are_wanted():
    assert judge(artifact())[0].verdict == "agrees"
    cell, ids = judge(artifact(), files=("wheel", "sdist"))
    assert (cell.verdict, cell.reason, ids) == (
        "missing",
        "no sdist of app is in dist",
        ["artifact-missing"],
    )
    assert isinstance(cell.reading, Found)


def test_nothing_built_is_absent():
    cell, ids = judge()
    assert (cell.verdict, ids) == ("missing", ["artifact-missing"])
    assert cell.reading == Absent("dist", "no wheel or sdist of app is in dist")


@pytest.mark.parametrize(
    ("broken", "found", "verdict"),
    [
        ([REFUSED], [], "differs"),
        ([REFUSED], [artifact(kind="sdist")], "differs"),
        ([UNREADABLE], [], "unknown"),
        ([UNREADABLE], [artifact(kind="sdist")], "unknown"),
        ([UNREADABLE], [artifact("2.0.0", "sdist")], "differs"),
        ([UNREADABLE, REFUSED], [], "differs"),
    ],
)
def test_what_cannot_be_read_never_agrees(broken, found, verdict):
    cell, ids = judge(*found, broken=tuple(broken), files=("wheel",))
    assert cell.verdict == verdict
    assert ids[-1] in {"artifact-refused", "file-unreadable"}
    assert isinstance(cell.reading, Found if found else Unknown)


def test_an_unreadable_wheel_does_not_stand_for_a_missing_sdist():
    cell, ids = judge(broken=(UNREADABLE,), files=("wheel", "sdist"))
    assert (cell.verdict, ids) == ("missing", ["file-unreadable", "artifact-missing"])


def test_the_artifact_that_differs_is_the_one_that_is_shown():
    cell, ids = judge(artifact(), artifact("0.9.0", "sdist"))
    assert (cell.verdict, cell.found, cell.expected) == ("differs", "0.9.0", "1.0.0")
    assert ids == ["artifact-differs"]
    assert [file.name for file in cell.reading.files] == ["app.wheel", "app.sdist"]
    assert cell.reading.where == "dist"


def test_several_files_have_no_digest_together():
    other = artifact(kind="sdist")._replace(digest="sha256:b")
    assert judge(artifact(), other)[0].reading.digest is None
    assert judge(artifact())[0].reading.digest == "sha256:a"


def test_a_problem_inside_never_leaves_the_cell_in_agreement():
    cell, ids = judge(artifact(problems=(Problem("artifact-differs", "two names"),)))
    assert (cell.verdict, ids) == ("differs", ["artifact-differs"])


@pytest.mark.parametrize(
    ("found", "expected", "spelling", "agrees"),
    [
        ("0.3.0rc1", "0.3.0-rc.1", Spelling.PEP440, True),
        ("0.3.0.rc.1", "0.3.0-rc.1", Spelling.PEP440, True),
        ("0.3.0rc1", "0.3.0-rc.1", Spelling.CRATE, False),
        ("v0.3.0", "0.3.0", Spelling.CHART, False),
        ("v0.3.0", "0.3.0", Spelling.IMAGE_TAG, True),
        ("0.3.0+build.5", "0.3.0+build.5", Spelling.IMAGE_TAG, True),
        ("0.3.0_build.5", "0.3.0+build.5", Spelling.IMAGE_TAG, True),
        ("0.3.0+build.5", "0.3.0", Spelling.CHART, False),
        ("latest", "0.3.0", Spelling.IMAGE_TAG, False),
        ("", "0.3.0", Spelling.IMAGE_TAG, False),
    ],
)
def test_versions_are_compared_as_versions_in_legal_spellings(found, expected, spelling, agrees):
    cell, _ = judge(artifact(found), text=expected, spelling=spelling)
    assert (cell.verdict == "agrees") is agrees


@pytest.mark.parametrize(
    ("found", "agrees"),
    [
        ("0.4.0.dev20260115", True),
        ("0.0.0-nightly.20260115", True),
        ("nightly-20260115", True),
        ("0.4.0.dev20260114", False),
        ("0.4.0", False),
    ],
)
def test_a_nightly_is_compared_by_its_date(found, agrees):
    nightly = Nightly.parse("nightly-20260115")
    wanted = asked()._replace(wanted=Wanted(nightly, "nightly-20260115"))
    cell, _ = built.judge(wanted, Seen((artifact(found),), (), "dist"))
    assert (cell.verdict == "agrees") is agrees


def test_wheels_are_told_apart_by_name_and_all_else_is_one():
    other = artifact(name="app-win.whl")._replace(digest="sha256:b")
    assert judge(artifact(), other)[1] == []
    assert judge(artifact(), artifact()._replace(digest="sha256:b"))[1] == ["artifact-conflict"]
    one = artifact(kind="sdist", name="a.tar.gz")
    other = artifact(kind="sdist", name="b.tar.gz")
    assert judge(one, other)[1] == []
    assert judge(one, other._replace(digest="sha256:b"))[1] == ["artifact-conflict"]


def told(*found, broken=(), **wish):
    findings = built.judge(asked(**wish), Seen(found, broken, "dist"))[1]
    return [one.message for one in findings]


@pytest.mark.parametrize(
    ("found", "wish", "messages"),
    [
        (artifact("2.0.0"), {}, ["the wheel holds 2.0.0, expected 1.0.0"]),
        (
            artifact("", kind="image"),
            {},
            [f"the image states no version: it has neither a label nor an annotation {LABEL}"],
        ),
        (
            artifact(kind="image", platforms=(Platform("linux/arm64/v8", "sha256:c"),)),
            {"platforms": ("linux/arm64", "linux/amd64")},
            ["the image is not built for linux/amd64, only for: linux/arm64/v8"],
        ),
        (
            artifact(kind="image", platforms=()),
            {"platforms": ("linux/amd64/v1",)},
            ["the image is not built for linux/amd64/v1, only for: none"],
        ),
        (
            artifact(kind="image", platforms=(Platform("linux/amd64", "sha256:c"),)),
            {"platforms": ("linux/amd64/v1",)},
            [],
        ),
    ],
)
def test_the_message_tells_what_is_inside_and_what_should_be(found, wish, messages):
    assert told(found, **wish) == messages


def of_chart(app, *, wanted=None, options=None):
    """Return what is said of the appVersion of a chart."""
    chart = Surface("chart:app", "chart", "app", "main", "", options or {})
    wish = Wanted(Version.parse("1.0.0"), "1.0.0", app_version=wanted)
    notes = {} if app is None else {"app-version": app}
    seen = Seen((artifact(kind="chart", notes=notes),), (), "dist")
    findings = built.judge(Asked(chart, wish, ("chart",), Spelling.CHART), seen)[1]
    assert {one.id for one in findings} <= {"app-version-differs"}
    return [one.message for one in findings]


@pytest.mark.parametrize(
    ("app", "wanted", "options", "held"),
    [
        ("v1.0.0", "v1.0.0", None, None),
        ("1.0.0", "v1.0.0", None, "appVersion 1.0.0, expected v1.0.0"),
        (None, "v1.0.0", None, "no appVersion, expected v1.0.0"),
        ("v1.0.0", None, None, None),
        ("0.9.0", None, None, "appVersion 0.9.0, expected 1.0.0"),
        ("latest", None, None, None),
        (None, None, None, None),
        ("0.9.0", None, {"app-version": False}, None),
        ("0.9.0", None, {"app-version": True}, "appVersion 0.9.0, expected 1.0.0"),
    ],
)
def test_an_app_version_is_judged_where_it_is_configured_or_a_version(app, wanted, options, held):
    said = [] if held is None else [f"the chart holds {held}"]
    assert of_chart(app, wanted=wanted, options=options) == said


def test_the_app_version_of_a_nightly_is_left_alone():
    chart = Surface("chart:app", "chart", "app", "main", "", {})
    nightly = Wanted(Nightly.parse("nightly-20260115"), "0.0.0-nightly.20260115")
    found = artifact("0.0.0-nightly.20260115", "chart", notes={"app-version": "0.9.0"})
    wish = Asked(chart, nightly, ("chart",), Spelling.CHART)
    assert built.judge(wish, Seen((found,), (), "dist"))[0].verdict == "agrees"


def test_what_cannot_be_read_is_the_reason_and_where_it_stands():
    cell, _ = judge(broken=(UNREADABLE,))
    assert cell.reason == "cannot be read"
    assert cell.reading == Unknown("dist/app.whl", "cannot be read", UNREADABLE.error.hint)
    nowhere = UNREADABLE._replace(error=UnreadableError("cannot be read"))
    assert judge(broken=(nowhere,))[0].reading.where == "dist"


def test_one_artifact_is_where_it_stands_and_several_in_their_folder():
    assert judge(artifact())[0].reading.where == "dist/app.wheel"
    problem = Problem("artifact-differs", "two names")
    cell, _ = judge(artifact(), artifact(kind="sdist", problems=(problem,)))
    assert (cell.reading.where, cell.reading.problems) == ("dist", (problem,))


def test_a_file_of_no_surface_is_reported_without_one():
    error = UnreadableError("cannot be read", path="dist/x", hint="look at it")
    found = built.unusable(error)
    assert (found.surface, found.stream, found.path) == (None, None, "dist/x")
    assert found.hint == "look at it"
    own = built.judge(asked(), Seen((), (Broken(("wheel",), error),), "dist"))[1][0]
    assert (own.surface, own.stream, own.hint) == ("pypi:app", "main", "look at it")


def test_images_without_a_digest_are_told_apart_by_their_ids():
    def image(id_):
        return Found("1.0.0", "a.tar", None, (File("a.tar", "image"),), (Platform("l/a", id_),))

    assert judge(image("1"), image("1"))[1] == []
    assert judge(image("1"), image("2"))[1] == ["artifact-conflict"]
