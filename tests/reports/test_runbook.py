"""The handbook's text: the same in every language, quoted, and only of what it is given."""

from __future__ import annotations

import re
import shlex

import pytest

from release_tools.reports import runbook
from release_tools.reports.runbook import en, zh
from release_tools.reports.runbook.book import Book, Item, Line, Place, Variable

DIGEST = "sha256:" + "a" * 64
OLD = "sha256:" + "b" * 64
IMAGE = Item("image:app", "image", "ghcr.io/o/app", "v1.1.0", DIGEST, ("linux/amd64",))
CHART = Item("chart:app", "chart", "oci://ghcr.io/o/charts/app", "1.1.0", DIGEST)
PYPI = Item("pypi:app", "pypi", "app", "1.1.0", programs=("app",))
CRATE = Item("crate:app", "crate", "app", "1.1.0")
NPM = Item("npm:@o/app", "npm", "@o/app", "1.1.0")
MAVEN = Item("maven:app", "maven", "app", "1.1.0", install="mvn app:1.1.0")
ALL = (IMAGE, CHART, PYPI, CRATE, NPM, MAVEN)
PLACE = Place("prod", "app", "cluster", " --deployment production", ("deployment/app",))


def line(*items, name="app"):
    return Line(name, "1.1.0", "v1.1.0", "v<version>", ("pyproject.toml",), ("one.yml",), items)


def whole():
    old = (IMAGE._replace(version="v1.0.0", digest=OLD), CHART._replace(version="1.0.0"))
    night = (
        IMAGE._replace(version="nightly-20260115"),
        CHART._replace(version="0.0.0-nightly.20260115"),
    )
    return Book(
        "o/app",
        line(*ALL),
        (*old, PYPI._replace(version="1.0.0")),
        night,
        ("image:app",),
        (line(PYPI._replace(name="other"), name="other"),),
        PLACE,
        (Variable("DOCKER_TAG", "image", ("pull",)),),
        "image:\n  tag: v1.1.0\n",
        "https://example.com/releases",
        ("0 2 * * *",),
    )


def blocks(text):
    """Return the fenced blocks of a Markdown text, without their fences."""
    return re.findall(r"^```\w+\n(.*?)\n```$", text, re.DOTALL | re.MULTILINE)


def test_languages_say_the_same_with_the_same_facts():
    assert en.TEXTS.keys() == zh.TEXTS.keys()
    for key, text in en.TEXTS.items():
        facts = sorted(re.findall(r"\{(\w+)\}", text))
        assert facts == sorted(re.findall(r"\{(\w+)\}", zh.TEXTS[key])), key


def test_languages_have_the_same_commands():
    bare = [
        [re.sub(r"^#.*\n", "", block, flags=re.MULTILINE) for block in blocks(text)]
        for text in (runbook.render(whole(), "en"), runbook.render(whole(), "zh"))
    ]
    assert bare[0] == bare[1]
    assert len(bare[0]) > 25


@pytest.mark.parametrize("language", runbook.LANGUAGES)
def test_every_word_of_the_languages_is_used_somewhere(language):
    used = set()

    class Watched(dict[str, str]):
        def __getitem__(self, key):
            used.add(key)
            return super().__getitem__(key)

    texts = Watched(runbook._texts(language))
    say = lambda key, /, **facts: texts[key].format_map(facts)  # noqa: E731
    for book in (whole(), Book("o/app", line(IMAGE))):
        for section in runbook._SECTIONS:
            list(section(book, say))
    assert set(texts) - used <= {"title", "intro", "nightly-often"}


def test_nothing_is_named_that_is_not_in_the_book():
    text = runbook.render(Book("o/app", line(PYPI)))
    for word in ("helm", "kubectl", "docker", "cargo", "npm", "make"):
        assert f"\n{word} " not in text
    assert "pip install --upgrade app==1.1.0" in text
    assert "nightly-2" not in text


def test_what_is_carried_over_and_pinned():
    text = runbook.render(whole())
    for block in blocks(text):
        for command in block.replace("\\\n", "").split("\n"):
            words = shlex.split(command, comments=True)
            assert "--reuse-values" not in words
            if words[:2] == ["helm", "upgrade"]:
                assert {"--reset-then-reuse-values", "--values"} & set(words), command
                assert "--wait" in words
            if words[:1] in (["helm"], ["kubectl"]) and words[1] != "show":
                assert "prod" in " ".join(words), command
                assert "cluster" in words, command
    assert f"image: ghcr.io/o/app@{DIGEST} # v1.1.0" in text
    assert f"image: ghcr.io/o/app@{OLD} # v1.0.0" in text
    assert "kubectl rollout status deployment/app --context cluster --namespace prod" in text


def test_a_chart_of_an_http_repository_is_named_by_it_and_has_no_digest():
    chart = Item("chart:app", "chart", "app", "1.1.0", DIGEST, repository="https://example.com/c")
    text = runbook.render(Book("o/app", line(chart)))
    assert "helm show chart app --repo https://example.com/c --version 1.1.0" in text
    assert "@sha256" not in text
    assert "oras" not in text


def test_a_registry_without_tls_is_said_to_helm():
    text = runbook.render(Book("o/app", line(CHART._replace(plain=True))))
    assert "--version 1.1.0 --plain-http" in text
    assert re.search(rf"@{DIGEST} \\\n  --plain-http", text)


def test_foreign_text_stays_within_its_line():
    image = IMAGE._replace(platforms=("linux/amd64|<b>",))
    text = runbook.render(Book("o\x1b[31m/app", line(image)))
    assert "\x1b" not in text
    assert "|<b>" not in text


def test_other_kinds_are_installed_as_they_say():
    assert "mvn app:1.1.0" in runbook.render(whole())
