"""Explain gradients: what `T.grad` made of a cost, node by node, and whether it is right."""
