"""Write the walk-through of a model: a page for each stage of its life, as reStructuredText.

Every number, name, formula and picture comes from the model's own graphs, the trace of its
rewriting and its training. One module writes one page (or one sort of page); `gathering` makes
what they tell, `plan` chooses which there are, `project` puts them into a folder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from xorexplain.errors.escaping import encoded
from xorexplain.errors.records import dataclass
from xorexplain.render.reports.gather import Subject
from xorexplain.render.writers.marks import heading, paragraphs
from xorexplain.sphinxext.walkthrough.gathering import gather
from xorexplain.sphinxext.walkthrough.index import index, toctree
from xorexplain.sphinxext.walkthrough.material import Settings
from xorexplain.sphinxext.walkthrough.plan import Lack, lacks, pages, there
from xorexplain.sphinxext.walkthrough.project import conf
from xorexplain.sphinxext.walkthrough.trials import alone, trials

__all__ = ["Lack", "Settings", "Walkthrough", "walkthrough"]


@dataclass(frozen=True)
class Walkthrough:
    """Hold all files of a walk-through by path, and which pages the model does not get."""

    files: dict[str, bytes]
    lacks: tuple[Lack, ...]


def walkthrough(
    subject: Subject,
    settings: Settings | None = None,
    on_progress: Callable[[str], None] = lambda what: None,
) -> Walkthrough:
    """Write the walk-through of a model: index.rst, conf.py, a page for each stage, pictures.

    Equal models give equal bytes on one release of the engine. `on_progress` is told what is being
    done.
    """
    material = gather(subject, settings or Settings(), on_progress)
    material = replace(material, pages=there(material))
    on_progress("rewriting without each episode")
    material = replace(material, trials=trials(material))
    material = replace(material, alone=alone(material))
    on_progress("writing the pages")
    written = list(pages(material))
    lacking = lacks(material)
    files: dict[str, bytes] = {}
    for page in written:
        text = paragraphs(heading(page.title), page.body, toctree(written, page.name))
        files[f"{page.name}.rst"] = encoded(text)
        files.update(page.pictures)
    files["index.rst"] = encoded(index(material, written, lacking))
    files["conf.py"] = conf(f"{material.title}, stage by stage")
    return Walkthrough(files, tuple(lacking))
