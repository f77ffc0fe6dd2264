project = "hostile"
extensions = ["xorexplain.sphinxext"]
html_theme = "alabaster"
