"""Every knob, and where its value comes from."""
