from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from release_tools.errors import MalformedError
from release_tools.formats import toml
from release_tools.kinds import cargo_paths

KEYS = st.sampled_from(["path", '"path"', "'path'", "version", "paths"])
VALUES = st.sampled_from(
    ['"../a"', "'../a'", '"""../a"""', "'''../a'''", '"..\\u002fa"', '"x # path"', "{ path = 'b' }"]
)


@given(
    st.lists(
        st.tuples(KEYS, st.sampled_from(["=", " = ", "\t=", "= "]), VALUES),
        unique_by=lambda f: f[0],
    ),
    st.booleans(),
)
def test_the_look_at_the_lines_misses_nothing_that_the_parser_sees(fields, dotted):
    if dotted:
        text = "[dependencies]\n" + "".join(f"x.{k}{is_}{v}\n" for k, is_, v in fields)
    else:
        text = "[dependencies]\nx = { " + ", ".join(map("".join, fields)) + " }\n"
    try:
        toml.parse(text)
    except MalformedError:
        return
    tree: Any = Texts(text)
    assert cargo_paths.named_targets(tree, "b/Cargo.toml") <= cargo_paths.targets(
        tree, "b/Cargo.toml"
    )


class Texts:
    """A tree in which every file holds the same text."""

    def __init__(self, text):
        self.read = lambda _: text
