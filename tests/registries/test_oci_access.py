"""Images of registries that ask who it is, and of registries that fail, by the real transport."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic
from urllib.parse import urlsplit

import pytest

from release_tools.reading import Absent, Coordinates, Found, Unknown, Wanted
from release_tools.registries import oci as images
from release_tools.registries import oci_chart
from release_tools.version import Version
from tests.servers import fault
from tests.servers.registry import READER

NUMBERS = itertools.count()
WANTED = Wanted(Version.parse("1.2.3"), "v1.2.3")
CHART = Wanted(Version.parse("1.2.3"), "1.2.3", app_version="v1.2.3")
INDEX = "application/vnd.oci.image.index.v1+json"


@pytest.fixture
def name():
    """A repository that no other test has."""
    return f"public/access-{next(NUMBERS)}"


def read(url, name, transport, **at):
    return images.read(Coordinates(url, name, **at), WANTED, transport)


def realm(registry):
    return urlsplit(registry.tokens.url).netloc


# Who it is


def test_a_name_and_a_password_are_taken_from_dockers_configuration(oci_htpasswd, name, http):
    digest = oci_htpasswd.push_index(name, "v1.2.3")
    reader = http(oci_htpasswd.host, user=READER)
    assert read(oci_htpasswd.url, name, reader).digest == digest
    assert isinstance(read(oci_htpasswd.url, f"{name}-not", reader, known=(name,)), Absent)
    stranger = read(oci_htpasswd.url, name, http(oci_htpasswd.host))
    assert isinstance(stranger, Unknown)
    assert "refused" in stranger.reason


def test_anybody_may_pull_what_is_public(oci_tokens, name, http):
    digest = oci_tokens.push_index(name, "v1.2.3")
    transport = http(oci_tokens.host, plain=(realm(oci_tokens),))
    assert read(oci_tokens.url, name, transport).digest == digest
    assert isinstance(images.read(Coordinates(oci_tokens.url, name), other(), transport), Absent)


def other():
    return Wanted(Version.parse("1.2.4"), "v1.2.4")


def test_a_private_repository_is_read_with_a_login_and_refused_without(oci_tokens, http):
    private = f"private/access-{next(NUMBERS)}"
    digest = oci_tokens.push_index(private, "v1.2.3")
    plain = (realm(oci_tokens),)
    reader = http(oci_tokens.host, user=READER, plain=plain)
    assert read(oci_tokens.url, private, reader).digest == digest
    stranger = http(oci_tokens.host, plain=plain)
    for name in (private, "private/missing"):  # which of the two it is cannot be told
        unknown = read(oci_tokens.url, name, stranger)
        assert isinstance(unknown, Unknown)
        assert unknown.reason.endswith("refused, and private and missing look alike")
        assert "docker login" in unknown.hint
        assert isinstance(read(oci_tokens.url, name, stranger, first=True), Absent)


def test_one_token_is_fetched_for_all_that_is_asked_of_a_repository(oci_tokens, name, http):
    oci_tokens.push_image(name, "v1.2.3")
    oci_tokens.push_image(f"{name}-other", "v1.2.3")
    transport = http(oci_tokens.host, plain=(realm(oci_tokens),))
    before = len(oci_tokens.tokens.asked)
    for tag in ("v1.2.3", "v1.2.4", "v1.2.5"):
        images.read(Coordinates(oci_tokens.url, name), WANTED._replace(text=tag), transport)
    read(oci_tokens.url, f"{name}-other", transport)
    scopes = [scope for scope, _ in oci_tokens.tokens.asked[before:]]
    assert scopes == [f"repository:{name}:pull", f"repository:{name}-other:pull"]


# What fails: the columns of the fault matrix, each for the manifest, the list and the blob


@pytest.fixture
def proxy(oci):
    with fault.serving(oci.url) as running:
        yield running


@pytest.fixture
def pushed(oci, name):
    return oci.push_index(name, "v1.2.3")


def ask(proxy, name, http, tag="v1.2.3", **bounds):
    """Read through the proxy, with little patience; nothing but GET may have been sent."""
    transport = http(proxy.host, **{"total": 1.0, "read": 0.3, **bounds})
    reading = images.read(Coordinates(proxy.url, name), WANTED._replace(text=tag), transport)
    assert {request.method for request in proxy.requests} <= {"GET"}
    return reading


FAULTS = {
    "500": fault.status(500),
    "503": fault.status(503),
    "429 without end": fault.status(429, {"Retry-After": "60"}),
    "reset": fault.reset(),
    "reset in the middle": fault.reset(after=200),
    "closed": fault.close(),
    "silent": fault.hang(),
    "slow": fault.slow(0.2),
    "truncated": fault.truncate(),
    "no end": fault.endless(),
    "a head without end": fault.drip(),
    "no HTTP": fault.garbage(),
    "HTML": fault.html(),
    "a bomb": fault.bomb(),
    "a redirect to a private address": fault.redirect("http://10.1.2.3/"),
    "a redirect in a circle": lambda turn: fault.redirect(turn.request.path)(turn),
    "a redirect to a file": fault.redirect("file:///etc/passwd"),
    "no content": fault.status(204),
}


def at_once(work):
    """Return what each of the functions returns, by their names; they run side by side."""
    with ThreadPoolExecutor(len(work)) as pool:
        running = {name: pool.submit(one) for name, one in work.items()}
        return {name: one.result() for name, one in running.items()}


def test_a_manifest_that_is_not_served_properly_is_unknown(proxy, oci, name, pushed, http):
    """Each fault has a tag of its own."""
    transport = http(oci.host)
    body = transport.get(f"{oci.url}/v2/{name}/manifests/{pushed}", accept=(INDEX,)).body
    work = {}
    for number, (told, broken) in enumerate(FAULTS.items()):
        tag = f"v1.3.{number}"
        oci.put_manifest(name, tag, body, INDEX)
        proxy.always(broken, at=f"/v2/{name}/manifests/{tag}")
        work[told] = partial(ask, proxy, name, http, tag=tag)
    began = monotonic()
    readings = at_once(work)
    assert {told: one for told, one in readings.items() if not isinstance(one, Unknown)} == {}
    assert all(reading.reason for reading in readings.values())
    assert monotonic() - began < 5


@pytest.mark.parametrize("told", ["503", "truncated", "HTML", "429 without end"])
def test_a_list_of_tags_that_is_not_served_properly_proves_no_absence(proxy, name, http, oci, told):
    oci.push_image(name, "v1.2.2")
    assert isinstance(ask(proxy, name, http), Absent)
    proxy.always(FAULTS[told], at=f"/v2/{name}/tags/")
    assert isinstance(ask(proxy, name, http, total=0.3), Unknown)


@pytest.mark.parametrize("told", ["503", "reset"])
def test_what_passes_is_asked_again(proxy, name, pushed, http, told):
    proxy.script(FAULTS[told])
    found = ask(proxy, name, http, total=20.0)
    assert isinstance(found, Found)
    assert found.digest == pushed


def test_a_lying_digest_differs_with_both_digests(proxy, name, pushed, http):
    proxy.always(fault.lie("sha256:" + "0" * 64))
    found = ask(proxy, name, http)
    assert [problem.id for problem in found.problems] == ["digest-lies"]
    assert found.digest == pushed
    assert pushed in found.problems[0].message
    assert "0" * 64 in found.problems[0].message


def test_other_bytes_under_the_true_digest_differ_too(proxy, name, pushed, http):
    body = b'{"schemaVersion": 2, "manifests": []}'
    proxy.always(fault.changed({}, body))
    found = ask(proxy, name, http)
    assert [problem.id for problem in found.problems] == ["digest-lies"]
    assert pushed in found.problems[0].message


def test_a_stale_404_is_unknown_as_long_as_the_list_has_the_tag(proxy, oci, name, http):
    oci.push_image(name, "v1.2.3")
    proxy.always(fault.status(404), at=f"/v2/{name}/manifests/")
    unknown = ask(proxy, name, http)
    assert isinstance(unknown, Unknown)
    assert "yet lists the tag v1.2.3" in unknown.reason


def test_the_configuration_of_a_chart_is_as_open_to_faults(proxy, oci, name, http):
    """Each fault has a chart of its own, since each has its own time."""
    work = {}
    for number, (told, broken) in enumerate(FAULTS.items()):
        chart = f"{name}/demo-{number}"
        oci.put_chart(chart, "1.2.3", {"name": f"demo-{number}", "version": "1.2.3"})
        proxy.always(broken, at=f"/v2/{chart}/blobs/")
        transport = http(proxy.host, total=1.0, read=0.3)
        work[told] = partial(oci_chart.read, Coordinates(proxy.url, chart), CHART, transport)
    readings = at_once(work)
    assert {told: one for told, one in readings.items() if not isinstance(one, Unknown)} == {}


def test_no_secret_is_in_a_reading_or_goes_to_another_host(oci_htpasswd, name, http):
    with fault.serving(oci_htpasswd.url) as proxy, fault.serving() as elsewhere:
        proxy.always(fault.redirect(f"{elsewhere.url}/stolen"), at=f"/v2/{name}/")
        transport = http(proxy.host, user=READER, plain=(elsewhere.host,))
        reading = read(proxy.url, name, transport)
    assert not elsewhere.saw("sesame")
    assert "sesame" not in repr(reading)
