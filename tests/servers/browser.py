"""A real browser, headless, that says how wide a page is and how many rows it shows."""

from __future__ import annotations

import shutil
import subprocess

import pytest

NARROWEST = 500
"""Pixels: headless Chromium opens no narrower window."""

_CHROMIUM = shutil.which("chromium")  # looked for now: the PATH of a test may be its own
_SCRIPT = (
    "<script>document.title = document.documentElement.scrollWidth + ' ' + "
    "document.querySelectorAll('tbody tr').length</script>"
)


def measure(page, width, folder):
    """Return how wide ``page`` becomes in a window of ``width``, its rows, and its document."""
    if _CHROMIUM is None:
        pytest.skip("chromium is not installed")
    measured = folder / "measured.html"
    text = page.read_text().replace("default-src 'none';", "script-src 'unsafe-inline';")
    measured.write_text(text.replace("</body>", f"{_SCRIPT}</body>"))
    argv = [_CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
    argv += ["--disable-background-networking", f"--user-data-dir={folder / 'profile'}"]
    argv += [f"--window-size={width},900", "--dump-dom", measured.as_uri()]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60)
    wide, rows = done.stdout.partition("<title>")[2].partition("</title>")[0].split()
    return int(wide), int(rows), done.stdout
