"""What the app shows now, without any toolkit: clock, session, camera, frame state, commands."""
