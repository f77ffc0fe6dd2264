"""Collect the whole story of a model as plain data: stages, gradient, rewrites, values, links.

`bundle` is the data inside the page that `render/html.py` packs.
"""
