"""Reconstruct a flight from published facts: unknowns, finite burns, least squares, uncertainty."""

from visualizer.missions.reconstruction.solution import Solution
from visualizer.missions.reconstruction.solver import reconstruct
from visualizer.missions.reconstruction.writing import write_solution

__all__ = ["Solution", "reconstruct", "write_solution"]
