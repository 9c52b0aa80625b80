"""Shader and geometry of one kind of thing each; they know nothing of missions."""
