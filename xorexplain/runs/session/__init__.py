"""Watch a program run: what it compiled, what the optimizer did, what it called and how long."""
