"""Buses that carry events from the outbox to whoever reacts."""
