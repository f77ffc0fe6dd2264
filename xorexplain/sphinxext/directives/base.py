"""Do what all directives have in common: find the model, ask for the entry, warn of failures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import on_one_line, visible
from xorexplain.errors.faults import fault_of
from xorexplain.models.files.spec import file_and_name
from xorexplain.sphinxext import failures
from xorexplain.sphinxext.directives.options import ASKED
from xorexplain.sphinxext.domain import domain_of
from xorexplain.sphinxext.recording.cache import cache_of
from xorexplain.sphinxext.recording.requests import ModelSource, Recorder, Request, answer

if TYPE_CHECKING:
    from docutils.nodes import Element, Node, system_message

    from xorexplain.sphinxext.recording.cache import Entry

logger = logging.getLogger(__name__)
_FLAG = re.compile(r"--([a-z][a-z-]*)")


class ModelDirective(SphinxDirective):
    """Show something of a model, which is named by `:model:`, written in the body, or XOR."""

    has_content = True
    kind = ""
    recorded_options: tuple[str, ...] = ()
    """Options that change what is recorded."""

    def run(self) -> list[Node]:
        """Return what the page shows; a failure is a warning with the place of the directive."""
        try:
            return self.show()
        except XorexplainError as error:
            return [self.failed(error)]
        except Exception as error:  # noqa: BLE001 - a fault of ours costs its own place, no more
            return [self.failed(fault(error))]

    def show(self) -> list[Node]:
        """Return what the page shows; raise XorexplainError where there is nothing to show."""
        raise NotImplementedError

    def failed(self, error: XorexplainError) -> Element:
        """Warn of a failure, and leave a line in its place."""
        message = _FLAG.sub(r":\1:", on_one_line(str(error)))
        details = f"\n{visible(error.details)}" if error.details else ""
        failures.note(self.env, [self.env.docname])
        logger.warning(
            "%s: %s%s",
            *(self.name, message, details),
            location=self.get_location(),
            type="xorexplain",
            subtype=self.kind,
        )
        text = f"{self.name}: {message}"
        return nodes.paragraph(text, "", nodes.literal(text, text), classes=["xorexplain-failed"])

    def entry(self, record: Recorder) -> Entry:
        """Return what there is to show, and have the page depend on the files of the model."""
        options = {
            name: self.chosen(name)
            for name in (*self.recorded_options, *ASKED)
            if name in self.options
        }
        request = Request(self.kind, self.model(), self.engine_name(), {**options, **self.extra()})
        return self.answered(request, record)

    def answered(self, request: Request, record: Recorder) -> Entry:
        """Return the entry of a request, and note what the page was made from."""
        found = answer(request, cache_of(self.env), record)
        for path in found.files:
            self.env.note_dependency(str(path))
        domain_of(self.env).use(found.key, found.maker, request.engine_name)
        return found.entry

    def chosen(self, name: str) -> Any:
        """Return the value of an option; a flag that is given is true."""
        return True if self.options[name] is None else self.options[name]

    def extra(self) -> dict[str, Any]:
        """Return what is recorded differently by a setting of the project."""
        return {}

    def new_anchor(self) -> str:
        """Return an id that nothing else in the project has: all pages may become one."""
        number = self.env.new_serialno(f"xorexplain-{self.kind}") + 1
        return f"xorexplain-{nodes.make_id(self.env.docname)}-{self.kind}-{number}"

    def engine_name(self) -> str | None:
        """Return the engine asked for here or in conf.py."""
        name: str | None = self.options.get("engine", self.config.xorexplain_engine)
        return name

    def model(self) -> ModelSource:
        """Return where the model comes from; a file is relative to the page."""
        spec = self.options.get("model")
        if self.content and spec is not None:
            raise XorexplainError("the model is named and written: leave out :model: or the code")
        if self.content:
            file = self.get_source_info()[0]
            first = self.content_offset + 1
            return ModelSource(code="\n".join(self.content) + "\n", file=file or "", line=first)
        if spec is None:
            return ModelSource()
        found = file_and_name(spec)
        if found is None:
            return ModelSource(spec)
        relative, absolute = self.env.relfn2path(found[0])
        self.env.note_dependency(relative)
        return ModelSource(":".join(filter(None, (str(Path(absolute)), found[1]))))


def fault(error: Exception) -> XorexplainError:
    """Tell of an exception that is no mistake of the user, with where it was raised."""
    found = fault_of(error)
    return XorexplainError(found.line, details=found.details.rstrip())


def parsed(directive: SphinxDirective, text: str) -> tuple[list[Node], list[system_message]]:
    """Parse text that may hold roles, such as a caption; return problems with it too."""
    inline, messages = directive.state.inline_text(text, directive.lineno)
    return list(inline), list(messages)
