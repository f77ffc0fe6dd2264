"""Take what a user wrote to the engine's graph of a stage, and to a `Graph`."""
