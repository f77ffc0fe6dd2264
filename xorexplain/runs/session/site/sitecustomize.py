"""Begin to watch a program: Python imports a module of this name before any program.

It takes itself out of the way first, and then imports the one that would have been found without.
"""

from __future__ import annotations

import json
import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - cheap, at each start


def _begin() -> None:
    settings = json.loads(os.environ.pop("XOREXPLAIN_WATCHED"))
    if settings["path"] is None:
        os.environ.pop("PYTHONPATH", None)
    else:
        os.environ["PYTHONPATH"] = settings["path"]
    sys.path[:] = [folder for folder in sys.path if folder != _HERE]
    if settings["python"] != sys.version:
        return
    sys.path.insert(0, settings["root"])
    try:
        from xorexplain.runs.session import script
    finally:
        sys.path.remove(settings["root"])
    script.begin(settings)


def _import_another() -> None:
    ours = sys.modules.pop(__name__)
    try:
        __import__("sitecustomize")
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
    finally:
        sys.modules.setdefault(__name__, ours)


if "XOREXPLAIN_WATCHED" in os.environ:
    _begin()
    _import_another()
