"""Write the pages of the walk-through, a module a chapter."""
