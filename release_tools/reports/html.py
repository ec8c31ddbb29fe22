"""The status as one page that a team can publish: no script, nothing from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from release_tools.reports import safe
from release_tools.reports.status import COLUMNS, RUNNING, running_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.reports.status import Line, Overview, Running

_NOTHING = "\N{EN DASH}"
_EMPTY = ' class="none"'
_MARKS = {
    "current": "\N{CHECK MARK}",
    "behind": "\N{DOWNWARDS ARROW}",
    "missing": "\N{BALLOT X}",
    "failing": "\N{BALLOT X}",
    "ahead": "\N{UPWARDS ARROW}",
}
_STYLE = """
:root { color-scheme: light dark; --ink: #1a1d21; --quiet: #5b6470; --paper: #fff; --line: #d9dee4;
  --good: #116329; --bad: #a40e26; --doubt: #7d4e00; --code: #f2f4f7 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --quiet: #9aa5b3; --paper: #12151a;
  --line: #2c333d; --good: #5fce7d; --bad: #ff8f8f; --doubt: #e3b341; --code: #1c2129 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 70rem; padding: 1.5rem 1rem 4rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
tbody th, td:last-child, li, h2 { overflow-wrap: anywhere }
td { white-space: nowrap } td:last-child { white-space: normal }
h1 { font-size: 1.5rem; margin: 0 0 .25rem } h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem }
p { color: var(--quiet); margin: 0 }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; font-weight: 400 }
thead th { color: var(--quiet); font-size: .85rem } tbody th { font-weight: 600; min-width: 7.5rem }
.current, .ahead { color: var(--good) } .behind, .missing, .failing { color: var(--bad) }
.unknown { color: var(--doubt) }
ol { padding-left: 1.25rem }
code { background: var(--code); padding: .1rem .35rem; border-radius: 4px; font-size: .9em }
@media (max-width: 44rem) {
  thead { position: absolute; left: -9999px }
  tr { display: block; border-bottom: 1px solid var(--line); padding: .75rem 0 }
  th, td { display: block; border: 0; padding: .1rem 0; white-space: normal;
    overflow-wrap: anywhere }
  td.none { display: none }
  td::before { content: attr(data-label); display: inline-block; width: 7rem; color: var(--quiet) }
}
"""


def page(title: str, overviews: Sequence[Overview]) -> str:
    """Return the whole page, encoded as UTF-8 by whoever writes it; every text is escaped."""
    body = "".join(map(_stream, overviews))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_text(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><main><h1>{_text(title)}</h1>"
        f"<p>What every surface serves, in every channel.</p>{body}</main></body></html>\n"
    )


def _stream(one: Overview) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in ("surface", *COLUMNS, "state"))
    rows = "".join(map(_row, one.lines))
    todo = "".join(f"<li><code>{_text(line)}</code></li>" for line in one.todo)
    listed = f"<h3>To do</h3><ol>{todo}</ol>" if todo else ""
    release = _text(one.release or "no release yet")
    return (
        f"<section><h2>{_text(one.stream)} · {release}</h2><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{_running(one.running or ())}{listed}</section>\n"
    )


def _running(lines: Sequence[Running]) -> str:
    if not lines:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in RUNNING)
    rows = "".join(map(_running_row, lines))
    return f"<h3>What runs</h3><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _running_row(line: Running) -> str:
    environment, *texts = running_texts(line)
    texts[2] = f"{_MARKS.get(line.state, '?')} {line.state}"
    cells = "".join(
        f'<td data-label="{name}"{_class(name, text, line.state)}>{escape(text)}</td>'
        for name, text in zip(RUNNING[1:], texts, strict=True)
    )
    return f'<tr><th scope="row">{escape(environment)}</th>{cells}</tr>\n'


def _class(name: str, text: str, state: str) -> str:
    return f' class="{state}"' if name == "state" else "" if text else _EMPTY


def _row(line: Line) -> str:
    found = (line.source, line.release, line.prerelease, line.nightly, line.latest)
    cells = "".join(
        f'<td data-label="{name}"{"" if text else _EMPTY}>{_text(text or _NOTHING)}</td>'
        for name, text in zip(COLUMNS, found, strict=True)
    )
    state = f"{_MARKS.get(line.state, '?')} {line.state}"
    why = f"<br><small>{_text(line.why)}</small>" if line.why else ""
    return (
        f'<tr><th scope="row">{_text(line.id)}</th>{cells}'
        f'<td data-label="state" class="{line.state}">{state}{why}</td></tr>\n'
    )


def _text(text: str) -> str:
    return escape(safe(text))
