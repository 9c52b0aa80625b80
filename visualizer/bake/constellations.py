"""Bake the figures of constellations: `python -m visualizer.bake.constellations [bright_stars.csv]`.

Layer: bake. A figure is lines from star to star as star charts commonly draw it; there is no standard. Stars are named
by their numbers in the Bright Star Catalogue (HR), which gives their places.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from visualizer.errors import AssetError

from .manifest import ASSETS, record
from .stars import STARS_CSV, read_stars, write_npz

# Abbreviation of the IAU, name, lines.
FIGURES: Final = (
    ("And", "Andromeda", ((15, 165, 337, 603), (337, 269, 226))),
    ("Aql", "Aquila", ((7525, 7557, 7602, 7710, 7570, 7557), (7557, 7377, 7236), (7377, 7235))),
    ("Aqr", "Aquarius", ((7950, 8232, 8414, 8518, 8558, 8597), (8558, 8539), (8414, 8499, 8698, 8709),
      (8698, 8834, 8892))),
    ("Ara", "Ara", ((6461, 6462, 6500, 6229, 6285, 6295, 6510, 6461),)),
    ("Ari", "Aries", ((546, 553, 617, 838),)),
    ("Aur", "Auriga", ((1708, 2088, 2095, 1791, 1577, 1641, 1605, 1708),)),
    ("Boo", "Boötes", ((5340, 5506, 5681, 5602, 5435, 5429, 5340), (5340, 5235))),
    ("CMa", "Canis Major", ((2294, 2491, 2653, 2693, 2827), (2693, 2618, 2282))),
    ("CMi", "Canis Minor", ((2943, 2845),)),
    ("CVn", "Canes Venatici", ((4915, 4785),)),
    ("Cap", "Capricornus", ((7754, 7776, 7936, 7980, 8204, 8278, 8322, 8278, 8167, 8075, 7776),)),
    ("Car", "Carina", ((2326, 3117, 3307, 3699, 4140, 4199, 4037, 3685),)),
    ("Cas", "Cassiopeia", ((542, 403, 264, 168, 21),)),
    ("Cen", "Centaurus", ((5459, 5267, 5132, 5231, 5190, 5288), (5132, 4819, 4621), (5190, 5028), (5231, 5440))),
    ("Cep", "Cepheus", ((8162, 8238, 8974, 8694, 8465, 8162), (8162, 7957))),
    ("Cet", "Cetus", ((911, 804, 779, 681, 539, 509, 188, 74, 334, 402, 539), (804, 718, 813, 896, 911))),
    ("Cnc", "Cancer", ((3572, 3461, 3449, 3475), (3461, 3249))),
    ("Col", "Columba", ((1862, 1956, 2040, 2106, 2296),)),
    ("CrB", "Corona Borealis", ((5778, 5747, 5793, 5849, 5889, 5947, 5971),)),
    ("Crt", "Crater", ((4287, 4382, 4405, 4343, 4287),)),
    ("Cru", "Crux", ((4730, 4763), (4853, 4656))),
    ("Crv", "Corvus", ((4623, 4630, 4662, 4757, 4786, 4630),)),
    ("Cyg", "Cygnus", ((7924, 7796, 7615, 7417), (8115, 7949, 7796, 7528, 7420))),
    ("Del", "Delphinus", ((7852, 7882, 7906, 7948, 7928, 7882),)),
    ("Dra", "Draco", ((6688, 6705, 6536, 6554, 6688, 7310, 7582, 6927, 6396, 6132, 5986, 5744, 5291, 4787, 4434),)),
    ("Eri", "Eridanus",
     ((1666, 1520, 1463, 1298, 1231, 1136, 1084, 874, 919, 1003, 1088, 1173, 1464, 1393, 1347, 1195, 1008, 897, 794,
       721, 674, 566, 472),)),
    ("Gem", "Gemini",
     ((2891, 2697, 2473, 2286, 2216), (2990, 2905, 2777, 2650, 2421), (2777, 2763, 2484), (2891, 2821, 2905),
      (2473, 2343))),
    ("Gru", "Grus", ((8353, 8411, 8556, 8636, 8675, 8747), (8556, 8425, 8636))),
    ("Her", "Hercules",
     ((6212, 6220, 6418, 6324, 6212, 6148, 6095), (6324, 6410, 6406), (6410, 6526, 6623, 6703), (6418, 6695, 6588),
      (6220, 6168, 6092))),
    ("Hya", "Hydra",
     ((3482, 3547, 3454, 3418, 3410, 3482), (3547, 3665, 3845, 3748, 3903, 3994, 4094, 4232, 4450, 4552, 5020, 5287))),
    ("Hyi", "Hydrus", ((591, 705, 806, 1208, 98),)),
    ("Leo", "Leo", ((3982, 3975, 4057, 4031, 3905, 3873), (3982, 4359, 4534, 4357, 4359), (4057, 4357))),
    ("Lep", "Lepus", ((1702, 1654, 1829, 1865, 1702), (1865, 1998, 2085), (1829, 1983, 2035))),
    ("Lib", "Libra", ((5603, 5531, 5685, 5787, 5794),)),
    ("Lup", "Lupus", ((5948, 5776, 5695, 5571, 5469, 5649, 5708, 5776),)),
    ("Lyr", "Lyra", ((7001, 7056, 7106, 7178, 7139, 7056),)),
    ("Oph", "Ophiuchus", ((6556, 6299, 6056, 6075, 6175, 6378, 6603, 6556), (6603, 6629, 6698))),
    ("Ori", "Orion",
     ((2061, 1948, 2004, 1713, 1852, 1790, 2061, 1879, 1790), (1948, 1903, 1852), (1790, 1543, 1552, 1567),
      (1543, 1580))),
    ("Pav", "Pavo", ((7790, 7913, 7665, 7107, 6582), (7665, 7590))),
    ("Peg", "Pegasus", ((15, 8775, 8781, 39, 15), (8775, 8650, 8454), (8775, 8684, 8430, 8315),
      (8781, 8634, 8450, 8308))),
    ("Per", "Perseus", ((834, 915, 1017, 1122, 1220, 1228, 1203, 1131), (1017, 941, 936, 921))),
    ("Phe", "Phoenix", ((99, 322, 429), (322, 25, 99))),
    ("PsA", "Piscis Austrinus", ((8728, 8628, 8431, 8305, 8576, 8695, 8720, 8728),)),
    ("Psc", "Pisces", ((8969, 8852, 8911, 8984, 8969, 8916, 8852), (8969, 9072, 224, 294, 489, 596, 510, 437, 360))),
    ("Pup", "Puppis", ((2451, 2773, 3045, 3185, 3165, 2878, 2553, 2451),)),
    ("Sco", "Scorpius", ((5984, 5953, 5944), (5953, 6084, 6134, 6165, 6241, 6247, 6271, 6380, 6553, 6615, 6580, 6527))),
    ("Ser", "Serpens", ((5933, 5867, 5879, 5933), (5867, 5789, 5854, 5892, 5881), (6561, 6581, 6710, 6869, 7141))),
    ("Sge", "Sagitta", ((7635, 7536, 7479), (7536, 7488))),
    ("Sgr", "Sagittarius", ((6746, 6859, 6879, 6746), (6879, 7194, 7234, 7121, 7039, 6913, 6859, 7039, 7194),
      (7121, 7264))),
    ("Tau", "Taurus", ((1791, 1409, 1373, 1346, 1412, 1457, 1910), (1346, 1239, 1030))),
    ("TrA", "Triangulum Australe", ((6217, 5897, 5671, 6217),)),
    ("Tri", "Triangulum", ((544, 622, 664, 544),)),
    ("Tuc", "Tucana", ((8502, 8848, 126, 77, 8540, 8502),)),
    ("UMa", "Ursa Major",
     ((5191, 5054, 4905, 4660, 4301, 4295, 4554, 4660), (4301, 3757, 3323), (4295, 3888, 3757), (3888, 3775, 3569),
      (4554, 4518, 4335, 4069), (4518, 4377))),
    ("UMi", "Ursa Minor", ((424, 6789, 6322, 5903, 5563, 5735, 6116, 5903),)),
    ("Vel", "Vela", ((3207, 3485, 3734, 3940, 4216, 3786, 3634, 3207),)),
    ("Vir", "Virgo", ((5056, 4963, 4825, 4910, 4932), (4825, 4689, 4540), (4910, 5107, 5056), (5107, 5511))),
)  # fmt: skip


def figure_arrays(stars: dict[str, NDArray[np.generic]]) -> dict[str, NDArray[np.generic]]:
    """Return the figures' lines and names.

    Returns
    -------
    dict of `dir_icrf_unit` (n, 3) float32, `starts` (lines,) int32, `name` (m,), `name_dir_icrf_unit` (m, 3) float32

    Raises
    ------
    AssetError
        If a star is not in the catalogue.
    """
    direction = {int(hr): place for hr, place in zip(stars["hr"], stars["dir_icrf_unit"], strict=True)}
    points, starts, middles = [], [], []
    for _, name, lines in FIGURES:
        for line in lines:
            missing = [hr for hr in line if hr not in direction]
            if missing:
                raise AssetError(f"drawing {name}: no star HR {missing[0]} in the catalogue")
            starts.append(len(points))
            points += [direction[hr] for hr in line]
        middle = np.mean([direction[hr] for hr in {hr for line in lines for hr in line}], axis=0)
        middles.append(middle / np.linalg.norm(middle))
    return {
        "dir_icrf_unit": np.array(points, np.float32),
        "starts": np.array(starts, np.int32),
        "name": np.array([name for _, name, _ in FIGURES]),
        "name_dir_icrf_unit": np.array(middles, np.float32),
    }


def main() -> None:
    """Read the command line and bake."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stars_csv", nargs="?", type=Path, default=STARS_CSV)
    arrays = figure_arrays(read_stars(parser.parse_args().stars_csv))
    write_npz(ASSETS / "stars" / "constellations.npz", arrays)
    record(
        "stars/constellations.npz",
        recipe="python -m visualizer.bake.constellations",
        sources=["own table of figures in the recipe; places of the Yale Bright Star Catalogue, 5th revised edition"],
        licence="MIT",
        note="figures as charts commonly draw them; there is no standard",
    )
    print(f"{len(arrays['name'])} figures")


if __name__ == "__main__":
    main()
