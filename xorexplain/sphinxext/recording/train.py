"""Record a training run: the table of what was learned, and the curve of the cost."""

from __future__ import annotations

from typing import Any

from xorexplain.errors import XorexplainError
from xorexplain.sphinxext.recording import maker_of
from xorexplain.sphinxext.recording.cache import Entry, Maker
from xorexplain.sphinxext.recording.requests import Request

TIMES = ("compile_seconds", "seconds", "steps_per_second")
"""What differs from run to run."""


def train_entry(request: Request) -> tuple[Entry, Maker]:
    """Train the network and record the result, all but its times."""
    from xorexplain.engines import choose
    from xorexplain.models import training
    from xorexplain.render.pictures.curve import curve_dot

    options = request.options
    names = {"steps": "steps", "hidden": "hidden", "learning-rate": "learning_rate", "seed": "seed"}
    given = {field: options[name] for name, field in names.items() if name in options}
    settings = training.Settings(**given)
    engine = choose(request.engine_name)
    result = training.train(engine, settings)
    if not result.is_finite:
        raise XorexplainError(
            f"the cost is not finite after step {result.steps}: "
            f"give a lower --learning-rate than {settings.learning_rate:g}"
        )
    data: dict[str, Any] = training.to_json(result)
    for name in TIMES:
        del data[name]
    title = f"xor · train · {result.steps} steps"
    if len(result.costs) > 1:
        data["dot"] = curve_dot(result.costs, options.get("theme", "light"), title, "step", "cost")
    first, last = (result.costs[0][1], result.costs[-1][1]) if result.costs else (0.0, 0.0)
    data["title"] = title
    data["words"] = (
        f"Curve of the cost over {result.steps} steps of training: "
        f"it goes from {first:.4g} to {last:.4g}."
    )
    return data, maker_of(engine)
