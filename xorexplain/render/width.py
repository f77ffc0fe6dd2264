"""Say how wide listings are; which width an answer has, `cli/terminal.answer_width` decides."""

WIDTH = 100
"""Columns of a line that goes into a pipe or a file; a terminal has its own."""
PROSE = 100
"""Columns of running text at most, on a wider terminal too: longer lines are hard to read."""
