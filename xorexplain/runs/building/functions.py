"""Say what does not fit when a function is asked for: inputs, outputs, updates, givens, a mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from xorexplain.engines.names import MODES
from xorexplain.engines.shared.common import toposort
from xorexplain.errors import did_you_mean
from xorexplain.runs.building.faults import Building, Fault, node_in
from xorexplain.runs.building.operands import is_variable

MAX_WIDE = 4
"""Variables of a wider dtype that are named."""


def _update(built: Building) -> Fault | None:
    """Compare a shared variable with what it is to become."""
    held = built.asked.holding("store_into", "update_val")
    if held is None:
        return None
    shared, new = held.values["store_into"], held.values["update_val"]
    name = built.name(shared)
    if not hasattr(shared, "get_value"):
        return Fault(
            "wrong type",
            f"{name} is no shared variable, and only those keep a value from call to call",
            f"make it one: {name} = shared(value); or return the new value as a result",
            [shared, new],
        )
    if isinstance(built.error, ValueError) and "already" in built.words:
        before = held.values.get("update_d", {}).get(shared, new)
        return Fault(
            "updated twice",
            f"{name} is updated twice: to {built.name(before)} and to {built.name(new)}",
            "give one new value, with all that is added to it in one expression",
            [shared, before, new],
        )
    if not is_variable(built.engine, new):
        return None
    return _new_value(built, shared, new)


def _new_value(built: Building, shared: Any, new: Any) -> Fault:
    name = built.name(shared)
    one, other = built.dtype(shared), built.dtype(new)
    if built.dimensions(shared) != built.dimensions(new):
        return Fault(
            "wrong number of dimensions",
            f"{built.has(shared)}, and its new value, {built.name(new)}, has "
            f"{built.dimensions(new)}",
            "sum or index over the axes that are too many: what is added to it must not have more",
            [shared, new],
        )
    if one != other:
        wide = list(_wider(built, new, one))[:MAX_WIDE]
        from_ = f"; {other} comes in with {', '.join(map(built.name, wide))}" if wide else ""
        return Fault(
            "wrong dtype",
            f"{name} is {one}, and its new value, {built.name(new)}, is {other}{from_}",
            f"convert the new value, new.astype('{one}'), or declare all in {one}: floatX='{one}', "
            "numbers as numpy.asarray(0.1, floatX)",
            [shared, new, *wide],
        )
    info, made = built.engine.type_of(shared), built.engine.type_of(new)
    return Fault(
        "broadcasting forbidden",
        f"{name} is {info.text}, and its new value, {built.name(new)}, is {made.text}: not the "
        "same axes are of length 1, or of the same length",
        f"declare both alike: {built.tensor}.unbroadcast or {built.tensor}.patternbroadcast in "
        f"Theano, shape=(None, ...) of the shared variable or {built.tensor}.specify_broadcastable "
        "in PyTensor",
        [shared, new],
    )


def _wider(built: Building, new: Any, dtype: str) -> Iterator[Any]:
    """Yield what is given of another dtype than a value should have, of floats before others."""
    leaves = dict.fromkeys(
        v
        for apply in toposort([new])
        for v in apply.inputs
        if v.owner is None and built.dtype(v) not in ("", dtype, "bool", "int8")
    )
    # Constants are often made by the engine, of what else is there.
    given = [v for v in leaves if built.engine.role_of(v) != "constant"]
    yield from sorted(given or leaves, key=lambda v: not built.dtype(v).startswith("float"))


def _given(built: Building) -> Fault | None:
    """Compare a variable with what `givens` puts in its place."""
    if built.asked.holding("givens") is None or not isinstance(built.error, TypeError):
        return None
    held = built.asked.holding("curr", "new") or built.asked.holding("v_orig", "v_repl")
    if held is None:
        return None
    names = ("curr", "new") if "curr" in held.values else ("v_orig", "v_repl")
    old, new = (held.values[name] for name in names)
    if not (is_variable(built.engine, old) and is_variable(built.engine, new)):
        return None
    return Fault(
        "wrong type",
        f"{built.name(old)} is {built.kind(old)}, and givens puts {built.name(new)} in its "
        f"place, {built.kind(new)}",
        "give a value of the same dtype and as many dimensions: cast, index or reshape it",
        [old, new],
    )


def _missing(built: Building) -> Fault | None:
    """Tell what a result needs and nobody gives."""
    if type(built.error).__name__ != "MissingInputError" or not built.asked.frames:
        return None
    frame = built.asked.frames[-1]
    lacking = next(
        (frame.values[name] for name in ("var", "r", "variable") if name in frame.values), None
    )
    if lacking is None:
        return None
    node = node_in(frame)
    reads = ""
    if node is not None and lacking in node.inputs:
        reads = f": {built.name(node.outputs[0])} reads it"
    name = built.name(lacking)
    return Fault(
        "missing input",
        f"{name} is no input of the function, and has no value{reads}",
        f"list {name} among the inputs, or give it a value: givens={{{name}: ...}}",
        [lacking],
    )


def _unused(built: Building) -> Fault | None:
    """Tell an input that no result needs, or that is there twice."""
    if type(built.error).__name__ != "UnusedInputError":
        return None
    held = built.asked.of("check_unused_inputs", "_check_unused_inputs")
    if held is None or "i" not in held.values:
        return _twice(built)
    value = getattr(held.values["i"], "variable", held.values["i"])
    name = built.name(value)
    asked = built.asked.of("function")
    outputs = asked.values.get("outputs") if asked is not None else None
    is_computed = value.owner is not None
    cut = f"; {name} is computed, and results need what it is computed of" if is_computed else ""
    results = outputs if isinstance(outputs, list) else [outputs]
    return Fault(
        "unused input",
        f"{name} is an input, and no result and no update needs it{cut}",
        f"leave {name} out, or see why the result does not depend on it; "
        "on_unused_input='ignore' keeps it",
        [value, *(v for v in results if is_variable(built.engine, v))],
    )


def _twice(built: Building) -> Fault | None:
    held = built.asked.holding("inputs") or built.asked.holding("params")
    if held is None:
        return None
    listed = held.values.get("inputs", held.values.get("params"))
    variables = [getattr(v, "variable", v) for v in listed or ()]
    double = next((v for n, v in enumerate(variables) if v in variables[:n]), None)
    if double is None:
        return None
    name = built.name(double)
    return Fault("unused input", f"{name} is twice among the inputs", f"list {name} once", [double])


def _listed(built: Building) -> Fault | None:
    """Tell inputs that are none, results that are no variables, and updates that are no pairs."""
    held = built.asked.of("function")
    if held is None:
        return None
    words, values = built.words, held.values
    if "explicit input" in words:
        inner = built.asked.holding("v")
        value = inner.values["v"] if inner is not None else None
        name = built.name(value)
        return Fault(
            "wrong type",
            f"{name} is a shared variable: its value is known, and it is no input",
            f"leave {name} out of the inputs; for another value of it, {name}.set_value, or "
            f"givens={{{name}: x}}",
            [value],
        )
    if "contained in a list" in words or "must be a list" in words.lower():
        inputs = values.get("inputs")
        return Fault(
            "wrong type",
            f"the inputs are {built.name(inputs)} itself, and no list",
            f"put them into a list: [{built.name(inputs)}]",
            [inputs],
        )
    if "Outputs must be" in words:
        outputs = values.get("outputs")
        parts = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        odd = [v for v in parts if not is_variable(built.engine, v)]
        if odd:
            told = f"{built.name(odd[0])} is a {type(odd[0]).__name__}, and no variable"
            return Fault("wrong type", told, "return variables of the graph", odd[:1])
    if ("updates" in words and "pairs" in words) or "lists/tuples with 2" in words:
        return Fault(
            "wrong type",
            f"the updates are a {type(values.get('updates')).__name__}, and not pairs of a shared "
            "variable and its new value",
            "give a list of pairs, [(w, w - step)], or a dictionary",
            [v for v in values.get("updates") or () if is_variable(built.engine, v)],
        )
    return None


def _value(built: Building) -> Fault | None:
    """Tell a value that a shared variable cannot be given: it keeps its number of dimensions."""
    held = built.asked.of("set_value")
    if held is None or "dimensions" not in built.words:
        return None
    variable, value = held.values.get("self"), held.values.get("new_value")
    if variable is None or value is None:
        return None
    return Fault(
        "wrong number of dimensions",
        f"{built.has(variable)}, and its new value has {built.dimensions(value)}",
        "a shared variable keeps its number of dimensions: reshape the value, or make another "
        "variable",
        [variable, value],
    )


def _mode(built: Building) -> Fault | None:
    """Tell a mode that there is not."""
    held = built.asked.of("get_mode")
    if held is None or "predefined mode" not in built.words:
        return None
    name = next(iter(held.arguments.values()), "")
    return Fault(
        "unknown mode",
        f"there is no mode {name}",
        did_you_mean(str(name), MODES[built.engine.name]),
        (),
    )


def rules() -> Sequence[Callable[[Building], Fault | None]]:
    """List the rules, in the order in which they are asked."""
    return (_mode, _value, _missing, _unused, _listed, _update, _given)
