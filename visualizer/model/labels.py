"""What is named in a frame, where, and what is more important than what."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from visualizer.core import bodies as b
from visualizer.core.arrays import FloatArray, length, rotate_back
from visualizer.core.constants import RADIUS_MOON_KM
from visualizer.core.ephemeris import bundled_ephemeris
from visualizer.core.epochs import utc_text_from_tdb_s
from visualizer.core.sky import PLANETS, Sky
from visualizer.core.trajectory import Trajectory
from visualizer.missions.catalogue import Mission, Site
from visualizer.model.aligned import TURNING
from visualizer.model.around import Around
from visualizer.model.camera import CameraPose
from visualizer.model.company import Company, Member
from visualizer.model.craft_state import CraftState
from visualizer.model.features import NAMES_WITHIN_KM, bundled_features
from visualizer.model.frame_cast import Cast
from visualizer.model.overlays import Overlays
from visualizer.model.places import ground_name
from visualizer.model.trails import EARTH_KM, is_near_moon, mission_trails

if TYPE_CHECKING:
    from visualizer.model.frame_state import SceneRequest

ARRIVAL_SLACK_S = 6 * 3600.0
# Where each flight meets the Moon: labels and epochs, found once for as long as its trajectory lives.
_MEETINGS: WeakKeyDictionary[Trajectory, list[tuple[Label, float]]] = WeakKeyDictionary()
NOTE_PRIORITY = {"ghost": 69.0, "measure": 67.0, "note": 40.0, "graticule": 5.0, "constellation": 4.0}
# Of the picture's height: the scene, which knows pixels, asks for more.
SMALLEST_GLOBE_SHARE = 0.01
SITE_PRIORITY = {"impact": 75.0, "landing": 72.0, "launch": 70.0}


class Label(NamedTuple):
    """A text at a place. Kinds: body, craft, site, feature, ghost, graticule, constellation, note, measure.

    Higher priority wins a collision; `mission_index` is the number of the colour of a craft's mission, or -1.
    """

    text: str
    pos_km: FloatArray
    kind: str
    priority: float
    surface_normal: FloatArray | None = None
    mission_index: int = -1


def labels_of(
    request: SceneRequest, around: Around, crafts: tuple[CraftState, ...], pose: CameraPose, overlays: Overlays,
    cast: Cast,
) -> tuple[Label, ...]:  # fmt: skip
    """Return the names of all that a picture shows; what of them is seen and has room is the scene's to say."""
    sky = around.sky
    number = {mission.id: index for index, mission in enumerate(request.missions)}
    colours = dict(zip(number, request.colours or number.values(), strict=True))
    labels = [
        Label(c.name, c.pos_km, "craft", 100.0 - number[c.mission_id], mission_index=colours[c.mission_id])
        for c in crafts
    ]
    labels += [Label(n.text, n.pos_km, n.kind, NOTE_PRIORITY[n.kind], n.surface_normal) for n in overlays.notes]
    labels += [
        Label("Earth", EARTH_KM, "body", 90.0),
        Label("Moon", sky.moon_pos_km, "body", 90.0),
        Label("Sun", sky.sun_pos_km, "body", 80.0),
        *(Label(p.name, sky.planet_pos_km[p.naif_id], "body", 50.0) for p in PLANETS),
    ]
    large = _large_bodies(around, pose)
    is_afar = not is_near_moon(pose.pos_wrt_earth_icrf_km, sky.moon_pos_km)
    for member in cast.company.members:
        if is_afar and cast.frame != TURNING and not member.offset_s:
            labels += _meeting_labels(member.mission, around)
        if member.branches:
            labels += _branch_labels(member, cast)
    labels += _site_labels(cast.company, around, pose, large, has_features=request.options.has_features)
    if request.options.has_features:
        labels += _feature_labels(sky, pose)
    labels += _sought_labels(request, around, {label.text for label in labels})
    return tuple(labels)


def _large_bodies(around: Around, pose: CameraPose) -> tuple[int, ...]:
    """Return the SPICE ids of the globes that are large enough in the picture for places on them to be named."""
    from_moon = length(pose.pos_wrt_earth_icrf_km - around.sky.moon_pos_km)
    away = ((b.EARTH, length(pose.pos_wrt_earth_icrf_km)), (b.MOON, from_moon))
    return tuple(body.naif_id for body, km in away if body.radius_km > SMALLEST_GLOBE_SHARE * pose.fov_rad * km)


def _site_labels(
    company: Company, around: Around, pose: CameraPose, seen: tuple[int, ...], *, has_features: bool
) -> list[Label]:
    """Name where missions were launched, landed, were to land, on the globes that are seen well."""
    sites = company.sites(seen, has_features=has_features)
    if not sites.sites:
        return []
    places = around.site_positions_km(sites, pose.pos_wrt_earth_icrf_km)
    ups = [*places[: len(sites.on_earth_km)], *(places[len(sites.on_earth_km) :] - around.sky.moon_pos_km)]
    return [
        Label(short_title(site), place, "site", SITE_PRIORITY.get(site.kind, 60.0), up)
        for site, place, up in zip(sites.sites, places, ups, strict=True)
    ]


def _sought_labels(request: SceneRequest, around: Around, there: set[str]) -> list[Label]:
    """Name the feature or place that the camera looks at, whether names are switched on or not."""
    name = ground_name(request.camera.focus)
    if not name or name in there:
        return []
    position = around.focus_position_km(request.camera.focus)
    return [Label(name, position, "site", 85.0, position - around.sky.moon_pos_km)]


def _meeting_labels(mission: Mission, around: Around) -> list[Label]:
    """Mark where the Moon was when the craft came, passed or left: from afar the path leads there, not to it now."""
    known = _MEETINGS.get(mission.trajectory)
    if known is None:
        meetings = mission_trails(mission).meetings()
        known = _MEETINGS[mission.trajectory] = [(_meeting_label(words, tdb_s), tdb_s) for words, tdb_s in meetings]
    now = float(around.sky.tdb_s)
    return [label for label, tdb_s in known if abs(now - tdb_s) >= ARRIVAL_SLACK_S]


def _meeting_label(words: str, tdb_s: float) -> Label:
    place = bundled_ephemeris().position_km(b.MOON.naif_id, b.EARTH.naif_id, tdb_s)
    return Label(f"{words}, {utc_text_from_tdb_s(tdb_s, separator=' ')[:10]}", place, "ghost", 65.0)


def _branch_labels(member: Member, cast: Cast) -> list[Label]:
    """Mark where a mission's other flights are now: as planned, or a second craft."""
    labels = []
    for branch in member.branches:
        place = cast.branch_place_km(member, branch)
        if place is not None:
            words = f"planned: {branch.title}" if branch.kind == "planned" else branch.title
            labels.append(Label(words, place, "ghost", 68.0))
    return labels


def short_title(site: Site) -> str:
    """Return a site's name as far as a label has room for it."""
    return site.title.partition(",")[0]


def _feature_labels(sky: Sky, pose: CameraPose) -> list[Label]:
    offset = pose.pos_wrt_earth_icrf_km - sky.moon_pos_km
    if length(offset) > NAMES_WITHIN_KM:
        return []
    table = bundled_features()
    chosen = table.to_label(sky.rot_me_from_icrf @ offset, pose.fov_rad, 24)
    directions = rotate_back(sky.rot_me_from_icrf, table.dir_me_unit[chosen])
    return [
        Label(table.names[i], sky.moon_pos_km + d * RADIUS_MOON_KM, "feature", 20.0 - k * 0.1, d)
        for k, (i, d) in enumerate(zip(chosen, directions, strict=True))
    ]
