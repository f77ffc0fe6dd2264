"""Group commands whose modules are imported when they are named, so that help loads none."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import click

from xorexplain.cli import streams
from xorexplain.errors import XorexplainError, did_you_mean


class LazyGroup(click.Group):
    """Look a command up in its own module, and help with a mistyped name.

    `words` says of each command in a line what it does; `package` holds a module of its name for
    each.
    """

    package: str
    words: Mapping[str, str]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands in the order of their words."""
        return list(self.words)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; what it runs keeps stdout for its answer."""
        if cmd_name not in self.words:
            return None
        module = importlib.import_module(f"{self.package}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        if command.callback is not None:
            command.callback = streams.keeping_stdout(command.callback)
        return command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands before the options, which are few."""
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their words, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.words.items()))

    def unknown(self, word: str) -> str:
        """Say that a word is no command, and which was meant."""
        return f"unknown command {word!r}: {did_you_mean(word, list(self.words))}"

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is named; raise XorexplainError, naming the closest, for none."""
        if args and args[0] not in self.words and not args[0].startswith("-"):
            if ctx.resilient_parsing:
                return None, None, []
            raise XorexplainError(self.unknown(args[0]))
        return super().resolve_command(ctx, args)
