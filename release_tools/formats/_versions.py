"""What a whole version looks like in prose, code and headings, as a regular expression.

Three numbers, then the pre-release labels that packaging and SemVer users write, then build
metadata.  A suffix that is no such label (``-alpine``) is not part of the version.  Every group
is atomic and every number bounded, so that matching takes linear time.
"""

from __future__ import annotations

_NUMBER = r"(?:0|[1-9][0-9]{0,39}+)"
RELEASE = rf"(?>{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?![0-9]|\.[0-9]))"
_LABEL = r"(?:alpha|beta|preview|nightly|post|dev|pre|rc|[abc](?=[-._]?[0-9]))"
LABELS = rf"(?>(?:[-._]?{_LABEL}(?:[-._]?[0-9]{{1,40}}+(?:\.[0-9]{{1,40}}+)*+)?+(?![0-9A-Za-z]))++)"
BUILD = r"(?>\+[0-9A-Za-z-]++(?:\.[0-9A-Za-z-]++)*+)"
WHOLE = rf"(?>{RELEASE}(?:{LABELS})?+(?:{BUILD})?+)"
MINOR = rf"(?>{_NUMBER}\.{_NUMBER})"
NOT_BEFORE = r"(?<![0-9A-Za-z_.+-])"
NOT_BEHIND = r"(?![0-9A-Za-z_]|\.[0-9])"
