"""Let pages refer to ops, rewrites and nodes: roles, what they lead to, and an index.

What a dictionary page defines is where a role leads. What no page defines leads to where it is
shown first: a picture with that op or node in it, a list with a step of that rewrite.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from sphinx.domains import Domain, Index, IndexEntry, ObjType
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from xorexplain.sphinxext.domain.definitions import DefinedOp, DefinedRewrite
from xorexplain.sphinxext.recording.cache import Maker

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.addnodes import pending_xref
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)
NAME = "xorexplain"
KINDS = ("op", "rewrite", "node")


class Place(NamedTuple):
    """Name a place of a page; `part` is an element of a picture there, in HTML."""

    page: str
    anchor: str
    part: str = ""


class Use(NamedTuple):
    """Name an entry of the cache that a page uses; what an engine made may be out of date."""

    key: str
    maker: Maker | None = None
    asked: str | None = None


class GraphIndex(Index):
    """List ops, rewrites and nodes with the places that define and show them."""

    name = "index"
    localname = "Ops, rewrites and nodes"
    shortname = "ops and rewrites"

    def generate(
        self, docnames: Iterable[str] | None = None
    ) -> tuple[list[tuple[str, list[IndexEntry]]], bool]:
        """Return the entries, a group for each kind."""
        wanted = None if docnames is None else set(docnames)
        groups = []
        for kind in KINDS:
            entries = list(self._entries(kind, wanted))
            if entries:
                groups.append((f"{kind}s", entries))
        return groups, False

    def _entries(self, kind: str, wanted: set[str] | None) -> Iterator[IndexEntry]:
        domain = self.domain
        assert isinstance(domain, GraphDomain)
        for name in domain.names(kind):
            places = [p for p in domain.places(kind, name) if wanted is None or p.page in wanted]
            pages = {place.page: place for place in reversed(places)}
            for place in sorted(pages.values(), key=places.index):
                title = domain.env.titles[place.page].astext()
                yield IndexEntry(name, 0, place.page, place.anchor, title, "", "")


class GraphDomain(Domain):
    """Hold where ops, rewrites and nodes are defined and shown."""

    name = NAME
    label = "Graphs of ops"
    object_types: ClassVar[dict[str, ObjType]] = {kind: ObjType(kind, kind) for kind in KINDS}
    directives: ClassVar[dict[str, Any]] = {"op": DefinedOp, "rewrite": DefinedRewrite}
    roles: ClassVar[dict[str, Any]] = {kind: XRefRole(warn_dangling=True) for kind in KINDS}
    indices: ClassVar[list[type[Index]]] = [GraphIndex]
    initial_data: ClassVar[dict[str, Any]] = {"defined": {}, "shown": {}, "used": {}}
    data_version = 1
    dangling_warnings: ClassVar[dict[str, str]] = {
        "op": "no page shows or defines an op of kind %(target)r",
        "rewrite": "no page shows or defines a rewrite %(target)r",
        "node": "no picture shows a node %(target)r",
    }

    @property
    def defined(self) -> dict[tuple[str, str], Place]:
        """Where each name of a kind is defined."""
        found: dict[tuple[str, str], Place] = self.data["defined"]
        return found

    @property
    def shown(self) -> dict[tuple[str, str], list[Place]]:
        """Where each name of a kind is shown, in the order in which pages were read."""
        found: dict[tuple[str, str], list[Place]] = self.data["shown"]
        return found

    @property
    def used(self) -> dict[str, list[Use]]:
        """The entries of the cache that each page uses."""
        found: dict[str, list[Use]] = self.data["used"]
        return found

    def use(self, key: str, maker: Maker | None = None, asked: str | None = None) -> None:
        """Note that the current page uses an entry of the cache."""
        self.used.setdefault(self.env.docname, []).append(Use(key, maker, asked))

    def define(self, kind: str, name: str, anchor: str, location: Any) -> None:
        """Note that the current page defines a name; warn where another one does."""
        page = self.env.docname
        other = self.defined.get((kind, name))
        if other is not None:
            logger.warning(
                *("%s %r is defined twice, here and in %s", kind, name, other.page),
                location=location,
                type="xorexplain",
                subtype="duplicate",
            )
        self.defined[kind, name] = Place(page, anchor)

    def show(self, kind: str, name: str, anchor: str, part: str = "") -> None:
        """Note that the current page shows a name."""
        self.shown.setdefault((kind, name), []).append(Place(self.env.docname, anchor, part))

    def names(self, kind: str) -> list[str]:
        """Return all names of a kind in order."""
        found = {name for known, name in (*self.defined, *self.shown) if known == kind}
        return sorted(found, key=lambda name: (name.lower(), name))

    def places(self, kind: str, name: str, page: str = "") -> list[Place]:
        """Return the places of a name: its definition, then those of `page`, then the others."""
        defined = self.defined.get((kind, name))
        shown = self.shown.get((kind, name), [])
        others = sorted(shown, key=lambda place: (place.page != page, place.page))
        return others if defined is None else [defined, *others]

    def clear_doc(self, docname: str) -> None:
        """Forget what a page defines, shows and uses."""
        self.used.pop(docname, None)
        for key in [key for key, place in self.defined.items() if place.page == docname]:
            del self.defined[key]
        for key, places in list(self.shown.items()):
            self.shown[key] = [place for place in places if place.page != docname]
            if not self.shown[key]:
                del self.shown[key]

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process has read of some pages."""
        read = set(docnames)
        self.used.update((page, uses) for page, uses in otherdata["used"].items() if page in read)
        for key, place in otherdata["defined"].items():
            if place.page in read:
                self.defined[key] = place
        for key, places in otherdata["shown"].items():
            self.shown.setdefault(key, []).extend(p for p in places if p.page in read)

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> Any:
        """Return a reference to the best place of a name, None where there is none."""
        if node.get("optional") and (typ, target) not in self.defined:
            return contnode
        places = self.places(typ, target, fromdocname)
        if not places:
            return None
        place = places[0]
        has_parts = builder.format == "html" and builder.name != "epub"
        anchor = place.part if has_parts and place.part else place.anchor
        return make_refnode(builder, fromdocname, place.page, anchor, contnode, target)

    def resolve_any_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> list[Any]:
        """Return references to what a page defines under a name."""
        return [
            (
                f"{NAME}:{kind}",
                make_refnode(builder, fromdocname, place.page, place.anchor, contnode, target),
            )
            for kind in KINDS
            if (place := self.defined.get((kind, target))) is not None
        ]

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Yield what pages define, for the search and for other projects."""
        for (kind, name), place in sorted(self.defined.items()):
            yield name, name, kind, place.page, place.anchor, 1


def domain_of(env: BuildEnvironment) -> GraphDomain:
    """Return the domain of a build."""
    domain = env.get_domain(NAME)
    assert isinstance(domain, GraphDomain)
    return domain
