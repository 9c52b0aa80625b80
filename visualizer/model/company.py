"""What of a frame's missions stays the same from frame to frame: worked out once for the missions that are shown.

Model. With a dozen missions, asking each for its offset, its span and its branches anew takes longer than placing it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from visualizer.missions.branch_missions import branching_tdb_s, parent_id_of
from visualizer.missions.catalogue import Branch, Mission
from visualizer.model.aligned import Alignment
from visualizer.model.around import Sites

# So many companies are kept: panes and small pictures may show others than the window.
KEPT: Final = 4


@dataclass(frozen=True, eq=False, slots=True)
class Member:
    """A mission that is drawn: it has the moment by which all are laid side by side.

    Attributes
    ----------
    mission, index : what, and its number among the shown ones
    offset_s : its own epoch less the clock's
    begins_tdb_s : where a plan leaves the mission that is drawn with it at the same time, or None
    branches : those that are drawn with it, as they are not missions here themselves
    """

    mission: Mission
    index: int
    offset_s: float
    begins_tdb_s: float | None
    branches: tuple[Branch, ...]

    def own_tdb_s(self, tdb_s: float) -> float:
        """Return its own epoch by the clock's."""
        return tdb_s + self.offset_s

    def flies(self, tdb_s: float) -> bool:
        """Tell whether it has a craft of its own: a plan has none while it is the flight itself."""
        now = tdb_s + self.offset_s
        return self.mission.trajectory.covers(now) and (self.begins_tdb_s is None or self.begins_tdb_s <= now)


@dataclass(frozen=True, eq=False, slots=True)
class Company:
    """The missions that are shown, by id, and of these the drawn ones, in their order."""

    shown: tuple[Mission, ...]
    alignment: Alignment
    by_id: dict[str, Mission]
    members: tuple[Member, ...]
    _sites: dict[tuple[tuple[int, ...], bool], Sites] = field(default_factory=dict, repr=False)

    def sites(self, seen: tuple[int, ...], *, has_features: bool) -> Sites:
        """Return the drawn missions' sites on some bodies (SPICE ids), with the ground's named features or without."""
        found = self._sites.get((seen, has_features))
        if found is None:
            sites = (site for member in self.members for site in member.mission.sites if site.body_id in seen)
            wanted = [site for site in sites if has_features or site.kind != "feature"]
            # A plan that is shown beside its flight has the same places.
            once = {(site.body_id, site.lat_deg, site.lon_deg, site.title): site for site in reversed(wanted)}
            wanted = list(reversed(once.values()))
            found = self._sites[seen, has_features] = Sites.of(wanted)
        return found


_known: list[Company] = []


def company_of(missions: Sequence[Mission], alignment: Alignment) -> Company:
    """Return the company of missions, as they are laid side by side."""
    for company in _known:
        if _is_same(company.shown, missions) and company.alignment == alignment:
            return company
    company = _company(tuple(missions), alignment)
    _known.insert(0, company)
    del _known[KEPT:]
    return company


def _is_same(some: Sequence[Mission], others: Sequence[Mission]) -> bool:
    return len(some) == len(others) and all(map(_is, some, others))


def _is(one: Mission, other: Mission) -> bool:
    return one is other


def _company(missions: tuple[Mission, ...], alignment: Alignment) -> Company:
    offsets = {mission.id: alignment.offset_s(mission.id) for mission in missions}
    drawn = tuple(mission for mission in missions if offsets[mission.id] is not None)
    ids = {mission.id for mission in drawn}
    members = []
    for index, mission in enumerate(missions):
        offset = offsets[mission.id]
        if offset is not None:
            begins = begins_tdb_s(mission, drawn, alignment)
            branches = tuple(one for one in mission.branches if f"{mission.id}/{one.id}" not in ids)
            members.append(Member(mission, index, offset, begins, branches))
    return Company(missions, alignment, {mission.id: mission for mission in missions}, tuple(members))


def begins_tdb_s(mission: Mission, among: Sequence[Mission], alignment: Alignment) -> float | None:
    """Return where a plan leaves the mission that is drawn with it, among others, at the same time; else None."""
    parent_id = parent_id_of(mission.id)
    if parent_id == mission.id or alignment.offset_s(parent_id) != alignment.offset_s(mission.id):
        return None
    return branching_tdb_s(among, mission.id)
