"""The promises that features rely on and adapters keep: Protocols, and their words."""
