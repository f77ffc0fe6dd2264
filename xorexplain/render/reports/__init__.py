"""Write what is known of gradients and rewrites as text, LaTeX and JSON."""
