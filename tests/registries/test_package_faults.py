"""What can go wrong on the way to an index of packages, before the real servers of the tests.

The column "verify" of the faults: whatever happens, nothing is taken for missing, nothing for
agreement, and nothing is asked but by GET.
"""

from __future__ import annotations

import gzip
from typing import NamedTuple

import pytest

from release_tools.adapters.http import Http
from release_tools.reading import Absent, Coordinates, Found, Unknown, Wanted
from release_tools.registries import crates, npm, pypi
from release_tools.version import Version
from tests.servers import devpi, distributions, fault, packuments, sparse
from tests.servers.asking import found

WANTED = Wanted(Version.parse("0.3.0"), "0.3.0")


class Index(NamedTuple):
    """A real server with the version 0.3.0 of ``app``, and where its index begins."""

    registry: object
    url: str
    path: str


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("devpi")
    with devpi.serving(folder) as python, sparse.serving() as rust, packuments.serving() as js:
        python.upload(distributions.wheel(folder, "app", "0.3.0"))
        rust.add("app", "0.3.0")
        js.add("app", "0.3.0")
        yield {
            "pypi": Index(pypi, f"http://{python.host}", "/root/dev/+simple"),
            "crates": Index(crates, rust.site.url, "/index"),
            "npm": Index(npm, js.url, ""),
        }


@pytest.fixture(params=["pypi", "crates", "npm"])
def index(request, served):
    return served[request.param]


@pytest.fixture
def proxy(index):
    with fault.serving(index.url) as running:
        yield running


def look(proxy, index, *, version="0.3.0", name="app", known=(), total=20.0):
    transport = Http(
        plain_http=[proxy.host],
        private_hosts=[proxy.host],
        total=total,
        connect=0.5,
        read=0.5,
        environ={},
    )
    wanted = Wanted(Version.parse(version), version)
    at = Coordinates(proxy.url + index.path, name, known)
    reading = index.registry.read(at, wanted, transport)
    assert {asked.method for asked in proxy.requests} == {"GET"}
    assert isinstance(index.registry.versions(at, transport), type(reading)) or isinstance(
        reading, Found | Absent
    )
    return reading


PASSING = {
    "500": fault.status(500),
    "503": fault.status(503),
    "reset": fault.reset(),
    "reset in the middle": fault.reset(after=200),
    "closed": fault.close(),
    "time-out": fault.hang(),
    "a byte at a time": fault.slow(pause=0.2),
    "a head that does not end": fault.drip(),
    "429": fault.status(429),
    "429, come back tomorrow": fault.status(429, {"Retry-After": "86400"}),
    "truncated": fault.truncate(),
    "no HTTP": fault.garbage(),
}
"""What is tried again until time is up."""

LASTING = {
    "a body that does not end": fault.endless(),
    "truncated, with a length to match": fault.changed({}, b'{"name": "app", "vers'),
    "empty": fault.changed({}, b""),
    "HTML": fault.html(),
    "another document": fault.changed({}, b'{"message": "OK"}\n'),
    "zip bomb": fault.bomb(1 << 28),
    "redirect to another host": fault.redirect("https://other.invalid/"),
    "redirect in a loop": fault.redirect("/"),
    "403": fault.status(403),
    "401": fault.status(401),
    "410": fault.status(410),
    "304": fault.status(304),
    "204": fault.status(204),
    "404 for everything": fault.status(404),
}
"""What is an answer, and decides nothing."""


@pytest.mark.parametrize("name", PASSING)
def test_what_goes_wrong_until_time_is_up_is_unknown(index, proxy, name):
    proxy.always(PASSING[name])
    reading = look(proxy, index, known=("sister",), total=0.2)
    assert isinstance(reading, Unknown), reading
    assert reading.reason


@pytest.mark.parametrize("name", LASTING)
def test_an_answer_that_decides_nothing_is_unknown(index, proxy, name):
    proxy.always(LASTING[name])
    reading = look(proxy, index, known=("sister",))
    assert isinstance(reading, Unknown), reading
    assert "time" not in reading.reason


@pytest.mark.parametrize("name", ["503", "reset", "reset in the middle", "closed", "truncated"])
def test_a_fault_that_passes_is_forgotten(index, proxy, name):
    proxy.script(PASSING[name])
    assert found(look(proxy, index)).version == "0.3.0"


def test_a_stale_404_is_missing_only_if_another_name_can_be_read(index, proxy):
    proxy.always(fault.status(404), at=f"{index.path}/new")
    for folder in ("/3/n/new", "/ne"):
        proxy.always(fault.status(404), at=f"{index.path}{folder}")
    assert isinstance(look(proxy, index, name="new", known=("app",)), Absent)
    assert isinstance(look(proxy, index, name="new"), Unknown)


def test_a_version_that_is_not_listed_yet_is_missing(index, proxy):
    assert isinstance(look(proxy, index, version="0.4.0"), Absent)


def test_one_that_answers_for_another_package_is_unknown(index, proxy):
    whole = Http(plain_http=[proxy.host], private_hosts=[proxy.host], environ={})
    page = whole.get(index.registry.address(proxy.url + index.path, "app")).body
    proxy.always(fault.changed({}, page.replace(b'"app"', b'"other"')))
    assert isinstance(look(proxy, index), Unknown)


def test_a_packed_answer_is_read(index, proxy):
    whole = Http(plain_http=[proxy.host], private_hosts=[proxy.host], environ={})
    accept = pypi._ACCEPT if index.registry is pypi else ()
    page = whole.get(index.registry.address(proxy.url + index.path, "app"), accept=accept).body
    proxy.always(fault.changed({"Content-Encoding": "gzip"}, gzip.compress(page)))
    assert isinstance(look(proxy, index), Found)
