"""``python -m release_tools`` is ``release-tools``."""

from __future__ import annotations

from release_tools.cli import main

main()
