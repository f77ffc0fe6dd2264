"""Record what the optimizer did, replay it, check it, and answer questions about it."""
