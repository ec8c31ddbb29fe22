"""The smallest workflows that publish something."""

from __future__ import annotations

ON_V = "on: {push: {tags: ['v*']}}\n"
TWINE = "jobs:\n  publish:\n    steps:\n      - run: twine upload dist/*\n"
GATE = """\
jobs:
  gate:
    outputs: {proceed: '${{ steps.gate.outputs.proceed }}'}
    steps: [{id: gate, run: release-tools gate}]
  held:
    needs: gate
    if: needs.gate.outputs.proceed == 'true'
    steps: [{run: helm push a b}]
"""


def job(*steps, extra=""):
    lines = "".join(f"      - {step}\n" for step in steps)
    return f"jobs:\n  publish:\n{extra}    steps:\n{lines}"


def push(tags, **more):
    given = ", ".join([f"push: true, tags: '{tags}'", *(f"{k}: {v}" for k, v in more.items())])
    return f"{{uses: docker/build-push-action@v6, with: {{{given}}}}}"
