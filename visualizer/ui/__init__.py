"""The window: PySide6 shell around the picture; widgets send commands to the session and listen."""
