"""Check the defaults that a project gives for options."""

from __future__ import annotations

import json
from pathlib import Path

import click

from xorexplain.cli.commands.doctor.record import Finding, Machine
from xorexplain.cli.settings import OWN_FILE, PROJECT, Settings, defaults_of, find_settings, shown
from xorexplain.errors import XorexplainError

LOSS = "every command but doctor"


def settings(machine: Machine) -> Finding:
    """Name the file that is in force here and what it says, or what is wrong with it."""
    try:
        found = find_settings(Path.cwd())
        if found is None:
            return Finding("ok", f"none: no {OWN_FILE} and no [tool.xorexplain] in {PROJECT}")
        _need_sense(found)
    except XorexplainError as error:
        problem, _, cure = str(error).rpartition(": ")
        return Finding("problem", problem, LOSS, cure)
    return Finding("ok", f"{shown(found.file)}: {', '.join(_said(found)) or 'nothing'}")


def _need_sense(found: Settings) -> None:
    """Raise XorexplainError for a value or a table that some command would refuse."""
    from xorexplain.cli import main
    from xorexplain.cli.commands import COMMANDS

    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        if command is not None:
            defaults_of(found, name, command)


def _said(found: Settings) -> list[str]:
    """Write what a file says, a word for each setting."""
    said = []
    for key, value in found.values.items():
        table = value if isinstance(value, dict) else None
        inside = {f"{key}.{name}": own for name, own in table.items()} if table else {key: value}
        said += [f"{name} = {json.dumps(own, default=str)}" for name, own in inside.items()]
    return said
