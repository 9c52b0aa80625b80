"""Epochs, frames, bodies, trajectories and geometry: numbers in, numbers out, no toolkit."""
