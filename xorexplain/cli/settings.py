"""Read the defaults that a project gives for options: xorexplain.toml, or pyproject.toml's table.

The file is looked for in the working folder and above. A key is an option's long name; a table
named after a command holds what is meant for that command alone. What the command line says wins.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.errors.records import dataclass
from xorexplain.models.files.spec import file_and_name

OWN_FILE = "xorexplain.toml"
PROJECT = "pyproject.toml"
OUT = "out"
SHARED = (
    *("model", "engine", "mode", "backend", "stage", "theme", "direction", "format", OUT),
    *("layout", "time-limit", "max-nodes", "legend", "types", "shapes"),
)
"""What may stand outside a command's table: it is meant for each command that has the option."""
NOT_SHARED = {"format": "graph"}
"""An option that means something else to every command, and the command whose it is there."""
FOLDER = f"{__name__}.folder"
"""Where a context keeps the folder for files that the command line does not name."""


@dataclass(frozen=True)
class Settings:
    """Hold the file that was found, and what is in it."""

    file: Path
    values: Mapping[str, Any]


def find_settings(start: Path) -> Settings | None:
    """Find the settings of a folder or the nearest one above it, if there are any.

    Raise XorexplainError for a file that is no TOML, and for unknown keys outside of tables.
    """
    for folder in (start, *start.parents):
        own, project = folder / OWN_FILE, folder / PROJECT
        if own.is_file():
            return _checked(own, _read(own))
        if project.is_file() and b"xorexplain" in project.read_bytes():
            table = _read(project).get("tool", {}).get("xorexplain")
            if table is not None:
                return _checked(project, table)
    return None


def _read(file: Path) -> dict[str, Any]:
    # Read only where there is a file: every --help would wait for it.
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    try:
        return tomllib.loads(file.read_bytes().decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise XorexplainError(f"{shown(file)} is no TOML: {error}: mend that line") from error


def _checked(file: Path, values: Any) -> Settings:
    from xorexplain.cli.commands import COMMANDS

    if not isinstance(values, Mapping):
        raise XorexplainError(f"{shown(file)}: tool.xorexplain is no table: [tool.xorexplain]")
    if not isinstance(values.get(OUT, ""), str):
        raise XorexplainError(f"{shown(file)}: {OUT} must be the name of a folder")
    for key, value in values.items():
        if isinstance(value, Mapping):
            _need_known(file, key, tuple(COMMANDS), "command")
        else:
            _need_known(file, key, SHARED, "setting")
    return Settings(file, values)


def _need_known(file: Path, key: str, known: Sequence[str], what: str) -> None:
    if key not in known:
        raise XorexplainError(f"{shown(file)}: unknown {what} {key!r}: {did_you_mean(key, known)}")


def shown(file: Path) -> str:
    """Name a file as it is reached from the working folder."""
    return os.path.relpath(file)


def defaults_of(settings: Settings, name: str, command: click.Command) -> dict[str, Any]:
    """Return the defaults of a command's options, as click takes them.

    Raise XorexplainError for a key that is no option of the command, and for a wrong value.
    """
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=name)
        questions = {q: command.get_command(context, q) for q in command.list_commands(context)}
        found = [question for question in questions.values() if question is not None]
    else:
        questions, found = {}, [command]
    own = settings.values.get(name, {})
    for key in own:
        known = [key for question in found for key in _options(question)]
        _need_known(settings.file, key, list(dict.fromkeys(known)), f"setting of {name}")
    shared = {
        key: value
        for key, value in settings.values.items()
        if key in SHARED and NOT_SHARED.get(key, name) == name and key not in own and key != OUT
    }
    maps = {
        question.name or name: {
            parameter.name: _value(settings.file, question, parameter, key, value)
            for key, value in {**shared, **own}.items()
            if (parameter := _options(question).get(key)) is not None
        }
        for question in found
    }
    return maps if questions else next(iter(maps.values()))


def folder_of(settings: Settings) -> Path | None:
    """Return the folder for files that the command line does not name, as the settings say."""
    folder = settings.values.get(OUT)
    return None if folder is None else _beside(settings.file, str(folder))


def _options(command: click.Command) -> dict[str, click.Option]:
    """Return the options of a command by their long names without dashes."""
    return {
        name.removeprefix("--"): parameter
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in parameter.opts
        if name.startswith("--")
    }


def _value(file: Path, command: click.Command, option: click.Option, key: str, value: Any) -> Any:
    """Return a value as its option takes it, files beside the settings; refuse what it does not."""
    if option.is_flag != isinstance(value, bool):
        must = "true or false" if option.is_flag else "a value, not true or false"
        raise XorexplainError(f"{shown(file)}: {key} must be {must}")
    if isinstance(value, list):
        given: Any = [str(part) for part in value]
    elif option.name == "model":
        given = _model(file, str(value))
    elif isinstance(option.type, click.Path):
        given = str(_beside(file, str(value)))
    else:
        given = value if option.is_flag else str(value)
    try:
        option.type_cast_value(click.Context(command), given)
    except click.BadParameter as error:
        words = without_range(error.message)
        raise XorexplainError(f"{shown(file)}: {key}: {words}") from error
    except XorexplainError as error:
        raise XorexplainError(f"{shown(file)}: {error}") from error
    return given


def without_range(message: str) -> str:
    """Say of a value that it is no number, where click says that it is no "float range"."""
    return message.replace("valid integer range", "valid integer").replace(
        "valid float range", "valid number"
    )


def _model(file: Path, spec: str) -> str:
    """Name a model whose file stands beside the settings as it is reached from here."""
    found = file_and_name(spec)
    if found is None:
        return spec
    return ":".join(filter(None, (str(_beside(file, found[0])), found[1])))


def _beside(file: Path, name: str) -> Path:
    return Path(os.path.relpath(file.parent / name))
