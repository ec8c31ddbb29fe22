"""What is attached to an image: by the registry's own list, or by the tag that stands in for it.

The real registry, which has no list, serves ``tests/pipeline/test_audit.py``; here are the answers
that it does not give.
"""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from release_tools.errors import UnreadableError
from release_tools.reading import Answer, Coordinates, Unknown
from release_tools.registries import referrers

TYPE = "application/vnd.example.ledger.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
AT = Coordinates("https://registry.example.com", "o/app")
BASE = "https://registry.example.com/v2/o/app"
SUBJECT = "sha256:" + "a" * 64


def digest(data):
    return f"sha256:{sha256(data).hexdigest()}"


def descriptor(data, kind, **more):
    return {"mediaType": kind, "digest": digest(data), "size": len(data), **more}


class Answers:
    """A transport that has these answers, by URL, and says 404 to all else."""

    def __init__(self, known):
        self.known = known

    def change(self, part, answer):
        """Give another answer to the URL with ``part`` in it."""
        url = next(one for one in self.known if part in one)
        self.known[url] = answer if not callable(answer) else answer(*self.known[url])

    def get(self, url, *, accept=(), scope=None, limit=0):  # noqa: ARG002 - the protocol's
        assert scope == "repository:o/app:pull"
        found = self.known.get(url, (404, "application/json", b"{}"))
        if isinstance(found, Exception):
            raise found
        status, kind, body = found
        return Answer(status, url, {"content-type": kind}, body)


def registry(data=b'{"schema": 1}', *, subject=SUBJECT, listed="referrers", kind=TYPE):
    """Return a registry in which ``data`` is attached to the image."""
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": kind,
            "config": descriptor(b"{}", "application/vnd.oci.empty.v1+json"),
            "layers": [descriptor(data, "application/json")],
            "subject": {"mediaType": INDEX, "digest": subject, "size": 1},
        }
    ).encode()
    found = descriptor(manifest, MANIFEST, artifactType=kind)
    other = descriptor(b"other", MANIFEST, artifactType="application/vnd.example.sbom")
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [other, found]}
    lists = {"referrers": f"referrers/{SUBJECT}", "tag": f"manifests/{SUBJECT.replace(':', '-')}"}
    return Answers(
        {
            f"{BASE}/{lists[listed]}": (200, INDEX, json.dumps(index).encode()),
            f"{BASE}/manifests/{digest(manifest)}": (200, MANIFEST, manifest),
            f"{BASE}/blobs/{digest(data)}": (200, "application/octet-stream", data),
            f"{BASE}/tags/list?n=1000": (200, "application/json", b'{"name": "o/app", "tags": []}'),
        }
    )


def read(answers):
    return referrers.read(AT, SUBJECT, TYPE, answers)


@pytest.mark.parametrize("listed", ["referrers", "tag"])
def test_what_is_attached_is_read_by_either_list(listed):
    assert read(registry(listed=listed)) == (b'{"schema": 1}',)


def test_other_types_are_left_alone():
    assert read(registry(kind="application/vnd.example.other")) == ()


def test_nothing_is_attached_only_where_the_repository_can_be_read():
    answers = registry()
    answers.change("/referrers/", (404, "application/json", b"{}"))
    assert read(answers) == ()
    answers.change("/tags/list", (401, "application/json", b"{}"))
    assert isinstance(read(answers), Unknown)


@pytest.mark.parametrize(("part", "more"), [("/manifests/sha256:", b" "), ("/blobs/", b"2")])
def test_bytes_of_another_digest_are_not_believed(part, more):
    answers = registry()
    answers.change(part, lambda status, kind, body: (status, kind, body + more))
    found = read(answers)
    assert isinstance(found, Unknown)
    assert "serves" in found.reason


def test_what_refers_to_another_image_is_not_ours():
    found = read(registry(subject="sha256:" + "b" * 64))
    assert isinstance(found, Unknown)
    assert "something else" in found.reason


@pytest.mark.parametrize(
    "answer",
    [
        (500, "application/json", b"{}"),
        (401, "application/json", b"{}"),
        (200, "text/html", b"<html>"),
        (200, INDEX, b"[]"),
        (200, INDEX, b'{"schemaVersion": 2, "manifests": {}}'),
        UnreadableError("no answer"),
    ],
)
def test_an_answer_that_cannot_be_believed_is_a_doubt(answer):
    for part in ("/referrers/", "/manifests/sha256:", "/blobs/"):
        answers = registry()
        answers.change(part, answer)
        assert isinstance(read(answers), Unknown), part
