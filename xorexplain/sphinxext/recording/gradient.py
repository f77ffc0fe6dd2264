"""Record a gradient: its derivation as a document, as text or drawn, or why it is what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xorexplain.render.writers.plain import to_plain
from xorexplain.sphinxext.recording import maker_of
from xorexplain.sphinxext.recording.cache import Entry, Maker
from xorexplain.sphinxext.recording.requests import Request

if TYPE_CHECKING:
    from xorexplain.gradients.records import Derivation


def gradient_entry(request: Request) -> tuple[Entry, Maker]:
    """Record a gradient in the form that is asked for."""
    engine, model = request.load()
    form, wrt = request.options.get("form", "steps"), request.options.get("wrt", ())
    if form == "why":
        from xorexplain.gradients.why import explain_why
        from xorexplain.render.reports.why import why

        return {"document": to_plain(why(explain_why(engine, model, wrt)))}, maker_of(engine)
    from xorexplain.gradients.choose import differentiate

    derivation = differentiate(engine, model, wrt, request.options.get("order", 1))
    return _FORMS[form](derivation, request), maker_of(engine)


def _text(derivation: Derivation, request: Request) -> Entry:
    return {"text": _written(derivation)}


def _picture(derivation: Derivation, request: Request) -> Entry:
    from xorexplain.render.look import Look
    from xorexplain.render.pictures import labels
    from xorexplain.render.pictures.twin import twin_dot

    options = request.options
    look = Look(theme=options.get("theme", "light"), legend=options.get("legend", True))
    count = len(derivation.steps)
    names = ", ".join(derivation.names[result.parameter] for result in derivation.results)
    return {
        "title": labels.title(derivation.graph.origin),
        "dot": twin_dot(derivation, look),
        "tree": _written(derivation),
        "words": f"Forward graph of {derivation.names[derivation.cost]} beside its gradient for "
        f"{names}: {count} step{'' if count == 1 else 's'} back, each op beside the nodes its rule "
        "made.",
    }


def _document(derivation: Derivation, request: Request) -> Entry:
    from xorexplain.gradients.explain import tell
    from xorexplain.render.reports.gradient import gradient

    return {"document": to_plain(gradient(tell(derivation)))}


def _written(derivation: Derivation) -> str:
    from xorexplain.gradients.explain import tell
    from xorexplain.render.reports.gradient import gradient
    from xorexplain.render.writers import terminal

    return terminal.plain(gradient(tell(derivation))).rstrip("\n")


_FORMS = {"text": _text, "picture": _picture, "steps": _document, "math": _document}
