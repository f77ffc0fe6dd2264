"""Set what the help of a command means letter by letter as code: commands, options and defaults.

The help is written for a terminal, which shows two hyphens as two hyphens, and a default as it is
typed; pages would show a dash, and how Python writes the default.
"""

from __future__ import annotations

import re
from collections.abc import MutableSequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PARTS = ("description", "options", "epilog")
_DEFAULT = re.compile(r"^(\s*:default: ``)(?:\w+\()?'(.*)'\)?``$")
_CODE = re.compile(
    r"`[^`]*`"  # is code already
    r"|(?<=: {2})xorexplain .*"
    r"|xorexplain .*?(?= {2})"
    r'|eval "[^"]*"'
    r"|\b[A-Z]+ --[a-z][\w-]*"
    r"|(?<![\w-])--?[a-z][\w-]*(?: FILE\.\w+)?"
)


def as_code(line: str) -> str:
    """Return a line of the help in which what a user types is code; one of a directive is kept."""
    if line.lstrip().startswith(".."):
        return line
    default = _DEFAULT.match(line)
    if default is not None:
        return f"{default[1]}{default[2]}``"
    return _CODE.sub(lambda found: found[0] if found[0][0] == "`" else f"``{found[0]}``", line)


def with_metavars(lines: MutableSequence[str], metavars: list[str]) -> list[str]:
    """Return lines in which words for values are as the help has them, also with brackets."""
    cut = {f"<{word.lstrip('<[{($').rstrip('>]})$')}>": f"<{word}>" for word in metavars}
    return [
        re.sub(r"<[^>]*>", lambda found: cut.get(found[0], found[0].replace("_>", ">")), line)
        if line.startswith(".. option::")
        else line
        for line in lines
    ]


def _in_place(app: Sphinx, context: Any, lines: MutableSequence[str]) -> None:
    metavars = [parameter.metavar for parameter in context.command.params if parameter.metavar]
    lines[:] = map(as_code, with_metavars(lines, metavars))


def setup(app: Sphinx) -> dict[str, Any]:
    """Read what `sphinx_click` makes of the help before it is parsed."""
    app.setup_extension("sphinx_click")
    for part in PARTS:
        app.connect(f"sphinx-click-process-{part}", _in_place)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
