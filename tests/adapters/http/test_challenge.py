from __future__ import annotations

import pytest

from release_tools.adapters.http import challenge


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            'Bearer realm="https://a/token",service="a",scope="repository:a/b:pull,push"',
            {
                "bearer": {
                    "realm": "https://a/token",
                    "service": "a",
                    "scope": "repository:a/b:pull,push",
                }
            },
        ),
        ('Basic realm="x, y", Bearer realm="q\\"z", service=foo', None),
        ('Negotiate, Basic realm="x"', {"negotiate": {}, "basic": {"realm": "x"}}),
        ("BEARER  REALM = a , error=b,", {"bearer": {"realm": "a", "error": "b"}}),
        ('Bearer realm="a", realm="b"', {"bearer": {"realm": "a"}}),
        ('Bearer realm="a", Bearer realm="b"', {"bearer": {"realm": "a"}}),
    ],
)
def test_challenges_are_read(text, found):
    if found is None:
        found = {"basic": {"realm": "x, y"}, "bearer": {"realm": 'q"z', "service": "foo"}}
    assert challenge.parse(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        'realm="a"',
        'Bearer realm="a',
        'Bearer realm="a" service="b"',
        "Bearer realm=a b=c",
        "Negotiate abc==",
        'Bearer realm="a", "b"',
        'Bearer realm="' + "a" * 9000 + '"',
        "Bearer " * 1000 + "=",
    ],
)
def test_what_does_not_follow_the_grammar_is_no_challenge(text):
    assert challenge.parse(text) == {}
