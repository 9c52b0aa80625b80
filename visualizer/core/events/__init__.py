"""Moments worth looking at, found on a trajectory: passes, nodes, shadows, contacts, burns, impact.

Core. `find_events` samples a flight finely enough that nothing can hide between two samples, shares the positions
among all kinds, and refines every event on the trajectory itself.
"""

from visualizer.core.events.find import find_events
from visualizer.core.events.places import Place
from visualizer.core.events.record import GROUPS, Event, Kind, kinds_of_words

__all__ = ["GROUPS", "Event", "Kind", "Place", "find_events", "kinds_of_words"]
