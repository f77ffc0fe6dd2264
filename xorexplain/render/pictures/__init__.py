"""Write a graph as a picture or a tree: DOT, Mermaid, text, and what stands in them."""
