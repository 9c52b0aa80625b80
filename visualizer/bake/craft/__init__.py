"""Recipes for the spacecraft's models; `python -m visualizer.bake.models` writes them all."""
