"""Hold what the pages tell: graphs, gradient, rewrites and training of one model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any, TypeVar

from xorexplain.engines import Engine
from xorexplain.errors.records import dataclass
from xorexplain.gradients.check import Row
from xorexplain.gradients.explain import Story
from xorexplain.gradients.following import Followed
from xorexplain.gradients.records import Derivation
from xorexplain.graph.ops import KINDS, kind_words
from xorexplain.graph.records import Apply, Graph
from xorexplain.models.model import Model
from xorexplain.models.stages import default_target
from xorexplain.models.training import Trained
from xorexplain.models.tutorial import Tutorial
from xorexplain.notation.build import express
from xorexplain.notation.expr import Expr
from xorexplain.notation.simplify import simplify
from xorexplain.render.reports.gather import Subject
from xorexplain.render.writers.marks import code, escape, listed, page_link
from xorexplain.rewrites.check import StepCheck
from xorexplain.rewrites.laws import laws
from xorexplain.rewrites.questions.without import Without
from xorexplain.rewrites.steps import ExplainedStep
from xorexplain.rewrites.trace import Trace

T = TypeVar("T")


@dataclass(frozen=True)
class Settings:
    """Choose how the walk-through is made.

    `steps` is how long to train, None for what the model suggests, `budget` the seconds a layout
    may take. `dictionary` tells that the pages are part of a project which defines ops and
    rewrites with the directive `xorexplain-dictionary`, so that they can be linked to. `taught` is
    the folder of a project whose pages teach what these take for granted, by the names of topics.
    `undone` has the function rewritten again without each episode, to count what that costs, and
    small ones beside it, to see what a step hangs on.
    """

    steps: int | None = None
    budget: float = 10.0
    dictionary: bool = False
    taught: str | None = None
    undone: bool = True


@dataclass(frozen=True)
class Material:
    """Hold all that is told; what the model lacks is None, and `missing` says why by page name.

    `forward` is the graph as written, with shapes filled in; `network` and `cost` are the parts of
    it that the outputs and the cost need, and `names` names its variables. `chapters` are what a
    sentence calls each chapter, `pages` those there are; `renamings` maps names in the trace to
    those of the gradient, as `explained` has them already. `trials` are the rewritings without an
    episode, `alone` those without the rewrite of the step that it shows, by its page.
    """

    subject: Subject
    settings: Settings
    forward: Graph | None = None
    network: Graph | None = None
    cost: Graph | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    gradient: Graph | None = None
    derivation: Derivation | None = None
    story: Story | None = None
    checks: tuple[Row, ...] | None = None
    followed: Followed | None = None
    start_cost: float | None = None
    updates: Graph | None = None
    trace: Trace | None = None
    step_checks: tuple[StepCheck, ...] = ()
    explained: tuple[ExplainedStep, ...] = ()
    compiled: Graph | None = None
    run: Trained | None = None
    missing: Mapping[str, str] = field(default_factory=dict)
    chapters: Mapping[str, str] = field(default_factory=dict)
    pages: frozenset[str] = frozenset()
    renamings: Mapping[str, str] = field(default_factory=dict)
    trials: Mapping[str, Without] = field(default_factory=dict)
    alone: Mapping[str, Without] = field(default_factory=dict)
    _made: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, what: str, make: Callable[[], T]) -> T:
        """Return what several pages tell of, made for the first of them."""
        if what not in self._made:
            self._made[what] = make()
        found: T = self._made[what]
        return found

    @property
    def engine(self) -> Engine:
        """The engine of the model."""
        return self.subject.engine

    @property
    def model(self) -> Model:
        """What a user wrote."""
        return self.subject.model

    def link(self, page: str, text: str = "") -> str:
        """Link to a page, or write the text alone where the model has no such page."""
        words = text or self.chapters[page]
        return page_link(page, words) if page in self.pages else words

    def next_page(self, after: tuple[str, str] | None, kind: str) -> str:
        """Say what comes next: a page by name and title, or after the last of a kind what runs."""
        if after is not None:
            return f"Next: {page_link(*after)}."
        if "compiled" not in self.pages:
            return ""
        return f"That was the last {kind}. Next: {page_link('compiled', 'what really runs')}."

    def topic(self, name: str, words: str) -> str:
        """Link to the page that teaches a topic, or write the words where there is none."""
        folder = self.settings.taught
        return words if folder is None else f":doc:`{words} <{folder}/{name}>`"

    def rewrite(self, name: str) -> str:
        """Write the name of a rewrite, with a link to its entry where there is a dictionary.

        Members of a group that were made together are joined by a plus sign.
        """
        if " + " in name:
            return " + ".join(map(self.rewrite, name.split(" + ")))
        if self.settings.dictionary and name in laws(self.engine.name):
            return f":xorexplain:rewrite:`{name}`"
        return code(name)

    def kinds(self, applies: Sequence[Apply], most: int = 6) -> str:
        """Count ops by kind in words, `2 dot and 2 sigmoid`, with links as for rewrites."""
        counted = Counter(apply.op.kind for apply in applies).most_common()
        # Two kinds may have one word: a fused op is one whether or not it also sums.
        named: dict[str, tuple[str, int]] = {}
        for kind, number in counted:
            first, before = named.get(kind_words(kind), (kind, 0))
            named[kind_words(kind)] = first, before + number
        counted = sorted(named.values(), key=lambda one: -one[1])
        # A kind or two that are left are named as well: that is as short.
        most = max(most, len(counted)) if len(counted) <= most + 2 else most
        shown = [f"{number} {self.op(kind)}" for kind, number in counted[:most]]
        others = sum(number for _, number in counted[most:])
        return listed([*shown, f"{others} of other kinds"] if others else shown)

    def op(self, kind: str, words: str = "") -> str:
        """Write the kind of an op in words, with a link as for rewrites."""
        shown = escape(words or kind_words(kind))
        if self.settings.dictionary and kind in KINDS:
            return f":xorexplain:op:`{shown} <{kind}>`"
        return shown

    def since(self, page: str) -> str:
        """Begin a sentence on what changed since the page before; empty for the first page."""
        order = list(self.chapters)
        before = [name for name in order[: order.index(page)] if name in self.pages]
        return f"What changed since {self.link(before[-1])}" if before else ""

    @property
    def title(self) -> str:
        """The model's name as a title says it."""
        return "XOR" if self.is_xor else self.model.name or "model"

    @property
    def is_xor(self) -> bool:
        """Tell whether this is the tutorial's own network."""
        return isinstance(self.model, Tutorial)

    def equation(self, graph: Graph, variable: str) -> tuple[str, Expr]:
        """Return the name of a forward variable and what it is computed as."""
        value = simplify(express(graph, variable, dict(self.names), (variable,)))
        return self.names[variable], value

    def told_applies(self, graph: Graph) -> list[Apply]:
        """Return the apply nodes of a graph whose results have a name, in order."""
        return [apply for apply in graph.applies if apply.outputs[0] in self.names]


def default_function(subject: Subject) -> str:
    """Name the function that is rewritten and compiled: `train`, `cost` or `test`."""
    return subject.target or default_target(subject.model, "optimized")
