"""Facts about the Moon's face: the gazetteer's rows and tables of basins, seas, tones and rayed craters.

Layer: bake. Places and diameters of named features are those of the IAU/USGS Gazetteer of Planetary
Nomenclature; basins, seas and rayed craters are listed below with published places and sizes, rounded. Angles are
degrees, east positive, mean-Earth axes; lengths km.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from visualizer.errors import AssetError

FEATURES_CSV = Path(__file__).resolve().parents[3] / "shared" / "facts" / "lunar_features.csv"


@dataclass(frozen=True, slots=True)
class Feature:
    """A named feature: place (deg, east positive) and greatest extent (km)."""

    name: str
    kind: str
    lat_deg: float
    lon_deg: float
    diameter_km: float


def load_features(path: Path = FEATURES_CSV) -> list[Feature]:
    """Return the gazetteer's rows, with names whose UTF-8 was read as Latin text put right.

    Raises
    ------
    AssetError
        If the table is not there.
    """
    if not path.is_file():
        raise AssetError(f"reading the lunar gazetteer: {path} is absent; give the path of lunar_features.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row and row[1] != "kind"]
    return [Feature(repaired(n), kind, float(a), float(o), float(d)) for n, kind, a, o, d in rows]


def repaired(name: str) -> str:
    """Return a name with doubly coded UTF-8 decoded; any other name comes back as it is."""
    for codec in ("cp1252", "latin-1"):
        try:
            return name.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
    return name


def write_features(features: list[Feature], path: Path) -> None:
    """Write rows with the columns of the shared table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["name", "kind", "lat_deg", "lon_east_deg", "diameter_km"])
        for f in features:
            writer.writerow([f.name, f.kind, f"{f.lat_deg:.3f}", f"{f.lon_deg:.3f}", f"{f.diameter_km:.2f}"])


# fmt: off
# Broad relief that no basin explains: lat, lon, reach km (standard deviation), height km.
SWELLS = [
    (8, -162, 620, 4.2), (20, -140, 520, 1.6), (25, 170, 560, 2.2), (10, 120, 620, 1.8), (-8, -120, 450, 1.6),
    (45, 160, 520, 0.8), (-25, 105, 500, 1.1), (-30, 20, 620, 1.0), (-55, 5, 560, 0.7), (-30, -105, 420, 0.9),
    (25, -100, 420, 0.6), (15, -45, 800, -1.7), (35, -20, 520, -1.0), (62, -20, 520, -1.1), (10, 35, 460, -0.6),
    (60, 40, 480, -0.8), (-15, -30, 480, -0.9), (80, 150, 400, -0.8), (-62, -160, 620, -1.0), (12, 85, 380, -0.4),
    (-83, 8, 110, 3.4), (-85, 30, 90, 2.0), (-73, -142, 26, 3.0), (17, 59, 170, -2.1), (-84.9, -47, 45, -3.4),
]

# Basins: lat, lon, main ring diameter km, depth km, sharpness 0 to 1, further ring diameters km.
BASINS = [
    (-53, -169, 2250, 5.2, 0.10, ()), (22, -19, 2300, 0.8, 0.05, ()), (-7, 51, 690, 1.2, 0.2, ()),
    (7, 31, 800, 1.3, 0.15, ()), (-21, -17, 690, 1.0, 0.15, ()), (-2, 87, 740, 1.8, 0.3, (360,)),
    (-52, 95, 880, 1.0, 0.15, ()), (57, 81, 600, 1.8, 0.4, (275,)), (-15, 35, 860, 2.0, 0.55, (340, 600)),
    (27, 18, 740, 2.0, 0.35, (420,)), (17, 59, 740, 2.8, 0.55, (480,)), (-24, -39, 425, 1.7, 0.6, (570,)),
    (27, 147, 540, 3.0, 0.6, (220,)), (-36, -152, 524, 2.2, 0.6, (250,)), (1.4, -128.7, 536, 3.2, 0.6, (265,)),
    (-34, 163, 400, 1.4, 0.3, ()), (18, 175, 600, 2.4, 0.3, (300,)), (-4.2, -157.4, 423, 2.8, 0.6, (206,)),
    (34.6, -97.2, 378, 1.9, 0.4, (170,)), (-56.9, 164, 346, 1.5, 0.4, (170,)), (40.9, 98.7, 337, 1.2, 0.2, ()),
    (58.5, -145.7, 330, 2.0, 0.4, (150,)), (5.4, 141.2, 325, 3.0, 0.7, (144,)), (-57.3, 135.3, 319, 1.6, 0.4, (160,)),
    (-67, -69, 300, 3.2, 0.5, (150,)), (52, -126, 440, 1.4, 0.2, ()), (33, -16, 1146, 2.2, 0.6, (670,)),
    (-19.9, -94.8, 930, 2.6, 1.0, (620, 480, 320)), (-74.9, 132.6, 316, 3.4, 0.42, (150,)),
]

# Seas as discs: lat, lon, radius km. Their union, with its edge displaced by noise, is the mare.
MARE_DISCS = [
    (34, -17, 530), (44, -20, 300), (29, -8, 330), (27, 18, 325), (8.5, 30, 390), (-1, 39, 150), (15, 36, 190),
    (4, 22, 170),
    (17, 59, 205), (17, 56, 180), (17, 62, 175), (-4, 52, 290), (-12, 51, 200), (-17, 53, 130), (2, 50, 130),
    (-15, 35, 165),
    (-21, -16, 300), (-17, -10, 190), (-27, -19, 170), (-24, -39, 200), (-10, -23, 190), (22, -58, 520),
    (8, -50, 520),
    (14, -38, 380), (-4, -48, 310), (36, -58, 430), (-13, -44, 180), (47, -52, 260), (45, -27, 120), (3, -33, 330),
    (6, -60, 260),
    (2, -17, 140), (-5, -32, 190), (-32, -27, 110), (-15, -52, 120),
    (56, -5, 150), (59, -32, 150), (57, 12, 150), (54, 27, 140), (55, -20, 140), (61, -45, 120), (57, 3, 140),
    (56, 38, 90),
    (13, 4, 85), (10, 2, 60), (15, 1, 60), (1, 0, 70), (3, -4, 65), (1.5, 3, 60), (0, -3, 50), (9, -7, 60),
    (6, -9, 60), (5, -13, 80), (13, -7, 50),
    (5, 10, 40), (8, 15, 50), (4, 16, 60), (10, 20, 80), (1, 65, 60), (7, 68, 75), (9, 71, 50), (-1, 87, 160),
    (13, 86, 130), (17, 84, 90),
    (19, -93, 0.1), (-19, -94, 130), (-22, -97, 70), (-14, -88, 30), (-17, -81, 30), (27, 148, 120), (25, 150, 80),
    (-35, 164, 60), (-32, 163, 50), (-34, 168, 45), (57, 82, 90), (59, 80, 50), (-5.2, -68.4, 78), (44, -31, 115),
    (54, -57, 150), (38, 29, 95), (42, 30, 70), (36, 34, 70), (27, 0, 80), (45, 38, 60), (11, 45, 60),
    (24, 31, 130), (18, 20, 120),
    (-40, 94, 60), (-45, 88, 75), (-50, 95, 85), (-46, 99, 60), (-52, 88, 50), (-38, 100, 40), (-43, 103, 40),
    (-54, 101, 45),
    (24, -37, 230), (32, -42, 260), (39, -44, 200), (11, -9.5, 85), (18, -30, 150), (7, -26, 200), (3, -20, 130),
    (60, -12, 110), (58, -15, 120), (57, 8, 130), (19, 24, 110), (22, 22, 140), (-1, 47, 110), (3, 43, 80),
    (-9, 23, 40),
]

# Ground that stands out of the seas: lat, lon, radius km, strength 0 to 1.
ISLANDS = [
    (14, 7.5, 40, 0.5), (11, 0.5, 40, 0.5), (16.5, 2, 35, 0.5), (11.5, 7, 35, 0.5),
    (-7, -27.5, 60, 0.9), (-4.5, -17, 75, 0.7), (15.5, -27.5, 42, 0.9), (15, -23.5, 48, 1.0), (14.5, -19, 40, 0.9),
    (9.6, -20, 45, 0.6),
    (19, -2, 120, 1.2), (23, 5, 60, 1.0), (37, 9, 90, 1.3), (32, 8.5, 45, 1.0), (47, 2, 130, 1.3), (49, -3, 90, 1.1),
    (16, 12, 75, 1.0), (18.5, 8, 60, 1.0), (25.5, -5, 45, 0.5), (13, 45, 55, 0.6), (46, -11, 60, 0.7),
    (50, -35, 115, 1.3), (48, -40, 55, 1.0), (51, -26, 95, 1.2), (52, -17, 80, 1.0), (18, 41, 75, 0.9),
    (27, 38, 110, 1.2),
    (-7, 39, 90, 1.0), (-4, 40, 55, 0.8), (-18, -26, 55, 0.8), (-10, -8, 60, 0.6), (-27, -29.5, 90, 1.1),
    (-31, -22, 60, 0.9),
    (8, 12, 110, 0.9), (2, 14, 130, 1.0), (11, -3, 40, 0.6), (7, -4, 40, 0.6), (-15, -37, 55, 0.8), (5, -22, 40, 0.5),
    (-5, -8, 70, 0.6), (-10, 43, 60, 0.9), (-13, 42, 55, 1.0), (41, -58, 40, 0.3),
    (20, 50, 40, 0.8), (1, -9, 45, 0.6), (13, 63, 30, 0.4), (4, -8, 40, 0.5), (36, 24, 40, 0.6),
]

# Basalt units: lat, lon, radius km, tone (added to the mean), blueness (titanium), softness km.
BASALTS = [
    (9, 29, 380, -0.011, 0.95, 70), (3, 25, 230, -0.006, 0.4, 60), (27, 18, 230, 0.009, -0.35, 45),
    (20, 26, 140, -0.010, 0.5, 50),
    (19, 14, 90, -0.008, 0.3, 40), (36, -24, 360, 0.006, -0.55, 60), (30, -16, 260, -0.006, 0.5, 60),
    (27, -28, 240, -0.008, 0.55, 60),
    (42, -8, 220, 0.005, -0.45, 60), (18, -52, 330, -0.006, 0.55, 80), (2, -45, 300, -0.004, 0.3, 80),
    (38, -62, 300, 0.004, -0.4, 80),
    (45, -45, 180, 0.005, -0.5, 60), (12, -66, 180, -0.004, 0.2, 60), (-24, -39, 150, -0.008, 0.4, 45),
    (-22, -41, 90, 0.004, 0.0, 40),
    (17, 59, 200, -0.004, 0.0, 60), (-8, 51, 240, 0.002, 0.15, 70), (-15, 35, 150, 0.001, 0.1, 60),
    (-21, -16, 260, 0.001, 0.0, 70),
    (13, 4, 90, -0.008, 0.1, 30), (11, -9, 70, -0.014, 0.2, 30), (2, -2, 100, 0.000, 0.0, 40),
    (57, 0, 300, 0.012, -0.35, 60),
    (58, -30, 200, 0.010, -0.3, 60), (27, 148, 120, -0.003, 0.2, 40), (38, 29, 110, 0.007, -0.2, 40),
    (-10, -24, 150, 0.001, 0.0, 50),
    (5, -30, 200, 0.006, -0.1, 80), (44, -31, 100, 0.003, -0.4, 40), (26, -50, 70, -0.006, -0.9, 40),
    (-1, 87, 140, -0.001, 0.0, 50),
]

# Craters whose floor is lava: darkness 0 to 1 (1 as the darkest sea).
DARK_FLOORS = {
    "Plato": 1.0, "Grimaldi": 1.0, "Archimedes": 0.75, "Ptolemaeus": 0.3, "Billy": 1.0, "Crüger": 1.0,
    "Le Monnier": 0.9,
    "Posidonius": 0.45, "Fracastorius": 0.6, "Letronne": 0.8, "Gassendi": 0.25, "Tsiolkovskiy": 1.15,
    "Jules Verne": 0.8,
    "Thomson": 0.95, "Von Kármán": 0.6, "Leibnitz": 0.6, "Endymion": 0.95, "Julius Caesar": 0.6, "Boscovich": 0.9,
    "Riccioli": 0.5, "Aitken": 0.6, "Compton": 0.5, "Mercurius": 0.3, "Pitatus": 0.5, "Kopff": 0.8,
    "Lacroix": 0.1, "Oppenheimer": 0.35, "Campbell": 0.45, "Kohlschütter": 0.8, "Buys-Ballot": 0.7, "Lomonosov": 0.6,
    "Joliot": 0.5, "Neper": 0.7, "Jansky": 0.6, "Hubble": 0.7, "Humboldt": 0.3, "Oken": 0.8, "Lyot": 0.75,
    "Hanno": 0.6,
    "Schlüter": 0.25, "Lagrange": 0.2, "Damoiseau": 0.7, "Flamsteed P": 0.6, "Kästner": 0.3, "Firmicus": 0.9,
    "Apollonius": 0.7,
    "Cleomedes": 0.3, "Macrobius": 0.15, "Vitruvius": 0.5, "Maraldi": 0.7, "Hercules": 0.45,
    "Atlas": 0.3,
    "Schickard": 0.35, "Wargentin": 0.3, "Mersenius": 0.15, "Rocca A": 0.3, "Zupus": 0.7,
    "Hansteen": 0.3,
    "Alphonsus": 0.2, "Cassini": 0.6, "Stadius": 0.8, "Prinz": 0.8, "Lubiniezky": 0.8, "Kies": 0.85, "Hippalus": 0.7,
    "Doppelmayer": 0.5, "Lippershey": 0.5, "Opelt": 0.8, "Gould": 0.8, "Bonpland": 0.5, "Parry": 0.45,
    "Fra Mauro": 0.4,
    "Guericke": 0.6, "Sinas": 0.3, "Jansen": 0.8, "Beaumont": 0.4, "Goclenius": 0.4, "Gutenberg": 0.5, "Lubbock": 0.5,
    "Struve": 0.7, "Eddington": 0.75, "Russell": 0.6, "Seleucus": 0.4, "Gruithuisen": 0.3, "Marius": 0.8,
    "Roris": 0.3,
    "Poincaré": 0.4, "Apollo": 0.35, "Van de Graaff": 0.25, "Antoniadi": 0.5, "Schrödinger": 0.15, "Bose": 0.1,
    "Isaev": 0.7,
    "Gagarin": 0.05, "Levi-Civita": 0.2, "Roche": 0.2, "Pavlov": 0.1, "Tacchini": 0.8, "Goddard": 0.85,
    "Al-Biruni": 0.7,
    "Ibn Yunus": 0.8, "Plutarch": 0.1, "Babcock": 0.4, "Zhinyu": 0.7, "Barnard": 0.2, "Abel": 0.3, "Gibbs": 0.2,
    "Vasco da Gama": 0.2,
}
# fmt: on

# Craters known to be young (sharp) although no rays are listed.
_YOUNG_NAMES = """
    Tycho Copernicus Kepler Aristarchus Proclus Jackson Ohm Crookes Vavilov Necho Zucchius Langrenus Glushko
    Das Anaxagoras Thales Menelaus Dionysius Aristillus Autolycus Eratosthenes Theophilus Bullialdus
    Aristoteles Eudoxus Timocharis Lambert Pytheas Euler Delisle Diophantus Reiner Hevelius Harpalus Philolaus
    Carpenter Pythagoras Petavius Stevinus Taruntius Geminus Bürg Plinius Manilius Agrippa Triesnecker
    Herschel Tsiolkovskiy King Hausen Antoniadi Schrödinger Finsen Maunder Werner Arzachel Moretus Hayn
    Rutherfurd Cavalerius Lalande Reinhold Lansberg Maury Cepheus Tralles Burckhardt Delmotte Shackleton
    Rumford Fizeau Stearns Tharp Moore Kirkwood Sharonov Klute Wiener Olcott Guthnick Compton Sklodowska
    Mädler Snellius Piccolomini Tacitus Thebit Alpetragius Davy Bessel Conon Posidonius Plato Archimedes
    Gassendi
"""
YOUNG = frozenset(_YOUNG_NAMES.split())
