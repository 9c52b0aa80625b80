"""Physical constants, each with its unit in its name and its source beside it."""

from __future__ import annotations

from typing import Final

C_KM_S: Final = 299792.458
AU_KM: Final = 149597870.7
S_PER_DAY: Final = 86400.0
J2000_JD: Final = 2451545.0

# JPL DE440 (Park, Folkner, Williams, Boggs 2021, AJ 161:105, table 2), TDB-compatible.
GM_SUN_KM3_S2: Final = 132712440041.279419
GM_MERCURY_KM3_S2: Final = 22031.868551
GM_VENUS_KM3_S2: Final = 324858.592000
GM_EARTH_KM3_S2: Final = 398600.435507
GM_MOON_KM3_S2: Final = 4902.800118
GM_MARS_SYSTEM_KM3_S2: Final = 42828.375816
GM_JUPITER_SYSTEM_KM3_S2: Final = 126712764.100000

# The lunar field LP165P brings its own constants (Konopliv et al. 2001, Icarus 150).
GM_MOON_LP165P_KM3_S2: Final = 4902.80105600
RADIUS_LP165P_KM: Final = 1738.0

# IAU WGCCRE 2015 (Archinal et al. 2018); the Earth's are WGS84's.
RADIUS_SUN_KM: Final = 695700.0
RADIUS_MOON_KM: Final = 1737.4
RADIUS_EARTH_EQUATOR_KM: Final = 6378.137
FLATTENING_EARTH: Final = 1.0 / 298.257223563
RADIUS_EARTH_POLE_KM: Final = RADIUS_EARTH_EQUATOR_KM * (1.0 - FLATTENING_EARTH)
RADIUS_MERCURY_KM: Final = 2439.4
RADIUS_VENUS_KM: Final = 6051.8
RADIUS_MARS_KM: Final = 3389.5
RADIUS_JUPITER_KM: Final = 69911.0

# IERS Conventions 2010 / EGM2008, zero-tide; reference radius 6378.1363 km.
J2_EARTH: Final = 1.0826359e-3
J3_EARTH: Final = -2.5324105e-6
J4_EARTH: Final = -1.6198976e-6
RADIUS_J2_EARTH_KM: Final = 6378.1363
EARTH_ROTATION_RAD_S: Final = 7.292115e-5

G0_KM_S2: Final = 9.80665e-3

# Pressure of sunlight on a black surface at 1 au: 1361 W/m2 (Kopp and Lean 2011) over the speed of light.
SUN_PRESSURE_N_M2: Final = 4.54e-6

# Within this distance of the Moon, what people read (altitude, latitude, longitude) is about the Moon:
# Laplace's sphere of influence, a (m/M)^(2/5).
MOON_INFLUENCE_KM: Final = 66000.0
