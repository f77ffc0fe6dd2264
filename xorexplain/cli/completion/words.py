"""List what may stand at a place of the command line, as far as can be told without running it."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from xorexplain.cli.settings import find_settings
from xorexplain.errors import XorexplainError
from xorexplain.models.files.outline import Outline, outline
from xorexplain.models.files.spec import file_and_name, is_file_spec, is_tutorial

TARGETS = ("output", "cost", "train", "test")
_READ_FILES = ("graph", "print", "rewrites")


def models(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """List files that hold models, and behind a colon the models of one."""
    if context.params.get("model") is not None:
        return []
    location, colon, _ = incomplete.partition(":")
    if colon:
        return _begun(_candidates(location), incomplete)
    files = _files(incomplete, (".py", ".json") if _reads_files(context) else (".py",))
    if len(files) == 1 and files[0].endswith("/"):
        # The shell goes on in a folder without a blank behind it.
        return [CompletionItem(incomplete, type="file")]
    if len(files) == 1 and len(candidates := _candidates(files[0])) > 1:
        return candidates
    return [CompletionItem(name) for name in files]


def targets(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """List targets: those that each model may have, and names of variables."""
    return _words([*TARGETS, *_names(context)], incomplete)


def variables(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """List what may be the name of a variable of the model."""
    return _words(_names(context), incomplete)


def selectors(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """List patterns that choose nodes: by kind, family or name."""
    from xorexplain.graph.ops import KINDS

    kinds = (f"op:{kind.name}" for kind in KINDS.values())
    families = sorted({f"family:{kind.family}" for kind in KINDS.values()})
    return _words([*families, *kinds, *(f"name:{name}" for name in _names(context))], incomplete)


def rewrites(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """List the rewrites of which it is known why they are valid."""
    from xorexplain.rewrites.laws import laws

    known = {name for engine in _installed() for name in laws(engine)}
    return _words(sorted(known, key=lambda name: (name.lower(), name)), incomplete)


def modes(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """List the engines' modes and, where one is begun, files and what they assign."""
    from xorexplain.engines.names import MODES

    known = _words((name for engine in _installed() for name in MODES[engine]), incomplete)
    location, colon, _ = incomplete.partition(":")
    if colon:
        found = _outline(location)
        named = [] if found is None else found.kinds()
        return _words((f"{location}:{name}" for name in named), incomplete)
    return known if known or not incomplete else _words(_files(incomplete, (".py",)), incomplete)


def backends(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """List what the engines can rewrite for."""
    from xorexplain.engines.names import BACKENDS

    return _words((name for engine in _installed() for name in BACKENDS[engine]), incomplete)


def _installed() -> list[str]:
    from xorexplain.engines.names import ENGINES

    return [name for name in ENGINES if importlib.util.find_spec(name) is not None]


def _words(words: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return _begun([CompletionItem(word) for word in dict.fromkeys(words)], incomplete)


def _begun(items: Iterable[CompletionItem], incomplete: str) -> list[CompletionItem]:
    return [item for item in items if item.value.startswith(incomplete)]


def _reads_files(context: click.Context) -> bool:
    return any(word in _READ_FILES for word in context.command_path.split())


def _files(incomplete: str, suffixes: Sequence[str]) -> list[str]:
    """List files of a folder that begin so, and its folders, each with a slash."""
    cut = incomplete.rfind("/") + 1
    folder, start = incomplete[:cut], incomplete[cut:]
    try:
        entries = sorted(Path(folder or ".").iterdir())
    except OSError:
        return []
    shown = [path for path in entries if path.name.startswith(start)]
    if not start.startswith((".", "_")):
        shown = [path for path in shown if not path.name.startswith((".", "_"))]
    files = [f"{folder}{path.name}" for path in shown if path.suffix in suffixes and path.is_file()]
    return [*files, *(f"{folder}{path.name}/" for path in shown if path.is_dir())]


def _candidates(location: str) -> list[CompletionItem]:
    """List the models of a file or module in full, with what each is."""
    known = _outline(location)
    if known is None:
        return []
    kinds = known.kinds()
    return [CompletionItem(f"{location}:{name}", help=kinds[name]) for name in kinds]


def _outline(location: str) -> Outline | None:
    """Read the outline of a file, or of a module below the working folder."""
    path = Path(location if file_and_name(location) else f"{location.replace('.', '/')}.py")
    try:
        return outline(path.read_text("utf-8"))
    except (OSError, SyntaxError, ValueError):
        return None


def _names(context: click.Context) -> list[str]:
    """List names of variables of the model that is named, by the text that makes it."""
    # Click reads no words where an option still waits for its value.
    placed = next((w for w in context.args if is_file_spec(w) or ":" in w), None)
    spec = context.params.get("model") or placed or _usual_model()
    if spec is None or is_tutorial(spec):
        from xorexplain.models import tutorial

        return _read_names(str(tutorial.__file__), "xor")
    if Path(spec).suffix == ".json":
        return _saved_names(Path(spec))
    location, _, name = spec.partition(":")
    return _read_names(location, name)


def _read_names(location: str, name: str) -> list[str]:
    known = _outline(location)
    return [] if known is None else known.words(name or None)


def _saved_names(path: Path) -> list[str]:
    """Read the names of a saved graph."""
    try:
        variables = json.loads(path.read_text("utf-8"))["variables"]
        return [v["name"] for v in variables if v.get("name")]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _usual_model() -> str | None:
    """Return the model that the project's settings name."""
    try:
        settings = find_settings(Path.cwd())
    except XorexplainError:
        return None
    model = None if settings is None else settings.values.get("model")
    return model if isinstance(model, str) else None
