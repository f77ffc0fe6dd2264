"""Draw graph.png the way the engine's own documentation does: compile, then pydotprint.

It needs the `dot` program. The argument is the file to write.
"""

from __future__ import annotations

import sys

from xorexplain import engines
from xorexplain.models.tutorial import xor

engine = engines.choose()
model = xor(engine)
train = engine.module.function([], model.cost, updates=model.update_pairs)
engine.module.printing.pydotprint(train, sys.argv[1], print_output_file=False)
