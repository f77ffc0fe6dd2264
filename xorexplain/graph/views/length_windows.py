"""Say which shapes ops give that slide a window over an array: convolutions and pooling."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from xorexplain.graph.views.forms_of_length import (
    LARGEST,
    LEAST,
    Form,
    divided,
    extreme,
    known,
    minus,
    plus,
    quotient,
    times,
)
from xorexplain.graph.views.length_given import Given, Lengths

Sizes = tuple[int, ...]


def convolved(given: Given) -> list[Lengths | None] | None:
    """Give what filters, the second input, make of images: example, filter, then each axis.

    An image has as many channels as a filter takes, in each of the groups.
    """
    images, filters = given.shapes[0], given.shapes[1]
    if images is None or filters is None or given.apply.op.param("unshared"):
        return None
    groups = known(int(given.apply.op.param("num_groups") or 1))
    given.equations.equate(images[1], times(filters[1], groups))
    return [(images[0], filters[0], *_slid(given, images[2:], filters[2:]))]


def _slid(given: Given, lengths: Lengths, windows: Lengths) -> list[Form | None]:
    count = len(lengths)
    steps, gaps = _sizes(given, "subsample", count), _sizes(given, "filter_dilation", count)
    border = given.apply.op.param("border_mode") or "valid"
    found: list[Form | None] = []
    for axis, (length, window) in enumerate(zip(lengths, windows, strict=True)):
        if length is None or window is None or window.number is None:
            found.append(None)
            continue
        wide = (window.number - 1) * gaps[axis] + 1
        added = {"valid": 0, "half": wide // 2 * 2, "full": 2 * (wide - 1)}.get(border)
        if added is None:
            added = sum(_both_sides(border, axis))
        found.append(_places(plus(length, known(added)), wide, steps[axis]))
    return found


def _sizes(given: Given, name: str, count: int) -> Sizes:
    written = given.apply.op.param(name)
    return _numbers(ast.literal_eval(written), count) if written else (1,) * count


def _numbers(value: object, count: int) -> Sizes:
    found = (value,) * count if isinstance(value, int) else value
    if not isinstance(found, tuple) or not all(isinstance(n, int) for n in found):
        raise ValueError(value)
    return found


def _both_sides(border: str, axis: int) -> Sizes:
    """Read how much is added at both ends of an axis: `1`, `(1, 2)`, `((1, 0), (2, 2))`."""
    told = ast.literal_eval(border)
    if isinstance(told, tuple):
        told = told[axis]
    return _numbers(told, 2)


def _places(length: Form, window: int, step: int) -> Form:
    """Return at how many places a window lies inside of a length, so many apart."""
    room = minus(length, known(window))
    if room.number is not None and step > 1:
        return known(max(room.number // step + 1, 0))
    return plus(quotient(room, step), known(1))


def received_by_images(given: Given) -> list[Lengths | None] | None:
    """Give the shape of images, whose lengths are an input, from filters and what arrives."""
    filters, arriving = given.shapes[0], given.shapes[1]
    if filters is None or arriving is None or given.apply.op.param("unshared"):
        return None
    groups = known(int(given.apply.op.param("num_groups") or 1))
    return [(arriving[0], times(filters[1], groups), *_told(given, len(filters) - 2))]


def received_by_filters(given: Given) -> list[Lengths | None] | None:
    """Give the shape of filters, whose lengths are an input, from images and what arrives."""
    images, arriving = given.shapes[0], given.shapes[1]
    if images is None or arriving is None or given.apply.op.param("unshared"):
        return None
    groups = int(given.apply.op.param("num_groups") or 1)
    return [(arriving[1], divided(images[1], known(groups)), *_told(given, len(images) - 2))]


def _told(given: Given, count: int) -> Sequence[Form | None]:
    """Return lengths that are given as a vector, or as an input each; None for all others."""
    values = given.values[2:]
    if len(values) == 1 and isinstance(values[0], tuple):
        values = values[0]
    forms = [value if isinstance(value, Form) else None for value in values]
    return forms if len(forms) == count else [None] * count


def pooled(given: Given) -> list[Lengths | None] | None:
    """Give what windows, the second input, make of the last axes of an array."""
    shape, windows, steps, added = given.shapes[0], *given.values[1:4]
    if shape is None or not isinstance(windows, tuple):
        return None
    count = len(windows)
    ignores = given.apply.op.param("ignore_border") == "True"
    found: list[Form | None] = []
    for axis, length in enumerate(shape[len(shape) - count :]):
        sizes = [
            form.number if isinstance(sized, tuple) and (form := sized[axis]) is not None else None
            for sized in (windows, steps, added)
        ]
        window, step, pad = sizes
        if window is None or step is None or pad is None or not ignores:
            found.append(None)
        else:
            found.append(_places(plus(length, known(2 * pad)), window, step))
    return [(*shape[: len(shape) - count], *found)]


def convolved_signals(given: Given) -> list[Lengths | None] | None:
    """Give a convolution of two signals, all of it or where they overlap wholly."""
    one, other, is_full = given.shapes[0], given.shapes[1], given.values[2]
    if one is None or other is None or not isinstance(is_full, Form) or is_full.number is None:
        return None
    found: list[Form | None] = []
    for left, right in zip(one, other, strict=True):
        if is_full.number:
            found.append(minus(plus(left, right), known(1)))
            continue
        longer, shorter = (extreme(sign, (left, right)) for sign in (LARGEST, LEAST))
        found.append(plus(minus(longer, shorter), known(1)))
    return [tuple(found)]
