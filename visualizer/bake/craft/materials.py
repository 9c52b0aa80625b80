"""What spacecraft are covered with: linear base colour, metalness and roughness, and how crinkled a foil is.

Layer: bake. Values are chosen by eye after photographs in sunlight; none is measured.
"""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Material:
    """A surface.

    Attributes
    ----------
    name : as the file has it
    colour : linear RGB, 0 to 1; a metal's reflection at normal incidence
    metallic, roughness : 0 to 1, as glTF means them
    crinkle : how far foil's facets lean, as a tangent; 0 for what is smooth
    """

    name: str
    colour: Colour
    metallic: float
    roughness: float
    crinkle: float = 0.0


GOLD = Material("gold foil", (0.86, 0.52, 0.15), 0.72, 0.38, 0.24)
AMBER = Material("amber foil", (0.50, 0.27, 0.07), 0.66, 0.42, 0.25)
SILVER_FOIL = Material("silver foil", (0.72, 0.71, 0.69), 0.74, 0.36, 0.24)
BLACK_FOIL = Material("black foil", (0.030, 0.029, 0.030), 0.25, 0.42, 0.20)
GREY_BLANKET = Material("grey blanket", (0.30, 0.30, 0.29), 0.05, 0.70, 0.16)
WHITE_BLANKET = Material("white blanket", (0.70, 0.69, 0.66), 0.0, 0.75, 0.14)
WHITE = Material("white paint", (0.76, 0.76, 0.74), 0.0, 0.62)
GREY = Material("grey paint", (0.26, 0.26, 0.27), 0.0, 0.60)
BLACK = Material("black paint", (0.022, 0.022, 0.024), 0.0, 0.55)
ALUMINIUM = Material("aluminium", (0.66, 0.66, 0.67), 0.85, 0.40)
STEEL = Material("steel", (0.38, 0.37, 0.36), 0.85, 0.46)
TITANIUM = Material("titanium", (0.44, 0.41, 0.37), 0.85, 0.42)
NOZZLE = Material("nozzle", (0.17, 0.16, 0.165), 0.70, 0.48)
SOOT = Material("nozzle inside", (0.035, 0.032, 0.030), 0.20, 0.70)
CELLS = Material("solar cells", (0.009, 0.014, 0.048), 0.20, 0.24)
DARK_CELLS = Material("dark solar cells", (0.012, 0.012, 0.026), 0.20, 0.24)
PANEL_EDGE = Material("panel substrate", (0.42, 0.41, 0.38), 0.05, 0.62)
GLASS = Material("glass", (0.012, 0.014, 0.020), 0.0, 0.10)
ORANGE = Material("orange insulation", (0.55, 0.20, 0.055), 0.0, 0.85)
GREEN = Material("green coating", (0.10, 0.16, 0.09), 0.0, 0.65)

ABLATOR = Material("ablator", (0.16, 0.10, 0.06), 0.0, 0.85)
MIRROR = Material("radiator mirrors", (0.80, 0.81, 0.84), 0.88, 0.14)
NEUTRAL = Material("neutral", (0.46, 0.46, 0.47), 0.0, 0.60)

MATERIALS = (
    GOLD, AMBER, SILVER_FOIL, BLACK_FOIL, GREY_BLANKET, WHITE_BLANKET, WHITE, GREY, BLACK, ALUMINIUM, STEEL, TITANIUM,
    NOZZLE, SOOT, CELLS, DARK_CELLS, PANEL_EDGE, GLASS, ORANGE, GREEN, ABLATOR, MIRROR, NEUTRAL,
)  # fmt: skip
