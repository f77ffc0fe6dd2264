"""Explain why a graph could not be built, or a function not compiled, by the engine's own frames.

`explained.explanation_of_building(error)` reads the traceback of an error: the user's line, what
that line asked of the engine, and what the engine held in its hands when it gave up. Nothing is
built, compiled or called once more.
"""
