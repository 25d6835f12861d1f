"""Making the small models that KillrVideo ships, from labelled data that arrives in packages."""
