"""Define ops and rewrites on a page, for the roles to lead to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.directives import ObjectDescription
from sphinx.util.nodes import make_id

from xorexplain.sphinxext.directives import options

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.util.docutils import SphinxDirective

DOMAIN = "xorexplain"


def sign(signature: addnodes.desc_signature, name: str, aliases: Sequence[str], note: str) -> None:
    """Write a name with its aliases, and a note behind it."""
    signature += addnodes.desc_name(name, name)
    notes = [f"also {', '.join(aliases)}"] if aliases else []
    notes += [note] if note else []
    if notes:
        text = f"  ({'; '.join(notes)})"
        signature += addnodes.desc_annotation(text, text)


def define(
    directive: SphinxDirective,
    kind: str,
    names: Sequence[str],
    signature: addnodes.desc_signature,
    index: addnodes.index,
) -> None:
    """Have names lead to a signature, in roles and in the index."""
    from xorexplain.sphinxext.domain import domain_of

    document = directive.state.document
    anchor = make_id(directive.env, document, f"{DOMAIN}-{kind}", names[0])
    signature["ids"].append(anchor)
    document.note_explicit_target(signature)
    for name in names:
        domain_of(directive.env).define(kind, name, anchor, signature)
        index["entries"].append(("single", f"{name} ({kind})", anchor, "", None))


def definition(
    directive: SphinxDirective,
    kind: str,
    names: Sequence[str],
    note: str,
    content: Sequence[Node],
) -> list[Node]:
    """Return what the directive of a kind would, for content that was written elsewhere."""
    index = addnodes.index(entries=[])
    signature = addnodes.desc_signature()
    directive.set_source_info(signature)
    sign(signature, names[0], names[1:], note)
    define(directive, kind, names, signature, index)
    entry = addnodes.desc(domain=DOMAIN, objtype=kind, desctype=kind, classes=[DOMAIN, kind])
    for flag in ("no-index", "no-index-entry", "no-contents-entry", "no-typesetting"):
        entry[flag] = entry[flag.replace("no-", "no", 1)] = False
    entry += [signature, addnodes.desc_content("", *content)]
    return [index, entry]


class _Defined(ObjectDescription[str]):
    """Define a name and its aliases."""

    option_spec: ClassVar[options.OptionSpec] = {
        "aliases": options.words,
        "note": directives.unchanged_required,
    }

    def handle_signature(self, sig: str, signode: addnodes.desc_signature) -> str:
        """Write the name with its aliases, and what the note says behind it."""
        sign(signode, sig, self.options.get("aliases", ()), self.options.get("note", ""))
        return sig

    def add_target_and_index(self, name: str, sig: str, signode: addnodes.desc_signature) -> None:
        """Have the name and its aliases lead here."""
        names = (name, *self.options.get("aliases", ()))
        define(self, self.objtype, names, signode, self.indexnode)


class DefinedOp(_Defined):
    """Define an op by its kind, such as `dot`."""


class DefinedRewrite(_Defined):
    """Define a rewrite by the name it fires under."""
