from __future__ import annotations

import json

import pytest

from release_tools.reading import Absent, Answer, Coordinates, File, Found, Listed, Unknown, Wanted
from release_tools.registries import pypi
from release_tools.version import Spelling, Version
from tests.servers import devpi, distributions, site
from tests.servers.asking import Plain, found, listed
from tests.servers.site import Said

BASE = "https://index.example.com/simple/"
JSON = "application/vnd.pypi.simple.v1+json"
HTML = "application/vnd.pypi.simple.v1+html"
SHA = "ab" * 32


def wanted(text="0.3.0", *files):
    version = Version.parse(text, Spelling.PEP440)
    return Wanted(version, version.spell(Spelling.PEP440), (), files)


class Page:
    """A transport over one page."""

    def __init__(self, body, kind=JSON, url=f"{BASE}app/"):
        self.answer = Answer(200, url, {"content-type": kind}, body)

    def get(self, url, *, accept=(), scope=None, limit=0):
        del accept, scope, limit
        assert url == f"{BASE}app/"
        return self.answer


def listing(*files, name="app", **more):
    """Return a page of these files, each a name or a whole entry."""
    entries = [entry(each) if isinstance(each, str) else each for each in files]
    page = {"meta": {"api-version": "1.1"}, "name": name, "files": entries} | more
    return Page(json.dumps(page).encode())


def entry(filename, **more):
    return {"filename": filename, "url": filename, "hashes": {"sha256": SHA}} | more


def read(page, want=None):
    return pypi.read(Coordinates(BASE, "app"), want or wanted(), page)


def problems(reading):
    return [(problem.id, problem.message) for problem in reading.problems]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("devpi")
    with devpi.serving(folder) as running:
        running.upload(
            distributions.wheel(folder, "my-app", "0.3.0rc1"),
            distributions.sdist(folder, "my-app", "0.3.0rc1"),
            distributions.wheel(folder, "my-app", "0.3.0"),
        )
        yield running


def test_devpi_serves_what_twine_uploaded(index):
    reading = pypi.read(
        Coordinates(index.simple, "My.App"), wanted("0.3.0-rc.1", "wheel", "sdist"), Plain()
    )
    assert isinstance(reading, Found)
    assert (reading.version, reading.digest) == ("0.3.0rc1", None)
    assert reading.where == f"{index.simple}my-app/"
    assert reading.problems == ()
    names = {"wheel": "my_app-0.3.0rc1-py3-none-any.whl", "sdist": "my_app-0.3.0rc1.tar.gz"}
    assert {file.kind: file.name for file in reading.files} == names
    for file in reading.files:
        content = Plain().get(str(file.url)).body
        assert file.digest == f"sha256:{site.sha256(content)}"


def test_devpi_lacks_an_sdist(index):
    reading = pypi.read(
        Coordinates(index.simple, "my-app"), wanted("0.3.0", "wheel", "sdist"), Plain()
    )
    message = "0.3.0 has no sdist in the index, only wheel"
    assert problems(reading) == [("files-missing", message)]


def test_devpi_proves_what_is_not_there(index):
    here = Coordinates(index.simple, "my-app")
    assert isinstance(pypi.read(here, wanted("0.4.0"), Plain()), Absent)
    other = Coordinates(index.simple, "other", known=("my-app",))
    assert isinstance(pypi.read(other, wanted(), Plain()), Absent)
    assert isinstance(pypi.read(other._replace(known=()), wanted(), Plain()), Unknown)


def test_devpi_lists_its_versions(index):
    found = listed(pypi.versions(Coordinates(index.simple, "my-app"), Plain()))
    assert set(found) == {Listed("0.3.0"), Listed("0.3.0rc1")}


def test_devpi_says_the_same_in_html(index):
    def html(asked):
        answer = Plain().get(f"{index.simple}my-app/", accept=("text/html",))
        assert answer.headers["content-type"].startswith("text/html")
        del asked
        return Said(200, answer.body, "text/html; charset=utf-8")

    with site.serving(html) as mirror:
        at = Coordinates(mirror.url, "my-app")
        said = found(pypi.read(at, wanted("0.3.0rc1", "wheel", "sdist"), Plain()))
    real = found(pypi.read(Coordinates(index.simple, "my-app"), wanted("0.3.0rc1"), Plain()))
    assert [(f.name, f.kind, f.digest) for f in said.files] == [
        (f.name, f.kind, f.digest) for f in real.files
    ]
    assert said.problems == ()


def test_a_file_is_told_with_digest_size_and_whole_url():
    file = entry("app-0.3.0.tar.gz", size=4321, url="../../files/app-0.3.0.tar.gz#sha256=1")
    assert read(listing(file)).files == (
        File(
            "app-0.3.0.tar.gz",
            "sdist",
            f"sha256:{SHA}",
            4321,
            "https://index.example.com/files/app-0.3.0.tar.gz",
        ),
    )


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("app-0.3.0-py3-none-any.whl", "0.3"),
        ("app-0.3-py3-none-any.whl", "0.3.0"),
        ("app-0.1.0.beta.2.tar.gz", "0.1.0b2"),
        ("app-0.1.0b2.tar.gz", "0.1.0-beta.2"),
        ("app-0.1.0-beta.2.tar.gz", "0.1.0b2"),
        ("App-1.0.post1.zip", "1.0.post1"),
        ("app-1.0+ubuntu.1.tar.gz", "1.0+ubuntu-1"),
        ("app-1.0+ubuntu_1-1-cp311-abi3-manylinux_2_17_x86_64.whl", "1.0+ubuntu.1"),
        ("app-1!2.0.tar.gz", "1!2.0"),
    ],
)
def test_a_version_is_found_under_every_spelling_of_itself(file, text):
    want = wanted(text)
    reading = read(listing(file, "app-9.9.9.tar.gz"), want)
    assert isinstance(reading, Found)
    assert reading.version == want.text
    assert [each.name for each in reading.files] == [file]


@pytest.mark.parametrize(
    "file",
    [
        "app-0.3.0-py3.11.egg",
        "app-0.3.0.exe",
        "app-0.3.0-1.src.rpm",
        "app_extras-0.3.0-py3-none-any.whl",
        "app-extras-0.3.0.tar.gz",
        "ap-0.3.0.tar.gz",
        "app-0.3.0rc1.tar.gz",
        "app-0.3.0-py3-none.whl",
        "app-0.3.0-a-b-c-d-e.whl",
        "app-0.3.0.tar.gz.asc",
        "app-0.3.0",
        "app.tar.gz",
        ".whl",
        "",
        "app-0.3.0\n.tar.gz",
    ],
)
def test_a_file_that_is_no_such_distribution_counts_for_nothing(file):
    assert isinstance(read(listing(file)), Absent)
    others = listed(pypi.versions(Coordinates(BASE, "app"), listing(file)))
    assert others in ((), (Listed("0.3.0rc1"),))


def test_a_yanked_version_is_there_with_the_reason():
    reading = read(listing(entry("app-0.3.0.tar.gz", yanked="it eats data")))
    assert problems(reading) == [("version-yanked", "0.3.0 is yanked (it eats data)")]
    assert reading.files[0].yanked


def test_of_a_version_that_is_yanked_in_part_the_files_are_named():
    page = listing(entry("app-0.3.0.tar.gz", yanked=True), "app-0.3.0-py3-none-any.whl")
    message = "of 0.3.0 only some files are yanked: app-0.3.0.tar.gz"
    assert problems(read(page)) == [("version-yanked", message)]


@pytest.mark.parametrize("yanked", [False, None, ""])
def test_what_is_not_yanked_agrees(yanked):
    assert read(listing(entry("app-0.3.0.tar.gz", yanked=yanked))).problems == ()


def test_a_listed_version_is_yanked_where_all_its_files_are():
    page = listing(
        entry("app-0.1.0.tar.gz", yanked=True),
        entry("app-0.2.0.tar.gz", yanked=True),
        entry("app-0.2.0-py3-none-any.whl"),
    )
    assert listed(pypi.versions(Coordinates(BASE, "app"), page)) == (
        Listed("0.1.0", yanked=True),
        Listed("0.2.0"),
    )


@pytest.mark.parametrize(
    ("hashes", "digest"),
    [
        ({"sha256": SHA.upper(), "md5": "1"}, f"sha256:{SHA}"),
        ({"sha512": "cd" * 64}, f"sha512:{'cd' * 64}"),
        ({}, None),
        ({"sha256": "short"}, None),
        ({"sha256": 7}, None),
        ({"sha256": "zz" * 32}, None),
    ],
)
def test_a_digest_is_one_or_none(hashes, digest):
    reading = read(listing(entry("app-0.3.0.tar.gz", hashes=hashes)))
    assert reading.files[0].digest == digest


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://x/y", "http://", "https://x/\u202e", "http://[", 7, None]
)
def test_a_link_that_should_not_be_shown_is_not(url):
    assert read(listing(entry("app-0.3.0.tar.gz", url=url))).files[0].url is None


def test_a_link_is_shown_without_credentials():
    url = "https://user:secret@files.example.com/app.tar.gz"
    reading = read(listing(entry("app-0.3.0.tar.gz", url=url)))
    assert reading.files[0].url == "https://files.example.com/app.tar.gz"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (listing("app-0.3.0.tar.gz", name="other"), "another project"),
        (listing("app-0.3.0.tar.gz", meta={"api-version": "2.0"}), "another version"),
        (listing("app-0.3.0.tar.gz", meta=None), '"meta"'),
        (listing(name=None), '"name"'),
        (listing(files={}), '"files"'),
        (listing(7), "no JSON object"),
        (listing({"filename": "app-0.3.0.tar.gz"}), '"hashes"'),
        (listing("app-0.3.0.tar.gz", "app-0.3.0.tar.gz"), "twice"),
        (Page(b"{}", "application/octet-stream"), "application/octet-stream"),
        (Page(b"<h1>Log in</h1>", "text/html"), "lists no file"),
        (Page(b"<h1>Log in</h1>", JSON), "HTML"),
        (Page(b"<a>" * 50_000, "text/html"), ""),
        (Page(b"", "text/html"), "lists no file"),
        (Page(b"<br>" * 3_000_000, "text/html"), "more HTML"),
    ],
)
def test_a_page_that_is_not_as_specified_is_unknown(page, reason):
    reading = read(page)
    assert isinstance(reading, Unknown)
    assert reason in reading.reason


HTML_PAGE = """<!DOCTYPE html><html><head>%s</head><body>
<a href="../../f/app-0.3.0.tar.gz#sha256=%s" data-yanked="bad">app-0.3.0.tar.gz</a>
<a href="https://u:p@x.example.com/app-0.2.0-py3-none-any.whl">app-0.2.0-py3-none-any.whl</a>
</body></html>"""


@pytest.mark.parametrize("kind", [HTML, "text/html", "text/html; charset=UTF-8"])
def test_a_page_in_html_is_read_as_well(kind):
    reading = read(Page((HTML_PAGE % ("", SHA)).encode(), kind))
    url = "https://index.example.com/f/app-0.3.0.tar.gz"
    file = File("app-0.3.0.tar.gz", "sdist", f"sha256:{SHA}", None, url, yanked=True)
    assert reading.files == (file,)
    assert problems(reading) == [("version-yanked", "0.3.0 is yanked (bad)")]


def test_a_page_in_html_of_a_later_interface_is_unknown():
    meta = '<meta name="pypi:repository-version" content="2.0">'
    assert isinstance(read(Page((HTML_PAGE % (meta, SHA)).encode(), HTML)), Unknown)


def test_an_empty_page_in_html_proves_something_only_if_it_says_what_it_is():
    meta = "<!DOCTYPE html><html><head>%s</head><body></body></html>"
    said = '<meta name="pypi:repository-version" content="1.0">'
    assert isinstance(read(Page((meta % said).encode(), HTML)), Absent)
    assert isinstance(read(Page((meta % "").encode(), HTML)), Unknown)


def test_json_is_preferred_to_html():
    seen = []

    class Asking(Page):
        def get(self, url, *, accept=(), scope=None, limit=0):
            seen.append(accept)
            return super().get(url, accept=accept, scope=scope, limit=limit)

    read(Asking(b"{}"))
    assert seen == [(JSON, f"{HTML};q=0.5", "text/html;q=0.1")]
