"""Version files that say nothing, two things, or more than a version."""

from __future__ import annotations

from tests.hostile.case import Case

PYPROJECT = '[project]\nname = "app"\nversion = "1.0.0"\n'
CARGO = '[package]\nname = "app"\nversion = "1.0.0"\n'
PACKAGE = '{"name": "app", "version": "1.0.0"}\n'
CHART = "apiVersion: v2\nname: app\nversion: 1.0.0\n"
DEEP = 200_000

# What no reader of text takes, whatever the file; the format's own faults follow below.
ENCODINGS = {
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "utf-32": lambda text: text.encode("utf-32"),
    "not-utf-8": lambda text: text.replace("1.0.0", "1.0.0\udcff").encode(errors="surrogateescape"),
    "overlong": lambda text: text.encode().replace(b"1", b"\xc0\xb1"),
    "half-a-pair": lambda text: text.encode().replace(b"1", b"\xed\xa0\x80"),
    "nul": lambda text: text.replace("1.0.0", "1.0.0\0").encode(),
    "empty": lambda _: b"",
    "blank": lambda _: b" \n\t\n",
    "html": lambda _: b"<!doctype html><title>Sign in</title>\n",
    "cut-short": lambda text: text[: text.index("name") + 2].encode(),
}

# Of each kind: its entry, its file, what is right, and what is wrong.
KINDS = {
    "pypi": (
        'kind = "pypi"\npath = "."\n',
        "pyproject.toml",
        PYPROJECT,
        {
            "key-twice": f'{PYPROJECT}version = "2.0.0"\n',
            "table-twice": f'{PYPROJECT}[project]\nversion = "2.0.0"\n',
            "list": PYPROJECT.replace('"1.0.0"', '["1.0.0"]'),
            "number": PYPROJECT.replace('"1.0.0"', "1.0"),
            "multi-line": PYPROJECT.replace('"1.0.0"', '"""\n1.0.0\n::error::x"""'),
            "unclosed": PYPROJECT.replace('"1.0.0"', '"1.0.0'),
            "deep": f"{PYPROJECT}x = {'[' * DEEP}\n",
            "deep-tables": f"{PYPROJECT}x = {'{a=' * 50_000}\n",
            "dotted-key": f"{PYPROJECT}{'a.' * 20_000}b = 1\n",
            "dotted-table": f"{PYPROJECT}[{'a.' * 20_000}b]\n",
            "quoted-dots": PYPROJECT + '"a"' + ".a" * 20_000 + " = 1\n",
        },
    ),
    "crate": (
        'kind = "crate"\npath = "."\n',
        "Cargo.toml",
        CARGO,
        {
            "key-twice": f'{CARGO}version = "2.0.0"\n',
            "list": CARGO.replace('"1.0.0"', '["1.0.0"]'),
            "workspace-of-nothing": CARGO.replace('"1.0.0"', "{ workspace = true }"),
            "multi-line": CARGO.replace('"1.0.0"', "'''\n1.0.0\n::error::x'''"),
            "deep": f"{CARGO}x = {'[' * DEEP}\n",
            "dotted-key": f"{CARGO}{'a.' * 20_000}b = 1\n",
        },
    ),
    "npm": (
        'kind = "npm"\npath = "."\n',
        "package.json",
        PACKAGE,
        {
            "key-twice": '{"name": "app", "version": "1.0.0", "version": "2.0.0"}\n',
            "escaped-twice": '{"name": "app", "version": "1.0.0", "\\u0076ersion": "2.0.0"}\n',
            "number": PACKAGE.replace('"1.0.0"', "1"),
            "nan": PACKAGE.replace('"1.0.0"', "NaN"),
            "list": "[]\n",
            "two-documents": PACKAGE * 2,
            "comment": f"// x\n{PACKAGE}",
            "single-quotes": PACKAGE.replace('"', "'"),
            "raw-newline": PACKAGE.replace("1.0.0", "1.0.0\n::error::x"),
            "deep": PACKAGE.replace("}", f', "x": {"[" * DEEP}'),
            "deep-objects": PACKAGE.replace("}", ', "x": ' + '{"a":' * DEEP),
            "wide-number": PACKAGE.replace("}", f', "x": {"9" * 100_000}}}'),
        },
    ),
    "chart": (
        'kind = "chart"\npath = "."\n',
        "Chart.yaml",
        CHART,
        {
            "key-twice": f"{CHART}version: 2.0.0\n",
            "alias": "x: &v 1.0.0\nname: app\nversion: *v\n",
            "list": "name: app\nversion: [1.0.0]\n",
            "mapping": "name: app\nversion: {a: 1.0.0}\n",
            "block": "name: app\nversion: |\n  1.0.0\n  ::error::x\n",
            "folded": "name: app\nversion: >\n  1.0.0\n",
            "tag": "name: app\nversion: !!python/object/apply:os.system [touch canary]\n",
            "tab": "name: app\n\tversion: 1.0.0\n",
            "deep": f"{CHART}x: {'[' * DEEP}\n",
            "deep-mappings": f"{CHART}x: {'{a: ' * DEEP}\n",
            "dashes": f"{CHART}x:\n  {'- ' * DEEP}\n",
            "aliases": "name: app\na0: &a0 [x]\n"
            + "".join(f"a{n + 1}: &a{n + 1} [{f'*a{n},' * 9}]\n" for n in range(60))
            + "version: *a60\n",
            "merges": "a0: &a0 {x: y}\n"
            + "".join(f"a{n + 1}: &a{n + 1} {{<<: [*a{n}, *a{n}], x{n}: y}}\n" for n in range(60))
            + "<<: *a60\n",
            "anchors": f"{CHART}x: {'& ' * DEEP}\n",
        },
    ),
}

# A version that is none: it is found, shown, and never taken for the version.
VALUES = {
    "command": "$(touch canary)",
    "ansi": "1.0.0\x1b[2J",
    "workflow-command": "::set-output name=pwned::1",
    "group": "##[error]pwned",
    "right-to-left": "1.0.0\u202e",
    "full-width": "\uff11.0.0",
    "long": "1" * 5000,
    "longer": f"1.0.0-{'a' * 200_000}",
    "percent": "1.0.0%0A::error::x",
    "leading-zero": "01.0.0-x",
    "expression": "${{ secrets.X }}",
    "format": "{version}",
    "table": "1.0.0 | pwned |",
    "html": "<img src=x onerror=alert(1)>",
}

FILE = '[[surfaces]]\nkind = "file"\npath = "VERSION"\n'


BESIDE = {
    *("deep", "deep-tables", "deep-mappings", "dotted-key", "dotted-table", "quoted-dots"),
    *("dashes", "anchors"),
}
"""Bombs beside the version, in TOML and YAML: looking finds it without them, writing reads all."""


def _named(kind, name, verb):
    """Return the id and the exit code for a broken file of a kind."""
    says_nothing = {("npm", "list"), ("crate", "cut-short"), ("chart", "cut-short")}
    says_nothing |= {("crate", "html"), ("chart", "html"), ("chart", "merges")}
    if (kind, name) in says_nothing or (name in {"empty", "blank"} and kind != "npm"):
        return "surface-missing", 1
    if name in BESIDE and kind != "npm":
        return ("", 0) if verb == "verify-surfaces" else ("file-malformed", 1)
    return "file-malformed", 1


def _cases():
    for kind, (entry, path, right, wrong) in KINDS.items():
        texts = {name: make(right) for name, make in ENCODINGS.items()} | wrong
        for name, text in texts.items():
            files = {"release-tools.toml": f"[[surfaces]]\n{entry}", path: text}
            for argv in (("verify-surfaces", "1.0.0"), ("bump", "2.0.0")):
                id_, code = _named(kind, name, argv[0])
                yield Case(f"{kind}/{name}/{argv[0]}", argv, id_, code, files)
    look = ("verify-surfaces", "1.0.0")
    pypi = f"[[surfaces]]\n{KINDS['pypi'][0]}"
    for name, value in VALUES.items():
        # A file that is nothing but a version is refused where it cannot be one; a value among
        # others is shown as what differs.
        odd = not value.isprintable() or len(value) > 128
        files = {"release-tools.toml": FILE, "VERSION": f"{value}\n"}
        id_ = "file-malformed" if odd else "surface-differs"
        yield Case(f"value/{name}", look, id_, 1, files)
        text = PYPROJECT.replace("1.0.0", value)
        files = {"release-tools.toml": pypi, "pyproject.toml": text}
        id_ = "file-malformed" if "\x1b" in value else "surface-differs"
        yield Case(f"value/{name}/pypi", look, id_, 1, files)


CASES = list(_cases())
