"""Read a PyMC model's variables, plates and dependencies, as `pm.model_to_graphviz` does."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import plain
from xorexplain.models.pymc.distribution_parameters import drawn_of, with_constants
from xorexplain.models.pymc.refusals import refusing
from xorexplain.models.pymc.shapes import shapes_of
from xorexplain.models.structure import Dimension, Kind, Member, Structure, in_order

_LINE = re.compile(r"^\s*(?P<name>.*?) [~=] (?P<told>.*)$", re.DOTALL)


def structure_of(engine: Engine, theirs: Any) -> Structure:
    """Describe a model; nothing is compiled for it."""
    with refusing(theirs, "describe its variables"):
        graph = sys.modules["pymc.model_graph"].ModelGraph(theirs)
        parents: Mapping[str, set[str]] = graph.make_compute_graph()
        told = with_constants(engine, theirs, _told(theirs))
    names = [name for name in theirs.named_vars if name in parents]
    shapes = shapes_of(engine, theirs, names)
    order = {name: position for position, name in enumerate(names)}
    members = [
        _member(theirs, name, in_order(told.get(name, ""), names), shape)
        for name, shape in zip(names, shapes, strict=True)
    ]
    edges = [
        (parent, child)
        for child in names
        for parent in sorted(parents[child], key=lambda name: order.get(name, -1))
        if parent in order
    ]
    coordinates = {
        str(dim): tuple(plain(label) for label in labels)
        for dim, labels in theirs.coords.items()
        if labels is not None
    }
    return Structure(theirs.name or "", tuple(members), tuple(edges), coordinates)


def _told(theirs: Any) -> dict[str, str]:
    """Return what PyMC writes behind each variable's name."""
    found = {}
    for line in theirs.str_repr().splitlines():
        match = _LINE.match(line)
        if match is not None:
            told = _worded(match["told"])
            found[match["name"]] = _classed(theirs.named_vars.get(match["name"]), told)
    return found | _of_batches(theirs)


def _classed(variable: Any, told: str) -> str:
    """Name what PyMC calls `Unknown` by its class, as what a marginalized variable leaves."""
    if variable is None or variable.owner is None or not told.startswith("Unknown("):
        return told
    return type(variable.owner.op).__name__.removesuffix("RV") + told.removeprefix("Unknown")


def _of_batches(theirs: Any) -> dict[str, str]:
    """Say what is drawn of a mini-batch, and of how many in all, where PyMC says `Unknown`."""
    found = {}
    known = set(theirs.named_vars.values())
    for variable in theirs.basic_RVs:
        drawn = drawn_of(variable)
        if drawn is not variable:
            words = sys.modules["pymc.printing"].str_for_dist(drawn, named_vars=known)
            told = words.partition(" ~ ")[2] or words
            sizes = [str(v.data) for v in variable.owner.inputs[1:] if getattr(v, "data", None)]
            found[str(variable.name)] = f"{_worded(told)}, of {' × '.join(sizes)}"
    return found


def _worded(told: str) -> str:
    """Take out of PyMC's words what no user wrote."""
    told = re.sub(r"\b_lkjcholeskycov\(", "LKJCholeskyCov(", told)
    told = re.sub(r"^CustomDist_\w+\(", "CustomDist(", told)
    computed = re.fullmatch(r"(?:Deterministic|Potential)\((f\(.*\)|.*)\)", told, re.DOTALL)
    return computed[1] if computed is not None else told


def _member(theirs: Any, name: str, told: str, shape: tuple[int, ...]) -> Member:
    variable = theirs.named_vars[name]
    dims = theirs.named_vars_to_dims.get(name) or (None,) * len(shape)
    dimensions = tuple(
        Dimension(str(dim or ""), length) for dim, length in zip(dims, shape, strict=True)
    )
    kind = _kind(theirs, variable)
    if kind == "data":
        return Member(name, kind, "data", dimensions)
    value, transform = "", ""
    if kind == "free":
        value = str(theirs.rvs_to_values[variable].name)
        used = theirs.rvs_to_transforms[variable]
        transform = "" if used is None else str(getattr(used, "name", "")).strip("_")
    return Member(name, kind, told, dimensions, value, transform)


def _kind(theirs: Any, variable: Any) -> Kind:
    groups: Mapping[Kind, Sequence[Any]] = {
        "free": theirs.free_RVs,
        "observed": theirs.observed_RVs,
        "deterministic": theirs.deterministics,
        "data": theirs.data_vars,
    }
    return next((kind for kind, of in groups.items() if variable in of), "potential")
