"""The operators' handbook of one project and one version, as Markdown in several languages.

What it says is a ``book.Book``: facts that were found.  The words are in ``en`` and ``zh``, the
command lines in ``commands``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from release_tools.reports import safe
from release_tools.reports.runbook import more, sections

if TYPE_CHECKING:
    from release_tools.reports.runbook.book import Book

LANGUAGES = ("en", "zh")
_SECTIONS = (
    more.channels,
    more.prerequisites,
    sections.current,
    sections.upgrade,
    sections.rollback,
    more.pinning,
    more.nightlies,
    more.promotion,
    more.trouble,
)


def render(book: Book, language: str = "en") -> str:
    """Return the handbook; one of ``LANGUAGES``."""
    texts = _texts(language)

    def say(key: str, /, **facts: object) -> str:
        return texts[key].format_map(facts)

    line = book.line
    blocks = [
        say("title", project=book.project, version=line.version),
        say("intro", tag=line.tag),
    ]
    for section in _SECTIONS:
        blocks += section(book, say)
    text = "\n\n".join(blocks)
    return "".join(f"{safe(each)}\n" for each in text.split("\n"))


def _texts(language: str) -> dict[str, str]:
    if language == "zh":
        from release_tools.reports.runbook.zh import TEXTS
    else:
        from release_tools.reports.runbook.en import TEXTS
    return TEXTS
