"""Resolve references as ``verify-surfaces --published`` does, without a project around it.

    python resolve.py HOST NAME:TAG ...

Prints how long it took from the first request to the last answer, in seconds, and the digests.
"""

from __future__ import annotations

import sys
import time
from functools import partial

from release_tools.adapters import side_by_side
from release_tools.adapters.http import Http
from release_tools.reading import Coordinates, Found, Wanted
from release_tools.registries import oci
from release_tools.version import Version

host, *references = sys.argv[1:]
transport = Http(private_hosts=[host])
version = Version.parse("1.2.3")
questions = []
for reference in references:
    name, _, tag = reference.rpartition(":")
    at = Coordinates(f"https://{host}", name)
    questions.append(partial(oci.read, at, Wanted(version, tag), transport))
start = time.perf_counter()
readings = side_by_side.ask(questions)
print(time.perf_counter() - start)
for reference, reading in zip(references, readings, strict=True):
    if not isinstance(reading, Found):
        sys.exit(f"{reference}: {reading}")
    print(reference, reading.digest)
