"""Say how many apply nodes a picture shows where nobody asks for more; nothing is imported here."""

from __future__ import annotations

GRAPH_NODES = 600
"""Of a graph: the nearest to its results. Notations to be copied hold no more either."""
FOLDED_NODES = 200
"""Of a graph to be explored: in a larger one, runs of nodes are folded into one each."""
RAW_NODES = 300
"""Of a stage to be explored that is there with its bookkeeping too."""
EQUAL_NODES = 50
"""Of equal parts to be explored that are opened: more are folded again, into layers."""
CHAPTER_NODES = 80
"""On a page of the walk-through: more are no help, and the command line draws it whole."""
LOOP_NODES = 12
"""Of the step of a Scan that is drawn in a box; a longer one is told by its equations."""
CROWDED = 20
"""Of a graph in which steps of Scans are told by their equations, however short these are."""
BOX_NODES = 20
"""Of one that no formula tells, and that is drawn in a box unasked."""
FORMULA_NODES = 80
"""Of the graph inside an op that is written as a formula."""
FORMULA_WIDTH = 56
"""How long a line of a formula is, and how long a part of it without a name."""
FORMULA_LINES = 10
"""Of a formula in a node; the rest is told by opening it."""
PART_LINES = 4
"""Of the formula of the first of several equal parts; a longer one is told by opening it."""
STEP_NODES = 40
"""Of a step of a rewriting: what it changed, and the neighbours."""
