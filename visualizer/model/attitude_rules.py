"""The rules by which craft point: along a push, to the Sun, to the ground, upright; one rotation for one moment.

Model, pure. Body axes: +z is the way the engine pushes, its nozzle points to -z. When which holds: see `attitude`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from visualizer.core.arrays import FloatArray, cross, length, perpendicular
from visualizer.core.bodies import MOON
from visualizer.core.constants import GM_EARTH_KM3_S2, GM_MOON_LP165P_KM3_S2
from visualizer.core.forces import direction_from_angles
from visualizer.core.relief import bundled_relief
from visualizer.core.sky import Sky, sky_at
from visualizer.core.trajectory import Trajectory
from visualizer.missions.flight_state import FlightState
from visualizer.model.craft_models import Holding
from visualizer.model.ground_paths import rot_me_at
from visualizer.model.rotation import slerp

SHORT_TURN_S: Final = 20.0
FELT_S: Final = 12.0
# The push below which the way back along the path counts more than the push itself, km/s2.
FAINT_KM_S2: Final = 2.5e-4
NO_PUSH_KM_S2: Final = 1e-7
SLOW_KM_S: Final = 0.1
TIP_OVER_S: Final = 5.0
# Half as far as feet stand apart.
FEET_KM: Final = 0.002
UP: Final = np.array([0.0, 0.0, 1.0])
ECLIPTIC_NORTH: Final = np.array([0.0, -0.3977771559319137, 0.9174820620691818])


@dataclass(frozen=True, eq=False, slots=True)
class Moment:
    """What a rule may ask: the flight, the sky and the craft's habits at one epoch."""

    trajectory: Trajectory
    flight: FlightState
    sky: Sky
    holding: Holding

    @property
    def tdb_s(self) -> float:
        """The epoch."""
        return float(self.flight.tdb_s)

    @property
    def to_sun(self) -> FloatArray:
        """From the craft to the Sun, km."""
        return np.asarray(self.sky.sun_pos_km - self.flight.pos_earth_km)


Rule = Callable[[Moment], FloatArray]


def eased(fraction: float) -> float:
    """Return a fraction that starts and ends gently."""
    x = min(max(fraction, 0.0), 1.0)
    return x * x * (3.0 - 2.0 * x)


def hinged(axis: FloatArray, cells: FloatArray, to_sun_body: FloatArray) -> FloatArray:
    """Return the (3, 3) turn of a wing about its hinge that brings its cells nearest the Sun, body axes."""
    k = axis / np.linalg.norm(axis)
    across = cross(k, cells)
    angle = float(np.arctan2(to_sun_body @ across, to_sun_body @ cells))
    skew = np.array([[0.0, -k[2], k[1]], [k[2], 0.0, -k[0]], [-k[1], k[0], 0.0]])
    return np.asarray(np.eye(3) + np.sin(angle) * skew + (1.0 - np.cos(angle)) * skew @ skew)


def facing(body_first: FloatArray, toward: FloatArray, body_second: FloatArray, nearly: FloatArray) -> FloatArray:
    """Return rot_body_from_icrf that lays one body axis exactly along a direction, another as near as can be.

    Parameters
    ----------
    body_first, body_second : (3,) body axes that are not parallel
    toward, nearly : (3,) ICRF directions of any length
    """
    return np.asarray(_triad(body_first, body_second).T @ _triad(toward, nearly))


def _triad(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return axes in rows: along the first, across both, and the third."""
    along = first / length(first)
    across = cross(along, second)
    size = length(across)
    across = across / size if size > 1e-9 * length(second) else perpendicular(along)
    return np.array([along, across, cross(along, across)])


def _second_axis(axis: FloatArray) -> FloatArray:
    return UP if abs(float(axis[2])) < 0.9 else np.array([1.0, 0.0, 0.0])


def panels_to_sun(moment: Moment) -> FloatArray:
    """Lay the panels' normal on the Sun, the long axis toward the ecliptic's north as far as that allows."""
    axis = moment.holding.sun_axis
    return facing(axis, moment.to_sun, _second_axis(axis), ECLIPTIC_NORTH)


def cameras_to_ground(moment: Moment) -> FloatArray:
    """Lay the cameras on the Moon's centre, the engine backwards along the path."""
    axis = moment.holding.camera_axis
    return facing(axis, -moment.flight.pos_moon_km, _second_axis(axis), moment.flight.vel_moon_km_s)


def pushing(moment: Moment, direction: FloatArray) -> FloatArray:
    """Lay +z along a push, and roll so that the panels see as much Sun as that allows."""
    to_sun = moment.to_sun / np.linalg.norm(moment.to_sun)
    return facing(UP, direction, _roll_axis(moment), to_sun + 0.1 * ECLIPTIC_NORTH)


def _roll_axis(moment: Moment) -> FloatArray:
    """Return the body axis that the roll about the push turns toward the Sun."""
    axis = moment.holding.sun_axis
    return axis if abs(float(axis[2])) < 0.9 else np.array([1.0, 0.0, 0.0])


def _relative(moment: Moment) -> tuple[FloatArray, FloatArray]:
    flight = moment.flight
    if bool(flight.is_about_moon):
        return flight.pos_moon_km, flight.vel_moon_km_s
    return flight.pos_earth_km, flight.vel_earth_km_s


def burn_rule(pitch_deg: float, yaw_deg: float) -> Rule:
    angles = np.deg2rad([pitch_deg, yaw_deg])

    def rule(moment: Moment) -> FloatArray:
        return pushing(moment, direction_from_angles(*_relative(moment), angles))

    return rule


def ahead(moment: Moment) -> FloatArray:
    """Push along the way over the Earth's ground, straight up while the craft hardly moves."""
    vel = np.asarray(moment.sky.rot_itrs_from_icrf.T @ moment.flight.vel_earth_fixed_km_s)
    up = moment.flight.pos_earth_km / np.linalg.norm(moment.flight.pos_earth_km)
    return facing(UP, vel + SLOW_KM_S * up, np.array([1.0, 0.0, 0.0]), ECLIPTIC_NORTH)


def backwards(moment: Moment) -> FloatArray:
    """Turn the nozzle's side, where the heat shield is, to the way ahead."""
    return pushing(moment, -_relative(moment)[1])


def pushed_rule(
    trajectory: Trajectory, start_tdb_s: float, end_tdb_s: float, centre_id: int, landed_tdb_s: float | None = None
) -> Rule:
    """Push as the path shows: its change of velocity less gravity; where it ends in a landing, upright at last."""
    sun_me = _sun_me(end_tdb_s if landed_tdb_s is None else landed_tdb_s)
    faint = NO_PUSH_KM_S2 if landed_tdb_s is None else FAINT_KM_S2

    def rule(moment: Moment) -> FloatArray:
        now = min(max(moment.tdb_s, start_tdb_s + FELT_S), max(end_tdb_s - FELT_S, start_tdb_s + FELT_S))
        push = felt_km_s2(trajectory, now, centre_id)
        velocity = _relative(moment)[1]
        back = -velocity / max(float(np.linalg.norm(velocity)), 1e-9)
        rot = pushing(moment, push + faint * back)
        if landed_tdb_s is None or landed_tdb_s - moment.tdb_s >= SHORT_TURN_S:
            return rot
        left = landed_tdb_s - moment.tdb_s
        return slerp(_upright(moment, sun_me, landed_tdb_s), rot, eased(left / SHORT_TURN_S))

    return rule


def felt_km_s2(trajectory: Trajectory, tdb_s: float, centre_id: int) -> FloatArray:
    """Return the push on a craft, (3,) km/s2 ICRF: its mean acceleration over 24 s less the near body's gravity."""
    first, last = trajectory.span_tdb_s
    epochs = np.clip(np.array([tdb_s - FELT_S, tdb_s, tdb_s + FELT_S]), first, last)
    pos, vel = trajectory.state_km(epochs, centre_id)
    gm = GM_MOON_LP165P_KM3_S2 if centre_id == MOON.naif_id else GM_EARTH_KM3_S2
    change = (vel[2] - vel[0]) / max(float(epochs[2] - epochs[0]), 1e-6)
    return np.asarray(change + gm * pos[1] / float(np.linalg.norm(pos[1])) ** 3)


def _upright(moment: Moment, sun_me: FloatArray, landed_tdb_s: float) -> FloatArray:
    """Stand as the ground does, rolled as the Sun stood at the landing: the craft does not turn with it afterwards."""
    back = moment.sky.rot_me_from_icrf.T
    return facing(UP, back @ _ground_up_me(moment.trajectory, landed_tdb_s), _roll_axis(moment), back @ sun_me)


def _ground_up_me(trajectory: Trajectory, landed_tdb_s: float) -> FloatArray:
    """Return the direction that is upright on the drawn ground where a craft landed, (3,) unit, the Moon's axes."""
    first, last = trajectory.span_tdb_s
    epoch = min(max(landed_tdb_s, first), last)
    place = rot_me_at(epoch) @ trajectory.state_km(epoch, MOON.naif_id)[0]
    return _upright_at(*(place / length(place)).tolist())


@lru_cache(maxsize=64)
def _upright_at(x: float, y: float, z: float) -> FloatArray:
    found = bundled_relief().upright(np.array([x, y, z]), FEET_KM)
    found.flags.writeable = False
    return found


def _sun_me(tdb_s: float) -> FloatArray:
    """Return the Sun from the Moon in the Moon's axes, a unit vector."""
    sky = sky_at(tdb_s)
    to_sun = sky.rot_me_from_icrf @ (sky.sun_pos_km - sky.moon_pos_km)
    return np.asarray(to_sun / np.linalg.norm(to_sun))


def standing_rule(landed_tdb_s: float) -> Rule:
    """Stand with all feet on the ground, or tip over within seconds to how the craft was found."""
    sun_me = _sun_me(landed_tdb_s)

    def rule(moment: Moment) -> FloatArray:
        rot = _upright(moment, sun_me, landed_tdb_s)
        share = eased((moment.tdb_s - landed_tdb_s) / TIP_OVER_S)
        angle = np.deg2rad(moment.holding.tilt_deg) * share
        c, s = np.cos(angle), np.sin(angle)
        return np.asarray(np.array([[1.0, 0.0, 0.0], [0.0, c, s], [0.0, -s, c]]) @ rot)

    return rule
