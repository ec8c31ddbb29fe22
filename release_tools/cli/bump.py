"""``release-tools bump``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from release_tools.cli import shared
from release_tools.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from release_tools.flows.plan import Plan


@click.command(
    "bump",
    epilog="""\b
Examples:
  release-tools bump 0.3.0 --dry-run        show every edit, write nothing
  release-tools bump minor                  0.3.0 becomes 0.4.0
  release-tools bump minor rc               0.3.0 becomes 0.4.0-rc.1
  release-tools bump release                0.4.0-rc.2 becomes 0.4.0
  release-tools bump 0.3.0 sim=patch        two streams in one change
  release-tools bump 0.3.0 --commit --tag --push
  release-tools bump --next 0.4.0-dev.0     back to development
""",
)
@click.argument("target", nargs=-1, metavar="TARGET [NAME=TARGET]...")
@click.option("--stream", metavar="NAME", help="The stream that TARGET is for.")
@click.option("--dry-run", is_flag=True, help="Show the edits and a diff; write nothing.")
@click.option("--commit", is_flag=True, help="Commit the files that changed, and only those.")
@click.option("--tag", is_flag=True, help="Make the annotated tag (implies --commit).")
@click.option("--sign", is_flag=True, help="Sign the commit and the tag.")
@click.option("--push", is_flag=True, help="Push the branch, and the tag with it, all or nothing.")
@click.option("--pr", is_flag=True, help="Push a branch of its own and open a pull request.")
@click.option("--next", "next_", metavar="VERSION", help="Then the development version after it.")
@click.option("--allow-lower", is_flag=True, help="Accept a version below the highest known one.")
@click.option("--format", type=click.Choice(["text", "json"]), default="text")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - typed by click
    """Change every place to one version: all of them, or none.

    TARGET is a version, or major, minor or patch, alone or followed by alpha, beta, rc or dev;
    from a pre-release also alpha, beta, rc or release. NAME=TARGET moves another stream in the
    same change.
    """
    ctx.exit(shared.reported("bump", options["format"], lambda: _run(ctx.obj, **options)))


def _run(
    where: Mapping[str, str | None],
    *,
    target: tuple[str, ...],
    stream: str | None,
    next_: str | None,
    dry_run: bool,
    allow_lower: bool,
    format: str,  # noqa: A002 - the option's name
    **wishes: bool,
) -> int:
    from release_tools.flows import release_commit
    from release_tools.flows.release_commit import Wish

    project = shared.load(where)
    words, others = _split(target)
    wishes["commit"] |= wishes["tag"] or wishes["pr"]
    wish = Wish(**wishes)
    steps = release_commit.plan(
        project, words, stream, others, next_, wish, allow_lower=allow_lower
    )
    done: dict[str, Any] = {"commit": None, "tags": [], "pushed": False, "pull_request": None}
    if not dry_run:
        for line in release_commit.carry_out(project, steps, wish, done):
            if format == "text":
                click.echo(line)
    show = _as_json if format == "json" else _as_text
    sys.stdout.write(show(steps, dry=dry_run, done=done))
    return 0


def _split(target: tuple[str, ...]) -> tuple[list[str], dict[str, list[str]]]:
    """Sort the words before any NAME=TARGET, and those of each NAME."""
    words: list[str] = []
    others: dict[str, list[str]] = {}
    into = words
    for word in target:
        name, equals, rest = word.partition("=")
        if equals:
            if name in others:
                raise UsageError(f'the stream "{name}" is given two targets')
            into = others[name] = []
            word = rest  # noqa: PLW2901 - the rest of NAME=TARGET is a word like the next ones
        into.append(word)
    return words, others


def _as_text(steps: Sequence[Plan], *, dry: bool, done: dict[str, Any]) -> str:  # noqa: ARG001
    from release_tools.reports import plan as report
    from release_tools.reports import text

    colour = shared.coloured(sys.stdout)
    parts = [
        report.as_text(step.changes, _left(step), dry=dry, colour=colour) for step in steps
    ]
    notes = [f"{text.line(note, colour=colour)}\n" for step in steps for note in step.notes]
    return "".join((*notes, *parts))


def _as_json(steps: Sequence[Plan], *, dry: bool, done: dict[str, Any]) -> str:
    from release_tools.model import Verdict
    from release_tools.reports import json
    from release_tools.reports import plan as report

    data = report.data(
        [
            (move.stream.name, str(move.before) if move.before else None, str(move.after))
            for step in steps
            for move in step.moves
        ],
        [change for step in steps for change in step.changes],
        [left for step in steps for left in _left(step)],
        dry=dry,
        done=done,
    )
    notes = [note for step in steps for note in step.notes]
    return json.dumps(json.envelope("bump", Verdict.AGREES, findings=notes, data=data))


def _left(step: Plan) -> list[tuple[str, str]]:
    return [(surface.id, reason) for surface, reason in step.left]
