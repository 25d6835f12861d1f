"""Models of what goes together, learned with numpy and scipy; loaded when the first one is trained."""
