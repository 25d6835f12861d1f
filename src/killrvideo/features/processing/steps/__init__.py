"""What each step does: one file a step, or for steps that share their work."""
