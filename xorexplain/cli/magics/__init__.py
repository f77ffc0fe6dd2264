"""Offer the command line inside a notebook: `%xorexplain y`, and `%%xorexplain` over a cell."""
