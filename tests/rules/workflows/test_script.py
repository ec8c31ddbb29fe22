from __future__ import annotations

import pytest

from release_tools.rules.workflows.script import commands, walk

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
    ],
)
def test_words_are_split_as_the_shell_does(text, words):
    assert walk(text)[0].words == words


def test_the_body_of_a_heredoc_is_no_command():
    assert [c.words[0] for c in walk("cat <<EOF\ndocker push a\nEOF\necho b")] == [
        "cat",
        "<<",
        "echo",
    ]
