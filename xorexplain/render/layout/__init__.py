"""Place the nodes of a picture and draw it: Graphviz in a worker, and a method of our own."""
