"""Configurations that are wrong, by mistake or on purpose."""

from __future__ import annotations

from tests.hostile.case import PLAIN, VERSION, Case

IMAGE = '[[surfaces]]\nkind = "image"\nnames = ["a"]\n'
CHART = '[[surfaces]]\nkind = "chart"\npath = "c"\n'
FILES = {"c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n"}

TEXTS: dict[str, str | bytes] = {
    "empty": "",
    "no-surfaces": 'repository = "a/b"\n',
    "no-toml": "surfaces: [\n",
    "utf-16": VERSION.encode("utf-16"),
    "not-utf-8": VERSION.encode() + b"# \xff\n",
    "nul": VERSION.encode() + b'x = "\0"\n',
    "key-twice": f'{VERSION}path = "b"\n',
    "table-twice": f"[streams.a]\n[streams.a]\n{VERSION}",
    "unknown-key": f"{VERSION}pth = 1\n",
    "unknown-table": f"{VERSION}[secrets]\na = 1\n",
    "unknown-kind": '[[surfaces]]\nkind = "shell"\npath = "x"\n',
    "kind-of-python": '[[surfaces]]\nkind = "os.system"\npath = "x"\n',
    "kind-that-climbs": '[[surfaces]]\nkind = "../cli/main"\npath = "x"\n',
    "kind-dunder": '[[surfaces]]\nkind = "__init__"\npath = "x"\n',
    "kind-list": '[[surfaces]]\nkind = ["file"]\npath = "x"\n',
    "key-with-newline": f'{VERSION}"a\\n::set-output name=pwned::1" = 1\n',
    "key-with-ansi": f'{VERSION}"\\u001b[2J" = 1\n',
    "key-of-100-kb": f"{'k' * 100_000} = 1\n{VERSION}",
    "absolute": '[[surfaces]]\nkind = "file"\npath = "/etc/passwd"\n',
    "climbs": '[[surfaces]]\nkind = "file"\npath = "../origin.git/HEAD"\n',
    "climbs-inside": '[[surfaces]]\nkind = "file"\npath = "a/../../x"\n',
    "backslash": '[[surfaces]]\nkind = "file"\npath = "..\\\\x"\n',
    "drive": '[[surfaces]]\nkind = "file"\npath = "C:/x"\n',
    "path-number": '[[surfaces]]\nkind = "file"\npath = 1\n',
    "path-newline": '[[surfaces]]\nkind = "file"\npath = "a\\nb"\n',
    "path-escape": '[[surfaces]]\nkind = "file"\npath = "\\u001b]0;x"\n',
    "exclude-climbs": f'{VERSION}exclude = "../x"\n',
    "changelog-climbs": f'[streams.a]\nchangelog = "../x"\n{VERSION}',
    "references-climb": f'{IMAGE}registry = "r.example.com/o"\nreferences = ["../x"]\n',
    "values-climb": f'{VERSION}[deployments.a]\nvalues = "../x"\n',
    "stream-named-badly": f'[streams."a b"]\n{VERSION}',
    "stream-named-option": f'[streams."$(id)"]\n{VERSION}',
    "stream-unknown": f'{VERSION}stream = "other"\n',
    "tag-without-version": f'[streams.a]\ntag = "v"\n{VERSION}',
    "tag-with-two": f'[streams.a]\ntag = "{{version}}{{version}}"\n{VERSION}',
    "tag-with-shell": f"[streams.a]\ntag = 'v{{version}}$(id)'\n{VERSION}",
    "tag-option": f'[streams.a]\ntag = "-v{{version}}"\n{VERSION}',
    "tag-that-climbs": f'[streams.a]\ntag = "../{{version}}"\n{VERSION}',
    "tag-newline": f'[streams.a]\ntag = "v{{version}}\\n"\n{VERSION}',
    "tag-format": f'[streams.a]\ntag = "v{{version.__class__}}"\n{VERSION}',
    "nightly-without-date": f'[streams.a]\nnightly = "nightly"\n{VERSION}',
    "base-unknown": f'[streams.a]\nnightly-base = "x"\n{VERSION}',
    "branches-empty": f"[streams.a]\nbranches = []\n{VERSION}",
    "repository-url": f'repository = "https://github.example.com/a/b"\n{VERSION}',
    "repository-climbs": f'repository = "a/../b"\n{VERSION}',
    "repository-query": f'repository = "a/b?x"\n{VERSION}',
    "repository-full-width": f'repository = "a/\uff22"\n{VERSION}',
    "registry-file": f'{VERSION}[registries]\npypi = "file:///etc/passwd"\n',
    "registry-ftp": f'{VERSION}[registries]\npypi = "ftp://x.example.com/"\n',
    "registry-javascript": f'{VERSION}[registries]\nnpm = "javascript:alert(1)"\n',
    "registry-git": f'{VERSION}[registries]\ncrates = "git://x.example.com/"\n',
    "registry-no-host": f'{VERSION}[registries]\npypi = "https:///simple"\n',
    "registry-blank": f'{VERSION}[registries]\npypi = "https://x.example.com /"\n',
    "registry-number": f"{VERSION}[registries]\npypi = 1\n",
    "registry-credentials": f'{VERSION}[registries]\nnpm = "https://a:hunter2@x.example.com/"\n',
    "registry-token": f'{VERSION}[registries]\ngithub = "https://hunter2@x.example.com/"\n',
    "image-credentials": f'{IMAGE}registry = "a:hunter2@r.example.com/o"\n',
    "image-scheme": f'{IMAGE}registry = "https://r.example.com/o"\n',
    "image-blank": f'{IMAGE}registry = "r.example.com/o --x"\n',
    "chart-credentials": f'{CHART}registry = "oci://a:hunter2@r.example.com/o"\n',
    "chart-file": f'{CHART}registry = "file:///tmp"\n',
    "plain-http-url": f'{VERSION}[registries]\nplain-http = ["http://127.0.0.1"]\n',
    "private-network": f'{VERSION}[registries]\nprivate-hosts = ["10.0.0.0/8"]\n',
    "private-user": f'{VERSION}[registries]\nprivate-hosts = ["a@10.0.0.1"]\n',
    "waiver-without-reason": f'{VERSION}[gate]\nwaive = [{{ check = "monotonic" }}]\n',
    "waiver-with-more": f'{VERSION}[gate]\nwaive = [{{ check = "x", reason = "y", all = "z" }}]\n',
    "deployment-option": f'{VERSION}[deployments.a]\ncontext = "--kubeconfig=x"\n',
    "namespace-shell": f'{VERSION}[deployments.a]\nnamespace = "a;touch canary"\n',
    "release-shell": f'{VERSION}[deployments.a]\nrelease = "$(touch canary)"\n',
    "python-option": f'{VERSION}[deployments.a]\npython = "--exec=canary"\n',
    "target-unknown": f'{VERSION}[deployments.a]\ntarget = "ssh"\n',
    "template-without-version": '[[surfaces]]\nkind = "file"\npath = "VERSION"\ntemplate = "x"\n',
    "template-newline": (
        '[[surfaces]]\nkind = "file"\npath = "VERSION"\ntemplate = "a\\n{version}"\n'
    ),
    "name-escape": '[[surfaces]]\nkind = "file"\npath = "VERSION"\nname = "a\\u001b[31m"\n',
    "name-command": '[[surfaces]]\nkind = "file"\npath = "VERSION"\nname = "\\n::error::x"\n',
    "optional-text": f'{VERSION}optional = "yes"\n',
    "first-number": f"{VERSION}first = 1\n",
    "glob-of-nothing": '[[surfaces]]\nkind = "pypi"\npath = "py/*"\n',
    "deep": "a = " + "[" * 5000,
    "deep-inline": "a = " + "{a = " * 5000,
    "dotted-key-of-40-kb": ".".join(["a"] * 20_000) + " = 1",
    "wide": f"x = [{'1,' * 400_000}]\n",
}
INSIDE = {
    "unknown-key": "[tool.release-tools]\npth = 1\n",
    "no-surfaces": "[tool.release-tools]\n",
    "no-table": "[tool]\nrelease-tools = 1\n",
}


def _cases():
    for name, text in TEXTS.items():
        files = {**PLAIN, **FILES, "release-tools.toml": text}
        yield Case(name, ("verify-surfaces",), "config", 2, files)
        yield Case(f"{name}/bump", ("bump", "2.0.0"), "config", 2, files)
    for name, text in INSIDE.items():
        files = {"VERSION": "1.0.0\n", "pyproject.toml": text}
        yield Case(f"pyproject/{name}", ("verify-surfaces",), "config", 2, files)
    both = {**PLAIN, "pyproject.toml": "[tool.release-tools]\n"}
    yield Case("two-of-them", ("verify-surfaces",), "config", 2, both)
    none = {"VERSION": "1.0.0\n"}
    for argv in (("gate", "--ref", "v1.0.0"), ("release", "--ref", "v1.0.0")):
        yield Case(f"none/{argv[0]}", argv, "config", 2, none, git=True)
    for path in ("nothing.toml", "../nothing.toml", "", "\x1b[31m", "VERSION"):
        argv = ("--config", path, "verify-surfaces")
        yield Case(f"named/{path!a}", argv, "config", 2)


CASES = list(_cases())
