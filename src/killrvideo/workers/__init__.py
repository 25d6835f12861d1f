"""The same house without HTTP: jobs, reactions to events, and the clock."""
