"""Bad input, by kind: refused by name, in bounded time and memory; nothing written, run, forged.

Each case of the corpus runs as a step of a GitHub Actions run, where what is printed can do most.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from release_tools.rules.findings import FINDINGS
from tests.adapters.test_actions import outputs_of
from tests.hostile.case import BOUND_MIB, BOUND_SECONDS
from tests.hostile.corpus import CASES, KINDS

NAMED = re.compile(r"^(error|warning|note)\[([a-z-]+)\]", re.MULTILINE)
ANNOTATION = re.compile(
    r"::(error|warning|notice) ((file|line|col|title)=[^:,\r\n]*,?)+::[^\r\n]*\Z", re.ASCII
)
WRITTEN = frozenset({"proceed", "stream", "released", "channel", "commit", "tag", "version"})
"""Outputs that a command may set; the rest are spellings: ``image-tag`` and the like."""


def test_the_corpus_has_at_least_300_cases_of_all_kinds():
    counted = Counter(name.partition("/")[0] for name in CASES)
    assert set(counted) == set(KINDS)
    assert min(counted.values()) >= 20
    assert len(CASES) >= 300, counted


def test_every_expected_name_is_one_of_the_table():
    assert {case.id for case in CASES.values()} - {""} <= FINDINGS.keys()


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_refused_by_name_and_does_nothing(cell, name):
    case = CASES[name]
    seen = cell(name)
    said = f"{seen.code}\n{seen.out}\n{seen.err}"
    ids = [id_ for _, id_ in NAMED.findall(f"{seen.out}\n{seen.err}")]
    assert seen.code == case.code, said
    assert case.id in ids if case.id else not ids, said
    assert not seen.left, "written"
    assert {argv[0] for argv in seen.ran} <= {"git"}, "executed"
    assert not seen.asked, "connected to"
    assert seen.seconds < BOUND_SECONDS
    assert seen.mib < BOUND_MIB
    nothing_is_forged(seen)
    if case.id:
        values = outputs_of(seen.outputs)
        assert values.get("proceed", "false") == "false"
        assert values.get("released", "false") == "false"


def nothing_is_forged(seen):
    """See that no line of what was written is the input's own, and that no terminal would obey."""
    for text in (seen.out, seen.err, seen.summary):
        assert not [char for char in text if not (char.isprintable() or char == "\n")]
        for line in text.split("\n"):
            assert "##[" not in line
            assert not line.strip().startswith(("pwned", "::set-", "::add-", "::stop-")), line
    for line in (*seen.out.split("\n"), *seen.err.split("\n")):
        if line.lstrip().startswith("::"):
            assert ANNOTATION.match(line), line
            assert set(re.findall(r"title=([a-z-]+)", line)) <= FINDINGS.keys() | {"release-tools"}
    for name in outputs_of(seen.outputs):
        assert name in WRITTEN or re.fullmatch(r"[a-z0-9-]+", name)
        assert "pwned" not in name


@pytest.mark.parametrize(
    ("line", "forged"),
    [
        ("::error file=a,line=1,title=usage::a message%0Ahelp: more", False),
        ("::error title=usage::a::b", False),
        ("::set-output name=x::1", True),
        ("::error::x", True),
        ("  ::error title=pwned::x", True),
        ("\x1b[31mred", True),
        ("pwned=1", True),
        ("##[error]x", True),
        ("text :: and more", False),
    ],
)
def test_a_forged_line_would_be_seen(line, forged):
    class Said:
        out, err, summary, outputs = f"text\n{line}\n", "", "", ""

    try:
        nothing_is_forged(Said)
        found = False
    except AssertionError:
        found = True
    assert found == forged
