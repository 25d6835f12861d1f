"""Finding videos by words, tags, likeness and taste."""
