"""List what the optimizer did to a model's function, and answer questions about it."""

from __future__ import annotations

from collections.abc import Sequence

import click
from click.shell_completion import CompletionItem

from xorexplain.cli.commands.rewrites.old_flags import as_said_now
from xorexplain.cli.groups import LazyGroup
from xorexplain.cli.options import PLACED
from xorexplain.errors import XorexplainError
from xorexplain.models.files.spec import STDIN, is_file_spec

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
    """Take a number for `step`, and nothing for `list`; a question may follow its options.

    A model may stand before a question as well as after it.
    """

    package = __name__
    words = QUESTIONS

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if ctx.resilient_parsing:
            args = self._begun(ctx, args)
        elif not (args and args[0] in HELP):
            args = self._question_first(ctx, args)
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a question, or what stands where none is named."""
        found = super().shell_complete(ctx, incomplete)
        listing = self.get_command(ctx, "list")
        if listing is None:
            return found
        context = click.Context(listing, ctx, "list", resilient_parsing=True)
        context.params["model"] = ctx.meta.get(PLACED)
        if incomplete.startswith("-"):
            return [*listing.shell_complete(context, incomplete), *found]
        placed = (p for p in listing.params if isinstance(p, click.Argument))
        return [*found, *(item for p in placed for item in p.shell_complete(context, incomplete))]

    def _begun(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Return words that a shell completes, once they tell which question is meant."""
        question, model, rest = self._sorted(ctx, args)
        if question == "list" and "list" not in args and not any(w[:1] == "-" for w in args):
            ctx.meta[PLACED] = model
            return []
        return [question, *([] if model is None else ["--model", model]), *rest]

    def _question_first(self, ctx: click.Context, args: list[str]) -> list[str]:
        question, model, args = self._sorted(ctx, as_said_now(args))
        placed = [] if model is None else ["--model", model]
        if placed and (named := _model_named(args)):
            raise XorexplainError(f"two models are named, {model} and {named}: leave one out")
        return [question, *placed, *args]

    def _sorted(self, ctx: click.Context, args: list[str]) -> tuple[str, str | None, list[str]]:
        """Return the question, the model that stands before it, or is a file, and the rest."""
        model = None
        free = self._free(ctx, args)
        names_rest = bool(free) and args[free[0]] == "without"
        is_model = _is_spec if names_rest else _is_file
        at = next((position for position in free[1:] if is_model(args[position])), None)
        if free and _is_spec(args[free[0]]):
            at = free[0]
        if at is not None:
            model = args[at]
            args = [*args[:at], *args[at + 1 :]]
            free = self._free(ctx, args)
        if not free:
            return "list", model, args
        word = args[free[0]]
        if word.isdigit():
            return "step", model, args
        return word, model, [*args[: free[0]], *args[free[0] + 1 :]]

    def _free(self, ctx: click.Context, args: list[str]) -> list[int]:
        """Return the positions of the words that belong to no option.

        Nothing behind an option that is unknown is looked at: `list` tells of it.
        """
        commands = [self.get_command(ctx, name) for name in self.words]
        takes_value = {
            option: not getattr(parameter, "is_flag", False)
            for command in commands
            for parameter in (command.get_params(ctx) if command is not None else ())
            for option in parameter.opts
            if option.startswith("-")
        }
        found: list[int] = []
        position = 0
        while position < len(args):
            option, equals, _ = args[position].partition("=")
            if not option.startswith("-") or option == STDIN:
                found.append(position)
                position += 1
            elif option not in takes_value:
                break
            else:
                position += 2 if takes_value[option] and not equals else 1
        return found


def _is_file(word: str) -> bool:
    """Tell whether a word is a file, whatever stands before it."""
    return word == STDIN or is_file_spec(word)


def _is_spec(word: str) -> bool:
    """Tell whether a word that may be a question is a model."""
    return _is_file(word) or any(sign in word for sign in ":./\\")


def _model_named(args: Sequence[str]) -> str:
    """Return the model that --model names, empty where none is."""
    for position, word in enumerate(args):
        option, equals, value = word.partition("=")
        if option in ("-m", "--model"):
            return value if equals else " ".join(args[position + 1 : position + 2])
    return ""


@click.group(
    "rewrites",
    cls=_Questions,
    options_metavar="",
    subcommand_metavar="[MODEL] [NUMBER | COMMAND] [OPTIONS]",
    epilog="Example:  xorexplain rewrites net.py --phase canonicalize\n\n"
    "Example:  xorexplain rewrites why-not local_log1p net.py",
)
def command() -> None:
    """List what the optimizer did to a model's function, and answer questions about it.

    `rewrites` alone lists the steps and takes the options of `list`: `rewrites net.py` lists those
    of a file of yours, `rewrites net.py 13` shows its step 13 in full. A file may stand anywhere;
    pkg.module:name stands first or last. Each command has its own --help.
    """
