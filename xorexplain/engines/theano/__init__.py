"""Adapt Theano 1.0.5: the only code that imports it."""
