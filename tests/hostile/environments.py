"""Environments that would turn the program, or the git that it starts, to other things.

None of them may make a difference: an empty id says so.
"""

from __future__ import annotations

from tests.hostile.case import Case

AT = ("verify-surfaces", "--ref", "v1.0.0")
GATE = ("gate", "--ref", "refs/tags/v1.0.0")
TRAP = "touch canary"

VARIABLES = {
    "git-dir": {"GIT_DIR": "/nonexistent"},
    "git-dir-elsewhere": {"GIT_DIR": "../origin.git"},
    "git-work-tree": {"GIT_WORK_TREE": "/"},
    "git-index": {"GIT_INDEX_FILE": "../home/index"},
    "git-objects": {"GIT_OBJECT_DIRECTORY": "/nonexistent"},
    "git-alternates": {"GIT_ALTERNATE_OBJECT_DIRECTORIES": "/nonexistent"},
    "git-namespace": {"GIT_NAMESPACE": "other"},
    "git-ceiling": {"GIT_CEILING_DIRECTORIES": "/"},
    "git-prefix": {"GIT_PREFIX": "sub/"},
    "git-literal": {"GIT_GLOB_PATHSPECS": "1"},
    "git-trace": {"GIT_TRACE": "../home/trace", "GIT_TRACE2": "../home/trace2"},
    "git-trace-curl": {"GIT_CURL_VERBOSE": "1", "GIT_TRACE_CURL": "../home/curl"},
    "git-pager": {"GIT_PAGER": TRAP, "PAGER": TRAP},
    "git-editor": {"GIT_EDITOR": TRAP, "EDITOR": TRAP, "VISUAL": TRAP},
    "git-external-diff": {"GIT_EXTERNAL_DIFF": TRAP},
    "git-proxy-command": {"GIT_PROXY_COMMAND": TRAP},
    "git-template": {"GIT_TEMPLATE_DIR": "/"},
    "git-shallow": {"GIT_SHALLOW_FILE": "../home/shallow"},
    "git-grafts": {"GIT_GRAFT_FILE": "../home/grafts"},
    "git-replace": {"GIT_REPLACE_REF_BASE": "refs/tags/"},
    "git-config-parameters": {"GIT_CONFIG_PARAMETERS": "'core.pager'='touch canary'"},
    "language": {"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"},
    "less": {"LESSOPEN": "|touch canary", "LESS": "-o canary"},
    "shell": {"SHELL": "/nonexistent", "BASH_ENV": "canary.sh", "ENV": "canary.sh"},
    "columns": {"COLUMNS": "-1", "LINES": "$(touch canary)"},
    "terminal": {"TERM": "../../etc/passwd", "TERMINFO": "/nonexistent"},
    "home-nowhere": {"HOME": "/nonexistent"},
    "home-relative": {"HOME": "."},
    "no-home": {"HOME": ""},
    "tmp-nowhere": {"TMPDIR": "/nonexistent"},
    "proxy": dict.fromkeys(("http_proxy", "https_proxy", "ALL_PROXY"), "http://@HOST@"),
    "proxy-rogue": {"https_proxy": "$(touch canary)", "http_proxy": "file:///etc/passwd"},
    "workspace": {"GITHUB_WORKSPACE": "/", "GITHUB_EVENT_PATH": "/dev/zero"},
    "python-breakpoint": {"PYTHONBREAKPOINT": "os.system"},
    "completion": {"_RELEASE_TOOLS_COMPLETE_": "bash_source"},
}

HOOKS = (
    *("pre-commit", "post-checkout", "post-merge", "post-index-change", "reference-transaction"),
    *("pre-push", "post-rewrite", "fsmonitor-watchman", "pre-auto-gc", "prepare-commit-msg"),
)
SETTINGS = {
    "fsmonitor": "core.fsmonitor",
    "pager": "core.pager",
    "pager-of-show": "pager.show",
    "editor": "core.editor",
    "external-diff": "diff.external",
    "alias": "alias.cat-file",
    "alias-shell": "alias.ls-tree",
    "ask-pass": "core.askPass",
    "credentials": "credential.helper",
}


def _hook(name):
    """Let the hook of that name write the canary."""

    def make(root):
        file = root / ".git" / "hooks" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("#!/bin/sh\ntouch canary\n")
        file.chmod(0o755)

    return make


def _setting(name):
    def make(root):
        section, _, key = name.partition(".")
        with (root / ".git" / "config").open("a") as file:
            file.write(f'[{section}]\n\t{key} = "!touch canary"\n')

    return make


def _cases():
    for name, variables in VARIABLES.items():
        yield Case(name, AT, "", 0, environ=variables, git=True)
    for name in HOOKS:
        yield Case(f"hook/{name}", AT, "", 0, make=_hook(name), git=True)
    for name, key in SETTINGS.items():
        yield Case(f"git-config/{name}", AT, "", 0, make=_setting(key), git=True)
    # Where the files of the step cannot be written nobody would learn of the verdict.
    for name, path in {"folder": ".", "nowhere": "/nonexistent/x", "nul": "a\udcff/b"}.items():
        environ = {"GITHUB_STEP_SUMMARY": path}
        yield Case(f"summary/{name}", ("verify-surfaces",), "file-unreadable", 3, environ=environ)
    # What a run says of itself is the pusher's text too.
    for name, value in {
        "newline": "a/b\npwned=1",
        "command": "$(touch canary)/x",
        "climbs": "../../x/y",
        "query": "a/b?c",
        "credentials": "https://a:hunter2@x.example.com/b",
    }.items():
        environ = {"GITHUB_REPOSITORY": value, "GITHUB_TOKEN": "x"}
        yield Case(f"repository/{name}", GATE, "gate-unsure", 3, environ=environ, git=True)
    for name, url in {
        "file": "file:///etc/passwd",
        "no-url": "github",
        "other-scheme": "ssh://x.example.com",
        "credentials": "https://a:hunter2@x.example.com",
        "private": "http://169.254.169.254/latest/meta-data",
        "newline": "https://x.example.com\n/a",
        "plain": "http://x.example.com/",
    }.items():
        environ = {"GITHUB_REPOSITORY": "a/b", "GITHUB_TOKEN": "x", "GITHUB_API_URL": url}
        yield Case(f"api/{name}", GATE, "gate-unsure", 3, environ=environ, git=True)


CASES = list(_cases())
