"""Know what a file of a user's holds: which of its names may be a model, and how it is run."""
