"""Place the nodes of a directed graph in layers and lead its edges between them, in Python alone.

`compound.place` is the entry: it takes boxes, edges and clusters, and returns centres and curves.
Its time grows nearly linearly with the graph, so that it answers where Graphviz would take hours.
"""
