"""Understand what PyMC makes: a model, and a function it compiled.

All that is known of PyMC is here. It is never imported: whoever has a model of it has imported it.
"""
