"""Break data read from JSON in one place or a few, as disks, editors and enemies do."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from jsonschema.protocols import Validator

from xorexplain.errors import XorexplainError

Place = tuple[Any, Any]
"""A list or a dict, and the index or key of one entry of it."""
ODD: tuple[Any, ...] = (
    *(None, True, False, -1, 0, 1, 2, 7, 1.0, 1.5, -0.0, 2**63, 10**30, 1e308, float("inf")),
    *(
        "",
        "v0",
        "v1",
        "v9999",
        "n0",
        "n1",
        "n9999",
        "v-1",
        "v1 ",
        "v" + "1" * 40,
        "float64",
        "add",
    ),
    *("\ud800", "\x1b[31m", "applied", "constant", "x" * 5000),
    *([], {}, [[]], [None], ["v0"], ["n0", 0, "v0", "v1"], {"id": "v0"}, [[[[]]]]),
)
"""What may stand where something else belongs."""


def places(data: Any) -> Iterator[Place]:
    """Yield every place of data, those inside others too."""
    waiting = [data]
    while waiting:
        here = waiting.pop()
        keys = here.keys() if isinstance(here, dict) else range(len(here))
        for key in keys:
            yield here, key
            if isinstance(here[key], (dict, list)):
                waiting.append(here[key])


@st.composite
def mutated(draw: st.DrawFn, base: Any) -> Any:
    """Break data in one to three places."""
    data = copy.deepcopy(base)
    for _ in range(draw(st.integers(1, 3))):
        every = list(places(data))
        if not every:
            break
        here, key = every[draw(st.integers(0, len(every) - 1))]
        match draw(st.sampled_from(["replace", "delete", "twice", "swap", "rename", "move"])):
            case "replace":
                here[key] = copy.deepcopy(draw(st.sampled_from(ODD)))
            case "delete":
                del here[key]
            case "twice" if isinstance(here, list):
                here.insert(key, copy.deepcopy(here[key]))
            case "swap" if isinstance(here, list):
                other = draw(st.integers(0, len(here) - 1))
                here[key], here[other] = here[other], here[key]
            case "rename" if isinstance(here, dict):
                here[draw(st.sampled_from(["surprise", "inner", "owner", "id"]))] = here.pop(key)
            case "move":
                there, other = every[draw(st.integers(0, len(every) - 1))]
                there[other] = copy.deepcopy(here[key])
            case _:
                here[key] = None
    return data


@st.composite
def cut(draw: st.DrawFn, text: str) -> bytes:
    """Break the bytes of a file: cut them short, change some, put others in."""
    data = bytearray(text.encode())
    at = draw(st.integers(0, len(data) - 1))
    extra = draw(st.binary(max_size=4))
    match draw(st.sampled_from(["short", "change", "insert"])):
        case "short":
            del data[at:]
        case "change":
            data[at : at + len(extra)] = extra
        case "insert":
            data[at:at] = extra
    return bytes(data)


def as_json(data: Any) -> str:
    """Write data that may hold what JSON has no word for."""
    return json.dumps(data)


def faults_by_schema(text: str, validator: Validator) -> list[str]:
    """Return what a schema has against a text, and the words in it that are no JSON."""
    words: list[str] = []
    # No schema may take 1.0 for a whole number.
    data = json.loads(text, parse_float=Decimal, parse_constant=words.append)
    return words + [f"{list(e.path)} {e.message[:200]}" for e in validator.iter_errors(data)]


def refusal(read: Callable[[str], object], text: str) -> str:
    """Return the one line in which a reader refuses a text, nothing for one that it reads."""
    told = ""
    try:
        read(text)
    except XorexplainError as error:
        told = str(error)
    assert "\n" not in told
    assert len(told) < 400
    return told
