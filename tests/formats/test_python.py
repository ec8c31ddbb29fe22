"""Python source: a string assigned at module level, against Python's own parser."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from release_tools.errors import MalformedError
from release_tools.formats import plain, python, splice
from release_tools.model import Edit, Spot

NAME = "__version__"


def edit(text: str, at: Any, new: str) -> tuple[str, tuple[Edit, ...]]:
    edits = tuple(Edit("f.py", python, at, spot, new) for spot in python.locate(text, at))
    return splice(text, edits), edits


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('__version__ = "1.0"', "1:16"),
        ("\ufeff__version__='1.0'  # why\r\n", "1:14"),
        ('import a\n\n# of the package\n__version__: str = "1.0"   \n', "4:21"),
        ('from typing import Final\n__version__: Final[str] = "1.0"\n', "2:28"),
        ('"""Doc.\n\n__version__ = "8"\n"""\n__version__ = "1.0"\n', "5:16"),
        ('__all__ = ["__version__"]\n__version__ = "1.0"\n', "2:16"),
        ('x = f(\n__version__ = "8"\n)\n__version__ = "1.0"\n', "4:16"),
        ('x = "ü"; __version__ = "1.0"\n', "1:25"),
        ('\ufeff"ü"; __version__ = """1.0"""', "1:23"),
        ('a = 1\r"ü"; __version__ = version = r"1.0"\r\n', "1:38"),
        ("__version__ = (\n    '1.0'\n)\n", "2:6"),
        ('__version__: str\n__version__ = "1.0"\nprint(__version__)\n', "2:16"),
        ('def f():\n    __version__ = "8"\n\n\n__version__ = "1.0"\n', "5:16"),
        ('from a import __version__ as b\n__version__ = "1.0"', "2:16"),
    ],
)
def test_the_string_is_found_and_replaced(text: str, where: str) -> None:
    (spot,) = python.locate(text, NAME)
    assert (spot.text, f"{spot.line}:{spot.column}") == ("1.0", where)
    after, edits = edit(text, NAME, "2.0rc1")
    assert after == text.replace("1.0", "2.0rc1")
    python.prove(text, after, edits)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("\n__version__ = (1, 0)\n", 2, "computed: "),
        ('__version__ = f"{x}"\n', 1, "computed: "),
        ('__version__ = version("x")\n', 1, "computed: version"),
        ('__version__ = "1" + ".0"\n', 1, "computed: "),
        ('__version__ = b"1.0"\n', 1, "computed: "),
        ('__version__ = "1.0" if x else "2.0"\n', 1, "computed: "),
        ('__version__ = "1.0"; __version__ += "x"\n', 1, "not assigned by a statement"),
        ('if x:\n    __version__ = "1.0"\n', 2, "not assigned by a statement"),
        ('__version__, x = "1.0", 1\n', 1, "not assigned by a statement"),
        ('__version__ = "1.0"\n__version__ = "1.0"\n', 2, "assigned twice, in lines 1 and 2"),
        ('try:\n    __version__ = "1.0"\nexcept E:\n    pass\n', 2, "not assigned by"),
        ('__version__ = "1.0"\nif x:\n    __version__ = "1.0"\n', 3, "not assigned by"),
        ('__version__ = "1" ".0"\n', 1, "in parts"),
        ("__version__ = = 1\n", 1, "^not valid Python: invalid syntax$"),
        ("x = '\ud800'\n__version__ = 1\n", None, "^not valid Python: 'utf-8' codec"),
        (f"__version__ = {'x' * 81}\n", 1, f"^__version__ is computed: {'x' * 80}$"),
        ('__version__ = "1\\x2e0"\n', 1, "escapes"),
        ('__version__ = "1.0\n', 1, "not valid Python"),
        ('x = 1\0\n__version__ = "1.0"\n', None, "not valid Python"),
    ],
)
def test_what_is_no_plain_string_is_refused_with_its_line(
    text: str, line: int | None, message: str
) -> None:
    with pytest.raises(MalformedError, match=message) as caught:
        python.locate(text, NAME)
    assert line is None or caught.value.line == line


@pytest.mark.parametrize(
    "text",
    ["", "x = 1\n", "print(__version__)\n", "from .v import __version__\n", "__version__: str\n"],
)
def test_a_name_that_is_not_assigned_is_absent(text: str) -> None:
    assert python.locate(text, NAME) == ()


@pytest.mark.parametrize("before", ["f(", "f(a,", "f (x,", "f(  # c", "f(\n a,", "f(\n    a\n,"])
def test_an_argument_of_that_name_is_no_assignment(before: str) -> None:
    assert python.locate(f'{before}\n__version__ = "1.0"\n)\n', NAME) == ()


def test_an_edit_of_a_comment_is_not_that_of_the_value() -> None:
    text = '# 1.0\n__version__ = "1.0"\n'
    edits = [Edit("f.py", python, NAME, Spot.of(text, 2, 5), "2.0")]
    with pytest.raises(MalformedError):
        python.prove(text, splice(text, edits), edits)


@pytest.mark.parametrize(
    "text",
    [
        '__version__ = "1.0"',
        "__version__='1.0'\n",
        '\ufeff__version__ = "1.0"\r\nx = 1\r\n',
        '"Doc."\n__version__ = "1.0"\n',
        'import a\n\n# of the package\n__version__ :  str  =   "1.0"  # a = b\nx = "2"\n',
        '__version__ = "1.0"\n__all__ = ["__version__"]\n',
        "__all__ = ['__version__']\n__version__ = \"1.0\"\nprint()\n",
        'def f():\n    pass\n\n\nx = 1\n__version__ = "1.0"\n',
        '__version__ = ""',
    ],
)
def test_the_usual_forms_are_read_without_the_parser(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(python, "_find", None)
    (spot,) = python.locate(text, NAME)
    assert spot.text == ("1.0" if "1.0" in text else "")


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n",
        "__version__\n",
        '__version__ += "1.0"\n',
        '__version__x = "1.0"\n',
        '__version__: Final = "1.0"\n',
        "__version__ = 1\n",
        '__version__ = "1.0\n',
        "__version__ = \"1.0'\n",
        '__version__ = """1.0"""\n',
        '__version__ = "1.0" "2"\n',
        '__version__ = "1\\x2e0"\n',
        '__version__ = "1\t0"\n',
        '__version__ = "1.0"  # a\f\n',
        '__version__ = "1.0"\nprint(__version__)\n',
        "s = '''\n__version__ = '1.0'\n'''\n",
        's = """\n__version__ = "1.0"\n"""\n',
        'x = \\\n__version__ = "1.0"\n',
        'x = 1\0\n__version__ = "1.0"\n',
        '# c\rx = f(\n__version__ = "1.0"\n)\n',
        'f(\n__version__ = "1.0"\n)\n',
        'f(  # c\n__version__ = "1.0"\n)\n',
        'f(\n    a\n__version__ = "1.0"\n)\n',
    ],
)
def test_whatever_could_mislead_is_left_to_the_parser(text: str) -> None:
    assert python._quick(text, NAME) is None


LINES = [
    '__version__ = "1"',
    "__version__: str = '2'  # x",
    '__version__="3"',
    "# a comment, with __version__ = '4'",
    '    __version__ = "5"',
    "x = 1",
    "if x:",
    "def f():",
    "f(",
    ")",
    "    x,",
    "x = {",
    "}",
    'y = "__version__"',
    "s = '''",
    '"""',
    "x = \\",
    "print(__version__)",
    '__version__ = "6" + x',
    "__version__ = '7\\x31'",
    "import __version__",
    "",
]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(LINES), max_size=7),
    st.sampled_from(["\n", "\n", "\r\n", "\r"]),
    st.sampled_from(["", "\ufeff"]),
)
def test_the_quick_answer_is_that_of_the_parser(lines: list[str], newline: str, bom: str) -> None:
    text = bom + newline.join(lines)
    quick = python._quick(text, NAME)
    try:
        slow = python._find(text, NAME)
    except MalformedError as error:
        # Far from the place the quick search does not notice what is no Python.
        assert quick is None or error.message.startswith("not valid Python")  # noqa: PT017
        return
    assert quick in (None, slow)
    if slow is not None:
        assert python.locate(text, NAME) == (Spot.of(text, *slow),)
        python.prove(text, *edit(text, NAME, "9.9"))


HOSTILE = {
    "deep brackets": "(" * 100_000,
    "deep unary": "x = " + "-" * 100_000 + "1",
    "deep attributes": "x = a" + ".a" * 90_000,
    "deep sum": "x = 1" + "+1" * 90_000,
    "huge": "x\n" * python.LIMIT,
    "nul": "\0",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_quickly(name: str) -> None:
    started = time.process_time()
    with pytest.raises(MalformedError):
        python.locate(HOSTILE[name] + f"\n{NAME} = (\n'1.0')\n", NAME)
    assert time.process_time() - started < 2


def test_the_longest_text_that_is_parsed_has_its_length() -> None:
    text = f"{NAME} = (\n'1.0')\n#".ljust(python.LIMIT, "x")
    assert len(python.locate(text, NAME)) == 1
    with pytest.raises(MalformedError, match=r"^the file has 200001 characters; at most"):
        python.locate(f"{text}x", NAME)


def test_an_edit_of_another_format_that_changes_an_operator_is_refused() -> None:
    text = '__version__ = "1.0"\nx = 1 + 2\n'
    edits = [Edit("f.py", plain, None, Spot.of(text, 26, 27), "-")]
    with pytest.raises(MalformedError, match="add, remove or rename keys"):
        python.prove(text, splice(text, edits), edits)


@pytest.mark.parametrize("new", ['2"', "2\\", "2\n", '2" "3', '2"; x = "', "\\x32"])
def test_an_edit_that_does_not_read_as_itself_is_refused(new: str) -> None:
    before = '__version__ = "1.0"\nx = "1.0"\n'
    with pytest.raises(MalformedError):
        python.prove(before, *edit(before, NAME, new))


def test_an_edit_elsewhere_is_refused() -> None:
    before = '__version__ = "1.0"\nx = "1.0"\n'
    after, edits = edit(before, NAME, "2.0")
    for wrong in (before, before.replace("1.0", "2.0"), after + "\n"):
        with pytest.raises(MalformedError, match="outside the intended places"):
            python.prove(before, wrong, edits)
