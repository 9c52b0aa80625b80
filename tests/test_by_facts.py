"""Solving a flight from its facts: a flight that is known is found again, within the uncertainty that is claimed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tests.flight_samples import fact_text, lunar_flight
from visualizer.core.arrays import unit
from visualizer.core.epochs import tdb_s_from_utc_text, utc_text_from_tdb_s
from visualizer.core.trajectory import Arc, Provenance
from visualizer.errors import MissionError, SolveError
from visualizer.missions.by_facts.chain import look
from visualizer.missions.by_facts.conics import Wanted, passages
from visualizer.missions.by_facts.newton import fit, turned
from visualizer.missions.by_facts.plan import timetable
from visualizer.missions.by_facts.solving import Search, assembled, check_joins, solve_document
from visualizer.missions.by_facts.stretches import COARSE
from visualizer.missions.by_facts.writing import FlightByFacts
from visualizer.missions.catalogue import assemble_mission
from visualizer.missions.document import DocumentSite, read_document
from visualizer.missions.earth_entry import entry_arcs
from visualizer.missions.evidence import evidence
from visualizer.missions.tracking.measuring import measured
from visualizer.missions.tracking.schematic import place_on_earth

# What is measured on the known flight, with the sigma it is given.
MEASURED = (
    ("perilune-after", "periapsis-after:lowering", 0.5, "km"),
    ("apolune-after", "apoapsis-after:lowering", 0.5, "km"),
    ("perilune-before", "periapsis-before:lowering", 0.5, "km"),
    ("apolune-before", "apoapsis-before:lowering", 0.5, "km"),
    ("inclination", "inclination:seen", 0.02, "deg"),
    ("node", "node:seen", 0.05, "deg"),
    ("latitude", "latitude:seen", 0.05, "deg"),
    ("ignition", "start:lowering", 2.0, "utc"),
)
TRUE_NUMBERS = np.array([18.3, 0.8, -1.1, 25.0])


def read(tmp_path, text):
    path = tmp_path / "sample.toml"
    path.write_text(text, encoding="utf-8")
    return read_document(path)


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """Return a flown flight that no solver has seen, and the document of its facts."""
    folder = tmp_path_factory.mktemp("known")
    chain = assembled(Search.of(timetable(read(folder, lunar_flight()))), None, 0.0, COARSE)
    axes = np.eye(7)
    chain.states[0] = turned(chain.states[0], 12.0 * axes[0] - 9.0 * axes[1] + 0.004 * axes[4] + 0.002 * axes[5])
    chain.numbers = [TRUE_NUMBERS if len(own) else own for own in chain.numbers]
    chain.shot = frozenset(range(1, len(chain.stretches)))
    flown = look(chain, [(chain.states, chain.numbers)])[0]
    mission = chain.mission(flown.members)
    rng = np.random.default_rng(7)
    facts = ""
    for fact_id, words, sigma, kind in MEASURED:
        value = measured(mission, words) + sigma * rng.standard_normal()
        facts += fact_text(fact_id, words, utc_text_from_tdb_s(value, 3) if kind == "utc" else value, sigma, kind)
    return mission, read(folder, lunar_flight(facts))


@pytest.fixture(scope="module")
def solved(known):
    return FlightByFacts(solve_document(known[1], coarse=True))


def test_a_known_flight_is_found_within_its_sigma(known, solved):
    truth, epochs = known[0].trajectory, solved.sigma.tdb_s[1:-1]
    apart = solved.trajectory.state_km(epochs, 301)[0] - truth.state_km(epochs, 301)[0]
    place, speed = truth.state_km(epochs, 301)
    outward = place / np.linalg.norm(place, axis=1)[:, None]
    normal = np.cross(place, speed)
    normal /= np.linalg.norm(normal, axis=1)[:, None]
    axes = np.stack([outward, np.cross(normal, outward), normal], axis=1)
    parts = np.einsum("nij,nj->ni", axes, apart) / solved.trajectory.sigma_km(epochs)
    assert np.max(np.abs(parts)) < 4.0
    assert np.sqrt(np.mean(parts**2)) < 2.0
    # The guess it began with was farther off than what it says of itself.
    assert np.max(np.linalg.norm(apart, axis=1)) < 30.0


def test_the_burn_is_found(solved):
    rows = {row["id"]: row for row in solved._unknowns()}
    along = rows["lowering-along"]
    assert along["value"] == pytest.approx(TRUE_NUMBERS[0], abs=4.0 * along["sigma"])
    assert along["standing"] == "observable"
    assert rows["lowering-across-normal"]["standing"] == "prior-dominated"


def test_pieces_meet_to_a_millimetre(solved):
    for before, after in pairwise(solved.trajectory.arcs):
        assert before.end_tdb_s == pytest.approx(after.start_tdb_s, abs=1e-6)
        assert np.linalg.norm(before.position_km[-1] - after.position_km[0]) < 1e-5
        assert np.linalg.norm(before.velocity_km_s[-1] - after.velocity_km_s[0]) < 1e-8


def test_the_fit_and_the_ledger_measure_alike(known, solved, tmp_path):
    kernel, table, _ = solved.write(tmp_path)
    mission = assemble_mission(known[1], kernel, table)
    pulls = {row.id: row.residual / row.sigma for row in evidence(mission) if row.residual is not None}
    targets = dict(line.split(": ") for line in solved.fact_lines())
    assert set(pulls) == {row[0] for row in MEASURED}
    for fact_id, pull in pulls.items():
        assert pull == pytest.approx(float(targets[fact_id].split()[0]), abs=0.02)
        assert abs(pull) < 3.0


def test_the_ensemble_spreads_as_the_table_says(solved, tmp_path, known):
    kernel, table, members = solved.write(tmp_path)
    assert members.is_file()
    ensemble = assemble_mission(known[1], kernel, table).trajectory.ensemble
    assert ensemble is not None
    assert ensemble.offsets_km.shape == (26, len(solved.sigma.tdb_s), 3)
    ratio = np.std(ensemble.offsets_km, axis=0) / solved.sigma.radial_along_cross_km
    assert 0.75 < np.median(ratio) < 1.3


def test_it_is_the_same_bit_for_bit(known, solved, tmp_path):
    again = FlightByFacts(solve_document(known[1], coarse=True))
    for first, second in zip(solved.write(tmp_path / "a"), again.write(tmp_path / "b"), strict=True):
        if first.suffix != ".bsp":
            assert first.read_bytes() == second.read_bytes()
    for one, other in zip(solved.trajectory.arcs, again.trajectory.arcs, strict=True):
        assert np.array_equal(one.position_km, other.position_km)


def with_waypoints(known, epochs):
    """Return the document's text with states of the known flight as waypoints."""
    states = [known[0].trajectory.state_km(tdb_s_from_utc_text(utc), 301) for utc in epochs]
    rows = "".join(
        f'[[flight.waypoints]]\nutc = "{utc}"\nbody = "moon"\nposition_km = {place.tolist()}\n'
        f"velocity_km_s = {speed.tolist()}\n"
        for utc, (place, speed) in zip(epochs, states, strict=True)
    )
    return lunar_flight().replace("[[flight.legs]]", f"{rows}[[flight.legs]]", 1)


def test_the_first_guess_goes_through_the_waypoints(known, tmp_path):
    epochs = ("2023-08-16T23:00:00", "2023-08-17T03:40:00")
    chain = assembled(Search.of(timetable(read(tmp_path, with_waypoints(known, epochs)))), None, 0.0, COARSE)
    starts = [stretch.start_tdb_s for stretch in chain.stretches]
    for utc in epochs:
        k = starts.index(pytest.approx(tdb_s_from_utc_text(utc), abs=1e-3))
        place, speed = known[0].trajectory.state_km(tdb_s_from_utc_text(utc), 301)
        assert chain.states[k][:6] == pytest.approx(np.concatenate([place, speed]), abs=1e-6)
    # Flown back to the start it is the known flight; only the burn, which is guessed, leaves a gap before the last one.
    truth = np.concatenate(known[0].trajectory.state_km(starts[0], 301))
    assert np.linalg.norm(chain.states[0][:3] - truth[:3]) < 0.2
    gaps = [np.linalg.norm(gap[:3]) for gap in look(chain, [(chain.states, chain.numbers)])[0].gaps]
    assert int(np.argmax(gaps)) == len(chain.stretches) - 2
    assert max(gaps[:-1]) < 0.2
    assert gaps[-1] > 1.0


def test_a_waypoint_in_the_window_of_a_burn_is_refused(known, tmp_path):
    document = read(tmp_path, with_waypoints(known, ("2023-08-17T02:00:30",)))
    with pytest.raises(MissionError, match="window of the burn 'lowering'"):
        assembled(Search.of(timetable(document)), None, 0.0, COARSE)


def test_facts_that_contradict_each_other_bring_a_warning(solved, monkeypatch):
    assert solved.warning == ""
    monkeypatch.setattr(solved, "solved", replace(solved.solved, look=replace(solved.solved.look, chi_square=1e4)))
    assert "contradict" in solved.warning
    assert solved.fact_lines()[-1].startswith("warning: chi-square")
    assert "Warning: chi-square" in solved.render()


def test_a_flight_whose_pieces_do_not_meet_is_refused(tmp_path):
    chain = assembled(Search.of(timetable(read(tmp_path, lunar_flight()))), None, 0.0, COARSE)
    chain.shot = frozenset()
    chain.states[2] = chain.states[2] + np.array([100.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    now = look(chain, [(chain.states, chain.numbers)])[0]
    with pytest.raises(SolveError, match="do not meet: 100 km") as refused:
        check_joins(chain, now)
    assert "lowering" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_gaps_that_are_left_when_the_steps_are_spent_are_closed(tmp_path):
    chain = assembled(Search.of(timetable(read(tmp_path, lunar_flight()))), None, 0.0, COARSE)
    chain.shot = frozenset()
    before = look(chain, [(chain.states, chain.numbers)])[0]
    chain.states[2] = chain.states[2] + np.array([0.03, -0.02, 0.01, 0.0, 1e-5, 0.0, 0.0])
    steps = []
    now = fit(chain, 0, lambda iteration, found: steps.append(iteration))
    assert 1 <= len(steps) <= 4
    assert now.gap_km < 1e-6
    assert now.gap_km_s < 1e-9
    assert now.chi_square == pytest.approx(before.chi_square, abs=1.0)


def test_a_turn_keeps_distance_and_speed():
    state = np.array([1800.0, 0.0, 0.0, 0.0, 1.6, 0.2, 500.0])
    ahead = turned(state, np.array([0.0, 900.0, 0.0, -1.6 * 0.5, 0.0, 0.0, 0.0]))
    assert np.linalg.norm(ahead[:3]) == pytest.approx(1800.0)
    small = turned(state, np.array([0.3, 0.2, -0.1, 1e-4, 2e-4, -1e-4, 1.0]))
    assert small == pytest.approx(state + np.array([0.3, 0.2, -0.1, 1e-4, 2e-4, -1e-4, 1.0]), abs=3e-4)


def test_passages_of_the_moon_lead_back_to_the_perigee():
    perilune = tdb_s_from_utc_text("2024-02-21T14:40:00")
    perigee = tdb_s_from_utc_text("2024-02-15T06:47:00")
    pole = np.array([0.0, 0.0, 1.0])
    wanted = Wanted(perilune, 92.0, (6563.0, 100.0), (perigee, 5400.0), pole, (np.deg2rad(28.6), np.deg2rad(0.5)))
    found = passages(wanted)
    assert len(found) >= 2
    assert found[0].chi_square < 1.0
    for one in found[:2]:
        assert np.linalg.norm(one.state[:3]) == pytest.approx(1737.4 + 92.0)
        assert one.state[:3] @ one.state[3:6] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(("angle_deg", "minutes", "range_km"), [(30.0, 18.0, 250.0), (6.5, 20.0, 2000.0)])
def test_an_entry_comes_down_on_the_site_and_never_below(angle_deg, minutes, range_km):
    site = DocumentSite(id="field", title="x", kind="landing", body="earth", lat_deg=51.0, lon_deg=67.0, source="x")
    landing = tdb_s_from_utc_text("2023-08-22T17:55:00")
    goal = unit(place_on_earth(site, landing - 60.0 * minutes + range_km / 5.5)[:3])
    east = unit(np.cross([0.0, 0.0, 1.0], goal))
    way, angle = range_km / 6371.0, np.deg2rad(angle_deg)
    up, ahead = np.cos(way) * goal - np.sin(way) * east, np.cos(way) * east + np.sin(way) * goal
    place = 6500.0 * up
    speed = 11.0 * (np.cos(angle) * ahead - np.sin(angle) * up)
    nodes = landing - 60.0 * minutes + np.array([-2.0, 0.0])
    orbit = Arc("way back", 399, nodes, np.stack([place - 2.0 * speed, place]), np.stack([speed, speed]),
                Provenance.RECONSTRUCTED)  # fmt: skip
    braking, sinking = entry_arcs("entry", site, orbit, landing)
    assert np.linalg.norm(braking.position_km[0] - place) < 1e-6
    assert np.linalg.norm(braking.velocity_km_s[0] - speed) < 1e-6
    assert np.linalg.norm(sinking.position_km[0] - braking.position_km[-1]) < 1e-6
    assert np.linalg.norm(sinking.velocity_km_s[0] - braking.velocity_km_s[-1]) < 1e-6
    heights = np.linalg.norm(np.concatenate([braking.position_km, sinking.position_km]), axis=1)
    assert np.all(np.diff(heights) < 1e-3)
    assert np.linalg.norm(sinking.position_km[-1] - place_on_earth(site, landing)[:3]) < 1e-6
    assert {arc.provenance for arc in (braking, sinking)} == {Provenance.SYNTHETIC}
    # Gravity may add a little before the air is felt; who comes in flat is not crushed.
    slowing = np.linalg.norm(braking.velocity_km_s, axis=1)
    assert np.max(np.diff(slowing) / np.diff(braking.tdb_s)) < 9.81e-3
    pull = np.linalg.norm(np.gradient(braking.velocity_km_s, braking.tdb_s, axis=0), axis=1) / 9.81e-3
    assert np.max(pull) < (6.0 if angle_deg < 10.0 else 80.0)
