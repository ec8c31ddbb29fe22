"""The group of all commands, read by click."""

from __future__ import annotations

from importlib import import_module
from itertools import pairwise

import click

import release_tools
from release_tools.errors import UsageError, nearest

COMMANDS = {
    "audit": "audit",
    "bump": "bump",
    "doctor": "doctor",
    "explain": "explain",
    "gate": "gate",
    "init": "init",
    "lint": "lint",
    "nightly": "nightly",
    "pin": "pin",
    "promote": "promote",
    "recover": "recover",
    "release": "release",
    "rollback": "rollback",
    "runbook": "runbook",
    "schema": "schema",
    "status": "status",
    "tag": "tag",
    "upgrade": "upgrade",
    "verify-surfaces": "verify",
}
"""The module of each command."""

_INTERRUPTED = 130


class _Commands(click.Group):
    """A group whose commands are imported one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = import_module(f"release_tools.cli.{module}").command
        return command if isinstance(command, click.Command) else None


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 agrees or done, 1 findings, 2 usage or configuration, "
    "3 could not be determined, 70 a bug, 130 interrupted.",
)
@click.version_option(release_tools.__version__, "--version", "-V", message="%(version)s")
@click.option(
    "-C",
    "directory",
    metavar="DIR",
    default=".",
    help="Work in this folder (default: the current one, or the project that it is part of).",
)
@click.option("--config", metavar="FILE", help="Read this configuration instead of the project's.")
@click.pass_context
def cli(ctx: click.Context, /, **options: str | None) -> None:
    """One release, one version, on every surface.

    release-tools checks that every place in a repository states the same version, in manifests,
    lock files, charts, image references and prose, and changes all of them at once.

    \b
      release-tools verify-surfaces     which places disagree, and what to do
      release-tools bump 0.3.0          make every place say 0.3.0, all or none
      release-tools init                find the surfaces of this repository
    """  # noqa: D301 - click takes the backspace itself for "keep these lines"
    ctx.obj = options


def run(argv: list[str]) -> int:
    """Run one command line and return its exit code; our own errors pass through."""
    try:
        code = cli.main(argv, prog_name="release-tools", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        refused = _refused(error)
        if _asked(argv) == "gate":
            _shut(refused, argv)
        command = _wants_json(argv)
        if command is None:
            raise refused from None
        from release_tools.cli.shared import failed
        from release_tools.rules.findings import from_error

        failed(command, from_error(refused))
        return refused.exit_code
    except click.Abort:
        click.echo("interrupted", err=True)
        return _INTERRUPTED
    return code if isinstance(code, int) else 0


def _refused(error: click.ClickException) -> UsageError:
    """Say what click cannot read of a command line in the words of our other errors."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    asked = context.command_path if context else "release-tools"
    near = ""
    message = error.format_message()
    if isinstance(error, click.NoSuchOption):
        message = f"No such option {error.option_name!r}"
        near = nearest(error.option_name, error.possibilities or ())
    elif context and context.command is cli and message.startswith("No such command"):
        near = nearest(message.split("'")[1], COMMANDS, 0.4)
    hint = f"{near} " if near else ""
    return UsageError(
        message[:1].lower() + message[1:].rstrip("."),
        hint=f"{hint}{asked} --help shows how it is called",
    )


def _asked(argv: list[str]) -> str | None:
    """Return the command of a line, however wrong the line is otherwise."""
    return next((word for word in argv if word in COMMANDS), None)


def _shut(refused: UsageError, argv: list[str]) -> None:
    """Hand out that nothing may be published, where click cannot read what the gate is asked."""
    from release_tools.cli import stepping
    from release_tools.rules import handout
    from release_tools.rules.findings import from_error

    format_ = next((name for name in stepping.FORMATS if _wants(argv, name)), None)
    stepping.ended("gate", format_, from_error(refused), handout.nothing())


def _wants(argv: list[str], format_: str) -> bool:
    return f"--format={format_}" in argv or ("--format", format_) in pairwise(argv)


def _wants_json(argv: list[str]) -> str | None:
    """Return the command of a line that asks for JSON, however wrong the line is otherwise."""
    if not _wants(argv, "json"):
        return None
    from release_tools.schemas import REPORTS

    return next((word for word in argv if word in REPORTS), None)
