"""``release-tools pin``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from release_tools.cli import shared, stepping
from release_tools.reports import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release_tools.flows.pin import Checked, Pinned

_BAD = ("differs", "missing")


@click.command(
    "pin",
    epilog="""\b
Examples:
  release-tools pin 0.3.0                                    what it is, by digest
  release-tools pin 0.3.0 --output values-production.yaml    a values file for Helm
  release-tools pin 0.3.0 --into deploy/app.yaml --dry-run   what would change in a manifest
  release-tools pin 0.3.0 --format make > versions.mk
  release-tools pin --check deploy/app.yaml                  is it still there, and which is it?
""",
)
@click.argument("version", required=False)
@click.option("--stream", metavar="NAME", help="The stream (default: the first).")
@click.option(
    "--digest",
    "digests",
    is_flag=True,
    help="Carry digests in tags where a chart has no key for them.",
)
@click.option("--into", metavar="FILE", multiple=True, help="Pin the images in this manifest.")
@click.option("--output", metavar="FILE", help="Write a values file for Helm.")
@click.option("--check", metavar="FILE", multiple=True, help="Look pinned digests up instead.")
@click.option("--dry-run", is_flag=True, help="Show the changes; write nothing.")
@click.option("--format", type=click.Choice([*stepping.FORMATS, "make"]), help="How to report.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Pin every image and chart of a version to the digest that its registry serves.

    The digest is always that of the index, which is right for every platform. Nothing is written
    unless everything is there.
    """
    work = _check if options["check"] else _pin
    given = {**ctx.obj, **options}
    ctx.exit(shared.reported("pin", options["format"], lambda: work(given)))


def _pin(options: dict[str, Any]) -> int:
    from release_tools.flows import pin as flow
    from release_tools.model import Verdict

    where, named = options["directory"] or ".", {"config": options["config"]}
    made = flow.plan(
        where, options["version"], stream=options["stream"], into=options["into"], **named
    )
    lines: list[str] = []
    if options["output"]:
        text = flow.values(where, made, digests=options["digests"], **named)
        lines.append(_written(options["output"], text, dry=options["dry_run"]))
    if not options["dry_run"]:
        flow.apply(made)
    did = "would pin" if options["dry_run"] else "pinned"
    lines += [f"{did} the images in {os.path.relpath(one.path)}" for one in made.changes]
    if options["format"] == "make":
        sys.stdout.write("".join(f"{k} := {v}\n" for k, v in made.variables().items()))
        return 0
    diff = _diff(made) if options["dry_run"] else ""
    text = "".join(f"{safe(one.image)}:{safe(one.tag)}@{one.digest}\n" for one in made.pins)
    if made.chart:
        text += f"chart {safe(made.chart[0])} {safe(made.chart[1])}\n"
    said = stepping.Report(
        Verdict.AGREES,
        f"{len(made.pins)} images are pinned" if made.pins else "the chart is pinned",
        text + diff + "".join(f"{safe(line)}\n" for line in lines),
        f"```text\n{text}```\n",
        (),
        {
            "images": [one._asdict() for one in made.pins],
            "chart": made.chart and {"version": made.chart[0], "digest": made.chart[1]},
            "variables": made.variables(),
            "lines": lines,
        },
        {},
    )
    stepping.report("pin", options["format"], said)
    return 0


def _written(path: str, text: str, *, dry: bool) -> str:
    from release_tools.adapters import durable
    from release_tools.errors import RefusedError

    if dry:
        return f"would write {path}"
    if durable.create(path, text.encode()) or durable.read(path) == text.encode():
        return f"wrote {path}"
    raise RefusedError(
        "file-changed",
        "there is a file with other values already",
        hint="move it away, or name another",
        path=path,
    )


def _diff(made: Pinned) -> str:
    from difflib import unified_diff

    parts: list[str] = []
    for one in made.changes:
        name = os.path.relpath(one.path)
        before, after = one.before.splitlines(), one.after.splitlines()
        parts += unified_diff(before, after, name, name, lineterm="")
    return "".join(f"{safe(line)}\n" for line in parts)


def _check(options: dict[str, Any]) -> int:
    from release_tools.flows import pin as flow
    from release_tools.model import Verdict

    found = flow.check(options["directory"] or ".", options["check"], config=options["config"])
    bad = [one for one in found if one.verdict.value in _BAD]
    code = (
        1 if bad else 3 if not found or any(one.verdict.value == "unknown" for one in found) else 0
    )
    verdict = {0: Verdict.AGREES, 1: Verdict.DISAGREES}.get(code, Verdict.UNKNOWN)
    listed = [_line(one) for one in found]
    said = stepping.Report(
        verdict,
        f"{len(found)} pinned references, {len(bad)} not as they were",
        "".join(f"{line}\n" for line in listed),
        "".join(f"- {line}\n" for line in listed),
        (),
        {"checked": _values(found)},
        {},
    )
    stepping.report("pin", options["format"], said)
    return code


def _line(one: Checked) -> str:
    return safe(f"{one.path}:{one.line}  {one.verdict}  {one.image}@{one.digest}  {one.message}")


def _values(found: Sequence[Checked]) -> list[dict[str, Any]]:
    return [{**one._asdict(), "verdict": one.verdict.value} for one in found]
