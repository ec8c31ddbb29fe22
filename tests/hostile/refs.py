"""Names of refs as git allows them, and worse: each is somebody else's text on our command line."""

from __future__ import annotations

from tests.hostile.case import PLAIN, Case

NAMES = {
    "command": 'v1.0.0"$(touch${IFS}canary)"',
    "backticks": "v1.0.0`touch${IFS}canary`",
    "semicolon": "v1.0.0;touch${IFS}canary",
    "pipe": "v1.0.0|touch${IFS}canary",
    "ampersand": "v1.0.0&touch${IFS}canary&",
    "single-quote": "v1.0.0'$(touch${IFS}canary)'",
    "double-quote": 'v1.0.0"',
    "input": "v1.0.0<VERSION",
    "output": "v1.0.0>canary",
    "percent-newline": "v1.0.0%0A::set-output%20name=pwned::1",
    "percent-output": "v1.0.0%0Apwned=1",
    "newline": "v1.0.0\npwned=1",
    "newline-command": "v1.0.0\n::set-output name=pwned::1",
    "carriage-return": "v1.0.0\r\n::error::pwned",
    "heredoc": "v1.0.0\npwned<<EOF\n1\nEOF",
    "line-separator": "v1.0.0\u2028pwned=1",
    "next-line": "v1.0.0\u0085::error::pwned",
    "ansi": "v1.0.0\x1b[2J\x1b[31m",
    "bell": "v1.0.0\x07",
    "delete": "v1.0.0\x7f",
    "option": "-v1.0.0",
    "long-option": "--output=canary",
    "upload-pack": "--upload-pack=touch canary",
    "right-to-left": "v1.0.0\u202e0.0.1",
    "right-to-left-mark": "\u200fv1.0.0",
    "zero-width": "v1.0\u200b.0",
    "full-width-digits": "v\uff11.\uff10.\uff10",
    "arabic-digits": "v\u0661.\u0660.\u0660",
    "superscript": "v1.0.\u00b2",
    "cyrillic": "v1.0.0-\u0430lpha.1",
    "surrogate": "v1.0.0\udcff",
    "leading-zero": "v01.0.0",
    "leading-zero-patch": "v1.0.00",
    "leading-zero-label": "v1.0.0-rc.01",
    "empty-label": "v1.0.0-rc..1",
    "bare-hyphen": "v1.0.0-",
    "bare-plus": "v1.0.0+",
    "two-plus": "v1.0.0+a+b",
    "one-number": "v1",
    "two-numbers": "v1.0",
    "four-numbers": "v1.0.0.0.0-x",
    "no-number": "v",
    "trailing-blank": "v1.0.0 ",
    "leading-blank": " v1.0.0",
    "tab": "v1.0.0\t",
    "capital": "V1.0.0",
    "twice": "vv1.0.0",
    "sign": "v+1.0.0",
    "negative": "v-1.0.0",
    "exponent": "v1e3.0.0",
    "hexadecimal": "v0x1.0.0",
    "underscore": "v1_0.0.0",
    "up": "v1.0.0/../../heads/main",
    "up-first": "../v1.0.0",
    "peel": "v1.0.0^{tree}",
    "parent": "v1.0.0~1",
    "path": "v1.0.0:VERSION",
    "reflog": "v1.0.0@{1}",
    "star": "v1.0.*",
    "question": "v1.0.?",
    "bracket": "v[1].0.0",
    "backslash": "v1.0.0\\",
    "expression": "v1.0.0-${{github.token}}",
    "runner": "##[error]pwned",
    "command-first": "::error::pwned",
    "long-number": f"v{'1' * 200}.0.0",
    "long-label": f"v1.0.0-{'a' * 4000}",
    "many-numbers": f"v{'1.' * 2000}0",
    "no-date": "nightly-20260230",
    "full-width-date": "nightly-2026011\uff15",
}

NIGHTLY = {
    **PLAIN,
    "release-tools.toml": '[streams.main]\nnightly = "nightly-{date}"\n'
    + str(PLAIN["release-tools.toml"]),
}


VERSIONS_ALL_THE_SAME = {
    *("leading-zero", "leading-zero-patch", "leading-zero-label", "one-number", "two-numbers"),
    *("capital", "twice", "trailing-blank", "leading-blank", "tab"),
}
"""What no tag may be called, and what people may type all the same: PEP 440 takes it."""


def _cases():
    for name, text in NAMES.items():
        run = {"GITHUB_REF": f"refs/tags/{text}", "GITHUB_REF_NAME": text}
        ref = f"refs/tags/{text}"
        yield Case(f"tag/{name}", ("verify-surfaces", "--tag", text), "usage", 2)
        yield Case(f"run/{name}", ("verify-surfaces",), "usage", 2, environ=run)
        gate = ("gate", "--ref", ref)
        yield Case(f"gate/{name}", gate, "tag-of-no-stream", 1, NIGHTLY, git=True)
        yield Case(f"ref/{name}", ("verify-surfaces", "--ref", text), "usage", 2, git=True)
        if name not in VERSIONS_ALL_THE_SAME:
            bare = text.removeprefix("v")
            named = "config" if "=" in bare else "usage"  # STREAM=VERSION, of no stream
            yield Case(f"version/{name}", ("verify-surfaces", "--", bare), "invalid-version", 2)
            yield Case(f"bump/{name}", ("bump", "--", bare), named, 2)


CASES = list(_cases())
