"""List what the optimizer did to a model's function, and answer questions about it."""

from __future__ import annotations

import click

from xorexplain.cli.groups import LazyGroup
from xorexplain.cli.rewrites.old_flags import as_said_now

QUESTIONS = {
    "list": "list the steps; what `rewrites` alone does",
    "step": "show one step in full, or draw it; `rewrites 13` is step 13",
    "why-not": "say why a rewrite did not fire",
    "without": "show what changes without a rewrite",
    "origins": "say what a node was made from, or what became of it",
    "check": "compute every state and compare the values",
    "usage": "sum up each rewrite: tries, hits, time, nodes",
}
HELP = ("-h", "--help")


class _Questions(LazyGroup):
    """Take a number for `step`, and nothing for `list`; a question may follow its options."""

    package = __name__
    words = QUESTIONS

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_meant = not ctx.resilient_parsing and not (args and args[0] in HELP)
        return super().parse_args(ctx, self._question_first(ctx, args) if is_meant else args)

    def _question_first(self, ctx: click.Context, args: list[str]) -> list[str]:
        args = as_said_now(args)
        if args and args[0] in self.words:
            return args
        position = self._first_word(ctx, args)
        if position is None:
            return ["list", *args]
        if args[position].isdigit():
            return ["step", *args]
        return [args[position], *args[:position], *args[position + 1 :]]

    def _first_word(self, ctx: click.Context, args: list[str]) -> int | None:
        """Return the position of the first word that belongs to no option.

        There is none where an option is unknown: `list` tells of it.
        """
        commands = [self.get_command(ctx, name) for name in self.words]
        takes_value = {
            option: not getattr(parameter, "is_flag", False)
            for command in commands
            for parameter in (command.get_params(ctx) if command is not None else ())
            for option in parameter.opts
            if option.startswith("-")
        }
        position = 0
        while position < len(args):
            option, equals, _ = args[position].partition("=")
            if not option.startswith("-") or option == "-":
                return position
            if option not in takes_value:
                return None
            position += 2 if takes_value[option] and not equals else 1
        return None


@click.group(
    "rewrites",
    cls=_Questions,
    epilog="Example:  python -m xorexplain rewrites --phase canonicalize\n\n"
    "Example:  python -m xorexplain rewrites why-not local_log1p",
)
def command() -> None:
    """List what the optimizer did to a model's function, and answer questions about it.

    `rewrites` alone lists the steps and takes the options of `list`. Each command has its own
    --help.
    """
