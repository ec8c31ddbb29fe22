from __future__ import annotations

import json

import jsonschema
import pytest
from packageurl.contrib import purl2url

from release_tools import schemas
from release_tools.model import Surface
from release_tools.reading import Found
from release_tools.reports import ledger
from release_tools.rules import ledger as rules
from tests import ledgers
from tests.ledgers import COMMIT, sha


def test_the_ledger_is_as_its_schema_says():
    text = ledger.render(ledgers.document())
    jsonschema.Draft202012Validator(json.loads(schemas.load("ledger"))).validate(json.loads(text))


def test_the_ledger_tells_every_digest_and_every_file():
    whole = json.loads(ledger.render(ledgers.document()))
    assert {key: whole[key] for key in whole if key != "surfaces"} == {
        "schema": 1,
        "repository": "owner/project",
        "stream": "router",
        "version": "0.3.0",
        "tag": "v0.3.0",
        "commit": COMMIT,
    }
    told = {surface["id"]: surface for surface in whole["surfaces"]}
    assert list(told) == ["chart:app", "crate:my-app", "image:app", "pypi:My.App"]
    assert told["image:app"]["digest"] == sha("6")
    assert told["image:app"]["platforms"] == {"linux/amd64": sha("7"), "linux/arm64": sha("8")}
    assert told["crate:my-app"]["digest"] == sha("3")
    assert (told["chart:app"]["digest"], told["chart:app"]["app_version"]) == (sha("4"), "v0.3.0")
    assert [file["digest"] for file in told["chart:app"]["files"]] == [sha("5")]
    wheel, sdist = told["pypi:My.App"]["files"]
    assert wheel == {
        "name": "my_app-0.3.0-py3-none-any.whl",
        "kind": "wheel",
        "digest": sha("1"),
        "size": 100,
        "url": None,
    }
    assert sdist["url"] == "https://f.example.com/2"


def test_the_order_in_which_registries_answer_changes_no_byte():
    table = ledgers.table()
    pypi = ledgers.PYPI._replace(files=ledgers.PYPI.files[::-1])
    image = ledgers.IMAGE._replace(platforms=(ledgers.IMAGE.platforms or ())[::-1])
    other = ledgers.table(pypi=pypi, image=image)
    other = other._replace(rows=other.rows[::-1])
    made = [ledger.document(one, tag="v0.3.0", commit=COMMIT) for one in (table, other)]
    assert ledger.render(made[0]) == ledger.render(made[1])


def test_what_moves_after_the_release_is_not_told():
    moved = ledgers.IMAGE._replace(notes={"latest": sha("0")})
    text = ledger.render(ledgers.document(image=moved))
    assert text == ledger.render(ledgers.document())
    assert sha("9").encode() not in text
    assert b"github-release" not in text


def test_hostile_text_does_nothing_to_a_terminal_and_is_json_to_everybody(hostile):
    found = Found("0.3.0", f"https://x.example.com/{hostile}", None)
    text = ledger.render(ledgers.document(pypi=found))
    assert text.isascii()
    assert not set(text) & {0x00, 0x1B, 0x7F, 0x0D}
    json.loads(text)
    rules.parse(text)


@pytest.mark.parametrize(
    ("kind", "name", "where", "purl"),
    [
        (
            "pypi",
            "app",
            "https://x.example.com/root/dev/+simple/app/",
            "pkg:pypi/app@0.3.0?repository_url=https://x.example.com/root/dev/%2Bsimple",
        ),
        (
            "crate",
            "serde",
            "https://x.example.com/index/se/rd/serde",
            "pkg:cargo/serde@0.3.0?repository_url=https://x.example.com/index",
        ),
        (
            "crate",
            "ab",
            "https://x.example.com/2/ab",
            "pkg:cargo/ab@0.3.0?repository_url=https://x.example.com",
        ),
        (
            "npm",
            "@scope/app",
            "https://x.example.com/@scope%2Fapp",
            "pkg:npm/%40scope/app@0.3.0?repository_url=https://x.example.com",
        ),
        (
            "chart",
            "app",
            "https://charts.example.com/stable/index.yaml",
            "pkg:helm/app@0.3.0?repository_url=https://charts.example.com/stable",
        ),
        (
            "image",
            "App",
            "https://ghcr.io/v2/owner/app/manifests/v0.3.0",
            f"pkg:oci/app@{sha('1')}?repository_url=ghcr.io/owner/app&tag=0.3.0",
        ),
        (
            "maven",
            "app",
            "https://maven.example.com/app",
            "pkg:generic/app@0.3.0?repository_url=https://maven.example.com",
        ),
    ],
)
def test_a_package_url_says_where_it_was_found(kind, name, where, purl):
    surface = Surface(f"{kind}:{name}", kind, name, "main", "", {})
    assert ledger.purl(surface, Found("0.3.0", where, sha("1"))) == purl


@pytest.mark.parametrize(
    ("kind", "public", "purl"),
    [
        ("pypi", purl2url.get_repo_url("pkg:pypi/app@0.3.0"), "pkg:pypi/app@0.3.0"),
        ("crate", purl2url.get_repo_url("pkg:cargo/app@0.3.0"), "pkg:cargo/app@0.3.0"),
        ("npm", purl2url.get_download_url("pkg:npm/app@0.3.0"), "pkg:npm/app@0.3.0"),
    ],
)
def test_a_package_url_leaves_out_the_registry_that_its_type_implies(kind, public, purl):
    surface = Surface(f"{kind}:app", kind, "app", "main", "", {})
    host = public.split("/")[2]
    for own in (host, f"index.{host}"):
        assert ledger.purl(surface, Found("0.3.0", f"https://{own}/3/a/app")) == purl
    for other in (f"evil{host}", f"{host}.example.com"):
        told = ledger.purl(surface, Found("0.3.0", f"https://{other}/3/a/app"))
        assert told.startswith(f"{purl}?repository_url=https://{other}")


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://ghcr.io/v2/a/b/manifests/v1", ("https://ghcr.io", "a/b")),
        ("http://127.0.0.1:5000/v2/b/manifests/v1", ("http://127.0.0.1:5000", "b")),
        ("https://charts.example.com/index.yaml", None),
        ("https://x.example.com/v2/index.yaml", None),
        ("", None),
    ],
)
def test_the_address_of_a_manifest_names_the_repository(url, parts):
    assert ledger.repository_of(url) == parts
