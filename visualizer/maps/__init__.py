"""Measured maps of the Moon, fetched only when the user asks, used in place of the made ones."""
