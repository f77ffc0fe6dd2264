"""Hold what an engine found on the machine it runs on."""

from __future__ import annotations

from xorexplain.engines.shared.compile_dir import Lock
from xorexplain.errors.records import dataclass


@dataclass(frozen=True)
class Setup:
    """Report what the engine found on this machine.

    `compiler` is a path, empty without one; `compile_dir` the folder that `base_compiledir` names.
    """

    compiler: str
    compile_dir: str
    lock: Lock
    mode: str
    linker: str
