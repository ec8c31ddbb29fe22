"""A published column as the registries of a polyglot project would fill it."""

from __future__ import annotations

from release_tools.model import Cell, Row, Stage, StreamTable, Surface, Verdict
from release_tools.reading import Absent, File, Found, Platform
from release_tools.reports import ledger
from release_tools.streams import Stream
from release_tools.version import Version

COMMIT = "9afc5a421" + "0" * 31


def sha(letter: str) -> str:
    """Return a digest that is easy to tell from others."""
    return "sha256:" + letter * 64


PYPI = Found(
    "0.3.0",
    "https://pypi.example.com/simple/my-app/",
    files=(
        File("my_app-0.3.0.tar.gz", "sdist", sha("2"), 200, "https://f.example.com/2"),
        File("my_app-0.3.0-py3-none-any.whl", "wheel", sha("1"), 100),
    ),
)
CRATE = Found("0.3.0", "https://crates.example.com/my/-a/my-app", sha("3"))
CHART = Found(
    "0.3.0",
    "https://ghcr.io/v2/owner/charts/app/manifests/0.3.0",
    sha("4"),
    (File("app-0.3.0.tgz", "chart", sha("5"), 500),),
    notes={"layer": sha("5"), "app-version": "v0.3.0"},
)
IMAGE = Found(
    "v0.3.0",
    "https://ghcr.io/v2/owner/project/app/manifests/v0.3.0",
    sha("6"),
    platforms=(Platform("linux/arm64", sha("8")), Platform("linux/amd64", sha("7"))),
    notes={"latest": sha("9")},
)
RELEASE = Found("v0.3.0", "https://github.example.com/owner/project/releases/v0.3.0")
READINGS = {
    "pypi:My.App": PYPI,
    "image:app": IMAGE,
    "crate:my-app": CRATE,
    "chart:app": CHART,
    "github-release:v0.3.0": RELEASE,
}


def row(id_, reading, verdict=Verdict.AGREES):
    """Return a row with this reading in its published column."""
    kind, _, name = id_.partition(":")
    cells = (
        Cell(Stage.SOURCE, Verdict.AGREES, "0.3.0"),
        Cell(Stage.PUBLISHED, verdict, "0.3.0", "0.3.0", reading=reading),
    )
    return Row(Surface(id_, kind, name, "router", "", {}), cells)


def table(*more, **changed):
    """Return the table of the release; ``changed`` are readings by the kind of their surface."""
    readings = {id_: changed.get(id_.partition(":")[0], found) for id_, found in READINGS.items()}
    rows = tuple(row(id_, found) for id_, found in readings.items() if found is not None)
    stream = Stream("router", latest=True)
    return StreamTable(stream, Version.parse("0.3.0"), Verdict.AGREES, (*rows, *more))


def document(**changed):
    """Return the ledger of the release."""
    return ledger.document(
        table(**changed), tag="v0.3.0", commit=COMMIT, repository="owner/project"
    )


MISSING = row("npm:app", Absent("https://npm.example.com/app"), Verdict.MISSING)
