"""Near-rectilinear halo orbits about the Moon, and an example of a landing from one."""
