"""Hold the commands, a module each, named as the command; `xorexplain.cli` lists them."""
