project = "pages"
version = "1"
copyright = "2026, nobody"
extensions = ["xorexplain.sphinxext"]
exclude_patterns = ["_build"]
numfig = True
html_theme = "alabaster"
