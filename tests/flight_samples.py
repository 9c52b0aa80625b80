"""A small mission document with a `[flight]` part: an orbit about the Moon that is lowered."""

from __future__ import annotations

HEAD = """
id = "sample"
name = "Sample"
agency = "none"
trajectory = "sample"
outcome = "A flight made up for tests."
phases = []
[spacecraft]
name = "Sample"
naif_id = -999001
naif_id_note = "made up"
launch_mass_kg = 1000.0
propellant_kg = 500.0
source = "made up"
instruments = []
[[spacecraft.engines]]
id = "main"
name = "main engine"
thrust_n = 500.0
specific_impulse_s = 300.0
assumed = true
source = "made up"
[[events]]
id = "lowering"
title = "Lowering"
utc = "solved"
kind = "burn"
sentence = "x"
[[events]]
id = "lowered"
title = "Lowered"
utc = "solved"
kind = "orbit"
sentence = "x"
[[events]]
id = "seen"
title = "Seen"
utc = "2023-08-17T03:30:00"
kind = "image"
sentence = "x"
"""
FLIGHT = """
[flight]
[flight.start]
kind = "orbit"
utc = "2023-08-16T21:00:00"
body = "moon"
periapsis_km = 95.0
apoapsis_km = 118.0
inclination_deg = 82.0
inclination_sigma_deg = 1.0
node_deg = 270.0
node_sigma_deg = 1.0
argument_deg = 200.0
argument_sigma_deg = 40.0
anomaly_deg = 170.0
anomaly_sigma_deg = 40.0
mass_kg = 1000.0
[[flight.legs]]
kind = "coast"
name = "first orbit"
[[flight.legs]]
kind = "burn"
id = "lowering"
name = "lowering"
engine = "main"
start_utc = "2023-08-17T02:00:00"
start_sigma_s = 60.0
delta_v_m_s = 15.0
delta_v_sigma_m_s = 10.0
across_sigma_m_s = 2.0
direction = "back"
event_end = "lowered"
[[flight.legs]]
kind = "coast"
name = "lower orbit"
until = "2023-08-17T05:00:00"
"""


def fact_text(fact_id, measure, value, sigma, unit):
    """Return one fact as TOML text."""
    number = f"value = {float(value)!r}" if unit != "utc" else f'utc = "{value}"'
    return f"""
[[facts]]
id = "{fact_id}"
what = "x"
{number}
unit = "{"s" if unit == "utc" else unit}"
sigma = {float(sigma)!r}
source = "made up"
confidence = "A"
used_in_fit = true
measure = "{measure}"
"""


def lunar_flight(facts=""):
    """Return the document's text."""
    default = fact_text("perilune", "periapsis-after:lowering", 40.0, 2.0, "km")
    return HEAD + SITES + (facts or default) + FLIGHT


SITES = """
[[sites]]
id = "below"
title = "below"
kind = "feature"
body = "moon"
lat_deg = -75.0
lon_deg = 225.0
source = "made up"
"""
