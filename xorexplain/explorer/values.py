"""Write the values of every node of every stage as the data of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xorexplain.render.numbers import described
from xorexplain.render.reports.computed import Computing, MisfitError, adjoint_numbers
from xorexplain.render.reports.numbering import Numbered

Json = dict[str, Any]
MAX_ROWS = 8
"""So many rows of the data are shown one by one."""
MAX_VARIABLES = 5_000
"""A story of more variables has no values, which would take minutes to compute."""
MISFIT = (
    "There are no values ({}): give arrays that fit, with --inputs FILE.npz or Model(data={{...}})."
)
NO_VALUES: Json = {
    "cases": [],
    "moments": [],
    "note": "",
    "table": {},
    "data": {},
    "adjoints": {},
}


def values(material: Numbered, train_steps: int = 0) -> Json:
    """Return cases, moments and a table of values; see the `values` of the page's data.

    `train_steps` is how often the compiled train function is called for the moment after training;
    the model's parameters get their values back. Raise XorexplainError for data
    that names what the graph does not read.
    """
    computing = Computing(material)
    note = computing.note
    if len(material.variables) > MAX_VARIABLES:
        count = f"{len(material.variables):,}"
        return {**NO_VALUES, "note": f"There are no values: {count} variables are too many."}
    length = computing.row_count
    rows = [computing.row(n) for n in range(length)] if 1 < length <= MAX_ROWS else []
    moments = computing.moments(train_steps)
    table: dict[int, dict[str, list[Json | None]]] = {}
    titles: dict[str, list[str]] = {moment.key: [] for moment in moments}
    try:
        for moment, case, found in computing.each(moments, [computing.whole, *rows]):
            titles[moment.key].append(case.title)
            for number, value in found.items():
                told = described(value)
                if told is not None:
                    table.setdefault(number, {}).setdefault(moment.key, []).append(told)
    except MisfitError as error:
        return {**NO_VALUES, "note": MISFIT.format(error)}
    kept = titles[moments[-1].key]
    whole = {
        number: entry
        for number, entry in table.items()
        if all(len(told) == len(kept) for told in entry.values())
    }
    return {
        "cases": [{"key": f"case{i}", "title": title} for i, title in enumerate(kept)],
        "moments": [{"key": moment.key, "title": moment.title} for moment in moments],
        "note": note,
        **_by_stage(material, whole),
    }


def _by_stage(material: Numbered, table: Mapping[int, Json]) -> Json:
    """Point from the variables of each stage into the table, for values and for adjoints."""
    adjoint_of = adjoint_numbers(material)
    data: dict[str, dict[str, str]] = {}
    adjoints: dict[str, dict[str, str]] = {}
    used: set[int] = set()
    for stage in (*material.graphs, "trace"):
        for id_, number in material.numbers.get(stage, {}).items():
            if number in table:
                data.setdefault(stage, {})[id_] = f"k{number}"
                used.add(number)
            adjoint = adjoint_of.get(number)
            if adjoint is not None and adjoint in table:
                adjoints.setdefault(stage, {})[id_] = f"k{adjoint}"
                used.add(adjoint)
    return {
        "table": {f"k{number}": table[number] for number in sorted(used)},
        "data": data,
        "adjoints": adjoints,
    }
