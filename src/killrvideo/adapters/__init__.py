"""How each promise is kept: one adapter a tool."""
