"""Run notebooks in a kernel of their own, as Jupyter does, and look at what their cells show."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from forking import LONGEST
from nbclient import NotebookClient

RICHEST = ("text/html", "image/svg+xml", "text/plain")
"""Of several notations a notebook shows the first of these."""


@dataclass(frozen=True)
class Shown:
    """Hold what a cell showed: its outputs by MIME type, what it printed, and its error."""

    bundles: list[Mapping[str, str]]
    printed: str
    error: str
    traceback: str


def run_cells(cells: Mapping[str, str], folder: Path) -> dict[str, Shown]:
    """Run cells of some names in a kernel of their own; what fails does not end the notebook."""
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source.strip()) for source in cells.values()]
    )
    client = NotebookClient(
        book,
        timeout=LONGEST,
        startup_timeout=LONGEST,
        iopub_timeout=LONGEST,  # for what it shows to arrive
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute()
    return {name: _shown(cell) for name, cell in zip(cells, book.cells, strict=True)}


def _shown(cell: Any) -> Shown:
    outputs = cell.outputs
    failed = [output for output in outputs if output.output_type == "error"]
    return Shown(
        [output.data for output in outputs if "data" in output],
        "".join(output.text for output in outputs if output.output_type == "stream"),
        failed[0].evalue if failed else "",
        "\n".join(failed[0].traceback) if failed else "",
    )


def as_page(shown: Mapping[str, Shown], style: str) -> str:
    """Write a page with what the cells showed, as a notebook does."""
    outputs = [
        f'<section id="{name}">{_written(bundle)}</section>'
        for name, cell in shown.items()
        for bundle in cell.bundles
    ]
    head = f"<!DOCTYPE html><meta charset=utf-8><title>notebook</title><style>{style}</style>"
    return head + "\n".join(outputs)


def _written(bundle: Mapping[str, str]) -> str:
    kind = next(kind for kind in RICHEST if kind in bundle)
    return bundle[kind] if kind != "text/plain" else f"<pre>{html.escape(bundle[kind])}</pre>"
