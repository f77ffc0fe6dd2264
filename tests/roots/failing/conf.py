project = "failing"
extensions = ["xorexplain.sphinxext"]
html_theme = "alabaster"
