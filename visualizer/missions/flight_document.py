"""The `[flight]` part of a mission document: the order of coasts and burns from which a flight is solved.

Missions. The form is told with an example in `docs/flight-document.md`. Guesses stand beside their sigma; a sigma of 0
holds a number as it stands. Facts are not repeated here: they bind to the flight by their `measure` words.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from visualizer.missions.document_words import Id, Table, Utc

Sigma = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
BodyName = Literal["earth", "moon"]
Direction = Literal["forward", "back", "up"]
Steering = Literal["velocity", "inertial"]


class LaunchStart(Table):
    """A flight that begins on a pad: a schematic ascent, then a parking orbit whose plane holds the pad.

    Attributes
    ----------
    site, event : the pad and the lift-off (an event with a published epoch)
    parking_utc : when the parking orbit begins
    perigee_km, apogee_km, height_sigma_km : of the parking orbit, over 6378.137 km
    inclination_deg, inclination_sigma_deg : to the Earth's equator
    downrange_deg, downrange_sigma_deg : from the pad to where the parking orbit begins, seen from the Earth's centre
    plane_sigma_deg : how far the pad may be out of the orbit's plane
    northbound : whether the ascent goes north of east
    mass_kg : in the parking orbit
    parking_event : id of the event at which the parking orbit begins
    """

    kind: Literal["launch"]
    site: Id
    event: Id
    parking_utc: Utc
    perigee_km: float
    apogee_km: float
    height_sigma_km: Positive = 10.0
    inclination_deg: float = Field(gt=0, lt=180)
    inclination_sigma_deg: Positive = 0.1
    downrange_deg: float = 20.0
    downrange_sigma_deg: Positive = 10.0
    plane_sigma_deg: Positive = 0.2
    northbound: bool = True
    mass_kg: Positive
    parking_event: Id | None = None


class OrbitStart(Table):
    """A flight that begins in an orbit; what has no sigma is only where the search starts.

    Attributes
    ----------
    utc, body : epoch of the elements and the body they are about
    periapsis_km, apoapsis_km : over 6378.137 km or 1737.4 km; `apoapsis_km` may be negative for an open orbit
    inclination_deg, node_deg, argument_deg, anomaly_deg : to the body's equator; node from the vernal equinox about the
        Earth, from the prime meridian of the mean-Earth axes of that epoch about the Moon; anomaly is the true one
    ..._sigma_... : uncertainty of the guess; without it the number is free
    mass_kg : at that epoch
    """

    kind: Literal["orbit"]
    utc: Utc
    body: BodyName
    periapsis_km: float
    apoapsis_km: float
    height_sigma_km: Positive | None = None
    inclination_deg: float = Field(ge=0, le=180)
    inclination_sigma_deg: Positive | None = None
    node_deg: float = 0.0
    node_sigma_deg: Positive | None = None
    argument_deg: float = 0.0
    argument_sigma_deg: Positive | None = None
    anomaly_deg: float = 0.0
    anomaly_sigma_deg: Positive | None = None
    mass_kg: Positive


class Arrival(Table):
    """The passage of the Moon from which the way back to the Earth is searched (patched conics, then the real flight).

    Attributes
    ----------
    burn : the insertion; perilune is taken at its middle. Without it
    utc : of the perilune (a flyby)
    perilune_km, perilune_sigma_km : height of the passage over 1737.4 km
    inclination_deg, inclination_sigma_deg : of the passage to the Moon's equator, where it is known
    site, site_utc, site_sigma_deg : a place that the plane of the lunar orbit must hold at an epoch
    perigee_utc, perigee_sigma_s : when the craft was nearest to the Earth at the start of the transfer
    """

    burn: Id | None = None
    utc: Utc | None = None
    perilune_km: float
    perilune_sigma_km: Positive = 20.0
    inclination_deg: float | None = Field(default=None, ge=0, le=180)
    inclination_sigma_deg: Positive = 1.0
    site: Id | None = None
    site_utc: Utc | None = None
    site_sigma_deg: Positive = 1.0
    perigee_utc: Utc | None = None
    perigee_sigma_s: Positive = 300.0

    @model_validator(mode="after")
    def _has_epoch(self) -> Arrival:
        if (self.burn is None) == (self.utc is None):
            raise ValueError("an arrival needs either burn or utc")
        if (self.site is None) != (self.site_utc is None):
            raise ValueError("site and site_utc go together")
        return self


class Waypoint(Table):
    """A state that the flight is likely to pass; only the first guess is flown through it.

    Attributes
    ----------
    utc, body : epoch, and the body it is counted from
    position_km, velocity_km_s : ICRF axes
    """

    utc: Utc
    body: BodyName
    position_km: tuple[float, float, float]
    velocity_km_s: tuple[float, float, float]


class Coast(Table):
    """Free flight.

    Attributes
    ----------
    name : of the arc
    until : UTC; without it until the next leg begins
    event : id of the event, `utc = "solved"`, that marks its end
    """

    kind: Literal["coast"]
    name: str
    until: Utc | None = None
    event: Id | None = None


class Burn(Table):
    """A burn of constant thrust; what is solved is its velocity change, along and across the guessed direction.

    Attributes
    ----------
    id, name, engine : of the event, the arc, the engine
    start_utc, start_sigma_s : ignition; 0 holds it
    duration_s, duration_sigma_s : without it as long as the engine needs; 0 holds it
    delta_v_m_s, delta_v_sigma_m_s : along the guessed direction, m/s
    across_sigma_m_s : of each of the two components across it, m/s
    direction : forward, back (along or against the velocity), up (away from the ground); or
    pitch_deg, yaw_deg : from the velocity, outwards in the plane and towards the orbit's normal
    steering : velocity holds the angles to the velocity, inertial holds the direction among the stars
    event_end : id of an event at cut-off
    """

    kind: Literal["burn"]
    id: Id
    name: str
    engine: Id
    start_utc: Utc
    start_sigma_s: Sigma = 0.0
    duration_s: Positive | None = None
    duration_sigma_s: Sigma = 0.0
    delta_v_m_s: float = Field(ge=0)
    delta_v_sigma_m_s: Positive
    across_sigma_m_s: Positive
    direction: Direction | None = None
    pitch_deg: float = 0.0
    yaw_deg: float = 0.0
    steering: Steering = "velocity"
    event_end: Id | None = None

    @model_validator(mode="after")
    def _has_length(self) -> Burn:
        if self.delta_v_m_s == 0.0 and self.duration_s is None:
            raise ValueError("a burn without a guess of its velocity change needs duration_s")
        if self.direction is not None and (self.pitch_deg or self.yaw_deg):
            raise ValueError("give either direction or pitch_deg and yaw_deg")
        return self


class Staging(Table):
    """A moment at which the mass changes: a stage or a lander is left behind."""

    kind: Literal["staging"]
    utc: Utc
    mass_kg: Positive
    event: Id | None = None


class Impact(Table):
    """Fall to the ground: the coast goes on until it meets the height of a site on the Moon."""

    kind: Literal["impact"]
    name: str
    site: Id
    utc: Utc
    event: Id | None = None


class Gate(Table):
    """The start of a phase of a descent; what is not given is found so that the flight is as smooth as it can be.

    Attributes
    ----------
    id, title : of the phase, and of its event
    after_s : since the descent began
    height_km, sink_m_s, ground_speed_m_s : over the site, downwards, level over the turning ground
    to_go_km : along the ground to the site
    is_steady : a hover or an attitude hold
    is_upright : no level acceleration, the engine points straight down
    is_schematic : nothing is known of how this phase was flown
    """

    id: Id
    title: str
    after_s: Positive
    height_km: float | None = None
    sink_m_s: float | None = None
    ground_speed_m_s: float | None = None
    to_go_km: float | None = None
    is_steady: bool = False
    is_upright: bool = False
    is_schematic: bool = False


class Descent(Table):
    """A powered descent by phases from the end of the coast to a site.

    Attributes
    ----------
    id, name, engine : of the burn, the arc, the engine
    site : where it ends
    start_utc, touchdown_utc : its edges
    touchdown_sink_m_s : speed downwards at the end, where it was none to be stood up from
    touchdown_ground_speed_m_s : level speed at the end, along the way
    height_km, height_sigma_km : where it begins, over the site
    range_km, range_sigma_km : along the ground from there to the site
    aside_sigma_km : how far the site may be out of the plane there
    event : of its end
    gates : in between, in order of time
    """

    kind: Literal["descent"]
    id: Id
    name: str
    engine: Id
    site: Id
    start_utc: Utc
    touchdown_utc: Utc
    touchdown_sink_m_s: float = Field(default=0.0, ge=0)
    touchdown_ground_speed_m_s: float = Field(default=0.0, ge=0)
    height_km: Positive
    height_sigma_km: Positive = 5.0
    range_km: Positive
    range_sigma_km: Positive = 60.0
    aside_sigma_km: Positive = 5.0
    event: Id | None = None
    gates: tuple[Gate, ...] = ()


class Surface(Table):
    """A stay on the Moon, on a site, until a lift-off or the end."""

    kind: Literal["surface"]
    name: str
    site: Id
    until: Utc
    mass_kg: Positive | None = None


class Entry(Table):
    """Through the Earth's atmosphere to a site: a smooth schematic curve.

    Attributes
    ----------
    name, site : of the arc, where it ends
    utc : when the air is met, 122 km high; where the free flight ends
    landing_utc : when the ground is met
    angle_deg, angle_sigma_deg : of the path below the horizontal at 122 km
    landing_range_km, landing_range_sigma_km : along the ground from there to the site
    event, event_end : of both edges
    """

    kind: Literal["entry"]
    name: str
    site: Id
    utc: Utc
    landing_utc: Utc
    angle_deg: float = Field(default=6.0, gt=0, lt=90)
    angle_sigma_deg: Positive = 2.0
    landing_range_km: Positive = 2000.0
    landing_range_sigma_km: Positive = 1000.0
    event: Id | None = None
    event_end: Id | None = None


Start = Annotated[LaunchStart | OrbitStart, Field(discriminator="kind")]
Leg = Annotated[Coast | Burn | Staging | Impact | Descent | Surface | Entry, Field(discriminator="kind")]


class FlightDocument(Table):
    """The whole part: where the flight begins, what follows, and where the search for it starts."""

    start: Start
    legs: tuple[Leg, ...] = Field(min_length=1)
    arrival: Arrival | None = None
    waypoints: tuple[Waypoint, ...] = ()
    notes: tuple[str, ...] = ()

    def names(self) -> dict[str, set[str]]:
        """Return the ids of the sites, engines and events of the document that the flight leans on."""
        found: dict[str, set[str]] = {"site": set(), "engine": set(), "event": set()}
        parts = [self.start, *self.legs, *([self.arrival] if self.arrival is not None else [])]
        for part in parts:
            for what, keys in (("site", ("site",)), ("engine", ("engine",)), ("event", ("event", "event_end"))):
                found[what] |= {name for key in keys if (name := getattr(part, key, None)) is not None}
        return found

    @model_validator(mode="after")
    def _order(self) -> FlightDocument:
        burns = [leg.id for leg in self.legs if isinstance(leg, Burn | Descent)]
        twice = sorted({one for one in burns if burns.count(one) > 1})
        if twice:
            raise ValueError(f"legs: burn {twice[0]!r} appears twice")
        if self.arrival is not None and self.arrival.burn is not None and self.arrival.burn not in burns:
            raise ValueError(f"arrival names the burn {self.arrival.burn!r}, which is not among the legs")
        if self.arrival is not None and self.waypoints:
            raise ValueError("give either arrival or waypoints")
        if not any(isinstance(leg, Coast | Impact) for leg in self.legs):
            raise ValueError("legs: a flight needs one coast at least")
        return self
