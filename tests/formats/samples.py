"""Flights and files that the tests of the formats share: made here, no file of others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.epochs import tdb_s_from_utc_text
from visualizer.core.trajectory import Arc, Provenance, Trajectory
from visualizer.formats.clock import calendar_texts
from visualizer.formats.flight import Flight
from visualizer.formats.recording import Covariance
from visualizer.formats.write import write_flight

START_TDB_S = 745_416_000.0
GM_MOON = 4902.800118
CRAFT = -77


def kepler_states(tdb_s, semi_major_km=1900.0, eccentricity=0.03, inclination=1.4):
    """Return positions and velocities, (n, 3) each, of a two-body orbit about the Moon."""
    motion = np.sqrt(GM_MOON / semi_major_km**3)
    mean = motion * (np.asarray(tdb_s) - START_TDB_S)
    angle = mean.copy()
    for _ in range(30):
        angle = mean + eccentricity * np.sin(angle)
    root = np.sqrt(1.0 - eccentricity**2)
    rate = motion / (1.0 - eccentricity * np.cos(angle))
    plane = np.stack([semi_major_km * (np.cos(angle) - eccentricity), semi_major_km * root * np.sin(angle)], axis=-1)
    speed = np.stack([-semi_major_km * np.sin(angle) * rate, semi_major_km * root * np.cos(angle) * rate], axis=-1)
    turn = np.array([[1.0, 0.0], [0.0, np.cos(inclination)], [0.0, np.sin(inclination)]])
    return plane @ turn.T, speed @ turn.T


def orbit_arc(first_s=0.0, count=60, step_s=60.0, name="orbit", kind="coast", provenance=Provenance.FITTED, **orbit):
    """Return an arc of a lunar orbit, `first_s` after the common start."""
    tdb_s = START_TDB_S + first_s + step_s * np.arange(count)
    return Arc(name, 301, tdb_s, *kepler_states(tdb_s, **orbit), provenance, kind)


def gapped_flight(count=60):
    """Return a flight of three arcs: two that meet, a gap of an hour, one more; with a covariance and words."""
    arcs = (
        orbit_arc(0.0, count, name="before"),
        orbit_arc(60.0 * (count - 1), count, name="burn of sorts", kind="burn", provenance=Provenance.PLANNED),
        orbit_arc(60.0 * 2 * (count - 1) + 3600.0, count, name="after the gap"),
    )
    root = np.random.default_rng(5).normal(size=(6, 6))
    covariance = Covariance(arcs[0].start_tdb_s + 600.0, "RTN", root @ root.T)
    metadata = {"ORIGINATOR": "TESTS", "MISSION PHASE": "one: two"}
    return Flight(
        "Sample One", str(CRAFT), Trajectory("Sample One", arcs), metadata, ("orbit of a test",), (covariance,)
    )


def transfer_flight(step_s=600.0, hours=60.0):
    """Return a flight about the Earth that passes the Moon, moving as gravity says (integrated here)."""
    from visualizer.missions.self_check import gravity_km_s2

    start = tdb_s_from_utc_text("2023-08-14T00:00:00")
    moon, moon_rate = bundled_ephemeris().state_km(301, 399, start + 3600.0 * hours)
    state = np.concatenate([moon + [2500.0, 1500.0, 500.0], moon_rate + [0.6, -1.6, 0.5]])
    step, states, at = -40.0, [state], start + 3600.0 * hours

    def slope(t, y):
        return np.concatenate([y[3:], gravity_km_s2(399, np.array([t]), y[np.newaxis, :3])[0]])

    for _ in range(int(3600.0 * hours / 40.0)):
        k1 = slope(at, state)
        k2 = slope(at + step / 2, state + step / 2 * k1)
        k3 = slope(at + step / 2, state + step / 2 * k2)
        k4 = slope(at + step, state + step * k3)
        state = state + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        at += step
        states.append(state)
    table = np.array(states[::-1])
    tdb_s = start + 40.0 * np.arange(len(table))
    keep = np.linalg.norm(table[:, :3] - bundled_ephemeris().position_km(301, 399, tdb_s), axis=1) < 60_000.0
    keep |= np.arange(len(table)) % int(step_s / 40.0) == 0
    arc = Arc("transfer", 399, tdb_s[keep], table[keep, :3].copy(), table[keep, 3:].copy(), Provenance.SYNTHETIC)
    return Flight("Passer", "-88", Trajectory("Passer", (arc,)))


# ---------------------------------------------------------------- Horizons


def horizons_text(
    arc, *, is_csv=True, has_velocity=True, scale="TDB", units="KM-S", frame="ICRF", target="Sample (-77)"
):
    """Return what Horizons would answer for an arc about the Moon."""
    dates = [text.replace("T", " ") for text in calendar_texts(arc.tdb_s, 4)]
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    dates = [f"A.D. {d[:4]}-{months[int(d[5:7]) - 1]}-{d[8:]}" for d in dates]
    julian = [f"{2451545.0 + t / 86400.0:.9f}" for t in arc.tdb_s]
    lines = ["*" * 79, "Ephemeris / API_USER Fri Nov 20 10:00:00 2026 Pasadena, USA      / Horizons", "*" * 79,
             f"Target body name: {target} {{source: test_merged}}",
             "Center body name: Moon (301)                      {source: DE441}", "Center-site name: BODY CENTER",
             f"Start time      : {dates[0]} {scale}", f"Stop  time      : {dates[-1]} {scale}",
             f"Output units    : {units}", "Output type     : GEOMETRIC cartesian states",
             "Output format   : 2", f"Reference frame : {frame}", "*" * 79]  # fmt: skip
    if is_csv:
        names = "X, Y, Z, VX, VY, VZ," if has_velocity else "X, Y, Z,"
        lines += [f"            JD{scale},            Calendar Date ({scale}), {names}", "*" * 79]
    lines.append("$$SOE")
    for date, day, p, v in zip(dates, julian, arc.position_km, arc.velocity_km_s, strict=True):
        if is_csv:
            values = [*p, *v] if has_velocity else [*p]
            lines.append(f"{day}, {date}, {', '.join(f'{x: .15E}' for x in values)},")
            continue
        lines.append(f"{day} = {date} {scale} ")
        lines.append(" X ={:22.15E} Y ={:22.15E} Z ={:22.15E}".format(*p))
        if has_velocity:
            lines.append(" VX={:22.15E} VY={:22.15E} VZ={:22.15E}".format(*v))
    return "\n".join([*lines, "$$EOE", "*" * 79, ""])


# ---------------------------------------------------------------- SPK by the toolkit


def chebyshev_numbers(kind, start_s, length_s, records, degree=14):
    """Return the coefficients of a type 2 or 3 segment of the sample orbit."""
    found = []
    x = np.cos(np.pi * (np.arange(degree + 6) + 0.5) / (degree + 6))
    for k in range(records):
        states = np.hstack(kepler_states(start_s + length_s * (k + 0.5 + 0.5 * x)))
        fitted = np.polynomial.chebyshev.chebfit(x, states, degree).T
        found.append(fitted if kind == 3 else fitted[:3])
    return np.array(found).ravel()


def spk_writers(count=200, step_s=120.0):
    """Return how to write the sample orbit in each type that the toolkit writes: name -> function of handle, axes."""
    import spiceypy

    t = START_TDB_S + step_s * np.arange(count)
    s = np.hstack(kepler_states(t))
    few = slice(None, None, 10)
    span = (t[0], t[-1], "sample")

    def chebyshev(kind):
        write = spiceypy.spkw02 if kind == 2 else spiceypy.spkw03
        numbers = chebyshev_numbers(kind, t[0], 3600.0, 6)
        return lambda h, axes: write(
            h, CRAFT, 301, axes, t[0], t[0] + 6 * 3600.0, "sample", 3600.0, 6, 14, numbers, t[0]
        )

    writers: dict[str, Callable[[int, str], None]] = {
        "2": chebyshev(2),
        "3": chebyshev(3),
        "5": lambda h, a: spiceypy.spkw05(h, CRAFT, 301, a, *span, GM_MOON, len(t[few]), s[few].copy(), t[few].copy()),
        "8": lambda h, a: spiceypy.spkw08(h, CRAFT, 301, a, *span, 9, count, s, t[0], step_s),
        "9 degree 7": lambda h, a: spiceypy.spkw09(h, CRAFT, 301, a, *span, 7, count, s, t),
        "9 degree 8": lambda h, a: spiceypy.spkw09(h, CRAFT, 301, a, *span, 8, count, s, t),
        "9 degree 3": lambda h, a: spiceypy.spkw09(h, CRAFT, 301, a, *span, 3, count, s, t),
        "12": lambda h, a: spiceypy.spkw12(h, CRAFT, 301, a, *span, 9, count, s, t[0], step_s),
        "13 degree 7": lambda h, a: spiceypy.spkw13(h, CRAFT, 301, a, *span, 7, count, s, t),
        "13 degree 5": lambda h, a: spiceypy.spkw13(h, CRAFT, 301, a, *span, 5, count, s, t),
        "13 degree 11": lambda h, a: spiceypy.spkw13(h, CRAFT, 301, a, *span, 11, count, s, t),
        "13 inner span": lambda h, a: spiceypy.spkw13(h, CRAFT, 301, a, t[2] + 7, t[-3] - 5, "in", 7, count, s, t),
        "15": lambda h, a: spiceypy.spkw15(h, CRAFT, 301, a, *span, t[0], np.array([0.0, 0, 1]), np.array([1.0, 0, 0]),
                                           1900.0, 0.02, 0.0, np.array([0.0, 0, 1]), GM_MOON, 0.0, 1737.4),
        "17": lambda h, a: spiceypy.spkw17(h, CRAFT, 301, a, *span, t[0],
                                           np.array([1838.0, 0.01, 0.01, 1.0, 0.2, 0.1, 1e-6, 9e-4, 1e-7]), 0.1, 1.2),
        "18": lambda h, a: spiceypy.spkw18(h, 1, CRAFT, 301, a, *span, 7, s.copy(), t.copy()),
    }  # fmt: skip
    return writers


def write_kernel(path: Path, *parts, axes="J2000"):
    """Write a kernel with one segment for each part."""
    import spiceypy

    path.unlink(missing_ok=True)
    handle = spiceypy.spkopn(str(path), "sample", 100)
    for part in parts:
        part(handle, axes)
    spiceypy.spkcls(handle)
    return path


def sample_files(folder: Path) -> dict[str, Path]:
    """Write one small file of every format that is read."""
    flight = gapped_flight(40)
    files = {}
    for kind in ("oem", "xml", "e", "csv", "xyzv", "bsp"):
        files[kind] = folder / f"sample.{kind}"
        write_flight(flight, files[kind])
    for kind, is_csv in (("horizons", True), ("horizons-text", False)):
        files[kind] = folder / f"{kind}.txt"
        files[kind].write_text(horizons_text(orbit_arc(count=40), is_csv=is_csv))
    for kind, write in spk_writers(60).items():
        files[f"spk-{kind.replace(' ', '-')}"] = write_kernel(folder / f"spk-{kind.replace(' ', '-')}.bsp", write)
    return files
