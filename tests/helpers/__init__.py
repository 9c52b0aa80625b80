"""What tests share: tiers, silence, leaks, Qt and OpenGL."""
