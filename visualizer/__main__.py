"""Run ``python -m visualizer``: the same as the ``perilune`` command."""

from visualizer.cli.main import main

if __name__ == "__main__":
    main()
