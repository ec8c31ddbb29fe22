"""Images, as docker-registry serves them; what no registry would do is served by a site."""

from __future__ import annotations

import hashlib
import itertools
import json

import pytest

from release_tools.reading import Absent, Coordinates, Found, Listing, Platform, Unknown, Wanted
from release_tools.registries import oci as images
from release_tools.version import Version
from tests.servers import layout, site
from tests.servers.asking import Plain

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
BOTH = ("linux/amd64", "linux/arm64")
NUMBERS = itertools.count()


@pytest.fixture
def name():
    """A repository that no other test has."""
    return f"public/test-{next(NUMBERS)}"


def wanted(text="v1.2.3", *others, platforms=()):
    return Wanted(Version.parse("1.2.3"), text, others, (), platforms)


def read(url, name, want=None, *, total=50.0, **at):
    return images.read(Coordinates(url, name, **at), want or wanted(), Plain(total))


def ids(found):
    assert isinstance(found, Found), found
    return [problem.id for problem in found.problems]


def test_the_digest_of_an_index_is_that_of_its_bytes_and_its_platforms_are_told(oci, name):
    digest = oci.push_index(name, "v1.2.3", BOTH)
    found = read(oci.url, name)
    assert isinstance(found, Found)
    assert found[:4] == ("v1.2.3", f"{oci.url}/v2/{name}/manifests/v1.2.3", digest, ())
    assert found.platforms is not None
    assert [one.name for one in found.platforms] == list(BOTH)
    children = {one.digest for one in found.platforms}
    assert len(children) == 2
    assert digest not in children
    assert found.problems == ()


def test_the_digest_is_computed_and_not_taken_from_the_header(oci, name):
    oci.push_index(name, "v1.2.3", BOTH)
    body = Plain().get(f"{oci.url}/v2/{name}/manifests/v1.2.3", accept=(INDEX,)).body
    assert read(oci.url, name).digest == f"sha256:{hashlib.sha256(body).hexdigest()}"


def test_attestations_are_no_platforms(oci, name):
    oci.push_index(name, "v1.2.3", BOTH, attested=True)
    found = read(oci.url, name, wanted(platforms=BOTH))
    assert [one.name for one in found.platforms] == list(BOTH)
    assert ids(found) == []


def test_a_manifest_list_of_docker_is_an_index(oci, name):
    digest = oci.push_index(name, "v1.2.3", BOTH, docker=True)
    found = read(oci.url, name, wanted(platforms=BOTH))
    assert (found.digest, ids(found)) == (digest, [])


def test_a_missing_platform_is_a_problem_that_names_it(oci, name):
    oci.push_index(name, "v1.2.3", BOTH)
    found = read(oci.url, name, wanted(platforms=("linux/arm64", "linux/s390x")))
    assert ids(found) == ["platform-missing"]
    assert "linux/s390x, only for: linux/amd64, linux/arm64" in found.problems[0].message


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ("linux/arm64/v8", "linux/arm64"),
        ("linux/arm64", "linux/arm64/v8"),
        ("linux/arm/v7", "linux/arm"),
        ("linux/amd64", "linux/amd64/v1"),
    ],
)
def test_a_platform_is_known_under_its_other_name(oci, name, there, expected):
    oci.push_index(name, "v1.2.3", (there,))
    assert ids(read(oci.url, name, wanted(platforms=(expected,)))) == []


@pytest.mark.parametrize(
    ("there", "expected"), [("linux/amd64/v3", "linux/amd64"), ("linux/arm/v6", "linux/arm")]
)
def test_a_variant_is_not_the_plain_platform(oci, name, there, expected):
    oci.push_index(name, "v1.2.3", (there,))
    assert ids(read(oci.url, name, wanted(platforms=(expected,)))) == ["platform-missing"]


@pytest.mark.parametrize("docker", [False, True])
def test_the_platform_of_a_single_manifest_is_in_its_configuration(oci, name, docker):
    digest = oci.push_image(name, "v1.2.3", "linux/arm64/v8", docker=docker)
    found = read(oci.url, name, wanted(platforms=("linux/arm64",)))
    assert found.platforms == (Platform("linux/arm64/v8", digest),)
    assert (found.digest, ids(found)) == (digest, [])
    assert ids(read(oci.url, name, wanted(platforms=BOTH))) == ["platform-missing"]


def test_a_configuration_is_asked_for_only_where_platforms_are_expected(oci, name):
    oci.push_image(name, "v1.2.3")
    plain = Plain()
    found = images.read(Coordinates(oci.url, name), wanted(), plain)
    assert isinstance(found, Found)
    assert found.platforms is None
    assert len(plain.asked) == 1


def test_another_spelling_is_looked_up_where_the_canonical_one_is_not_there(oci, name):
    digest = oci.push_image(name, "v1.2.3-rc1")
    found = read(oci.url, name, wanted("v1.2.3-rc.1", "v1.2.3-rc1"))
    assert (found.version, found.digest) == ("v1.2.3-rc1", digest)
    canonical = oci.push_image(name, "v1.2.3-rc.1")
    found = read(oci.url, name, wanted("v1.2.3-rc.1", "v1.2.3-rc1"))
    assert (found.version, found.digest) == ("v1.2.3-rc.1", canonical)


def test_a_plus_is_an_underscore_in_a_tag(oci, name):
    oci.push_image(name, "v1.2.4_build.5")
    assert isinstance(read(oci.url, name, wanted("v1.2.4+build.5")), Found)
    assert versions(oci.url, name) == ["1.2.4+build.5"]


def versions(url, name, tag="v{version}", **at):
    listing = images.versions(Coordinates(url, name, tag=tag, **at), Plain())
    assert isinstance(listing, Listing), listing
    return [one.version for one in listing.versions]


def test_a_missing_tag_is_absent_where_the_tags_can_be_read(oci, name):
    oci.push_image(name, "v1.2.2")
    absent = read(oci.url, name)
    assert absent == Absent(
        f"{oci.url}/v2/{name}/manifests/v1.2.3",
        "the list of the repository's tags does not have it",
    )


def test_a_repository_whose_tags_are_null_is_readable(oci, name):
    oci.delete(name, oci.push_image(name, "v1.2.3"))
    assert b'"tags":null' in Plain().get(f"{oci.url}/v2/{name}/tags/list").body
    assert isinstance(read(oci.url, name), Absent)


def test_an_unknown_repository_proves_nothing_by_itself(oci, name):
    unknown = read(oci.url, name, known=(f"{name}-other",))
    assert isinstance(unknown, Unknown)
    assert (
        unknown.reason == "the registry answered 404 NAME_UNKNOWN when asked for the list of tags"
    )
    assert "--first ID" in unknown.hint


def test_an_unknown_repository_is_absent_where_a_known_one_is_there(oci, name):
    oci.push_image(f"{name}-other", "v1.2.3")
    absent = read(oci.url, name, known=("no/such", f"{name}-other"))
    assert isinstance(absent, Absent)
    assert absent.reason == f"there is no repository {name}, and there is {name}-other"


def test_a_first_publication_takes_a_404_for_absent(oci, name):
    assert isinstance(read(oci.url, name, first=True), Absent)
    assert isinstance(images.versions(Coordinates(oci.url, name, first=True), Plain()), Absent)


def test_a_refusal_is_unknown_since_private_and_missing_look_alike(oci_htpasswd, name):
    unknown = read(oci_htpasswd.url, name)
    assert isinstance(unknown, Unknown)
    assert "401 UNAUTHORIZED: refused, and private and missing look alike" in unknown.reason
    assert unknown.hint.startswith(f"log in with `docker login {oci_htpasswd.host}`; ")
    assert isinstance(read(oci_htpasswd.url, name, first=True), Absent)


def test_latest_is_told_where_it_is_asked_for(oci, name):
    oci.push_image(name, "v1.2.3")
    assert read(oci.url, name).notes == {}
    assert read(oci.url, name, latest=True).notes == {"latest": ""}
    digest = oci.push_image(name, "latest")
    assert read(oci.url, name, latest=True).notes == {"latest": digest}


@pytest.mark.parametrize(
    "name", ["Org/app", "a//b", "a/../b", "a/b/", "-a/b", "a?b=c", "a/b#c", ""]
)
def test_what_can_be_no_repository_is_not_asked_for(name):
    unknown = images.read(Coordinates("https://example.com", name), wanted(), Refusing())
    assert isinstance(unknown, Unknown)
    assert "is no name of an OCI repository" in unknown.reason


@pytest.mark.parametrize("tag", ["", ".x", "a/b", "a?b", "a" * 129, "ü"])
def test_what_can_be_no_tag_is_not_asked_for(tag):
    unknown = images.read(Coordinates("https://example.com", "a/b"), wanted(tag), Refusing())
    assert isinstance(unknown, Unknown)
    assert "can be no tag" in unknown.reason


def test_other_spellings_that_can_be_no_tag_are_passed_over(oci, name):
    oci.push_image(name, "v1.2.2")
    assert isinstance(read(oci.url, name, wanted("v1.2.3", "1!2.3", "a/b")), Absent)


class Refusing:
    def get(self, url, **_):
        raise AssertionError(url)


# Versions


def test_versions_are_the_tags_without_their_affixes(oci, name):
    digest = oci.push_image(name, "v1.2.2")
    body = Plain().get(f"{oci.url}/v2/{name}/manifests/{digest}", accept=(MANIFEST,)).body
    for tag in ("v1.2.3", "v1.3.0-rc.1", "latest", "nightly-20260115", "v1", "v1.2"):
        oci.put_manifest(name, tag, body, MANIFEST)
    for tag in ("1.9.0", "sha-12ab", "20260115", "sim-v2.0.0"):
        oci.put_manifest(name, tag, body, MANIFEST)
    words = ["latest", "nightly-20260115"]
    assert sorted(versions(oci.url, name)) == ["1.2.2", "1.2.3", "1.3.0-rc.1", *words]
    assert sorted(versions(oci.url, name, "sim-v{version}")) == ["2.0.0", *words]


def test_the_pages_of_a_list_are_followed_to_its_end():
    def answer(asked):
        if "last=" in asked.path:
            return tags(["v1.0.2"])
        return tags(["v1.0.0", "v1.0.1"], {"Link": '</v2/a/b/tags/list?last=x,y>; rel="next"'})

    with site.serving(answer) as here:
        assert versions(here.url, "a/b") == ["1.0.0", "1.0.1", "1.0.2"]


def test_a_page_that_is_not_served_is_unknown():
    def answer(asked):
        if "last=" in asked.path:
            return site.Said(410)
        return tags(["v1.0.0"], {"Link": '</v2/a/b/tags/list?last=x>; rel="next"'})

    with site.serving(answer) as here:
        unknown = images.versions(Coordinates(here.url, "a/b"), Plain())
    assert isinstance(unknown, Unknown)
    assert unknown.reason == "the registry answered 410 on page 2"


@pytest.mark.parametrize(
    "link",
    [
        "/v2/a/b/tags/list?last=x",  # itself, again and again
        "https://other.example.com/v2/a/b/tags/list?last=y",
        "/v2/other/tags/list?last=y",
        "/v2/a/b/tags/list/../../secret?last=y",
        "//other.example.com/v2/a/b/tags/list?last=y",
    ],
)
def test_a_list_that_does_not_end_or_leads_away_is_unknown(link):
    with site.serving(lambda _: tags(["v1.0.0"], {"Link": f'<{link}>; rel="next"'})) as here:
        unknown = images.versions(Coordinates(here.url, "a/b"), Plain())
        assert isinstance(unknown, Unknown)
        assert "does not end" in unknown.reason or "another address" in unknown.reason
        assert len(here.asked) <= 2


def test_a_list_of_ever_new_pages_is_given_up():
    pages = itertools.count()

    def answer(_):
        link = f"</v2/a/b/tags/list?last={next(pages)}>; rel=next"
        return tags(["v1.0.0"], {"Link": link})

    with site.serving(answer) as here:
        assert isinstance(images.versions(Coordinates(here.url, "a/b"), Plain()), Unknown)
        assert len(here.asked) == 100


def tags(names, headers=None):
    body = json.dumps({"name": "a/b", "tags": names}).encode()
    return site.Said(200, body, headers=headers or {})


# What no registry should answer


def manifest(**more):
    config = {"mediaType": "application/x", "digest": f"sha256:{'a' * 64}", "size": 2}
    return {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [], **more}


def index(*entries, **more):
    return {"schemaVersion": 2, "mediaType": INDEX, "manifests": list(entries), **more}


def entry(platform=None, **more):
    made = {"mediaType": MANIFEST, "digest": f"sha256:{'b' * 64}", "size": 2, **more}
    return made if platform is None else {**made, "platform": platform}


LINUX = {"os": "linux", "architecture": "amd64"}


def served(content, kind, want=None, headers=None):
    """Read what a site says that it is."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    with site.serving(lambda _: site.Said(200, body, kind, headers or {})) as here:
        return read(here.url, "a/b", want)


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        (b"<html>Sign in</html>", "text/html", "a page of HTML"),
        (b"  <!doctype html>", INDEX, "a page of HTML"),
        (index(), "application/json", "its media type is 'application/json'"),
        (index(), "", "is no manifest"),
        (manifest(), "application/vnd.docker.distribution.manifest.v1+prettyjws", "no manifest"),
        (json.dumps(index(entry(LINUX))).encode()[:-9], INDEX, "not the JSON"),
        (b"[1, 2]", INDEX, "no object"),
        (b"[" * 100_000, INDEX, "not the JSON"),
        (index(), MANIFEST, "calls itself another type"),
        (index(entry(LINUX), layers=[], config={}), INDEX, "is not made so"),
        (manifest(manifests=[]), MANIFEST, "is not made so"),
        (index(7), INDEX, "a descriptor"),
        (index(entry(LINUX, digest="sha256:../../x")), INDEX, "no proper digest"),
        (index(entry(LINUX, digest="md5:00")), INDEX, "no proper digest"),
        (index(entry(LINUX, size=-1)), INDEX, "media type or size"),
        (index(entry({"os": "linux"})), INDEX, "a platform is stated"),
        (index(entry({"os": "linux", "architecture": "\x1b[31m"})), INDEX, "a platform is stated"),
        ({**index(), "manifests": {}}, INDEX, 'no proper "manifests"'),
    ],
)
def test_what_is_no_manifest_is_unknown_with_the_reason(content, kind, reason):
    unknown = served(content, kind, headers={"Content-Type": kind} if kind else {})
    assert isinstance(unknown, Unknown), unknown
    assert reason in unknown.reason


def test_a_lying_digest_is_a_problem_with_both_digests():
    stated, body = f"sha256:{'0' * 64}", json.dumps(index(entry(LINUX))).encode()
    found = served(body, INDEX, headers={"Docker-Content-Digest": stated})
    assert ids(found) == ["digest-lies"]
    assert found.digest == layout.digest(body)
    assert stated in found.problems[0].message
    assert found.digest in found.problems[0].message


@pytest.mark.parametrize("stated", ["nonsense\t", "sha256:", "md5:" + "0" * 32])
def test_a_digest_that_is_none_lies_too(stated):
    assert ids(served(index(), INDEX, headers={"Docker-Content-Digest": stated})) == ["digest-lies"]


def test_a_digest_of_another_algorithm_is_computed():
    body = json.dumps(index(entry(LINUX))).encode()
    stated = f"sha512:{hashlib.sha512(body).hexdigest()}"
    assert ids(served(body, INDEX, headers={"Docker-Content-Digest": stated})) == []


@pytest.mark.parametrize("inner", [entry(), entry(mediaType=INDEX)])
def test_what_leaves_its_platform_untold_leaves_a_missing_one_in_doubt(inner):
    unknown = served(index(entry(LINUX), inner), INDEX, wanted(platforms=BOTH))
    assert isinstance(unknown, Unknown)
    assert "linux/arm64" in unknown.reason
    found = served(index(entry(LINUX), inner), INDEX, wanted(platforms=("linux/amd64",)))
    assert ids(found) == []


def test_an_artifact_in_the_index_is_no_platform():
    signature = entry(artifactType="application/vnd.dev.sigstore.bundle.v0.3+json")
    found = served(index(entry(LINUX), signature), INDEX, wanted(platforms=BOTH))
    assert ids(found) == ["platform-missing"]


def test_a_configuration_of_another_digest_is_not_read():
    want = wanted(platforms=("linux/amd64",))
    config = json.dumps(LINUX).encode()
    body = json.dumps(manifest()).encode()

    def answer(asked):
        return site.Said(200, config if "/blobs/" in asked.path else body, MANIFEST)

    with site.serving(answer) as here:
        found = read(here.url, "a/b", want)
    assert ids(found) == ["digest-lies", "platform-missing"]
    assert layout.digest(config) in found.problems[0].message
    assert "a" * 64 in found.problems[0].message


@pytest.mark.parametrize(("status", "size"), [(404, 2), (500, 2), (200, 1 << 40)])
def test_a_configuration_that_cannot_be_read_is_unknown(status, size):
    config = {"mediaType": "application/x", "digest": f"sha256:{'a' * 64}", "size": size}
    body = json.dumps(manifest(config=config)).encode()

    def answer(asked):
        if "/blobs/" in asked.path:
            return site.Said(status, b"{}")
        return site.Said(200, body, MANIFEST)

    with site.serving(answer) as here:
        want = wanted(platforms=BOTH)
        assert isinstance(read(here.url, "a/b", want, total=0.5), Unknown)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"errors": [{"code": "TOOMANYREQUESTS"}]}', "answered 418 TOOMANYREQUESTS"),
        (json.dumps({"errors": [{"code": "a\x1b[31m"}]}).encode(), "answered 418"),
        (b'{"errors": [{"code": "' + b"A" * 100 + b'"}]}', "answered 418"),
        (b'{"errors": {}}', "answered 418"),
        (b"[" * 10_000, "answered 418"),
        (b"", "answered 418"),
    ],
)
def test_a_status_is_told_with_the_code_of_the_error_and_nothing_else(body, said):
    with site.serving(lambda _: site.Said(418, body)) as here:
        unknown = read(here.url, "a/b")
    assert isinstance(unknown, Unknown)
    assert unknown.reason == f"the registry {said}"


def test_a_registry_that_lists_the_tag_and_does_not_serve_it_is_unknown():
    def answer(asked):
        return tags(["v1.2.3"]) if "/tags/" in asked.path else site.Said(404)

    with site.serving(answer) as here:
        unknown = read(here.url, "a/b")
    assert isinstance(unknown, Unknown)
    assert unknown.reason == "the registry answered 404, and yet lists the tag v1.2.3"


@pytest.mark.parametrize(
    "body", [b"<html>", b"{}", b'{"tags": 7}', b'{"tags": [7]}', b'{"tags": ["v1', b""]
)
def test_a_list_of_tags_that_is_none_proves_nothing(body):
    def answer(asked):
        return site.Said(200, body) if "/tags/" in asked.path else site.Said(404)

    with site.serving(answer) as here:
        assert isinstance(read(here.url, "a/b"), Unknown)
        assert isinstance(images.versions(Coordinates(here.url, "a/b"), Plain()), Unknown)


def test_no_answer_is_unknown():
    unknown = read("http://127.0.0.1:1", "a/b", total=0.3)
    assert isinstance(unknown, Unknown)
    assert unknown.where == "http://127.0.0.1:1/v2/a/b/manifests/v1.2.3"
