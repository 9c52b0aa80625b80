"""Pictures and films of the same frames the window shows, drawn without a window."""
