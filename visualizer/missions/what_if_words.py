"""What another length of a burn leads to, in words: for the panel, the command line and labels. Missions."""

from __future__ import annotations

import math

import numpy as np

from visualizer.core.arrays import FloatArray
from visualizer.core.bodies import MOON
from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.missions.what_if_burns import AIR_KM, BurnCase, body_radius_km
from visualizer.missions.what_if_flights import BurnFamily, LongLook, Outcome

DAY_S = 86_400.0


def apsis_names(case: BurnCase) -> tuple[str, str]:
    """Return what nearest and farthest point are called about the burn's centre."""
    return ("perilune", "apolune") if case.centre == MOON.naif_id else ("perigee", "apogee")


def centre_name(case: BurnCase) -> str:
    """Return the name of the body that the burn was flown about."""
    return "Moon" if case.centre == MOON.naif_id else "Earth"


def span_text(seconds: float) -> str:
    """Write a span: `45 s`, `12 min`, `1 h 57 min`, `2 d 03 h`."""
    if seconds < 90.0:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60.0)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 2 * 1440:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    hours = round(seconds / 3600.0)
    return f"{hours // 24} d {hours % 24:02d} h"


def place_text(lat_deg: float, lon_deg: float) -> str:
    """Write a place: `57.86 S 61.36 E`."""
    lon = (lon_deg + 180.0) % 360.0 - 180.0
    return f"{abs(lat_deg):.2f} {'N' if lat_deg >= 0.0 else 'S'} {abs(lon):.2f} {'E' if lon >= 0.0 else 'W'}"


def km_text(km: float) -> str:
    """Write a height; infinity is an open orbit."""
    if not math.isfinite(km):
        return "open"
    return f"{km:,.0f} km" if abs(km) >= 10_000.0 else f"{km:,.1f} km"


def at_text(tdb_s: float) -> str:
    """Write a moment as UTC."""
    return f"{utc_text_from_tdb_s(tdb_s, separator=' ')} UTC"


def outcome_text(case: BurnCase, outcome: Outcome) -> str:
    """Say where a flight ends, or that it does not as far as it was flown."""
    end = case.start_tdb_s + outcome.seconds
    ending, name = outcome.ending, centre_name(case)
    if ending is not None:
        where = place_text(ending.lat_deg, ending.lon_deg)
        how = f"at {ending.speed_km_s:.2f} km/s, {ending.angle_deg:.1f}° below the horizon"
        after = f"{span_text(ending.tdb_s - end)} after the burn"
        if ending.body_id == MOON.naif_id:
            return f"Hits the Moon {at_text(ending.tdb_s)} at {where}, {how}, {after}."
        return f"Enters the Earth's air ({AIR_KM:.0f} km) {at_text(ending.tdb_s)} over {where}, {how}, {after}."
    passing = ""
    if outcome.flyby_km is not None and outcome.flyby_tdb_s is not None:
        passing = f"Passes the Moon at {km_text(outcome.flyby_km)}, {at_text(outcome.flyby_tdb_s)}. "
    if not math.isfinite(outcome.period_s):
        return f"{passing}Leaves the {name} on an open path."
    flown = outcome.flown_until_tdb_s - end
    if flown < outcome.period_s:
        return f"{passing}Stays up for the {span_text(flown)} flown here."
    # The field's lumps move the orbit's low point: how low it flies is not the ellipse's own figure.
    low = f"the osculating {apsis_names(case)[0]} as the engine stops is {km_text(outcome.periapsis_km)}"
    down = f"flies as low as {km_text(outcome.lowest_km)} over the mean sphere; {low}"
    return f"{passing}Stays up: once round in {span_text(outcome.period_s)}, {down}."


def apsis_help(case: BurnCase) -> str:
    """Say what the figures of low and high point mean."""
    sphere = f"sphere of {body_radius_km(case.centre):,.1f} km"
    return (
        f"Osculating: of the ellipse through place and speed as the engine stops, over the {sphere}. "
        "The field of gravity bends the path as it goes on; the words above say how low it flies."
    )


def look_text(case: BurnCase, outcome: Outcome, look: LongLook) -> str:
    """Say how an orbit fares over the days that it was flown on."""
    end = case.start_tdb_s + outcome.seconds
    turns = f"{look.revolutions:.0f} revolutions"
    if look.ending is not None:
        where = place_text(look.ending.lat_deg, look.ending.lon_deg)
        return f"Falls after {span_text(look.ending.tdb_s - end)} ({turns}): {at_text(look.ending.tdb_s)} at {where}."
    when = utc_text_from_tdb_s(look.lowest_tdb_s, separator=" ")[:16]
    return f"Still up after {span_text(look.until_tdb_s - end)} ({turns}); lowest {km_text(look.lowest_km)}, {when}."


def difference_text(case: BurnCase, outcome: Outcome, other: Outcome) -> str:
    """Say what an outcome has more or less than another one."""
    low, high = apsis_names(case)
    parts = [f"delta-v {outcome.delta_v_m_s - other.delta_v_m_s:+.2f} m/s"]
    parts.append(f"{low} {outcome.periapsis_km - other.periapsis_km:+,.1f} km")
    if math.isfinite(outcome.apoapsis_km) and math.isfinite(other.apoapsis_km):
        parts.append(f"{high} {outcome.apoapsis_km - other.apoapsis_km:+,.1f} km")
    if outcome.ending is not None and other.ending is not None:
        later = outcome.ending.tdb_s - other.ending.tdb_s
        parts.append(f"ends {span_text(abs(later))} {'later' if later >= 0.0 else 'sooner'}")
    return ", ".join(parts)


def notes_of(case: BurnCase) -> tuple[str, ...]:
    """Say what the flights leave out."""
    field = f"the Moon's field to degree {case.gravity.moon_degree}" if case.gravity.moon_degree else "point masses"
    if case.centre != MOON.naif_id:
        field = f"the Earth's zonal field to J{case.gravity.earth_degree}"
    notes = [f"Flown with {field} and the engine as solved; synthetic.", "Later burns are not flown."]
    return (*notes, "The ground is a sphere: hills are not felt.") if case.centre == MOON.naif_id else tuple(notes)


def chart_curve(family: BurnFamily) -> tuple[FloatArray, str]:
    """Return what a small chart shows of a family, (n,) km with NaN for gaps, and its title.

    About the Moon the perilune; about the Earth how low most lengths pass the Moon, or else the apogee.
    """
    outcomes = family.outcomes
    if family.case.centre == MOON.naif_id:
        return np.array([o.periapsis_km for o in outcomes]), "Perilune, km"
    passes = np.array([np.nan if o.flyby_km is None else o.flyby_km for o in outcomes])
    if np.count_nonzero(np.isfinite(passes)) > 0.5 * len(outcomes):
        return passes, "Lowest over the Moon, km"
    return np.array([o.apoapsis_km if np.isfinite(o.apoapsis_km) else np.nan for o in outcomes]), "Apogee, km"
