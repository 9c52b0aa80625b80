"""Solve the flight of any mission document that has a `[flight]` part, from its published facts."""
