"""The real helm and kubectl over a cluster that can be read; control planes only where built."""

from __future__ import annotations

from tests.servers import control_plane
from tests.servers.clients import cluster, helm, path, runner, says

__all__ = ["cluster", "helm", "path", "runner", "says"]

# A session that has no control plane collects none of its tests: it is built on demand, by
# `scripts/control-plane test`, and a test that cannot run would count as skipped.
collect_ignore = [] if control_plane.is_built() else ["test_control_plane.py"]
