"""Events, by lane and minute."""
