from __future__ import annotations

import json

import pytest

from release_tools.errors import MalformedError
from release_tools.reading import Found
from release_tools.reports import in_toto
from tests import ledgers


def statements(**changed):
    lines = in_toto.render(ledgers.document(**changed)).splitlines()
    return {line["predicate"]["purl"].partition("?")[0]: line for line in map(json.loads, lines)}


def hexes(letter):
    return {"sha256": letter * 64}


def test_each_surface_has_a_statement_about_its_artifacts():
    made = statements()
    assert len(made) == 4
    for one in made.values():
        assert one["_type"] == "https://in-toto.io/Statement/v1"
        assert one["predicateType"] == "https://in-toto.io/attestation/release/v0.1"
        names = [subject["name"] for subject in one["subject"]]
        assert len(set(names)) == len(names) > 0
    by_type = {purl.partition(":")[2].partition("/")[0]: one for purl, one in made.items()}
    assert by_type["pypi"]["subject"] == [
        {"name": "my_app-0.3.0-py3-none-any.whl", "digest": hexes("1")},
        {"name": "my_app-0.3.0.tar.gz", "digest": hexes("2")},
    ]
    assert by_type["cargo"]["subject"] == [{"name": "my-app", "digest": hexes("3")}]


def test_an_image_is_told_with_its_platforms():
    (image,) = (one for purl, one in statements().items() if "@sha256:666" in purl)
    assert image["subject"] == [
        {"name": "ghcr.io/owner/project/app", "digest": hexes("6")},
        {"name": "ghcr.io/owner/project/app (linux/amd64)", "digest": hexes("7")},
        {"name": "ghcr.io/owner/project/app (linux/arm64)", "digest": hexes("8")},
    ]


def test_a_chart_is_its_manifest_and_its_package():
    (chart,) = (one for purl, one in statements().items() if "@sha256:444" in purl)
    assert chart["subject"] == [
        {"name": "ghcr.io/owner/charts/app", "digest": hexes("4")},
        {"name": "app-0.3.0.tgz", "digest": hexes("5")},
    ]


def test_the_bytes_are_stable():
    assert in_toto.render(ledgers.document()) == in_toto.render(ledgers.document())


def test_a_surface_without_any_digest_has_no_statement():
    bare = Found("0.3.0", "https://crates.example.com/my/-a/my-app")
    with pytest.raises(MalformedError) as caught:
        in_toto.render(ledgers.document(crate=bare))
    assert "crate:my-app" in caught.value.message
