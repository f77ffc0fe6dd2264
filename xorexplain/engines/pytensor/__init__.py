"""Adapt PyTensor 3.3 and newer: the only code that imports it."""
