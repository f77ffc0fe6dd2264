"""Let a shell complete what stands on the command line; no model is run, no engine imported."""

from __future__ import annotations

import os

from click.shell_completion import (
    CompletionItem,
    ShellComplete,
    add_completion_class,
    split_arg_string,
)

_BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' kind value
    COMPREPLY=()
    while IFS=',' read -r kind value; do
        if [[ $kind == file ]]; then
            compopt -o default
        elif [[ $kind == plain ]]; then
            COMPREPLY+=("$value")
        fi
    done < <(env COMP_LINE="$COMP_LINE" COMP_POINT="$COMP_POINT" \\
        COMP_WORDBREAKS="$COMP_WORDBREAKS" %(complete_var)s=bash_complete "$1")
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class Bash(ShellComplete):
    """Complete in bash, which takes a word such as `net.py:build` for three."""

    name = "bash"
    source_template = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one at the cursor, and that one as far as the cursor."""
        line = os.environ["COMP_LINE"].encode()[: int(os.environ["COMP_POINT"])].decode("utf-8")
        words = split_arg_string(line)
        incomplete = "" if line[-1:].isspace() else words.pop()
        return words[1:], incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """Return what stands in place of the last of what bash takes for words."""
        option, equals, value = self.get_completion_args()[1].partition("=")
        value = value if equals else option
        breaks = os.environ.get("COMP_WORDBREAKS", "=:")
        cut = value.rfind(":") + 1 if ":" in breaks else 0
        before = f"{option}=" if equals and not cut and "=" not in breaks else ""
        return f"{item.type},{before}{item.value[cut:]}"


def register() -> None:
    """Have click complete in bash by our own script; those of zsh and fish are click's."""
    add_completion_class(Bash)
