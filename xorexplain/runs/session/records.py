"""Hold what was seen of a program that ran, as plain frozen records."""

from __future__ import annotations

from xorexplain.errors.records import dataclass
from xorexplain.models.lines import Place

LATE = ("Numba", "JAX", "PyTorch", "MLX")
"""The backends that compile at the first call."""


@dataclass(frozen=True)
class Named:
    """Hold an input or a result of a function: its name, None without one, and its type."""

    name: str | None
    type: str


@dataclass(frozen=True)
class Cost:
    """Hold what a phase or a rewrite cost: seconds, tries, and how often it fired or failed.

    The seconds of a rewrite are its own, without those of the rewrites that it asked.
    """

    name: str
    seconds: float
    tries: int = 0
    fired: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Use:
    """Hold a line that called a function; `unused` tells that it takes no result."""

    place: Place
    unused: bool = False


@dataclass(frozen=True)
class Failure:
    """Hold a call that raised, by its number, or with 0 the making of the function.

    `sentence` says what does not fit, `explained` all that was found out about it, as text; they
    are empty where that is not known.
    """

    call: int
    error: str
    message: str
    place: Place | None = None
    explained: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Raised:
    """Hold the error that ended a program while a graph was built or a function compiled.

    `sentence` says what does not fit, `explained` is all that was found out about it, as text.
    """

    error: str
    message: str
    sentence: str
    place: Place | None
    explained: str


@dataclass(frozen=True)
class Inspected:
    """Hold what was found in a call that was looked into: `nan`, `inner nan` or `wrong`.

    An inner NaN, or infinity, is in no result. `place` is the line that wrote the node to blame,
    `explained` all that is known of it, as text.
    """

    kind: str
    call: int
    words: str
    place: Place | None = None
    explained: str = ""


@dataclass(frozen=True)
class SeenFunction:
    """Hold all that was seen of one compiled function.

    Times are in seconds. `began` counts from the start of the session. `written` and `gradient`
    count apply nodes before the rewriting, all and those that the gradient made; `runs` those that
    run. `first` is the time of the first call, in which some backends compile; `inside` the share
    of the time of calls in which the engine computes, measured in some. `via` are the functions of
    libraries that led from the user's line to the engine. `checked` counts the calls whose answer
    was compared with the graph, `inspected` is what was found so. Of a function that was compiled
    before the session began, only its calls are known. `open` is when a call began that had not
    ended when the program did, in seconds from its start, 0 for none. `is_run_bare` tells that what
    a function runs, its `fn`, was run without a call, which nothing counts.
    """

    key: str
    name: str
    process: int
    place: Place | None = None
    via: tuple[str, ...] = ()
    inputs: tuple[Named, ...] = ()
    results: tuple[Named, ...] = ()
    updates: tuple[str, ...] = ()
    mode: str = ""
    backend: str = ""
    written: int | None = None
    gradient: int | None = None
    runs: int | None = None
    began: float = 0.0
    rewriting: float = 0.0
    linking: float = 0.0
    phases: tuple[Cost, ...] = ()
    rewrites: tuple[Cost, ...] = ()
    stopped: str = ""
    trace: str = ""
    calls: int = 0
    seconds: float = 0.0
    first: float = 0.0
    inside: float | None = None
    uses: tuple[Use, ...] = ()
    failures: tuple[Failure, ...] = ()
    inspected: tuple[Inspected, ...] = ()
    checked: int = 0
    open: float = 0.0
    is_run_bare: bool = False
    is_known: bool = True
    is_made: bool = True

    @property
    def making(self) -> float:
        """How long the function took to make."""
        return self.rewriting + self.linking


@dataclass(frozen=True)
class Seen:
    """Hold all that was seen of a program.

    `ended` says how it ended, empty where nothing was written about that, as after `kill -9`.
    `engine` is empty for a program that imported none.
    """

    command: str
    engine: str
    version: str
    started: float
    seconds: float
    ended: str
    functions: tuple[SeenFunction, ...]
    processes: int = 1
    rewrites_recorded: bool = True
    notes: tuple[str, ...] = ()
    errors: tuple[Raised, ...] = ()
