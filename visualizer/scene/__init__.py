"""From a frame state to a picture: VisPy's GL layer, our shaders, camera-relative space."""
