"""Flights fitted to tracked positions: one continuous dynamic path through noisy points.

Missions. Tracked positions are never differentiated. A flight is a chain of stretches (coasts, burns) that is flown
by the forces; its first state, its burns and, where the forces do not suffice, small steady pushes are fitted.
"""
