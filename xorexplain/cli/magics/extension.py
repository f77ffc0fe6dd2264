"""Give IPython the magics: one of a line, one of a cell, and names to complete in them."""

from __future__ import annotations

import ast
import shlex
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.display import display

from xorexplain.cli.magics.questions import COMMANDS, Asked, asked, known, options
from xorexplain.cli.magics.things import MAX_NAME, Thing, drawable, found, is_built
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.explorer.watched import session
from xorexplain.rewrites.listen import Recorded, record_rewrites

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

MAX_THINGS = 4
"""So many pictures are shown of a cell; of the others it says the names."""
MAX_HEARD = 8
"""Of so many cells, the rewriting of the functions they compiled is kept, to be asked about."""


def _looks(words: Sequence[str]) -> tuple[bool, bool]:
    """Say whether the calls of a cell are looked into for NaN, and checked."""
    other = next((word for word in words if word not in ("--nan", "--check")), None)
    if other is not None:
        raise XorexplainError(f"%%xorexplain run takes --nan and --check: leave {other!r} out")
    return "--nan" in words, "--check" in words


def load(shell: InteractiveShell) -> None:
    """Register the magics, as `%load_ext xorexplain` asks for."""
    shell.register_magics(XorexplainMagics)
    shell.set_hook("complete_command", _completed, re_key=r"%{1,2}xorexplain")


@magics_class
class XorexplainMagics(Magics):  # type: ignore[misc]
    """Show what a line names, or what a cell builds."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self.heard: deque[Recorded] = deque(maxlen=MAX_HEARD)

    @line_cell_magic  # type: ignore[untyped-decorator]
    def xorexplain(self, line: str, cell: str | None = None) -> Any:
        """Show a graph: `%xorexplain y --stage optimized`, or `%%xorexplain` above a cell.

        The first word may be a command, graph, gradient, rewrites or explore; `%xorexplain graph
        -h` lists its options, which are those of the command line. `%%xorexplain run` runs a cell
        and reports what it compiled, rewrote and called; with `--nan` and `--check` it looks into
        the calls.
        """
        __tracebackhide__ = True
        namespace: dict[str, Any] = self.shell.user_ns
        if cell is not None and line.split()[:1] == ["run"]:
            self._watch(cell, namespace, *_looks(line.split()[1:]))
            return None
        question = asked(_words(line), namespace.__contains__)
        if question is None:
            return None
        if cell is None:
            thing = self._named(question, namespace)
            heard = next((one for one in self.heard if thing.value in one), None)
            return question.answer(known(thing, heard))
        if question.words:
            told = " ".join(question.words)
            raise XorexplainError(f"the cell itself is shown: leave {told!r} out")
        self._run(cell, question, namespace)
        return None

    def _named(self, question: Asked, namespace: Mapping[str, Any]) -> Thing:
        """Return what the words of a line stand for."""
        text = " ".join(question.words)
        names = drawable(namespace)
        if not text:
            raise XorexplainError(f"name what to show: {did_you_mean('', names)}")
        if text.isidentifier() and text not in namespace:
            raise XorexplainError(f"there is no {text!r} here: {did_you_mean(text, names)}")
        try:
            return Thing(text[:MAX_NAME], self.shell.ev(text))
        except SyntaxError as error:
            meant = did_you_mean(question.words[0], [*COMMANDS, *names])
            raise XorexplainError(f"{text!r} is no expression of Python: {meant}") from error

    def _run(self, cell: str, question: Asked, namespace: dict[str, Any]) -> None:
        """Run a cell and show what it made."""
        __tracebackhide__ = True
        shell = self.shell
        before = dict(namespace)
        with record_rewrites() as recorded:
            tree, last = self._execute(cell, namespace)
        if len(recorded):
            self.heard.appendleft(recorded)
        if last is not None and not is_built(last.value):
            shell.displayhook(last.value)
            last = None
        things = found(tree, before, namespace, last)
        if not things:
            _say("The cell built no graph: end it with a variable, or assign one.")
        for thing in things[:MAX_THINGS]:
            self._show(thing, question, recorded, is_only=len(things) == 1)
        if len(things) > MAX_THINGS:
            names = ", ".join(thing.name for thing in things[MAX_THINGS:])
            _say(f"The cell built more: {names}. %xorexplain NAME shows one.")

    def _watch(self, cell: str, namespace: dict[str, Any], nan: bool, check: bool) -> None:
        """Run a cell and report what it did; what it raises is shown after that."""
        __tracebackhide__ = True
        watched = None
        try:
            with session(nan=nan, check=check) as watched:
                _, last = self._execute(cell, namespace)
            if last is not None:
                self.shell.displayhook(last.value)
        finally:
            if watched is not None:
                display(watched)

    def _execute(self, cell: str, namespace: dict[str, Any]) -> tuple[ast.Module, Thing | None]:
        """Run a cell; return its statements and what it ends with, where that is an expression."""
        __tracebackhide__ = True
        shell = self.shell
        # The magic is the first line of the cell, whose number IPython has given away already.
        text = "\n" + shell.transform_cell(cell)
        number = len(shell.history_manager.input_hist_raw) - 1
        name = shell.compile.cache(text, number, raw_code=cell)
        tree = ast.parse(text, name)
        body, end = tree.body, None
        if body and isinstance(body[-1], ast.Expr):
            end = ast.Expression(body[-1].value)
            body = body[:-1]
        exec(compile(ast.Module(body, []), name, "exec"), namespace)
        if end is None:
            return tree, None
        return tree, Thing(_called(end), eval(compile(end, name, "eval"), namespace))

    def _show(self, thing: Thing, question: Asked, recorded: Recorded, is_only: bool) -> None:
        """Show a thing; of several, those that cannot be shown are no hindrance to the others."""
        try:
            shown = question.answer(known(thing, recorded))
        except XorexplainError as error:
            if is_only:
                raise
            _say(f"{thing.name}: {error}")
        else:
            display(shown)


def _called(end: ast.Expression) -> str:
    """Name what a cell ends with by its text."""
    text = ast.unparse(end)
    return text if len(text) <= MAX_NAME else "the cell"


def _say(words: str) -> None:
    display({"text/plain": words}, raw=True)


def _words(line: str) -> list[str]:
    """Split a line into words; quotes of a Python expression stay."""
    try:
        words = shlex.split(line, posix=False)
    except ValueError as error:
        raise XorexplainError(f"{line.strip()!r} ends within a quotation: close it") from error
    pairs = zip(["", *words], words, strict=False)
    return [_unquoted(word) if before[:1] == "-" else word for before, word in pairs]


def _unquoted(word: str) -> str:
    is_quoted = len(word) > 1 and word[0] == word[-1] and word[0] in "'\""
    return word[1:-1] if is_quoted else word


def _completed(shell: InteractiveShell, event: Any) -> list[str]:
    """Complete commands, options and names of what can be shown."""
    _, *words = event.line.split()
    name = words[0] if words and words[0] in COMMANDS else "graph"
    if event.symbol.startswith("-"):
        return options(name)
    commands = [] if words and words[0] in COMMANDS and len(words) > 1 else list(COMMANDS)
    return [*drawable(shell.user_ns), *commands]
