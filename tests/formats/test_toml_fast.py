"""What the quick reader of TOML answers by itself, and what it leaves to the scanner."""

from __future__ import annotations

from typing import Any

import pytest

from release_tools.formats import toml_fast

VERSION = ("version",)
PROJECT = ("project", "version")
MENTIONS = toml_fast.MENTIONS


def find(text: str, at: tuple[Any, ...]) -> str:
    """Return the text with what was found at ``at`` in angles, "absent" or "left"."""
    span = toml_fast.find(text, at)
    if span is None or span is toml_fast.ABSENT:
        return "absent" if span else "left"
    return f"{text[: span[0]]}<{text[slice(*span)]}>{text[span[1] :]}"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ('version = "<1>"', VERSION),
        ("version='<1>'", VERSION),
        ('\ufeffversion\t = \t"<1>"\t # x', VERSION),
        ('\nversion = "<1>"\n', VERSION),
        ('\r\nversion = "<1>"\r\nx = 1\r\n', VERSION),
        ('version = "<>"\n', VERSION),
        ('version = \'<""">\'', VERSION),
        ('version = "<{>"', VERSION),
        ('a1 = "<1>"', ("a1",)),
        ('a-b = "<1>"', ("a-b",)),
        ('b = "2"\na = "<1>"\nab = "3"', ("a",)),
        ('# version\nversion = "<1>"\n# version\n', VERSION),
        ('name = "version"\nversion = "<1>"\n', VERSION),
        ('version-x = "2"\nversion = "<1>"\n', VERSION),
        ('b = [\n  "version",\n]\nversion = "<1>"\n', VERSION),
        ('a = { b = "c{" }\nversion = "<1>"', VERSION),
        ('version = "<1>"\n[a]\nversion = "2"', VERSION),
        ('\ufeff[project]\r\nversion = "<1>"', PROJECT),
        ('\n[project] # x\r\nversion = "<1>" \r\n', PROJECT),
        ('version = "2"\n[project]\nversion = "<1>"\n[tool]\nversion = "3"\n[x]', PROJECT),
        ('# project\n[project]\nversion = "<1>"', PROJECT),
        ('[project-x]\n[project.urls]\n[tool.project]\n[project]\nversion = "<1>"', PROJECT),
        ('[a.project]\nversion = "<1>"', ("a", *PROJECT)),
        ('[[c]]\n[[a-b]]\n[a.b]\nversion = "<1>"', ("a", "b", "version")),
        ('project = { version = "<1>" }', PROJECT),
        ("project={version='<1>'}\n", PROJECT),
        ('project = { a = true, version = "<1>", b = ["x", \'y\'] } # z', PROJECT),
        ('[a]\nproject = { version = "<1>" }\n[b]\nproject = { version = "2" }', ("a", *PROJECT)),
    ],
)
def test_the_usual_forms_are_answered(text: str, at: tuple[Any, ...]) -> None:
    assert find(text.replace("<", "").replace(">", ""), at) == text


@pytest.mark.parametrize(
    ("text", "at"),
    [
        # what the path may be
        ('a = "1"', ("a", 0)),
        ('"a b" = "1"', ("a b",)),
        ('ä = "1"', ("ä",)),
        ('true = "1"', ("true",)),
        ('1 = "1"', ("1",)),
        ('x = [\n[-inf]\n]\nversion = "1"', ("-inf", "version")),
        ('"vers\\u0069on" = "1"', VERSION),
        ('"vers\\U00000069on" = "1"', VERSION),
        # how the key is written
        (' version = "1"', VERSION),
        ('"version" = "1"', VERSION),
        ("version . x = '1'", VERSION),
        ('version = "1"\nversion = "2"', VERSION),
        ('version = "1"\nversion', VERSION),
        ('version = "1"\n\'version\' = "2"', VERSION),
        # what its value is
        ("version = 1", VERSION),
        ('version = "\\t"', VERSION),
        ('version = "\t"', VERSION),
        ('version = """1"""', VERSION),
        ('version = """\n1"""', VERSION),
        ('# x\nversion = "1', VERSION),
        ('version = "1"x', VERSION),
        ('version = "1" x', VERSION),
        ('version = "1" # \x01', VERSION),
        ('version = "1"\r', VERSION),
        # what stands before it
        ('x = """\nversion = "8"\n"""', VERSION),
        ("x = '''\nversion = '8'\n'''", VERSION),
        ('x = {\nversion = "1"\n}', VERSION),
        ('x = { y = "\\"" }\nversion = "1"', VERSION),
        ('x = { y = 1 } # it\'s\nversion = "1"', VERSION),
        ('x = 1\n  [a]\nversion = "1"', VERSION),
        ('x = 1\n\t[a]\nversion = "1"', VERSION),
        ('[a]\nversion = "1"', VERSION),
        (' [a]\nversion = "1"', VERSION),
        ('\ufeff[a]\nversion = "1"', VERSION),
        ('[project]\nname = "x"\n[tool]\nversion = "2"\n[x]', PROJECT),
        # how its table is written
        ('project.version = "1"', PROJECT),
        ('[[project]]\nversion = "1"', PROJECT),
        ('[project] x\nversion = "1"', PROJECT),
        ('[project]\nversion = "1"\n [project]', PROJECT),
        ('[project]\nversion = "1"\n[ "project" ]', PROJECT),
        ('[project]\nversion = "1"\n[project\t]', PROJECT),
        ('[project]\nversion = "1"\n[project]', PROJECT),
        ('[[a]]\n[a.b]\nversion = "1"', ("a", "b", "version")),
        ('[[ "a" . b ]]\n[a.b.c]\nversion = "1"', ("a", "b", "c", "version")),
        # an inline table
        ('project = "version"', PROJECT),
        ('project = { x = "version" }', PROJECT),
        ("project = { version = true }", PROJECT),
        ('project = { version = "1", version = "2" }', PROJECT),
        ('project = { "version" = "1" }', PROJECT),
        ('project = { version = "1" } x', PROJECT),
        ('project = { version = "1", ', PROJECT),
        ('x = """\nproject = { version = "1" }\n"""', PROJECT),
    ],
)
def test_whatever_could_mislead_it_is_left_to_the_scanner(text: str, at: tuple[Any, ...]) -> None:
    assert find(text, at) == "left"


@pytest.mark.parametrize("text", ["", '[tool]\nversion = "1"', "[project]\n", "# project: \\x"])
def test_a_key_that_stands_nowhere_is_absent(text: str) -> None:
    assert find(text, PROJECT) == "absent"


def test_a_name_that_is_mentioned_too_often_is_left_to_the_scanner() -> None:
    assert find("# version\n" * (MENTIONS - 1) + 'version = "1"', VERSION).endswith('"<1>"')
    assert find("# version\n" * MENTIONS + 'version = "1"', VERSION) == "left"


def test_arrays_of_tables_are_no_matter_where_no_table_can_be_in_one() -> None:
    text = "[[a]]\n" * (MENTIONS + 1)
    assert find(text + '[project]\nversion = "1"', PROJECT).endswith('"<1>"')
    assert find(text + '[b.project]\nversion = "1"', ("b", *PROJECT)) == "left"
