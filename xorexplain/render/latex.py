"""Write the story of a gradient as LaTeX."""
