"""Makers of what `assets/` holds; run by hand, never imported at run time.

`python -m visualizer.bake.NAME` makes one family of files. Each writes its line in `assets/MANIFEST.toml`.
"""
