"""Perilune: see where lunar missions flew, and how well that is known."""

__version__ = "0.1.0"
