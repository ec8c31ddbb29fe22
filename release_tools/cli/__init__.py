"""The command line: parse, call one flow, render, exit.  It decides nothing.

Every command is a module of its own, imported when it is called.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import NoReturn

import click

import release_tools
from release_tools.errors import ReleaseToolsError

_COMMANDS = {
    "bump": "bump",
    "explain": "explain",
    "init": "init",
    "recover": "recover",
    "schema": "schema",
    "tag": "tag",
    "verify-surfaces": "verify",
}
_BUG = 70
_INTERRUPTED = 130


class _Commands(click.Group):
    """A group whose commands are imported one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = import_module(f"release_tools.cli.{module}").command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], _COMMANDS, n=1, cutoff=0.4)
            if near:
                raise click.UsageError(f"{error.message} Did you mean {near[0]!r}?", ctx) from None
            raise


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
def cli(ctx: click.Context, directory: str, config: str | None) -> None:
    """One release, one version, on every surface.

    release-tools checks that every place in a repository states the same version, in manifests,
    lock files, charts, image references and prose, and changes all of them at once.

    \b
      release-tools verify-surfaces     which places disagree, and what to do
      release-tools bump 0.3.0          make every place say 0.3.0, all or none
      release-tools init                find the surfaces of this repository
    """
    ctx.obj = {"directory": directory, "config": config}


def main() -> NoReturn:
    """Run the command line and exit with the code of the table in the README."""
    try:
        code = cli.main(prog_name="release-tools", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        code = _INTERRUPTED
    except ReleaseToolsError as error:
        from release_tools.cli.shared import show_error

        show_error(error)
        code = error.exit_code
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone, and Python would complain at shutdown
        code = 1
    except Exception:  # noqa: BLE001 - the last resort: a bug must not look like a finding
        import traceback

        traceback.print_exc()
        click.echo("\nThis is a bug in release-tools; please report it with the lines above.", err=True)
        code = _BUG
    sys.exit(code if isinstance(code, int) else 0)
