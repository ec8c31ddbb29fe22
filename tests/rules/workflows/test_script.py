from __future__ import annotations

import time

import pytest

from release_tools.rules.workflows.script import ELEMENT, MAX_SCRIPT, commands, walk

SCRIPT = """\
set -e
if [ "$X" = y ]; then
  docker push a
else docker push b
fi
[[ -n $X ]] && echo hi && docker push c
docker build . && docker push d
for i in a b; do
  docker push "$i"
done
case $X in
  v*) docker push e ;;
esac
docker push f
"""


def test_every_command_of_every_branch_is_there():
    pushed = [words[-1] for words in commands(SCRIPT) if "push" in words]
    assert pushed == ["a", "b", "c", "d", '"$i"', "e", "f"]


def test_what_a_test_stands_before_is_conditional():
    found = {c.words[-1]: c.conditional for c in walk(SCRIPT) if c.words[0] == "docker"}
    assert {name for name, conditional in found.items() if conditional} == {"a", "b", "c", "e"}


def test_a_command_knows_where_it_begins():
    lines = [SCRIPT.count("\n", 0, c.offset) + 1 for c in walk(SCRIPT) if "push" in c.words]
    assert lines == [3, 4, 6, 7, 9, 12, 14]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a \\\n b", ("a", "b")),
        ("a # b", ("a",)),
        ("a 'x;y' \"$(b; c)\"", ("a", "'x;y'", '"$(b; c)"')),
        ("then a", ("a",)),
        ("a \\\r\n b", ("a", "b")),
        ("a#b #c", ("a#b",)),
        (r"a\ b c", (r"a\ b", "c")),
        (r"a\  b", ("a\\ ", "b")),
        ("a\\", ("a\\",)),
        ("a'b c'd e", ("a'b c'd", "e")),
        ('"" a', ('""', "a")),
        (r'a "b\"c d" e', ("a", r'"b\"c d"', "e")),
        (r"a 'b\' c", ("a", r"'b\'", "c")),
        (r"a `b \` c` d", ("a", r"`b \` c`", "d")),
        ('a "b (c" d', ("a", '"b (c"', "d")),
        ('a "$(b)" c', ("a", '"$(b)"', "c")),
        ('a "$(b "c d")" e', ("a", '"$(b "c d")"', "e")),
        (r'a "b\"" c', ("a", r'"b\""', "c")),
        ("a '$(b' c", ("a", "'$(b'", "c")),
        ("a $(b (c) d) e", ("a", "$(b (c) d)", "e")),
        ("a $(b ')' c) d", ("a", "$(b ')' c)", "d")),
        ("a $(b '') c", ("a", "$(b '')", "c")),
        ('a $(b ")" c) d', ("a", '$(b ")" c)', "d")),
        ("a ${b:-c d} e", ("a", "${b:-c d}", "e")),
        ("a ${b:-'}'} c", ("a", "${b:-'}'}", "c")),
        (r"a ${b%\"} c", ("a", r"${b%\"}", "c")),
        ("a $((1 + (2 * 3))) b", ("a", "$((1 + (2 * 3)))", "b")),
        ("a x$(b)y c", ("a", "x$(b)y", "c")),
        ("a $(b", ("a", "$(b")),
        ("a $('b", ("a", "$('b")),
        ("a 'b", ("a", "'b")),
        ("a > f", ("a", ">", "f")),
        ("a >> f", ("a", ">>", "f")),
        ("a 2>&1", ("a", ">", "1")),
    ],
)
def test_words_are_split_as_the_shell_does(text, words):
    assert walk(text)[0].words == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a;b", [["a"], ["b"]]),
        ("a & b", [["a"], ["b"]]),
        ("a | b || c && d", [["a"], ["b"], ["c"], ["d"]]),
        ("(a; b)\nc", [["a"], ["b"], ["c"]]),
        ("((a); (b))", [["a"], ["b"]]),
        ("((a > 1)) && b", [["((a > 1))"], ["b"]]),
        ("{ a; }; b", [["a"], ["b"]]),
        ("if a\nthen\n  b\nfi", [["if", "a"], ["b"], ["fi"]]),
        ("! time a", [["a"]]),
        ("fi\na", [["fi"], ["a"]]),
        ("\n;;", []),
    ],
)
def test_commands_end_where_the_shell_ends_them(text, words):
    assert [list(one.words) for one in walk(text)] == words


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("A=(a 'b c' $(d e)); x", ["a", "'b c'", "$(d e)"]),
        ("A=(\n  a # b )\n  c\n); x", ["a", "c"]),
        ("export A=(a); x", ["a"]),
        ("A=(a;b); x", ["a", ";", "b"]),
        ("A=(a", ["a"]),
        ("A=(a #b", ["a"]),
    ],
)
def test_the_elements_of_an_array_are_marked_in_one_word(text, elements):
    first, *rest = commands(text)
    assert first[-1] == "".join(["A=", *(ELEMENT + one for one in elements)])
    assert rest == ([("x",)] if text.endswith("x") else [])


def test_brackets_behind_a_command_are_no_array():
    assert commands("a b= c (d)") == (("a", "b=", "c"), ("d",))


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("cat <<EOF\na\nEOF\nx", ["a"]),
        ("cat <<A <<'B' >f\n1\nA\n2\n\nB\nx", ["1", "2\n"]),
        ("cat <<A\n1\nA\n\ncat <<B\n2\nB\nx", ["1", "2"]),
        ("cat <<-\\E\n\ta\n\tE\nx", ["\ta"]),
        ('cat << "E"\n$a\nE\n\nx', ["$a"]),
        ("cat <<E\nE\nx", [""]),
        ("cat <<E\na\n", ["a"]),
        ("cat <<E\na", ["a"]),
    ],
)
def test_a_heredoc_is_read_to_its_mark(text, bodies):
    _, *rest = commands(text)
    assert [one[1] for one in rest if one[0] == "<<"] == bodies
    left = [one for one in rest if one[0] not in {"<<", "cat"}]
    assert left == ([("x",)] if text.endswith("x") else [])


@pytest.mark.parametrize(
    "text",
    [
        "test -n x && a",
        "[ x ] || a",
        "! x && a",
        "grep -q x f && b && a",
        "(( n > 0 )) && a",
        "if x; then y; elif z; then a; fi",
        "if x; then if y; then z; fi; a; fi",
        "while x; do a; done",
        "until x; do for y in z; do a; done; done",
        "case x in\n  y) a ;;\nesac",
    ],
)
def test_what_may_be_left_out_is_conditional(text):
    assert [c.conditional for c in walk(text) if c.words == ("a",)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "x && a",
        "test x\na",
        "[ x ]; a",
        "test x && y; a",
        "for x in y; do a; done",
        "select x in y; do a; done",
        "if x; then y; fi; a",
        "while x; do if y; then z; fi; done\na",
        "fi; done; a",
    ],
)
def test_what_is_always_reached_is_not_conditional(text):
    assert [c.conditional for c in walk(text) if c.words == ("a",)] == [False]


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("a", [0]),
        ("  a b; c", [2, 7]),
        ("# a\nb", [4]),
        ("a\n> f b", [0, 2]),
        ("a <<E && b\nc\nE\nd", [0, 9, 9, 15]),
    ],
)
def test_a_command_begins_with_its_first_word(text, begins):
    assert [c.offset for c in walk(text)] == begins


def test_the_end_of_an_endless_script_is_not_read():
    assert walk("a\n" + " " * MAX_SCRIPT + "b") == walk("a\n")
    assert commands("a\n" + " " * MAX_SCRIPT + "b") == (("a",),)


def test_no_brackets_keep_it_busy():
    begun = time.process_time()
    commands("(" * 50_000)
    assert time.process_time() - begun < 2


def test_the_body_of_a_heredoc_is_no_command():
    assert [c.words[0] for c in walk("cat <<EOF\ndocker push a\nEOF\necho b")] == [
        "cat",
        "<<",
        "echo",
    ]
